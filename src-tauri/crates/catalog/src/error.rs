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
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sql(error),
        }
    }
}
