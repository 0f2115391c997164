//! How S3 and its kin say no: status and the provider's own word, to a kind of error (AWS S3 API reference, "Error
//! responses"). Azure speaks the same XML.

use crate::error::ErrorKind;
use crate::wire::{Dialect, Pace, Said};
use serde::Deserialize;

pub(crate) static DIALECT: Dialect = Dialect {
    // Of one prefix ("Best practices design patterns: optimizing Amazon S3 performance").
    pace: Pace::documented(3500.0, 5500.0),
    read: xml,
    throttled,
    kind,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct XmlError {
    code: String,
    #[serde(default)]
    message: String,
}

pub(crate) fn xml(text: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(text).ok()?;
    let error: XmlError = quick_xml::de::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    Some((error.code, error.message))
}

pub(crate) fn throttled(said: &Said) -> bool {
    const CODES: [&str; 5] = [
        "SlowDown",
        "TooManyRequests",
        "Throttling",
        "ThrottlingException",
        "RequestLimitExceeded",
    ];
    matches!(said.status, 429 | 503) || said.code.as_deref().is_some_and(|code| CODES.contains(&code))
}

fn kind(said: &Said) -> Option<ErrorKind> {
    use ErrorKind as E;
    let by_code = match said.code.as_deref().unwrap_or_default() {
        "NoSuchBucket" => Some(E::NoSuchPlace),
        "RequestTimeTooSkewed" => Some(E::ClockSkew),
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "AccessDenied"
        | "ExpiredToken"
        | "InvalidToken"
        | "AccountProblem"
        | "AllAccessDisabled" => Some(E::Denied),
        "PreconditionFailed" | "ConditionalRequestConflict" => Some(E::Exists),
        "EntityTooLarge" => Some(E::TooLarge),
        "QuotaExceeded" | "InsufficientStorage" | "StorageFull" | "XMinioStorageFull" => Some(E::Full),
        "BadDigest" | "InvalidDigest" | "XAmzContentSHA256Mismatch" | "XAmzContentChecksumMismatch" => {
            Some(E::BadDigest)
        }
        "RequestTimeout" | "InternalError" => Some(E::Unreachable),
        "NoSuchKey" | "NoSuchUpload" => Some(E::NotThere),
        _ => None,
    };
    if by_code.is_some() {
        return by_code;
    }
    by_status(said.status)
}

/// What a status means where the provider has no word of its own (RFC 9110, RFC 4918).
pub(crate) fn by_status(status: u16) -> Option<ErrorKind> {
    use ErrorKind as E;
    match status {
        401 | 403 => Some(E::Denied),
        404 => Some(E::NotThere),
        409 | 412 => Some(E::Exists),
        413 => Some(E::TooLarge),
        507 => Some(E::Full),
        408 | 500 | 502 | 504 => Some(E::Unreachable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, code: &str) -> Said {
        let text = format!(
            "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>Please.</Message><X/></Error>"
        );
        let text = if code.is_empty() { "<html>no</html>" } else { &text };
        Said::new(&DIALECT, status, None, Some(text.as_bytes()))
    }

    #[test]
    fn the_providers_word_goes_before_its_status() {
        for (status, code, kind) in [
            (403, "RequestTimeTooSkewed", Some(ErrorKind::ClockSkew)),
            (403, "", Some(ErrorKind::Denied)),
            (404, "NoSuchBucket", Some(ErrorKind::NoSuchPlace)),
            (400, "BadDigest", Some(ErrorKind::BadDigest)),
            (503, "SlowDown", Some(ErrorKind::RateLimited)),
            (400, "SlowDown", Some(ErrorKind::RateLimited)),
            (429, "", Some(ErrorKind::RateLimited)),
            (412, "", Some(ErrorKind::Exists)),
            (500, "InternalError", Some(ErrorKind::Unreachable)),
            (418, "", None),
        ] {
            assert_eq!(said(status, code).kind, kind, "{status} {code}");
        }
        assert_eq!(said(403, "Odd").words(), "Odd: Please.");
        assert!(said(400, "SlowDown").throttled && !said(403, "").throttled);
    }
}
