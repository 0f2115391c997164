//! How hard the disks are worked that the sources lie on, as the person set it. One setting for the catalog: a disk does not
//! know for which destination it is read.

use crate::api::{AppError, SourceLoad, SourceLoadSetting, What};
use crate::engine::{Engine, held};
use albumen_files::{ORIGINALS, identity_of};

/// Slower than this nothing gets done.
const SLOWEST: u64 = 10_000;
const KEY: &str = "source_load";

impl Engine {
    pub fn source_load(&self) -> Result<SourceLoadSetting, AppError> {
        Ok(SourceLoadSetting {
            load: self.source_load_now()?,
            unseen: self.unseen_disks()?,
        })
    }

    /// Takes effect at once, in a running job too.
    pub fn set_source_load(&self, load: SourceLoad) -> Result<(), AppError> {
        sound(load)?;
        self.store(KEY, &load)?;
        ORIGINALS.set(load);
        self.tell_changed(&[What::Sources]);
        Ok(())
    }

    /// For this run only, whatever is set.
    pub fn limit_source_load(&self, load: SourceLoad) -> Result<(), AppError> {
        sound(load)?;
        *held(&self.inner.source_load) = Some(load);
        Ok(())
    }

    /// Called when a job begins.
    pub(crate) fn hold_source_load(&self) -> Result<(), AppError> {
        ORIGINALS.set(self.source_load_now()?);
        Ok(())
    }

    fn source_load_now(&self) -> Result<SourceLoad, AppError> {
        let now = *held(&self.inner.source_load);
        match now {
            Some(load) => Ok(load),
            None => Ok(self.stored(KEY)?.unwrap_or_default()),
        }
    }

    /// Sources whose disk does not say who else reads from it. What is away is not asked.
    fn unseen_disks(&self) -> Result<Vec<String>, AppError> {
        let sources = self.source_paths()?.into_iter();
        Ok(sources
            .filter(|(_, root)| identity_of(root).is_ok_and(|there| !ORIGINALS.sees_others(there.dev)))
            .map(|(_, root)| root.display().to_string())
            .collect())
    }
}

fn sound(load: SourceLoad) -> Result<(), AppError> {
    match load {
        SourceLoad::Rate { bytes } if bytes < SLOWEST => Err(AppError::usage(
            "A limit below 10 kB a second reads nothing.",
            "Choose a higher one, or pause the job.",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_and_one_run_may_do_otherwise() {
        let dir = tempfile::tempdir().expect("temp dir");
        let open = || Engine::open_with(&dir.path().join("c.db"), &dir.path().join("vault")).expect("engine");
        let load = |engine: &Engine| engine.source_load().expect("read").load;
        let engine = open();
        assert_eq!(load(&engine), SourceLoad::Free);
        let slow = SourceLoad::Rate { bytes: SLOWEST - 1 };
        assert!(engine.set_source_load(slow).is_err() && engine.limit_source_load(slow).is_err());
        let rate = SourceLoad::Rate { bytes: 50_000_000 };
        engine.set_source_load(rate).expect("set");
        drop(engine);
        let engine = open();
        assert_eq!(load(&engine), rate);
        engine.limit_source_load(SourceLoad::Gentle).expect("limit");
        assert_eq!(load(&engine), SourceLoad::Gentle);
        drop(engine);
        assert_eq!(load(&open()), rate, "it was for that run");
        ORIGINALS.set(SourceLoad::Free);
    }
}
