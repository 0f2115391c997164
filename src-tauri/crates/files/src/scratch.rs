//! A private folder for files of our own that are made here and go elsewhere. A run that was cut off leaves them to the next.
//!
//! Invariant: only names that were given are ever removed; a folder that holds anything else stays.

use crate::error::{At, Result};
use crate::place::{sweep_part, unlink};
use crate::private::{create_private_dir, remove_own_dir_if_empty};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub struct Scratch {
    folder: PathBuf,
    names: &'static [&'static str],
}

impl Scratch {
    /// `names` are all that is ever made in `folder`. Nothing is made yet.
    pub fn new(folder: PathBuf, names: &'static [&'static str]) -> Self {
        Self { folder, names }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder is there, and none of the names.
    pub fn begin(&self) -> Result<()> {
        self.clear()?;
        create_private_dir(&self.folder)
    }

    /// Removes what has one of the names, and the folder when nothing else is in it.
    pub fn clear(&self) -> Result<()> {
        if !self.folder.is_dir() {
            return Ok(());
        }
        for name in self.names {
            sweep_part(&self.folder, name)?;
            let path = self.path(name);
            match unlink(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).at("remove", &path),
                _ => {}
            }
        }
        remove_own_dir_if_empty(&self.folder).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::write_whole;
    use std::os::unix::fs::MetadataExt;

    fn put(path: &Path) {
        write_whole(path, true, |_| Ok::<(), crate::Error>(())).expect("written");
    }

    #[test]
    fn what_was_made_goes_and_what_others_made_stays() {
        let dir = tempfile::tempdir().expect("temp dir");
        let scratch = Scratch::new(dir.path().join("own"), &["a", "b"]);
        scratch.clear().expect("nothing to do");
        scratch.begin().expect("made");
        let mode = std::fs::metadata(scratch.folder()).expect("there").mode();
        assert_eq!(mode & 0o777, 0o700);
        put(&scratch.path("a"));
        put(&scratch.path("others"));
        scratch.clear().expect("cleared");
        assert!(!scratch.path("a").exists() && scratch.path("others").exists());
        unlink(&scratch.path("others")).expect("it goes");
        scratch.begin().expect("again");
        scratch.clear().expect("cleared");
        assert!(!scratch.folder().exists());
    }
}
