//! Opening: lock, pragmas, check, migrations; then the two ways in, [`Catalog::write`] and [`Catalog::read`].

use crate::error::{Error, Result, is_full};
use crate::schema;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Checking a file of this size takes well under a second.
const QUICK: u64 = 64 << 20;
/// Pages a connection keeps, negative as SQLite wants KiB. Every connection fills its own to the brim on a large library;
/// what it misses is mostly in the system's memory.
const CACHE_KIB: i64 = -1_000;
/// Readers kept for the next question.
const READERS: usize = 4;

pub struct Catalog {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    pub(crate) thumbs: Mutex<Connection>,
    /// Held for its lock, which ends with the process however it ends.
    _lock: File,
}

impl Catalog {
    /// Opens or makes the catalog at `path`; its folder must exist.
    pub fn open(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        // A clean end empties the write-ahead log; one that is there means a crash, so everything is checked.
        let wal = path.with_file_name(format!(
            "{}-wal",
            path.file_name().unwrap_or_default().to_string_lossy()
        ));
        let crashed = std::fs::metadata(&wal).is_ok_and(|meta| meta.len() > 0);
        let small = std::fs::metadata(path).is_ok_and(|meta| meta.len() <= QUICK);
        let mut writer = connect(path, false)?;
        if crashed || small {
            check(&writer, path)?;
        }
        schema::migrate(&mut writer, path)?;
        let thumbs = schema::open_thumbs(path)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
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

fn lock(path: &Path) -> Result<File> {
    let at = path.with_file_name(format!(
        "{}.lock",
        path.file_name().unwrap_or_default().to_string_lossy()
    ));
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
fn make_private(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // One that is there keeps its mode; one that cannot be made is refused by SQLite, with the reason.
    drop(options.open(path));
}

fn connect(path: &Path, read_only: bool) -> Result<Connection> {
    if !read_only {
        make_private(path);
    }
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX
    };
    let said = |error: rusqlite::Error| match error.sqlite_error_code() {
        _ if is_full(&error) => Error::Full,
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            Error::Corrupt(path.to_owned(), error.to_string())
        }
        _ => Error::Open(path.to_owned(), error.to_string()),
    };
    let connection = Connection::open_with_flags(path, flags).map_err(said)?;
    let setup = || {
        connection.busy_timeout(Duration::from_secs(10))?;
        if !read_only {
            connection.pragma_update(None, "journal_mode", "WAL")?;
        }
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", CACHE_KIB)
    };
    setup().map_err(said)?;
    Ok(connection)
}

fn check(connection: &Connection, path: &Path) -> Result<()> {
    let verdict: rusqlite::Result<String> =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match verdict {
        Ok(words) if words == "ok" => Ok(()),
        Ok(words) => Err(Error::Corrupt(path.to_owned(), words)),
        Err(error) if is_full(&error) => Err(Error::Full),
        Err(error) => Err(Error::Corrupt(path.to_owned(), error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, bytes: &[u8]) {
        std::io::Write::write_all(&mut File::create(path).expect("create"), bytes).expect("write");
    }

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
    fn garbage_is_named_and_left_alone() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        put(&path, &[0xa5; 9000]);
        assert!(matches!(Catalog::open(&path), Err(Error::Corrupt(..))));
        assert_eq!(std::fs::read(&path).expect("read"), vec![0xa5; 9000]);
    }

    #[test]
    fn flipped_bytes_inside_are_noticed() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        drop(Catalog::open(&path).expect("open"));
        let mut bytes = std::fs::read(&path).expect("read");
        bytes[4096..8192].fill(0xff);
        put(&path, &bytes);
        assert!(matches!(Catalog::open(&path), Err(Error::Corrupt(..))));
    }

    #[test]
    fn a_newer_schema_is_refused_politely() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let catalog = Catalog::open(&path).expect("open");
        catalog
            .write(|tx| Ok(tx.pragma_update(None, "user_version", 9999)?))
            .expect("bump");
        drop(catalog);
        assert!(matches!(Catalog::open(&path), Err(Error::Newer(_))));
    }
}
