//! Every I/O error names its path and what was tried.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Error)]
pub enum Error {
    #[error("cannot {op} `{path}`: {source}", path = shown(path))]
    Io {
        op: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("`{path}` is not a regular file", path = shown(.0))]
    NotRegular(PathBuf),
    #[error("`{path}` changed while it was read", path = shown(.0))]
    Changed(PathBuf),
    #[error("`{path}` is not the file that was seen before", path = shown(.0))]
    NotTheSame(PathBuf),
    #[error("`{path}` exists already", path = shown(.0))]
    Exists(PathBuf),
    #[error("the bytes of `{path}` are not those that were fingerprinted", path = shown(.0))]
    WrongBytes(PathBuf),
    #[error("`{path}` cannot go to the trash: {why}", path = shown(.path))]
    NoTrash { path: PathBuf, why: String },
    #[error("stopped")]
    Stopped,
}

fn shown(path: &Path) -> String {
    albumen_model::RelPath::new(path).display()
}

impl Error {
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    pub fn is_permission(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied)
    }

    /// The disk, the quota or the file size limit is used up: going on with other files is pointless.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Io { source, .. } if matches!(source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::ReadOnlyFilesystem))
    }
}

/// Adds path and operation to any `io::Result` or rustix result.
pub(crate) trait At<T> {
    fn at(self, op: &'static str, path: &Path) -> Result<T>;
}

impl<T, E: Into<io::Error>> At<T> for std::result::Result<T, E> {
    fn at(self, op: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| Error::Io {
            op,
            path: path.to_owned(),
            source: source.into(),
        })
    }
}
