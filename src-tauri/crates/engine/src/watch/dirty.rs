//! The folders in which something changed since they were looked at last, as far as that is known.
//!
//! Invariant: what is not in it did not change, unless it says that something may be missing in it. Of a rename the system names
//! both ends, so both are looked at together, and a file that only moved is never seen as one that is gone.

use crate::known::Part;
use albumen_model::{RelPath, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Of more changes, everything is looked at: that costs less than to sort them.
const MOST: usize = 2000;

#[derive(Debug, Default)]
pub(super) struct Dirty {
    paths: BTreeSet<PathBuf>,
    /// There may be more.
    lost: bool,
}

impl Dirty {
    pub(super) fn add(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        if !self.lost {
            self.paths.extend(paths);
        }
        if self.paths.len() > MOST {
            self.lose();
        }
    }

    pub(super) fn lose(&mut self) {
        self.lost = true;
        self.paths.clear();
    }

    pub(super) fn join(&mut self, other: Self) {
        if other.lost {
            self.lose();
        }
        self.add(other.paths);
    }

    /// The folders to look at, by source; `None` where all have to be.
    pub(super) fn parts(&self, sources: &[(SourceId, PathBuf)]) -> Option<BTreeMap<SourceId, Vec<Part>>> {
        if self.lost {
            return None;
        }
        let mut all: BTreeMap<SourceId, BTreeSet<Part>> = BTreeMap::new();
        for path in &self.paths {
            for (id, root) in sources {
                let Ok(below) = path.strip_prefix(root) else {
                    continue;
                };
                // The source itself came or went.
                let folder = below.parent()?;
                let parts = all.entry(*id).or_default();
                parts.insert(Part {
                    folder: rel(folder),
                    is_deep: false,
                });
                // A folder brings all that is in it; what is not there any more may have been one.
                let is_file = path.symlink_metadata().is_ok_and(|there| !there.is_dir());
                if !is_file {
                    parts.insert(Part {
                        folder: rel(below),
                        is_deep: true,
                    });
                }
            }
        }
        Some(all.into_iter().map(|(id, parts)| (id, apart(parts))).collect())
    }
}

fn rel(path: &Path) -> RelPath {
    RelPath(path.as_os_str().as_bytes().to_vec())
}

/// Without those that lie in another which is looked at with all below it: nothing is met twice.
fn apart(parts: BTreeSet<Part>) -> Vec<Part> {
    let deep: BTreeSet<RelPath> = parts
        .iter()
        .filter(|part| part.is_deep)
        .map(|part| part.folder.clone())
        .collect();
    let lies_in_another = |part: &Part| {
        let own = (!part.is_deep).then(|| part.folder.as_path());
        let above = part.folder.as_path().ancestors().skip(1);
        let mut above = own.into_iter().chain(above);
        above.any(|at| deep.contains(&rel(at)))
    };
    parts.into_iter().filter(|part| !lies_in_another(part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirty(paths: &[&Path]) -> Dirty {
        let mut dirty = Dirty::default();
        dirty.add(paths.iter().map(|path| path.to_path_buf()));
        dirty
    }

    #[test]
    fn a_file_has_its_folder_looked_at_and_a_folder_all_below_it() {
        let dir = tempfile::tempdir().expect("temp dir");
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir_all(at("trip/day")).expect("folders");
        for name in ["trip/day/a.jpg", "b.jpg"] {
            std::fs::File::create(at(name)).expect("file");
        }
        let sources = [
            (SourceId(1), dir.path().to_owned()),
            (SourceId(2), "/elsewhere".into()),
        ];
        let told = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| at(path)).collect();
            let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
            let all = dirty(&paths).parts(&sources).expect("nothing was lost");
            let parts = all.into_values().flatten();
            parts
                .map(|part| (part.folder.display(), part.is_deep))
                .collect::<Vec<_>>()
        };
        let part = |folder: &str, is_deep: bool| (folder.to_owned(), is_deep);
        assert_eq!(told(&["trip/day/a.jpg"]), [part("trip/day", false)]);
        assert_eq!(told(&["b.jpg"]), [part("", false)]);
        assert_eq!(told(&["trip"]), [part("", false), part("trip", true)]);
        assert_eq!(
            told(&["trip", "trip/day", "trip/day/a.jpg"]),
            [part("", false), part("trip", true)]
        );
        assert_eq!(
            told(&["trip/gone"]),
            [part("trip", false), part("trip/gone", true)]
        );
        assert!(
            dirty(&[dir.path()]).parts(&sources).is_none(),
            "the source itself"
        );
    }

    #[test]
    fn more_than_can_be_kept_is_everything() {
        let mut many = Dirty::default();
        many.add((0..=MOST).map(|number| PathBuf::from(format!("/x/{number}"))));
        assert!(many.parts(&[]).is_none());
        let mut one = dirty(&[Path::new("/x/1")]);
        one.join(many);
        assert!(one.parts(&[]).is_none());
        one.add([PathBuf::from("/x/2")]);
        assert!(one.parts(&[]).is_none(), "it stays so until it is taken");
    }
}
