//! What a power cut must not take back: names. Syncing a file keeps its bytes; its name is kept by syncing the folder it
//! is in, and that folder's own name by syncing the one above.
//!
//! Invariant: whoever is told that a name is kept may write that down. What a killed run left, or another program just
//! made, was synced by nobody, so that it is there proves nothing. Each folder is asked for once in a process: a sync is
//! a round trip to the disk.

use crate::error::{At, Result};
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// A folder changes its time when a name in it changes; twice within one tick of the clock, it may not.
const TICK_NS: i64 = 1_000_000_000;

/// Device, inode, and when it was made, where the file system knows: numbers of removed folders are given away again.
type Folder = (u64, u64, Option<SystemTime>);

struct Known {
    /// Their own names are kept, up to the top of their disk.
    named: BTreeSet<Folder>,
    /// Synced, when their time was this.
    synced: BTreeMap<Folder, i64>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known {
    named: BTreeSet::new(),
    synced: BTreeMap::new(),
});

fn known() -> MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Syncs an open folder. File systems that know no such sync (some on a network) keep names in their own way.
pub(crate) fn sync_names(folder: impl AsFd) -> std::result::Result<(), Errno> {
    match rustix::fs::fsync(folder) {
        Err(Errno::INVAL | Errno::OPNOTSUPP) => Ok(()),
        done => done,
    }
}

pub(crate) fn sync_dir(path: &Path) -> Result<()> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, rustix::fs::Mode::empty())
        .and_then(sync_names)
        .at("sync the folder", path)
}

/// Keeps the name of a folder and of those it lies in, on its disk.
pub(crate) fn keep_folder(folder: &Path) -> Result<()> {
    let mut missing = Vec::new();
    let mut below: Option<Metadata> = None;
    for at in folder.ancestors().take_while(|at| !at.as_os_str().is_empty()) {
        let meta = std::fs::metadata(at).at("look at", at)?;
        let is_another_disk = below.is_some_and(|below| below.dev() != meta.dev());
        if is_another_disk || known().named.contains(&id(&meta)) {
            break;
        }
        missing.push((at, id(&meta)));
        below = Some(meta);
    }
    for (at, id) in missing.into_iter().rev() {
        if let Some(parent) = at.parent() {
            match sync_dir(parent) {
                // We cannot have made it there.
                Err(foreign) if foreign.is_permission() => {}
                done => done?,
            }
        }
        known().named.insert(id);
    }
    Ok(())
}

/// Keeps the name of a file that was found in its place.
pub fn keep_name(path: &Path) -> Result<()> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    // First, so that nothing is kept in a folder that may go.
    keep_folder(folder)?;
    let meta = std::fs::metadata(folder).at("look at", folder)?;
    let changed = meta
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(meta.mtime_nsec());
    if known().synced.get(&id(&meta)) != Some(&changed) {
        let now = crate::clock::now_ms().saturating_mul(1_000_000);
        sync_dir(folder)?;
        if changed.saturating_add(TICK_NS) < now {
            known().synced.insert(id(&meta), changed);
        }
    }
    Ok(())
}

/// Keeps a file that was found in its place, with its name.
pub fn keep_file(path: &Path) -> Result<()> {
    let (file, _) = crate::open_regular(path)?;
    file.sync_all().at("sync", path)?;
    keep_name(path)
}

/// Keeps that a name is gone, also where its folder went with it.
pub fn keep_absence(path: &Path) -> Result<()> {
    let folders = path.ancestors().skip(1);
    let there = folders
        .into_iter()
        .find(|at| !at.as_os_str().is_empty() && at.is_dir());
    there.map_or(Ok(()), sync_dir)
}

/// For one that was just made, where it cannot be told from one that had its number.
pub(crate) fn forget_folder(path: &Path) {
    if let Ok(meta) = std::fs::metadata(path) {
        let mut known = known();
        known.named.remove(&id(&meta));
        known.synced.remove(&id(&meta));
    }
}

fn id(meta: &Metadata) -> Folder {
    (meta.dev(), meta.ino(), meta.created().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_asked_for_once_and_again_after_it_was_forgotten() {
        let dir = tempfile::tempdir().expect("temp dir");
        let folder = dir.path().join("a/b");
        std::fs::create_dir_all(&folder).expect("folders");
        let is_known = || {
            known()
                .named
                .contains(&id(&std::fs::metadata(&folder).expect("there")))
        };
        assert!(!is_known());
        keep_folder(&folder).expect("kept");
        assert!(is_known());
        forget_folder(&folder);
        assert!(!is_known());
        keep_name(&folder.join("x.jpg")).expect("kept");
        assert!(is_known());
    }

    #[test]
    fn a_folder_that_changed_a_moment_ago_is_synced_again() {
        let dir = tempfile::tempdir().expect("temp dir");
        let synced = || {
            known()
                .synced
                .contains_key(&id(&std::fs::metadata(dir.path()).expect("there")))
        };
        keep_name(&dir.path().join("x.jpg")).expect("kept");
        assert!(!synced(), "another name may come within this tick");
        let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        let folder = std::fs::File::open(dir.path()).expect("open");
        folder.set_modified(old).expect("a time");
        keep_name(&dir.path().join("x.jpg")).expect("kept");
        assert!(synced());
    }

    #[test]
    fn what_went_with_its_folder_is_kept_gone_by_the_next_above() {
        let dir = tempfile::tempdir().expect("temp dir");
        keep_absence(&dir.path().join("gone/x.jpg")).expect("synced");
        assert!(keep_name(&dir.path().join("gone/x.jpg")).is_err());
    }
}
