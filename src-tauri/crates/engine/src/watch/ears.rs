//! Hears that something changed in a source, and in which folders. It never says what: the scan looks for itself. Where the
//! system gives no more ears (its limit of watched folders), it says so, and the rounds that come by themselves do without.
//!
//! Invariant: what was heard of is kept until it is taken; where something may not have been heard of, that is known.

use super::dirty::Dirty;
use crate::engine::held;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Default)]
pub(super) struct Ears {
    /// The watcher hears as long as it is held.
    open: Option<(RecommendedWatcher, Receiver<()>)>,
    /// Where it listens.
    roots: Vec<PathBuf>,
    heard: Arc<Mutex<Dirty>>,
    deaf: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Change,
    Nothing,
}

impl Ears {
    /// Listens to these folders and all below, unless it does already. Gives, once, why it cannot.
    pub(super) fn open(&mut self, roots: &[PathBuf]) -> Option<String> {
        if self.roots != roots {
            *self = Self::default();
            roots.clone_into(&mut self.roots);
        }
        if self.open.is_some() || self.deaf || roots.iter().any(|root| !root.is_dir()) {
            return None;
        }
        // What changed before is not known.
        held(&self.heard).lose();
        match listen(roots, &self.heard) {
            Ok(open) => {
                self.open = Some(open);
                None
            }
            Err(error) => {
                self.deaf = true;
                Some(error.to_string())
            }
        }
    }

    /// All that was heard of since it was taken last.
    pub(super) fn take(&self) -> Dirty {
        let mut dirty = std::mem::take(&mut *held(&self.heard));
        if self.open.is_none() {
            dirty.lose();
        }
        dirty
    }

    pub(super) fn hear(&self, within: Duration) -> Heard {
        let heard = match &self.open {
            Some((_, changes)) => changes.recv_timeout(within),
            None => {
                std::thread::sleep(within);
                Err(RecvTimeoutError::Timeout)
            }
        };
        match heard {
            Ok(()) => Heard::Change,
            Err(RecvTimeoutError::Timeout) => Heard::Nothing,
            // Its thread died: as if deaf, without a busy loop.
            Err(RecvTimeoutError::Disconnected) => {
                held(&self.heard).lose();
                std::thread::sleep(within);
                Heard::Nothing
            }
        }
    }
}

fn listen(
    roots: &[PathBuf],
    heard: &Arc<Mutex<Dirty>>,
) -> notify::Result<(RecommendedWatcher, Receiver<()>)> {
    // One word is enough, however much happens until somebody listens.
    let (say, changes) = bounded(1);
    let heard = heard.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        match event {
            // That a file was read is no change: scans read them all.
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
            Ok(event) if !event.need_rescan() && !event.paths.is_empty() => held(&heard).add(event.paths),
            // A failure, or more than the system keeps, may have swallowed one.
            _ => held(&heard).lose(),
        }
        say.try_send(()).ok();
    })?;
    for root in roots {
        watcher.watch(root, RecursiveMode::Recursive)?;
    }
    Ok((watcher, changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_model::SourceId;
    use std::fs::File;

    #[test]
    fn a_new_file_is_heard_and_one_that_is_read_is_not() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("a.jpg");
        drop(File::create(&path).expect("create"));
        let mut ears = Ears::default();
        let roots = [dir.path().to_owned()];
        assert_eq!(ears.open(&roots), None);
        let sources = [(SourceId(1), dir.path().to_owned())];
        assert!(
            ears.take().parts(&sources).is_none(),
            "what was before is not known"
        );
        std::fs::read(&path).expect("read");
        assert_eq!(ears.hear(Duration::from_millis(300)), Heard::Nothing);
        assert!(ears.take().parts(&sources).is_some_and(|parts| parts.is_empty()));
        std::fs::create_dir(dir.path().join("new")).expect("folder");
        assert_eq!(ears.hear(Duration::from_secs(20)), Heard::Change);
        assert!(ears.take().parts(&sources).is_some_and(|parts| !parts.is_empty()));
        // Of another folder nothing was heard yet.
        let other = tempfile::tempdir().expect("temp dir");
        assert_eq!(ears.open(&[roots[0].clone(), other.path().to_owned()]), None);
        assert!(ears.take().parts(&sources).is_none());
    }

    #[test]
    fn a_folder_that_is_away_is_tried_again_and_not_said() {
        let mut ears = Ears::default();
        assert_eq!(ears.open(&[PathBuf::from("/nowhere/at/all")]), None);
        assert!(!ears.deaf && ears.open.is_none());
        assert_eq!(ears.hear(Duration::from_millis(1)), Heard::Nothing);
        assert!(ears.take().parts(&[]).is_none());
    }
}
