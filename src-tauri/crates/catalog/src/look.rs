//! Before a catalog is opened: is it whole, is it ours, do we know its schema?
//!
//! Invariant: looking changes nothing, neither the file nor its log; an empty log may appear. What is refused here is what its
//! owner finds.

use crate::error::{Error, Result};
use crate::open::{beside, connect};
use crate::schema;
use rusqlite::Connection;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Checking a file of this size takes well under a second.
const QUICK: u64 = 64 << 20;

/// SQLite's usual page, which no catalog changes.
const FIRST_PAGE: u64 = 4096;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A new one is to be made.
    Nothing,
    Catalog,
}

pub(crate) fn look(path: &Path) -> Result<Found> {
    let size = |path: &Path| match std::fs::metadata(path) {
        Ok(meta) => Ok(Some(meta.len())),
        Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => Ok(None),
        // Not seen is not "not there".
        Err(other) => Err(Error::Open(path.to_owned(), other.to_string())),
    };
    let damaged = |what: &str| Err(Error::Corrupt(path.to_owned(), what.to_owned()));
    // A clean end empties the write-ahead log; one that is there means a crash, so everything is checked.
    let crashed = size(&beside(path, "-wal"))?.is_some_and(|size| size > 0);
    // The first page is written the old way, with a journal to take it back; no table of ours is in it yet. The journal is
    // gone for good with the first sync of a log: while it is there, nothing in a log was ever promised.
    let begun = size(&beside(path, "-journal"))?.is_some_and(|size| size > 0);
    let small = match size(path)? {
        Some(size) if begun && size <= FIRST_PAGE => return Ok(Found::Nothing),
        None if crashed => return damaged("the file is gone, and its log is there"),
        Some(0) if crashed => return damaged("the file is empty, and its log is not"),
        // They are made after the first table.
        Some(0) if size(&beside(path, ".thumbs"))?.is_some() => {
            return damaged("the file is empty, although it was used");
        }
        None | Some(0) => return Ok(Found::Nothing),
        Some(size) => size <= QUICK,
    };
    // A log has the first page too, if anything was to happen to it.
    if !crashed && !has_header(path)? {
        return damaged("its first bytes are not those of a catalog");
    }
    let connection = connect(path, true)?;
    schema::refuse_unknown(&connection, path)?;
    if crashed || small {
        check(&connection, path)?;
    }
    Ok(Found::Catalog)
}

