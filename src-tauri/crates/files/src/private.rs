//! The app's own small files (settings folder, exported dry runs) and facts about disks.

use crate::error::{At, Result};
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// For the catalog: readable by its owner only, as it knows every photo's name and place.
pub fn create_private_dir(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .at("make the folder", path)
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

/// Removes one folder that this project made, if nothing is in it. A folder with anything in it stays.
pub fn remove_own_dir_if_empty(path: &Path) -> Result<bool> {
    match rustix::fs::unlinkat(rustix::fs::CWD, path, rustix::fs::AtFlags::REMOVEDIR) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::NOTEMPTY | rustix::io::Errno::EXIST | rustix::io::Errno::NOENT) => Ok(false),
        Err(other) => Err(other).at("remove the folder", path),
    }
}
