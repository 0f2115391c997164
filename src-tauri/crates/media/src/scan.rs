//! Stage 1: the walk. Every entry under a source becomes exactly one [`Found`]; nothing is opened here.

use crate::ban;
use albumen_files::identity_of;
use albumen_model::{Identity, RelPath};
use std::cmp::Ordering;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// What the walk came across.
#[derive(Debug)]
pub enum Found {
    File {
        path: RelPath,
        identity: Identity,
    },
    /// A regular file on the ban list: counted, never read.
    Excluded {
        path: RelPath,
        identity: Identity,
    },
    /// Not a file we can take; `code` is stable (`folder-unreadable`, `link`, `special`, `excluded-folder`, `vanished`).
    Problem {
        path: RelPath,
        code: &'static str,
        what: String,
    },
}

impl Found {
    /// A problem that means "there may be photos here that were not seen": it forbids conclusions from absence.
    pub fn hides_files(&self) -> bool {
        matches!(
            self,
            Self::Problem {
                code: "folder-unreadable" | "vanished",
                ..
            }
        )
    }
}

/// As [`walk`], of one folder below `root`, in it alone or with all below it. One that is not there, or that [`walk`] would not
/// enter, has nothing in it.
pub fn walk_folder(root: &Path, folder: &RelPath, is_deep: bool, on_found: impl FnMut(Found) -> bool) {
    let mut at = root.to_owned();
    for part in folder.as_path() {
        at.push(part);
        let is_entered = at.symlink_metadata().is_ok_and(|there| there.is_dir());
        if !is_entered || ban::is_banned_folder(part.as_bytes()) {
            return;
        }
    }
    let depth = if is_deep { usize::MAX } else { 1 };
    let entries = WalkDir::new(at).max_depth(depth);
    entered(root, entries, is_deep, on_found);
}

/// Walks `root` without following links, giving each entry to `on_found` until it returns false. Files come in the order
/// of their whole paths' bytes, which is the catalog's, so that the two can be compared side by side.
pub fn walk(root: &Path, on_found: impl FnMut(Found) -> bool) {
    entered(root, WalkDir::new(root), true, on_found);
}

fn entered(root: &Path, entries: WalkDir, is_deep: bool, mut on_found: impl FnMut(Found) -> bool) {
    let mut entries = entries
        .min_depth(1)
        .follow_links(false)
        .sort_by(by_path)
        .into_iter();
    while let Some(entry) = entries.next() {
        let found = match entry {
            Ok(entry) => {
                let path = below(root, entry.path());
                let kind = entry.file_type();
                let name = name(&entry);
                if kind.is_dir() {
                    // Of a folder alone, those in it were looked at before, or are told of themselves.
                    if !is_deep || !ban::is_banned_folder(name) {
                        continue;
                    }
                    entries.skip_current_dir();
                    let what = "A folder of thumbnails, deleted files or system data. It is passed by.";
                    Found::Problem {
                        path,
                        code: "excluded-folder",
                        what: what.to_owned(),
                    }
                } else if kind.is_file() {
                    regular(entry.path(), path, ban::is_banned_file(name))
                } else if kind.is_symlink() {
                    let what =
                        "A link. Links are not followed; what it points to is moved from where it really is.";
                    Found::Problem {
                        path,
                        code: "link",
                        what: what.to_owned(),
                    }
                } else {
                    let what = "Not a file: a pipe, socket or device. It is left alone.";
                    Found::Problem {
                        path,
                        code: "special",
                        what: what.to_owned(),
                    }
                }
            }
            Err(error) => {
                let at = error.path().unwrap_or(root);
                let path = below(root, at);
                let what = match error.io_error() {
                    Some(cause) => {
                        format!("This folder could not be read: {cause}. Photos in it were not seen.")
                    }
                    None => "This folder contains itself; it is entered once.".to_owned(),
                };
                Found::Problem {
                    path,
                    code: "folder-unreadable",
                    what,
                }
            }
        };
        if !on_found(found) {
            return;
        }
    }
}

/// A folder's name counts with the slash that follows it in the paths of its files: `a b.jpg` comes before `a/x.jpg`.
fn by_path(one: &DirEntry, other: &DirEntry) -> Ordering {
    fn bytes(entry: &DirEntry) -> impl Iterator<Item = u8> + '_ {
        let slash = entry.file_type().is_dir().then_some(b'/');
        name(entry).iter().copied().chain(slash)
    }
    bytes(one).cmp(bytes(other))
}

/// The last part of a path that the walk itself put together: taking such paths apart as `Path` does costs as much as
/// asking for a file's size.
fn name(entry: &DirEntry) -> &[u8] {
    let path = entry.path().as_os_str().as_bytes();
    memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..])
}

fn below(root: &Path, path: &Path) -> RelPath {
    let (root, path) = (root.as_os_str().as_bytes(), path.as_os_str().as_bytes());
    let rest = path.strip_prefix(root).unwrap_or(path);
    RelPath(rest.strip_prefix(b"/").unwrap_or(rest).to_vec())
}

fn regular(full: &Path, path: RelPath, banned: bool) -> Found {
    match identity_of(full) {
        Ok(identity) if banned => Found::Excluded { path, identity },
        Ok(identity) => Found::File { path, identity },
        Err(gone) => Found::Problem {
            path,
            code: "vanished",
            what: format!("It went away during the scan: {gone}."),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_walked_alone_or_with_what_is_below() {
        let dir = tempfile::tempdir().expect("temp dir");
        for name in ["a/x.jpg", "a/b/c.jpg", "a-b/y.jpg", ".thumbnails/t.jpg"] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
            std::fs::File::create(path).expect("file");
        }
        std::os::unix::fs::symlink(dir.path().join("a"), dir.path().join("link")).expect("link");
        let walked = |folder: &str, is_deep: bool| {
            let mut paths = Vec::new();
            let folder = RelPath(folder.as_bytes().to_vec());
            walk_folder(dir.path(), &folder, is_deep, |found| {
                match found {
                    Found::File { path, .. } => paths.push(path.display()),
                    other => panic!("{other:?}"),
                }
                true
            });
            paths
        };
        assert_eq!(walked("a-b", false), ["a-b/y.jpg"]);
        assert_eq!(walked("link/b", true), Vec::<String>::new());
        assert_eq!(walked("a", false), ["a/x.jpg"]);
        assert_eq!(walked("a", true), ["a/b/c.jpg", "a/x.jpg"]);
        assert_eq!(walked(".thumbnails", false), Vec::<String>::new());
        assert_eq!(walked("gone", true), Vec::<String>::new());
    }

    #[test]
    fn files_come_in_the_order_of_their_paths_bytes() {
        let dir = tempfile::tempdir().expect("temp dir");
        for name in [
            "a/x.jpg",
            "a b.jpg",
            "a.jpg",
            "a-b/y.jpg",
            "a0/z.jpg",
            "a/b/c.jpg",
            "a/b!.jpg",
            "b.jpg",
        ] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
            std::fs::File::create(path).expect("file");
        }
        let mut paths = Vec::new();
        walk(dir.path(), |found| {
            if let Found::File { path, .. } = found {
                paths.push(path);
            }
            true
        });
        assert_eq!(paths.len(), 8);
        assert!(paths.is_sorted(), "{paths:?}");
    }
}
