//! Opening: lock, a look that changes nothing ([`crate::look`]), pragmas, migrations; then the two ways in,
//! [`Catalog::write`] and [`Catalog::read`].

use crate::error::{Error, Result};
use crate::schema;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Pages that the writer and a reader keep, negative as SQLite wants KiB. Every connection fills its own to the brim on a large
/// library; what it misses is mostly in the system's memory.
const WRITER_KIB: i64 = -500;
const READER_KIB: i64 = -250;
/// Readers kept for the next question.
const READERS: usize = 4;

/// Closed in the order of the fields: only a connection that may write empties the write-ahead log and removes it, and only
/// when it is the last.
pub struct Catalog {
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    pub(crate) thumbs: Mutex<Connection>,
    /// Held for its lock, which ends with the process however it ends.
    _lock: File,
}

impl Catalog {
    /// Opens or makes the catalog at `path`; its folder must exist.
    pub fn open(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        // What is damaged, newer or not ours is not opened for writing: even closing it would change it.
        let new = crate::look::look(path)? == crate::look::Found::Nothing;
        let mut writer = connect(path, false)?;
        schema::migrate(&mut writer, path)?;
        let thumbs = schema::open_thumbs(path, new)?;
        Ok(Self {
            path: path.to_owned(),
            readers: Mutex::new(Vec::new()),
            writer: Mutex::new(writer),
            thumbs: Mutex::new(thumbs),
            _lock: lock,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One transaction; rolled back when `work` fails.
    pub fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut writer = held(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let made = work(&tx)?;
        tx.commit()?;
        Ok(made)
    }

    /// A consistent view that neither waits for the writer nor holds it up.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = held(&self.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => connect(&self.path, true)?,
        };
        let made = {
            let tx = reader.transaction()?;
            work(&tx)
        };
        let mut idle = held(&self.readers);
        if idle.len() < READERS {
            idle.push(reader);
        }
        made
    }
}

/// A panic elsewhere cannot leave a half transaction behind: it was rolled back.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file of this ending beside the catalog.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

fn lock(path: &Path) -> Result<File> {
    let at = beside(path, ".lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&at);
    let file = file.map_err(|error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full,
        _ => Error::Open(path.to_owned(), error.to_string()),
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(Error::Open(path.to_owned(), error.to_string())),
    }
}

/// For its owner alone, wherever it lies: it holds addresses of uploads that open them for anybody. SQLite gives what lies
/// beside it the same mode.
pub(crate) fn make_private(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // One that is there keeps its mode; one that cannot be made is refused by SQLite, with the reason.
    drop(options.open(path));
}

pub(crate) fn connect(path: &Path, read_only: bool) -> Result<Connection> {
    if !read_only {
        make_private(path);
    }
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX
    };
    let said = |error| Error::opening(path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(said)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(said)?;
    if !read_only {
        begin_log(&connection, path)?;
    }
    let setup = || {
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(
            None,
            "cache_size",
            if read_only { READER_KIB } else { WRITER_KIB },
        )
    };
    setup().map_err(said)?;
    Ok(connection)
}

/// Where SQLite cannot begin a log it goes on without, and a crash then leaves what nobody may look into without changing it.
/// It names the new mode first and fails afterwards, so it is asked to the end.
fn begin_log(connection: &Connection, path: &Path) -> Result<()> {
    let ask = || -> rusqlite::Result<String> {
        let mut pragma = connection.prepare("PRAGMA journal_mode = WAL")?;
        let answers: rusqlite::Result<Vec<String>> = pragma.query_map([], |row| row.get(0))?.collect();
        Ok(answers?.pop().unwrap_or_default())
    };
    match ask().map_err(|error| Error::opening(path, error))?.as_str() {
        "wal" => Ok(()),
        _ => Err(Error::Open(
            path.to_owned(),
            "its write-ahead log could not be begun".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_opener_is_refused_and_told_why() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let first = Catalog::open(&path).expect("open");
        assert!(matches!(Catalog::open(&path), Err(Error::Locked(_))));
        drop(first);
        Catalog::open(&path).expect("open again");
    }

    #[test]
    fn a_clean_end_leaves_no_log_behind() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        catalog.set_setting("a", "1").expect("written");
        assert_eq!(catalog.setting("a").expect("read").as_deref(), Some("1"));
        drop(catalog);
        let mut left: Vec<_> = std::fs::read_dir(dir.path())
            .expect("list")
            .map(|entry| entry.expect("entry").file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["c.db", "c.db.lock", "c.db.thumbs"]);
    }
}
