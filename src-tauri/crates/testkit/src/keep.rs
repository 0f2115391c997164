//! A folder kept as it was, to be put back after a test spoilt it.

use crate::tree::{self, Entry};
use crate::write::put;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Every regular file below a folder, with its bytes, and every folder.
pub struct Kept {
    root: PathBuf,
    files: BTreeMap<PathBuf, (Entry, Vec<u8>)>,
    folders: BTreeSet<PathBuf>,
}

impl Kept {
    pub fn of(root: &Path) -> Self {
        let files = tree::snapshot(root).into_iter().map(|(path, entry)| {
            let bytes = std::fs::read(root.join(&path)).expect("read a file");
            (path, (entry, bytes))
        });
        Self {
            root: root.to_owned(),
            files: files.collect(),
            folders: tree::folders(root),
        }
    }

    /// Puts back what differs: bytes, times and modes. What is as it was is not touched, so it stays the same file.
    #[expect(clippy::disallowed_methods, reason = "the folder is a test's own")]
    pub fn put_back(&self) {
        for (path, is) in tree::snapshot(&self.root) {
            if self.files.get(&path).is_none_or(|(was, _)| *was != is) {
                std::fs::remove_file(self.root.join(path)).expect("remove a file");
            }
        }
        for extra in tree::folders(&self.root) {
            if !self.folders.contains(&extra) && extra.exists() {
                std::fs::remove_dir_all(extra).expect("remove a folder");
            }
        }
        for folder in &self.folders {
            crate::write::make_dir(folder);
        }
        for (path, (entry, bytes)) in &self.files {
            let path = self.root.join(path);
            if !path.exists() {
                put(path.clone(), bytes, entry.mtime_ns.unsigned_abs());
                std::fs::set_permissions(&path, Permissions::from_mode(entry.mode)).expect("set a mode");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test spoils its own folder")]
    fn what_was_spoilt_is_as_it_was_and_the_rest_is_the_same_file() {
        let work = tempfile::tempdir().expect("a folder");
        let root = work.path().join("kept");
        for name in ["a", "sub/b", "sub/c"] {
            put(root.join(name), b"bytes", 1_500_000_000_123_456_789);
        }
        let (kept, before) = (Kept::of(&root), tree::snapshot(&root));
        let inode = root.join("a").metadata().expect("there").ino();
        std::fs::remove_dir_all(root.join("sub")).expect("spoilt");
        put(root.join("new/d"), b"new", 1);
        kept.put_back();
        assert_eq!(tree::differences(&before, &tree::snapshot(&root)), "");
        assert_eq!(root.join("a").metadata().expect("there").ino(), inode);
        assert!(!root.join("new").exists());
        std::fs::remove_dir_all(&root).expect("spoilt");
        kept.put_back();
        assert_eq!(tree::differences(&before, &tree::snapshot(&root)), "");

        let nothing = Kept::of(&work.path().join("nothing"));
        put(work.path().join("nothing/x"), b"x", 1);
        nothing.put_back();
        assert!(!work.path().join("nothing").exists());
    }
}
