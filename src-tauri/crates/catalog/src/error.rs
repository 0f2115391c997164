//! What can go wrong with the catalog, in words for the person.

use std::path::{Path, PathBuf};
use thiserror::Error;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Error)]
pub enum Error {
    #[error("the catalog `{}` is open in another window or command", .0.display())]
    Locked(PathBuf),
    #[error("the catalog `{path}` is damaged: {1}", path = .0.display())]
    Corrupt(PathBuf, String),
    #[error("`{}` is a database of another program, and no catalog", .0.display())]
    Foreign(PathBuf),
    #[error("the catalog `{}` was written by a newer version of Albumen", .0.display())]
    Newer(PathBuf),
    #[error("cannot open the catalog `{path}`: {1}", path = .0.display())]
    Open(PathBuf, String),
    /// Found while it was open.
    #[error("the catalog is damaged: {0}")]
    Broken(rusqlite::Error),
    #[error("the disk that holds the catalog is full")]
    Full,
    #[error("the catalog holds something it should not: {0}")]
    Content(String),
    #[error("the catalog could not do that: {0}")]
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            _ if is_full(&error) => Self::Full,
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Self::Broken(error)
            }
            _ => Self::Sql(error),
        }
    }
}

impl Error {
    /// What SQLite said when the file was opened.
    pub(crate) fn opening(path: &Path, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as E;
        match error.sqlite_error_code() {
            _ if is_full(&error) => Self::Full,
            Some(
                E::CannotOpen
                | E::PermissionDenied
                | E::ReadOnly
                | E::SystemIoFailure
                | E::DatabaseBusy
                | E::DatabaseLocked
                | E::OutOfMemory
                | E::NoLargeFileSupport,
            ) => Self::Open(path.to_owned(), error.to_string()),
            // Of a file that can be read: it is not what we wrote.
            _ => Self::Corrupt(path.to_owned(), error.to_string()),
        }
    }
}

/// Also when there is no room for the few pages that connections share.
pub(crate) fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
        || error
            .sqlite_error()
            .is_some_and(|told| told.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn a_disk_without_room_is_full_whatever_had_no_room() {
        let of = |code| Error::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        assert!(matches!(of(ffi::SQLITE_FULL), Error::Full));
        assert!(matches!(of(ffi::SQLITE_IOERR_SHMSIZE), Error::Full));
        assert!(matches!(of(ffi::SQLITE_IOERR_READ), Error::Sql(_)));
    }
}
