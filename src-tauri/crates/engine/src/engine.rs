//! The engine itself: one catalog, one runtime, at most one job.

use crate::api::{
    AppError, Changed, Event, FirstLook, JobState, Pilot, Profile, RollbackResult, Snapshot, Step, What,
};
use crate::api::{CutOver, SwitchedBack};
use crate::api::{DeleteResult, PlanSummary, Rebuilt, Reconciliation, Repaired, Unpacked, Verification};
use crate::in_step::Keeping;
use crate::job::Running;
use crate::moving::{HomeMoved, MoveSummary};
use crate::secrets::Secrets;
use albumen_catalog::Catalog;
use albumen_files::create_private_dir;
use albumen_model::{DestinationId, SourceLoad};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a finished job hands back.
#[derive(Debug, Clone)]
pub enum Outcome {
    Scanned(Box<Profile>),
    Grouped,
    Planned(Box<PlanSummary>),
    Piloted(Box<Pilot>),
    Moved(Box<MoveSummary>),
    /// To each home, by itself.
    MovedHomes(Vec<HomeMoved>),
    Verified(Box<Verification>),
    Deleted(Box<DeleteResult>),
    RolledBack(Box<RollbackResult>),
    Rebuilt(Box<Rebuilt>),
    Unpacked(Box<Unpacked>),
    Reconciled(Box<Reconciliation>),
    Repaired(Box<Repaired>),
    CutOver(Box<CutOver>),
    SwitchedBack(Box<SwitchedBack>),
}

type Listener = Box<dyn Fn(Event) + Send + Sync>;

pub(crate) struct Inner {
    pub catalog: Arc<Catalog>,
    pub runtime: tokio::runtime::Handle,
    threads: Option<tokio::runtime::Runtime>,
    pub secrets: Secrets,
    /// The sign-in that waits for the browser.
    pub signing_in: Mutex<Option<crate::sign_in::Waiting>>,
    pub running: Mutex<Option<Running>>,
    /// How many of the person's wishes wait for a watch to make way.
    pub waiting: AtomicUsize,
    pub last: Mutex<Option<JobState>>,
    /// Of each home, by its id, why nothing could be sent there the last time.
    pub troubles: Mutex<BTreeMap<i64, AppError>>,
    pub keeping: Mutex<Keeping>,
    /// What the running job wants to say at its end.
    pub words: Mutex<Option<String>>,
    /// What the similarity slider counts with; made when it is first moved, gone with the next grouping.
    pub grouping: Mutex<Option<Arc<albumen_duplicates::Grouping>>>,
    /// What a running job waits for by itself.
    pub power: Mutex<crate::power::Power>,
    /// Copies that were looked at last.
    pub copies: Mutex<crate::read_repair::Looked>,
    /// What the first look of the running scan suggests.
    pub first_look: Mutex<FirstLook>,
    /// Pictures of photos that were opened from home a moment ago.
    pub opened: Mutex<crate::phases::Kept>,
    /// For this run, whatever is stored.
    pub source_load: Mutex<Option<SourceLoad>>,
    listener: Mutex<Option<Listener>>,
}

impl Drop for Inner {
    /// The last clone may end on one of the runtime's own threads, which may not wait for the others. Jobs have ended by
    /// then.
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    /// Its jobs are those of a watch: they make way for what the person starts.
    pub(crate) is_for_watch: bool,
}

pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `catalog.db` in the app's own data folder.
pub fn default_catalog() -> PathBuf {
    data_folder().join("catalog.db")
}

/// One file for the person, as the keychain is, whichever catalog is open.
fn default_vault() -> PathBuf {
    data_folder().join("secrets.vault")
}

fn data_folder() -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let base = if cfg!(target_os = "macos") {
        home().join("Library/Application Support")
    } else {
        data.unwrap_or_else(|| home().join(".local/share"))
    };
    base.join("dev.albumen.desktop")
}

impl Engine {
    /// Opens the catalog at `path`, making its folder when it is missing.
    pub fn open(path: &Path) -> Result<Self, AppError> {
        Self::open_with(path, &default_vault())
    }

