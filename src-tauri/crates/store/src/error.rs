//! Errors of destinations, by what they mean for the job.

use thiserror::Error;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nobody answers, or not in time: try again later.
    Unreachable,
    /// Key, secret or permission: trying again is pointless.
    Denied,
    /// The bucket or folder does not exist.
    NoSuchPlace,
    /// Something has this name already.
    Exists,
    /// Nothing has this name.
    NotThere,
    /// Replaced or edited by someone else.
    Changed,
    /// The source file is not what was fingerprinted.
    SourceChanged,
    /// The source file cannot be read.
    SourceUnreadable,
    /// No room, or writing is forbidden for all files alike.
    Full,
    Stopped,
    Other,
}

#[derive(Debug, Clone, Error)]
#[error("{message}")]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// Going on with other files would fail the same way.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unreachable | ErrorKind::Denied | ErrorKind::NoSuchPlace | ErrorKind::Full
        )
    }
}

impl From<albumen_files::Error> for Error {
    fn from(error: albumen_files::Error) -> Self {
        use albumen_files::Error as F;
        let kind = match &error {
            F::Changed(_) | F::NotTheSame(_) | F::WrongBytes(_) | F::NotRegular(_) => {
                ErrorKind::SourceChanged
            }
            F::Exists(_) => ErrorKind::Exists,
            F::Stopped => ErrorKind::Stopped,
            _ if error.is_full() => ErrorKind::Full,
            _ if error.is_not_found() => ErrorKind::NotThere,
            F::Io {
                op: "open" | "read", ..
            } => ErrorKind::SourceUnreadable,
            _ => ErrorKind::Other,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<opendal::Error> for Error {
    fn from(error: opendal::Error) -> Self {
        use opendal::ErrorKind as O;
        let text = error.to_string();
        let kind = match error.kind() {
            _ if text.contains("NoSuchBucket") => ErrorKind::NoSuchPlace,
            O::PermissionDenied | O::ConfigInvalid => ErrorKind::Denied,
            O::NotFound => ErrorKind::NotThere,
            O::AlreadyExists | O::ConditionNotMatch => ErrorKind::Exists,
            O::RateLimited => ErrorKind::Unreachable,
            _ if [
                "InvalidAccessKeyId",
                "SignatureDoesNotMatch",
                "AccessDenied",
                "ExpiredToken",
            ]
            .iter()
            .any(|word| text.contains(word)) =>
            {
                ErrorKind::Denied
            }
            _ if error.is_temporary() || text.contains("send http request") => ErrorKind::Unreachable,
            _ => ErrorKind::Other,
        };
        Self::new(kind, plain(&error, kind))
    }
}

/// One sentence instead of the library's context dump, which repeats names and headers.
fn plain(error: &opendal::Error, kind: ErrorKind) -> String {
    let said: String = error.message().chars().take(300).collect();
    match kind {
        ErrorKind::Denied => "The storage refused the access key or its rights.".to_owned(),
        ErrorKind::NoSuchPlace => "There is no such bucket.".to_owned(),
        ErrorKind::NotThere => "It is not at the destination.".to_owned(),
        ErrorKind::Exists => "Something has this name at the destination already.".to_owned(),
        ErrorKind::Unreachable => format!("The storage does not answer: {said}"),
        _ => said,
    }
}
