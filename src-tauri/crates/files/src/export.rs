//! Files that a person asked for by name: reports and lists. Written piece by piece, so that any length fits.
//!
//! Invariant: the name is there when the file is whole, and not before; what has the name stays, unless the person said that it
//! may go.

use crate::durable::sync_dir;
use crate::error::{At, Error};
use crate::place::{create_part, publish, unlink};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes `path` whole, for its owner alone: it may name every photo. `replace` is the person's word that what has the name may
/// go. The folder must exist. When `fill` fails nothing is left.
pub fn write_whole<T, E: From<Error>>(
    path: &Path,
    replace: bool,
    fill: impl FnOnce(&mut dyn Write) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    if path.file_name().is_none() || path.is_dir() {
        return Err(Error::NotRegular(path.to_owned()).into());
    }
    if !replace && path.symlink_metadata().is_ok() {
        return Err(Error::Exists(path.to_owned()).into());
    }
    let (part, file) = create_part(path, 0o600)?;
    let finish = || {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        let made = fill(&mut out)?;
        let file = out.into_inner().map_err(std::io::IntoInnerError::into_error);
        let file = file.at("write", path)?;
        file.sync_all().at("sync", path)?;
        if replace {
            rustix::fs::rename(&part, path).at("name", path)?;
        } else {
            publish(&part, path)?;
        }
        sync_dir(path.parent().unwrap_or(Path::new("")))?;
        Ok(made)
    };
    let made = finish();
    if made.is_err() {
        // It is worth nothing. A name that was given already is another one, and stays.
        unlink(&part).ok();
    }
    made
}

/// What a failed write into a `fill` of [`write_whole`] is called.
pub fn cannot_write(path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        op: "write",
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    fn names(dir: &Path) -> Vec<std::ffi::OsString> {
        let entries = std::fs::read_dir(dir).expect("list");
        entries.map(|entry| entry.expect("entry").file_name()).collect()
    }

    #[test]
    fn a_name_that_is_taken_stays_until_the_person_says_otherwise() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("report.csv");
        let write = |words: &'static [u8], replace| {
            write_whole(&path, replace, |out| {
                out.write_all(words)
                    .map_err(|error| cannot_write(Path::new("report.csv"), error))
            })
        };
        write(b"first", false).expect("written");
        assert_eq!(std::fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
        assert!(matches!(write(b"second", false), Err(Error::Exists(_))));
        assert_eq!(std::fs::read(&path).expect("read"), b"first");
        write(b"second", true).expect("replaced");
        assert_eq!(std::fs::read(&path).expect("read"), b"second");
        assert_eq!(names(dir.path()), ["report.csv"]);
    }

    #[test]
    fn what_fails_on_the_way_leaves_nothing_and_replaces_nothing() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("report.csv");
        let fail = || {
            write_whole(&path, true, |out| -> Result<(), Error> {
                out.write_all(&[7; 100_000]).expect("a part of it");
                Err(Error::Stopped)
            })
        };
        assert!(fail().is_err());
        assert!(names(dir.path()).is_empty());
        write_whole(&path, false, |_| Ok::<(), Error>(())).expect("an empty one");
        assert!(fail().is_err());
        assert_eq!(std::fs::read(&path).expect("read"), b"");
        assert!(write_whole(dir.path(), true, |_| Ok::<(), Error>(())).is_err());
    }
}