    /// With the file of secrets at `vault`; it is made when somebody wants one.
    pub fn open_with(path: &Path, vault: &Path) -> Result<Self, AppError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            create_private_dir(folder)?;
        }
        let catalog = Arc::new(Catalog::open(path)?);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .worker_threads(4)
            .build();
        let runtime = runtime.map_err(|error| {
            AppError::new(
                "failed",
                error.to_string(),
                "Nothing was changed.",
                "Close other programs and try again.",
            )
        })?;
        let inner = Inner {
            catalog,
            runtime: runtime.handle().clone(),
            threads: Some(runtime),
            secrets: Secrets::new(vault.to_owned()),
            signing_in: Mutex::new(None),
            running: Mutex::new(None),
            waiting: AtomicUsize::new(0),
            last: Mutex::new(None),
            troubles: Mutex::default(),
            keeping: Mutex::default(),
            words: Mutex::new(None),
            grouping: Mutex::new(None),
            power: Mutex::default(),
            copies: Mutex::default(),
            first_look: Mutex::default(),
            opened: Mutex::default(),
            source_load: Mutex::new(None),
            listener: Mutex::new(None),
        };
        let engine = Self {
            inner: Arc::new(inner),
            is_for_watch: false,
        };
        // Before anybody looks at what there is to delete. What fails here fails again, and aloud, at the next job.
        if let Err(error) = engine.settle_removals() {
            tracing::warn!("how the last removals ended cannot be told yet: {error}");
        }
        Ok(engine)
    }

    pub(crate) fn for_watch(&self) -> Self {
        Self {
            is_for_watch: true,
            ..self.clone()
        }
    }

    /// Sets who hears of jobs and changes. Called from worker threads.
    pub fn listen(&self, listener: impl Fn(Event) + Send + Sync + 'static) {
        *held(&self.inner.listener) = Some(Box::new(listener));
    }

    /// Where everything stands: what a window shows when it opens or reloads.
    pub fn snapshot(&self) -> Result<Snapshot, AppError> {
        let catalog = &self.inner.catalog;
        let step = catalog
            .setting("step")?
            .and_then(|text| serde_json::from_str(&text).ok());
        let destination = self.destination()?;
        let standing = match &destination {
            Some(info) => !catalog.placed_page(DestinationId(info.id), 0, 1)?.is_empty(),
            None => false,
        };
        Ok(Snapshot {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            catalog: catalog.path().display().to_string(),
            step: step.unwrap_or(Step::Sources),
            sources: self.sources()?,
            destination,
            standing,
            plan: self.plan_summary()?,
            pilot: self.pilot()?,
            verification: self.verification()?,
            last_delete: self.stored::<Option<DeleteResult>>("last_delete")?.flatten(),
            last_unpack: self.last_unpack()?,
            job: self.job(),
        })
    }

    pub fn set_step(&self, step: Step) -> Result<(), AppError> {
        self.store("step", &step)
    }

    /// A small value that outlives a restart.
    pub(crate) fn stored<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, AppError> {
        Ok(self
            .inner
            .catalog
            .setting(key)?
            .and_then(|text| serde_json::from_str(&text).ok()))
    }

    pub(crate) fn store<T: serde::Serialize>(&self, key: &str, value: &T) -> Result<(), AppError> {
        let text = serde_json::to_string(value).map_err(|error| {
            AppError::new("failed", error.to_string(), "Nothing was changed.", "Try again.")
        })?;
        Ok(self.inner.catalog.set_setting(key, &text)?)
    }

    /// True in a window: the command line shows nothing until the end.
    pub(crate) fn has_listener(&self) -> bool {
        held(&self.inner.listener).is_some()
    }

    pub(crate) fn tell(&self, event: Event) {
        if let Some(listener) = held(&self.inner.listener).as_ref() {
            listener(event);
        }
    }

    pub(crate) fn tell_changed(&self, what: &[What]) {
        self.tell(Event::Changed(Changed { what: what.to_vec() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_clone_may_end_on_a_thread_of_the_runtime() {
        let dir = tempfile::tempdir().expect("temp dir");
        let (catalog, vault) = (dir.path().join("c.db"), dir.path().join("vault"));
        let engine = Engine::open_with(&catalog, &vault).expect("engine");
        let (runtime, last) = (engine.inner.runtime.clone(), engine.clone());
        let (go_on, waits) = tokio::sync::oneshot::channel::<()>();
        let ending = runtime.spawn(async move {
            waits.await.expect("told");
            drop(last);
        });
        drop(engine);
        go_on.send(()).expect("it waits");
        let other = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("runtime");
        // That it was cut off is as good as that it ended.
        let panicked = other.block_on(ending).is_err_and(|ended| ended.is_panic());
        assert!(!panicked);
        Catalog::open(&catalog).expect("it is closed");
    }
}