/// SQLite takes some damage here for a file that it may not write to. Format: sqlite.org/fileformat.html, "The Database Header".
fn has_header(path: &Path) -> Result<bool> {
    let mut head = [0; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    match read {
        Ok(()) => {
            Ok(head.starts_with(b"SQLite format 3\0")
                && head[18..20].iter().all(|mode| [1, 2].contains(mode)))
        }
        Err(short) if short.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(other) => Err(Error::Open(path.to_owned(), other.to_string())),
    }
}

fn check(connection: &Connection, path: &Path) -> Result<()> {
    let verdict: rusqlite::Result<String> =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match verdict {
        Ok(words) if words == "ok" => Ok(()),
        Ok(words) => Err(Error::Corrupt(path.to_owned(), words)),
        Err(error) => Err(Error::opening(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Catalog, Error};
    use std::collections::BTreeMap;
    use std::fs::File;
    use std::path::{Path, PathBuf};

    fn put(path: &Path, bytes: &[u8]) {
        std::io::Write::write_all(&mut File::create(path).expect("create"), bytes).expect("write");
    }

    /// A catalog that was closed.
    fn made() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let catalog = Catalog::open(&path).expect("open");
        catalog.add_source(b"/photos", 1).expect("source");
        (dir, path)
    }

    /// What opening says; what was there has to be there as it was.
    fn refused(path: &Path) -> Error {
        let folder = path.parent().expect("folder");
        let state = || -> BTreeMap<PathBuf, Vec<u8>> {
            let files = std::fs::read_dir(folder)
                .expect("list")
                .map(|one| one.expect("list").path());
            // The lock, the map of the log and an empty log hold nothing.
            let holds_nothing = |path: &Path, bytes: &[u8]| {
                let name = path.to_string_lossy();
                name.ends_with(".lock")
                    || name.ends_with("-shm")
                    || name.ends_with("-wal") && bytes.is_empty()
            };
            files
                .map(|path| (path.clone(), std::fs::read(path).expect("read")))
                .filter(|(path, bytes)| !holds_nothing(path, bytes))
                .collect()
        };
        let before = state();
        let error = Catalog::open(path).err().expect("refused");
        assert!(before == state(), "something was changed by looking");
        error
    }

    #[test]
    fn garbage_is_named_and_left_alone() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        put(&path, &[0xa5; 9000]);
        assert!(matches!(refused(&path), Error::Corrupt(..)));
    }

    #[test]
    fn a_header_that_says_read_only_is_damage() {
        let (_dir, path) = made();
        let mut bytes = std::fs::read(&path).expect("read");
        bytes[18] = 7;
        put(&path, &bytes);
        assert!(matches!(refused(&path), Error::Corrupt(..)));
        put(&path, &bytes[..50]);
        assert!(matches!(refused(&path), Error::Corrupt(..)));
    }

    #[test]
    fn flipped_bytes_inside_are_noticed() {
        let (_dir, path) = made();
        let mut bytes = std::fs::read(&path).expect("read");
        bytes[4096..8192].fill(0xff);
        put(&path, &bytes);
        assert!(matches!(refused(&path), Error::Corrupt(..)));
    }

    #[test]
    fn damage_beside_a_log_leaves_the_log() {
        let (dir, path) = made();
        let open = Catalog::open(&path).expect("open");
        open.add_source(b"/more", 1).expect("source");
        let (file, log) = (
            std::fs::read(&path).expect("read"),
            std::fs::read(dir.path().join("c.db-wal")),
        );
        drop(open);
        let elsewhere = tempfile::tempdir().expect("temp dir");
        let copy = elsewhere.path().join("c.db");
        put(&copy, &file[..file.len() / 2]);
        put(&elsewhere.path().join("c.db-wal"), &log.expect("a log")[..5000]);
        assert!(matches!(refused(&copy), Error::Corrupt(..)));
    }

    /// What a power cut may leave of a catalog that was just begun.
    #[test]
    fn a_first_page_that_is_whole_in_the_log_alone_is_no_damage() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let open = Catalog::open(&path).expect("open");
        open.add_source(b"/photos", 1).expect("source");
        let mut file = std::fs::read(&path).expect("read");
        let log = std::fs::read(dir.path().join("c.db-wal")).expect("a log");
        drop(open);
        let elsewhere = tempfile::tempdir().expect("temp dir");
        let copy = elsewhere.path().join("c.db");
        file[..100].fill(0);
        put(&copy, &file);
        put(&elsewhere.path().join("c.db-wal"), &log);
        let again = Catalog::open(&copy).expect("the log has it");
        assert_eq!(again.sources().expect("sources").len(), 1);
        put(&dir.path().join("alone.db"), &file);
        assert!(matches!(
            refused(&dir.path().join("alone.db")),
            Error::Corrupt(..)
        ));
    }

    #[test]
    fn a_first_page_that_was_not_finished_is_begun_anew() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        put(&path, &[0; 4096]);
        put(&dir.path().join("c.db-journal"), &begun_on_nothing());
        let catalog = Catalog::open(&path).expect("begun anew");
        assert_eq!(catalog.sources().expect("sources").len(), 0);
    }

    #[test]
    fn a_log_that_was_not_synced_does_not_keep_it_from_that() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let open = Catalog::open(&path).expect("open");
        let file = std::fs::read(&path).expect("read");
        let log = std::fs::read(dir.path().join("c.db-wal")).expect("a log");
        drop(open);
        let elsewhere = tempfile::tempdir().expect("temp dir");
        let copy = elsewhere.path().join("c.db");
        put(&copy, &file);
        put(&elsewhere.path().join("c.db-wal"), &log[..log.len() / 2]);
        put(&elsewhere.path().join("c.db-journal"), &begun_on_nothing());
        let again = Catalog::open(&copy).expect("begun anew");
        assert_eq!(again.sources().expect("sources").len(), 0);
        again.add_source(b"/photos", 1).expect("it can be written to");
    }

    /// The journal by which a file of no pages is given back its nothing. Format: sqlite.org/fileformat.html, "The Rollback
    /// Journal".
    fn begun_on_nothing() -> Vec<u8> {
        let mut head = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
        for number in [0u32, 1, 0, 512, 4096] {
            head.extend(number.to_be_bytes());
        }
        head.resize(512, 0);
        head
    }

    #[test]
    fn a_log_without_its_file_and_an_emptied_file_are_damage() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        put(&dir.path().join("c.db-wal"), b"a log");
        assert!(matches!(refused(&path), Error::Corrupt(..)));
        put(&path, b"");
        assert!(matches!(refused(&path), Error::Corrupt(..)));
        let (_dir, path) = made();
        put(&path, b"");
        assert!(matches!(refused(&path), Error::Corrupt(..)));
        // What a start that was cut off leaves, or `mktemp`.
        let new = dir.path().join("new.db");
        put(&new, b"");
        Catalog::open(&new).expect("open");
    }

    #[test]
    fn a_newer_schema_is_refused_and_not_touched() {
        let (_dir, path) = made();
        let catalog = Catalog::open(&path).expect("open");
        catalog
            .write(|tx| Ok(tx.pragma_update(None, "user_version", 9999)?))
            .expect("bump");
        drop(catalog);
        assert!(matches!(refused(&path), Error::Newer(_)));
    }

    #[test]
    fn a_database_of_another_program_is_refused_and_not_touched() {
        let dir = tempfile::tempdir().expect("temp dir");
        for version in [0, 3] {
            let path = dir.path().join(format!("other-{version}.db"));
            let other = rusqlite::Connection::open(&path).expect("open");
            other
                .execute_batch("CREATE TABLE albums (id INTEGER)")
                .expect("table");
            other
                .pragma_update(None, "user_version", version)
                .expect("version");
            drop(other);
            assert!(matches!(refused(&path), Error::Foreign(_)));
        }
    }

    #[test]
    fn pictures_of_a_catalog_before_are_not_those_of_a_new_one() {
        let (_dir, path) = made();
        let catalog = Catalog::open(&path).expect("open");
        let file = albumen_model::FileId(1);
        catalog.put_thumbs(&[(file, vec![1])]).expect("put");
        drop(catalog);
        let aside = path.with_file_name("aside.db");
        let moved = std::process::Command::new("mv").arg(&path).arg(aside).status();
        assert!(moved.expect("mv").success());
        let new = Catalog::open(&path).expect("open");
        assert_eq!(new.thumb(file).expect("query"), None);
    }
}
