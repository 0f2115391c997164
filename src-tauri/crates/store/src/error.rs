//! Errors of destinations, by what they mean for the job.

use crate::wire::{Line, STOPPED};
use thiserror::Error;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nobody answers, or not in time: try again later.
    Unreachable,
    /// Asked to slow down for so long that nothing got done.
    RateLimited,
    /// This machine's clock and the storage's are too far apart for signed requests.
    ClockSkew,
    /// Key, secret or permission: trying again is pointless.
    Denied,
    /// The consent of the browser was taken back or has run out; only the person can renew it.
    SignInAgain,
    /// The grant is for another account than the library was begun in.
    WrongAccount,
    /// The account may send no more today.
    DayLimit,
    /// The bucket or folder does not exist.
    NoSuchPlace,
    /// Something has this name already.
    Exists,
    /// Something has this name, and a try of ours whose answer was lost may have put it there. Its bytes tell.
    MaybeOurs,
    /// Nothing has this name.
    NotThere,
    /// Replaced or edited by someone else.
    Changed,
    /// The source file is not what was fingerprinted.
    SourceChanged,
    /// The source file cannot be read.
    SourceUnreadable,
    /// The bytes that arrived are not those that were announced. What a server keeps of them is its own affair.
    BadDigest,
    /// The destination takes no such name.
    NameRefused,
    /// Larger than the destination takes.
    TooLarge,
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

    /// Where the kind says all.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        Self::new(kind, plain("", kind))
    }

    /// Going on with other files would fail the same way.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unreachable
                | ErrorKind::RateLimited
                | ErrorKind::ClockSkew
                | ErrorKind::Denied
                | ErrorKind::SignInAgain
                | ErrorKind::WrongAccount
                | ErrorKind::DayLimit
                | ErrorKind::NoSuchPlace
                | ErrorKind::Full
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

/// By what the far side said, where it said something; else by what the library makes of it.
impl From<opendal::Error> for Error {
    fn from(error: opendal::Error) -> Self {
        use opendal::ErrorKind as O;
        let text = error.to_string();
        let said = Line::heard().and_then(|said| said.kind);
        let kind = match error.kind() {
            _ if error.message() == STOPPED => ErrorKind::Stopped,
            other => said.unwrap_or(match other {
                O::PermissionDenied | O::ConfigInvalid => ErrorKind::Denied,
                O::NotFound => ErrorKind::NotThere,
                O::AlreadyExists | O::ConditionNotMatch => ErrorKind::Exists,
                O::RateLimited => ErrorKind::RateLimited,
                _ if error.is_temporary() || text.contains("send http request") => ErrorKind::Unreachable,
                _ => ErrorKind::Other,
            }),
        };
        Self::new(kind, plain(error.message(), kind))
    }
}

/// One sentence instead of the library's context dump, which repeats names and headers.
pub(crate) fn plain(said: &str, kind: ErrorKind) -> String {
    let said: String = said.chars().take(300).collect();
    match kind {
        ErrorKind::Denied => {
            "The storage refused: the key or password is wrong, or may not do this.".to_owned()
        }
        ErrorKind::SignInAgain => {
            "Albumen is not allowed into this account any more. Sign in again.".to_owned()
        }
        ErrorKind::WrongAccount => {
            "This is another account than the one the library was begun in.".to_owned()
        }
        ErrorKind::DayLimit => {
            "The account has taken all it takes in a day. What was sent is safe; go on tomorrow.".to_owned()
        }
        ErrorKind::NameRefused => format!("The storage refuses this name: {said}"),
        ErrorKind::NoSuchPlace => "There is no such bucket, container or folder.".to_owned(),
        ErrorKind::NotThere => "It is not at the destination.".to_owned(),
        ErrorKind::Exists | ErrorKind::MaybeOurs => {
            "Something has this name at the destination already.".to_owned()
        }
        ErrorKind::RateLimited => {
            "The storage is busy and has asked to slow down for a long time.".to_owned()
        }
        ErrorKind::ClockSkew => {
            "The clock of this computer is wrong: the storage refuses its signatures. Set the time."
                .to_owned()
        }
        ErrorKind::BadDigest => {
            "Other bytes arrived than were sent, and the storage refused them.".to_owned()
        }
        ErrorKind::TooLarge => "It is larger than the storage takes.".to_owned(),
        ErrorKind::Full => "There is no room left at the destination.".to_owned(),
        ErrorKind::Stopped => "stopped".to_owned(),
        ErrorKind::Unreachable => format!("The storage does not answer: {said}"),
        _ => said,
    }
}
