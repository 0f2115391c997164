//! What lies in a folder, byte for byte, to compare before and after: the referee of every test about files.
//!
//! Written without the crates under test. Links are not followed; only regular files count.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// One regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub size: u64,
    /// In hex.
    pub sha256: String,
    pub mtime_ns: i64,
    /// Permission bits.
    pub mode: u32,
}

/// Paths below the root.
pub type Tree = BTreeMap<PathBuf, Entry>;

/// Every regular file below `root`; an absent `root` has none.
pub fn snapshot(root: &Path) -> Tree {
    let mut tree = Tree::new();
    if root.exists() {
        walk(root, root, &mut tree);
    }
    tree
}

fn walk(root: &Path, folder: &Path, tree: &mut Tree) {
    for entry in std::fs::read_dir(folder).expect("list a folder") {
        let path = entry.expect("list a folder").path();
        let meta = match path.symlink_metadata() {
            // Renamed or removed while this looks: a tree that lives.
            Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => continue,
            meta => meta.expect("look at an entry"),
        };
        if meta.is_dir() {
            walk(root, &path, tree);
        } else if meta.is_file() {
            let below = path
                .strip_prefix(root)
                .expect("what is listed is below")
                .to_owned();
            let mtime_ns = meta.mtime() * 1_000_000_000 + meta.mtime_nsec();
            tree.insert(
                below,
                Entry {
                    size: meta.len(),
                    sha256: sha256(&path),
                    mtime_ns,
                    mode: meta.mode() & 0o7777,
                },
            );
        }
    }
}

/// Every folder, and `root` itself where it exists: their full paths, outer ones before what is in them.
pub fn folders(root: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut next: Vec<PathBuf> = root.is_dir().then(|| root.to_owned()).into_iter().collect();
    while let Some(folder) = next.pop() {
        for entry in std::fs::read_dir(&folder).expect("list a folder") {
            let entry = entry.expect("list a folder");
            if entry.file_type().expect("a kind").is_dir() {
                next.push(entry.path());
            }
        }
        found.insert(folder);
    }
    found
}

/// SHA-256 of a file, in hex.
pub fn sha256(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("read a file");
    Sha256::digest(&bytes)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a string");
            hex
        })
}

/// A line for every file that is not as it was; empty when the trees are equal.
pub fn differences(before: &Tree, after: &Tree) -> String {
    let mut lines = String::new();
    let mut say = |what: &str, path: &Path| writeln!(lines, "{what}: {path:?}").expect("writing to a string");
    for (path, was) in before {
        let Some(is) = after.get(path) else {
            say("missing", path);
            continue;
        };
        if was.size != is.size {
            say(&format!("size {} became {}", was.size, is.size), path);
        } else if was.sha256 != is.sha256 {
            say("other bytes", path);
        }
        if was.mtime_ns != is.mtime_ns {
            say(&format!("time {} became {}", was.mtime_ns, is.mtime_ns), path);
        }
        if was.mode != is.mode {
            say(&format!("mode {:o} became {:o}", was.mode, is.mode), path);
        }
    }
    for path in after.keys().filter(|path| !before.contains_key(*path)) {
        say("extra", path);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::put;

    /// Three files, what `change` did to them, and how it is reported.
    fn seen(change: impl Fn(&Path)) -> String {
        let root = tempfile::tempdir().unwrap();
        for name in ["a.jpg", "sub/b.jpg", "sub/c.jpg"] {
            put(root.path().join(name), b"some bytes", 1_500_000_000_123_456_789);
        }
        let before = snapshot(root.path());
        assert_eq!(before.len(), 3);
        change(root.path());
        differences(&before, &snapshot(root.path()))
    }

    #[test]
    fn equal_trees_have_no_differences() {
        assert_eq!(seen(|_| ()), "");
    }

    #[test]
    fn a_flipped_byte_is_seen() {
        let change = |root: &Path| {
            drop(put(
                root.join("sub/b.jpg"),
                b"some Bytes",
                1_500_000_000_123_456_789,
            ))
        };
        assert_eq!(seen(change), "other bytes: \"sub/b.jpg\"\n");
    }

    #[test]
    fn a_time_off_by_one_nanosecond_is_seen() {
        let change = |root: &Path| drop(put(root.join("a.jpg"), b"some bytes", 1_500_000_000_123_456_790));
        assert_eq!(
            seen(change),
            "time 1500000000123456789 became 1500000000123456790: \"a.jpg\"\n"
        );
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the test takes a file away to see that it is missed"
    )]
    fn a_missing_and_an_extra_file_are_seen() {
        let change = |root: &Path| std::fs::rename(root.join("sub/c.jpg"), root.join("sub/d.jpg")).unwrap();
        assert_eq!(seen(change), "missing: \"sub/c.jpg\"\nextra: \"sub/d.jpg\"\n");
    }

    #[test]
    fn links_are_not_followed_and_an_absent_folder_is_empty() {
        let link =
            |root: &Path| std::os::unix::fs::symlink(root.join("a.jpg"), root.join("link.jpg")).unwrap();
        assert_eq!(seen(link), "");
        assert!(snapshot(Path::new("/nowhere/at/all")).is_empty());
    }
}
