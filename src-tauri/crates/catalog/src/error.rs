//! What can go wrong with the catalog, in words for the person.

use std::path::PathBuf;
use thiserror::Error;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Error)]
pub enum Error {
    #[error("the catalog `{}` is open in another window or command", .0.display())]
    Locked(PathBuf),
    #[error("the catalog `{path}` is damaged: {1}", path = .0.display())]
    Corrupt(PathBuf, String),
    #[error("the catalog `{}` was written by a newer version of Albumen", .0.display())]
    Newer(PathBuf),
    #[error("cannot open the catalog `{path}`: {1}", path = .0.display())]
    Open(PathBuf, String),
    #[error("the disk that holds the catalog is full")]
    Full,
    #[error("the catalog holds something it should not: {0}")]
    Content(String),
    #[error("the catalog could not do that: {0}")]
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if is_full(&error) {
            Self::Full
        } else {
            Self::Sql(error)
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
