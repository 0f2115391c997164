//! How Azure's blob storage says no: status and its own word, to a kind of error ("Common REST API error codes" and "Blob
//! Storage error codes" of its reference).

use crate::error::ErrorKind;
use crate::s3::{by_status, xml};
use crate::wire::{Dialect, Pace, Said};

pub(crate) static DIALECT: Dialect = Dialect {
    pace: Pace::UNKNOWN,
    read: xml,
    throttled,
    kind,
};

fn throttled(said: &Said) -> bool {
    matches!(said.status, 429 | 503) || said.code.as_deref() == Some("ServerBusy")
}

fn kind(said: &Said) -> Option<ErrorKind> {
    use ErrorKind as E;
    let by_code = match said.code.as_deref().unwrap_or_default() {
        "ContainerNotFound" | "ContainerBeingDeleted" | "ContainerDisabled" => Some(E::NoSuchPlace),
        "BlobNotFound" | "ResourceNotFound" => Some(E::NotThere),
        "BlobAlreadyExists" | "ConditionNotMet" | "TargetConditionNotMet" => Some(E::Exists),
        "Md5Mismatch" | "InvalidMd5" => Some(E::BadDigest),
        // Azurite's words for it.
        "InvalidOperation" if says(said, "MD5") => Some(E::BadDigest),
        "AuthenticationFailed" if is_about_time(said) => Some(E::ClockSkew),
        "AuthenticationFailed"
        | "AuthorizationFailure"
        | "AuthorizationPermissionMismatch"
        | "InsufficientAccountPermissions"
        | "InvalidAuthenticationInfo"
        | "AccountIsDisabled"
        | "BlobImmutableDueToPolicy"
        | "LeaseIdMissing" => Some(E::Denied),
        // Of a read: it ends before.
        "InvalidRange" => Some(E::Changed),
        "RequestBodyTooLarge" | "BlockCountExceedsLimit" => Some(E::TooLarge),
        "InvalidResourceName" | "OutOfRangeInput" | "InvalidUri" => Some(E::NameRefused),
        "OperationTimedOut" | "InternalError" => Some(E::Unreachable),
        _ => None,
    };
    by_code.or_else(|| by_status(said.status))
}

/// The word is the same as for a wrong key; only the sentence tells.
fn is_about_time(said: &Said) -> bool {
    says(said, "date header") || says(said, "too old")
}

fn says(said: &Said, words: &str) -> bool {
    said.message
        .as_deref()
        .is_some_and(|message| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, code: &str, message: &str) -> Said {
        let text = format!(
            "\u{feff}<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message><Detail/></Error>"
        );
        let text = if code.is_empty() { "" } else { &text };
        Said::new(&DIALECT, status, None, Some(text.as_bytes()))
    }

    #[test]
    fn azures_word_goes_before_its_status() {
        for (status, code, kind) in [
            (404, "ContainerNotFound", ErrorKind::NoSuchPlace),
            (409, "ContainerBeingDeleted", ErrorKind::NoSuchPlace),
            (404, "", ErrorKind::NotThere),
            (409, "BlobAlreadyExists", ErrorKind::Exists),
            (412, "ConditionNotMet", ErrorKind::Exists),
            (400, "Md5Mismatch", ErrorKind::BadDigest),
            (403, "AuthenticationFailed", ErrorKind::Denied),
            (403, "", ErrorKind::Denied),
            (500, "OperationTimedOut", ErrorKind::Unreachable),
            (503, "ServerBusy", ErrorKind::RateLimited),
            (413, "RequestBodyTooLarge", ErrorKind::TooLarge),
        ] {
            assert_eq!(said(status, code, "").kind, Some(kind), "{status} {code}");
        }
    }

    #[test]
    fn a_wrong_clock_is_told_from_a_wrong_key() {
        let late = said(
            403,
            "AuthenticationFailed",
            "Request date header too old: 'Sun, 06 Nov'",
        );
        assert_eq!(late.kind, Some(ErrorKind::ClockSkew));
    }
}
