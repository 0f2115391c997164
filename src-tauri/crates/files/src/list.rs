//! Listing a folder destination. An error ends the listing: a partial one would look like missing files.

use crate::error::{At, Error, Result};
use crate::identity_of;
use crate::place::PART_PREFIX;
use albumen_model::{Identity, key::MARKER_FOLDER};
use std::path::Path;
use walkdir::WalkDir;

/// Gives every regular file below `root` with its `/`-separated name, but for our own markers and part files. Names
/// that are not UTF-8 cannot be ours and are passed by. A root that does not exist is empty.
pub fn list_tree(root: &Path, on_file: &mut dyn FnMut(String, Identity) -> bool) -> Result<()> {
    list(root, false, on_file)
}

/// As [`list_tree`], of a folder of our own notes: some are there for a moment only, and another machine that works here may
/// take its own away meanwhile.
pub fn list_notes(root: &Path, on_file: &mut dyn FnMut(String, Identity) -> bool) -> Result<()> {
    list(root, true, on_file)
}

fn list(root: &Path, may_vanish: bool, on_file: &mut dyn FnMut(String, Identity) -> bool) -> Result<()> {
    match std::fs::metadata(root) {
        Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        // Not seen is not "not there".
        Err(other) => return Err(other).at("list", root),
        Ok(_) => {}
    }
    let walk = WalkDir::new(root)
        .min_depth(1)
        .follow_links(false)
        .sort_by_file_name();
    let ours = |name: &std::ffi::OsStr| name == MARKER_FOLDER;
    let entries = walk
        .into_iter()
        .filter_entry(|entry| entry.depth() != 1 || !ours(entry.file_name()));
    for entry in entries {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(root).to_owned();
            Error::Io {
                op: "list",
                path,
                source: error.into(),
            }
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
        let name = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
        let Some(name) = name.filter(|_| !entry.file_name().to_string_lossy().starts_with(PART_PREFIX))
        else {
            continue;
        };
        let identity = match identity_of(entry.path()) {
            // Its folder answers, so it is this file alone that went.
            Err(gone)
                if may_vanish && gone.is_not_found() && entry.path().parent().is_some_and(Path::is_dir) =>
            {
                continue;
            }
            looked => looked?,
        };
        if !on_file(name.to_owned(), identity) {
            return Err(Error::Stopped);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_that_cannot_be_seen_is_an_error_and_an_absent_one_is_empty() {
        let dir = tempfile::tempdir().expect("temp dir");
        let root = dir.path().join("D");
        list_tree(&root, &mut |_, _| panic!("nothing is there")).expect("empty");
        // A link to itself stands for a disk that does not answer.
        std::os::unix::fs::symlink(&root, &root).expect("link");
        assert!(list_tree(&root, &mut |_, _| true).is_err());
    }
}
