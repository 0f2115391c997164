//! Hears that something changed in a source. It never says what: the scan looks for itself. Where the system gives no more
//! ears (its limit of watched folders), it says so, and the rounds that come by themselves do without.

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Default)]
pub(super) struct Ears {
    /// The watcher hears as long as it is held.
    open: Option<(RecommendedWatcher, Receiver<()>)>,
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
        if self.open.is_some() || self.deaf || roots.iter().any(|root| !root.is_dir()) {
            return None;
        }
        match listen(roots) {
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
                std::thread::sleep(within);
                Heard::Nothing
            }
        }
    }
}

fn listen(roots: &[PathBuf]) -> notify::Result<(RecommendedWatcher, Receiver<()>)> {
    // One word is enough, however much happens until somebody listens.
    let (say, changes) = bounded(1);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // That a file was read is no change: scans read them all. A failure may have swallowed one.
        if !event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
            say.try_send(()).ok();
        }
    })?;
    for root in roots {
        watcher.watch(root, RecursiveMode::Recursive)?;
    }
    Ok((watcher, changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn a_new_file_is_heard_and_one_that_is_read_is_not() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("a.jpg");
        drop(File::create(&path).expect("create"));
        let mut ears = Ears::default();
        assert_eq!(ears.open(&[dir.path().to_owned()]), None);
        std::fs::read(&path).expect("read");
        assert_eq!(ears.hear(Duration::from_millis(300)), Heard::Nothing);
        std::fs::create_dir(dir.path().join("new")).expect("folder");
        assert_eq!(ears.hear(Duration::from_secs(20)), Heard::Change);
    }

    #[test]
    fn a_folder_that_is_away_is_tried_again_and_not_said() {
        let mut ears = Ears::default();
        assert_eq!(ears.open(&[PathBuf::from("/nowhere/at/all")]), None);
        assert!(!ears.deaf && ears.open.is_none());
        assert_eq!(ears.hear(Duration::from_millis(1)), Heard::Nothing);
    }
}
