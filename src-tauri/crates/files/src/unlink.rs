//! Removing, with the recorded identity as the price. Called by `migrate::cleanup` and `migrate::rollback` only.

use crate::aside::Aside;
use crate::durable::sync_names;
use crate::error::{At, Error, Result};
use crate::open::{open_below, parent_handle};
use albumen_model::{Identity, Sha256};
use rustix::fs::{AtFlags, FileType};
use std::path::Path;

/// What became of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    Trashed,
    Removed,
}

/// Moves an original to the system's trash. What it took is compared afterwards, and put back if it is another file.
pub fn trash_original(root: &Path, below: &Path, expect: &Identity, sha256: &Sha256) -> Result<Removal> {
    let path = root.join(below);
    let (file, seen) = open_below(root, below)?;
    if seen != *expect {
        return Err(Error::NotTheSame(path));
    }
    crate::bin::trash(&path, &file, expect, sha256)?;
    Ok(Removal::Trashed)
}

/// Removes an original for ever: through a held handle of its folder, and from under a name that nobody else uses, where it
/// is compared for the last time.
pub fn remove_original(root: &Path, below: &Path, expect: &Identity, sha256: &Sha256) -> Result<Removal> {
    let path = root.join(below);
    let (parent, name) = parent_handle(root, below)?;
    same_file(&parent, name, &path, expect)?;
    Aside::step(&parent, name, &path)?.remove_if(expect, sha256)?;
    Ok(Removal::Removed)
}

/// Removes a file that this project placed at a folder destination and nobody has changed since, as an original is removed:
/// its folder may be somebody's workplace by now. A power cut does not bring it back.
pub fn remove_placed(root: &Path, key: &str, expect: &Identity, sha256: &Sha256) -> Result<()> {
    let below = Path::new(key);
    let path = root.join(below);
    let (parent, name) = parent_handle(root, below)?;
    same_file(&parent, name, &path, expect)?;
    match Aside::step(&parent, name, &path) {
        // A disk that is full to the last block has no room for another name, and needs what a roll back frees.
        Err(full) if full.is_full() => {
            rustix::fs::unlinkat(&parent, name, AtFlags::empty()).at("remove", &path)?;
            sync_names(&parent).at("sync the folder of", &path)
        }
        stepped => stepped?.remove_if(expect, sha256),
    }
}

fn same_file(parent: &std::os::fd::OwnedFd, name: &Path, path: &Path, expect: &Identity) -> Result<()> {
    let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW).at("look at", path)?;
    if !FileType::from_raw_mode(stat.st_mode).is_file() {
        return Err(Error::NotRegular(path.to_owned()));
    }
    let ns = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    let same = stat.st_dev == expect.dev
        && stat.st_ino == expect.ino
        && u64::try_from(stat.st_size) == Ok(expect.size)
        && i64::try_from(stat.st_ctime_nsec).is_ok_and(|rest| ns(stat.st_ctime, rest) == expect.ctime_ns)
        && i64::try_from(stat.st_mtime_nsec).is_ok_and(|rest| ns(stat.st_mtime, rest) == expect.mtime_ns);
    if same {
        Ok(())
    } else {
        Err(Error::NotTheSame(path.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{identity_of, place_bytes};
    use sha2::Digest;

    fn one() -> Sha256 {
        Sha256(sha2::Sha256::digest(b"one").into())
    }

    #[test]
    fn only_the_very_same_file_is_removed() {
        let dir = tempfile::tempdir().expect("temp dir");
        place_bytes(dir.path(), "a/x.jpg", b"one", 0, None).expect("file");
        let (below, sha256) = (Path::new("a/x.jpg"), one());
        let seen = identity_of(&dir.path().join(below)).expect("identity");
        let other = Identity {
            ino: seen.ino + 1,
            ..seen
        };
        assert!(matches!(
            remove_original(dir.path(), below, &other, &sha256),
            Err(Error::NotTheSame(_))
        ));
        assert!(dir.path().join(below).exists());
        assert_eq!(
            remove_original(dir.path(), below, &seen, &sha256).expect("remove"),
            Removal::Removed
        );
        assert!(!dir.path().join(below).exists());
    }

    #[test]
    fn of_what_was_placed_only_the_very_bytes_are_removed() {
        let dir = tempfile::tempdir().expect("temp dir");
        let full = dir.path().join("a/x.jpg");
        place_bytes(dir.path(), "a/x.jpg", b"one", 0, None).expect("file");
        let seen = identity_of(&full).expect("identity");
        let other = Sha256(sha2::Sha256::digest(b"two").into());
        assert!(matches!(
            remove_placed(dir.path(), "a/x.jpg", &seen, &other),
            Err(Error::NotTheSame(_))
        ));
        assert_eq!(std::fs::read(&full).expect("it stands again"), b"one");
        let seen = identity_of(&full).expect("identity");
        remove_placed(dir.path(), "a/x.jpg", &seen, &one()).expect("removed");
        assert_eq!(std::fs::read_dir(dir.path().join("a")).expect("list").count(), 0);
    }

    #[test]
    fn a_parent_swapped_for_a_link_is_refused() {
        let dir = tempfile::tempdir().expect("temp dir");
        place_bytes(dir.path(), "real/x.jpg", b"one", 0, None).expect("file");
        std::os::unix::fs::symlink(dir.path().join("real"), dir.path().join("a")).expect("link");
        let seen = identity_of(&dir.path().join("real/x.jpg")).expect("identity");
        assert!(remove_original(dir.path(), Path::new("a/x.jpg"), &seen, &one()).is_err());
        assert!(dir.path().join("real/x.jpg").exists());
    }
}
