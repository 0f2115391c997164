//! What stops a whole job. What concerns one file is a row in its report instead.

use thiserror::Error;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Error)]
pub enum Error {
    #[error(transparent)]
    Catalog(#[from] albumen_catalog::Error),
    #[error(transparent)]
    Store(albumen_store::Error),
    #[error(transparent)]
    Layout(#[from] albumen_model::layout::LayoutError),
    #[error("the destination is gone, although photos were placed there")]
    DestinationGone,
    #[error("nothing of what was placed at the destination is there")]
    DestinationAnother,
    #[error("stopped")]
    Stopped,
    #[error("{0}")]
    Other(String),
}

impl From<albumen_store::Error> for Error {
    fn from(error: albumen_store::Error) -> Self {
        match error.kind {
            albumen_store::ErrorKind::Stopped => Self::Stopped,
            _ => Self::Store(error),
        }
    }
}
