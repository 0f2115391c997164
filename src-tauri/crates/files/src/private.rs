//! The app's own small files (settings folder, exported dry runs) and facts about disks.

use crate::durable::{keep_absence, keep_folder, sync_dir};
use crate::error::{At, Result};
use rustix::fs::OFlags;
use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// For the catalog: readable by its owner only, as it knows every photo's name and place.
pub fn create_private_dir(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .at("make the folder", path)?;
    keep_folder(path)
}

/// Writes a file the person asked for by name (`--out`), replacing an earlier one of that name.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .at("write", path)?;
    file.write_all(bytes).at("write", path)?;
    file.sync_all().at("sync", path)
}

/// Replaces a file of the app's own in one step: after a crash it is the old one or the new one, never a part of either.
pub fn replace_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let part = PathBuf::from(beside);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(&part)
        .at("write", &part)?;
    // One that a crash or somebody else left keeps its own mode.
    file.set_permissions(Permissions::from_mode(0o600))
        .at("write", &part)?;
    file.write_all(bytes).at("write", &part)?;
    file.sync_all().at("sync", &part)?;
    rustix::fs::rename(&part, path).at("write", path)?;
    sync_dir(path.parent().unwrap_or(Path::new("")))
}

/// Opens for appending, making the file when it is missing.
pub fn append_private(path: &Path) -> Result<std::fs::File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .at("write", path)
}

/// What an ordinary user may still write at `path` (or the nearest folder above it that exists).
pub fn free_bytes(path: &Path) -> Result<u64> {
    let there = path
        .ancestors()
        .find(|above| above.is_dir())
        .unwrap_or(Path::new("/"));
    let stat = rustix::fs::statvfs(there).at("look at", there)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Bytes that a name may have at `path` (or the nearest folder above it that exists), where the disk tells.
pub fn longest_name(path: &Path) -> Option<usize> {
    let there = path.ancestors().find(|above| above.is_dir())?;
    let stat = rustix::fs::statvfs(there).ok()?;
    usize::try_from(stat.f_namemax).ok().filter(|&most| most > 0)
}

/// As many of `wanted` workers as the system lets have their files open at the same time; one at least.
pub fn workers_allowed(wanted: usize) -> usize {
    /// Of the catalog, the runtime, the standard streams.
    const OTHERS: u64 = 40;
    /// A source, its folder, a part, a folder to sync, one to spare.
    const EACH: u64 = 5;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let allowed = limit.map_or(u64::MAX, |files| files.saturating_sub(OTHERS) / EACH);
    wanted.min(usize::try_from(allowed).unwrap_or(usize::MAX)).max(1)
}

/// Removes one folder that this project made, if nothing is in it. A folder with anything in it stays. One that is gone
/// stays gone, whenever the power fails.
pub fn remove_own_dir_if_empty(path: &Path) -> Result<bool> {
    match rustix::fs::unlinkat(rustix::fs::CWD, path, rustix::fs::AtFlags::REMOVEDIR) {
        Ok(()) => keep_absence(path).map(|()| true),
        Err(rustix::io::Errno::NOTEMPTY | rustix::io::Errno::EXIST) => Ok(false),
        Err(rustix::io::Errno::NOENT) => keep_absence(path).map(|()| false),
        Err(other) => Err(other).at("remove the folder", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn an_own_file_is_replaced_whole_and_stays_private() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("own");
        let left_over = dir.path().join("own.new");
        std::fs::File::create(&left_over).expect("left by a crash");
        std::fs::set_permissions(&left_over, Permissions::from_mode(0o644)).expect("mode");
        replace_private(&path, b"a longer first one").expect("made");
        replace_private(&path, b"second").expect("replaced");
        assert_eq!(std::fs::read(&path).expect("read"), b"second");
        assert_eq!(std::fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
        assert!(!left_over.exists());
    }

    #[test]
    fn a_link_in_the_way_of_an_own_file_is_not_followed() {
        let dir = tempfile::tempdir().expect("a folder");
        let (path, victim) = (dir.path().join("own"), dir.path().join("victim"));
        std::os::unix::fs::symlink(&victim, dir.path().join("own.new")).expect("link");
        assert!(replace_private(&path, b"secret").is_err());
        assert!(!victim.exists() && !path.exists());
    }
}
