//! The system's trash, which takes paths: afterwards it is looked whether it took the file that was meant. What was taken
//! by mistake, because it came under the name at that very moment, is put back.

use crate::aside::{rename_free, same_but_renamed};
use crate::durable::{keep_absence, keep_name};
use crate::error::{At, Error, Result};
use crate::identity::from_metadata;
use albumen_model::{Identity, Sha256};
use rustix::fs::CWD;
use rustix::io::Errno;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// The clock of files ticks in steps, and some file systems keep whole seconds.
const COARSE_MS: i64 = 2_000;

/// Moves `path`, which is held open as `file`, to the trash.
pub(crate) fn trash(path: &Path, file: &File, expect: &Identity, sha256: &Sha256) -> Result<()> {
    let no_trash = |why: String| Error::NoTrash {
        path: path.to_owned(),
        why,
    };
    let begun = crate::clock::now_ms();
    trash::delete(path).map_err(|why| no_trash(why.to_string()))?;
    let now = from_metadata(&file.metadata().at("look at", path)?);
    if let Some(there) = place_of(file, &now).filter(|there| is_in_a_trash(there)) {
        if same_but_renamed(&now, expect) && holds(&there, sha256) {
            keep_name(&there)?;
            return keep_absence(path);
        }
        // Edited in the last moment, or not to be read.
        put_back(&there, path)?;
        return Err(Error::NotTheSame(path.to_owned()));
    }
    // Not the file that is held: a copy of it on another disk, or something that took its name.
    match taken(path, begun)? {
        None => Err(no_trash("it is not found in the trash".to_owned())),
        Some(there) if holds(&there, sha256) => {
            crate::keep_file(&there)?;
            keep_absence(path)
        }
        Some(there) => {
            put_back(&there, path)?;
            Err(Error::NotTheSame(path.to_owned()))
        }
    }
}

/// Whether a note on it lies beside, as every trash keeps one.
fn is_in_a_trash(there: &Path) -> bool {
    note(there).is_some_and(|note| note.symlink_metadata().is_ok())
}

/// `…/info/NAME.trashinfo` for `…/files/NAME`.
fn note(there: &Path) -> Option<PathBuf> {
    let files = there.parent().filter(|files| files.ends_with("files"))?;
    let mut name = there.file_name()?.to_owned();
    name.push(".trashinfo");
    Some(files.parent()?.join("info").join(name))
}

/// The path that an open file has now, if it still is in a folder.
fn place_of(file: &File, now: &Identity) -> Option<PathBuf> {
    let there = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()?;
    let named = crate::identity_of(&there).ok()?;
    ((named.dev, named.ino) == (now.dev, now.ino)).then_some(there)
}

/// What the trash got last under this path, since `begun` (milliseconds). By the time of its note: the date that stands in
/// it is local, and an hour of each autumn comes twice.
#[cfg(target_os = "linux")]
fn taken(path: &Path, begun: i64) -> Result<Option<PathBuf>> {
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    let items = trash::os_limited::list().map_err(|why| Error::NoTrash {
        path: path.to_owned(),
        why: why.to_string(),
    })?;
    let last = items
        .into_iter()
        .filter(|item| path.file_name() == Some(&item.name))
        .filter(|item| Some(&item.original_parent) == parent.as_ref() || path == item.original_path())
        .filter_map(|item| Some((crate::identity_of(Path::new(&item.id)).ok()?.mtime_ns, item.id)))
        .filter(|(noted_ns, _)| noted_ns / 1_000_000 >= begun - COARSE_MS)
        .max();
    Ok(last.and_then(|(_, info)| {
        let info = Path::new(&info);
        Some(info.parent()?.parent()?.join("files").join(info.file_stem()?))
    }))
}

#[cfg(not(target_os = "linux"))]
fn taken(_: &Path, _: i64) -> Result<Option<PathBuf>> {
    Ok(None)
}

/// What cannot be read is not shown to be the same.
fn holds(path: &Path, sha256: &Sha256) -> bool {
    crate::read_through(path, |_| 0, &|| false).is_ok_and(|read| read.sha256 == *sha256)
}

/// Out of the trash, under its name or beside what has that now.
fn put_back(there: &Path, path: &Path) -> Result<()> {
    for name in crate::aside::names(Path::new(path.file_name().unwrap_or_default())) {
        let to = path.with_file_name(name);
        match rename_free(CWD, there, &to) {
            Ok(()) => {
                // Without its file the note says nothing; one that stays harms nothing.
                if let Some(note) = note(there) {
                    rustix::fs::unlink(note).ok();
                }
                return keep_name(&to);
            }
            Err(Errno::EXIST | Errno::NAMETOOLONG) => {}
            Err(other) => return Err(other).at("put back", path),
        }
    }
    Err(Error::Exists(path.to_owned()))
}
