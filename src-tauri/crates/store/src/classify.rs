//! What a provider's refusal means for the job: status and the provider's own word, to a kind of error.

use crate::error::ErrorKind;
use crate::wire::Said;

/// S3 and its kin; `None` where the reply itself says nothing (AWS S3 API reference, "Error responses").
pub(crate) fn s3(said: &Said) -> Option<ErrorKind> {
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
    match said.status {
        _ if said.is_throttled() => Some(E::RateLimited),
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

    #[test]
    fn the_providers_word_goes_before_its_status() {
        let said = |status, code: &str| Said {
            status,
            code: (!code.is_empty()).then(|| code.to_owned()),
            ..Said::default()
        };
        for (status, code, kind) in [
            (403, "RequestTimeTooSkewed", Some(ErrorKind::ClockSkew)),
            (403, "", Some(ErrorKind::Denied)),
            (404, "NoSuchBucket", Some(ErrorKind::NoSuchPlace)),
            (400, "BadDigest", Some(ErrorKind::BadDigest)),
            (503, "SlowDown", Some(ErrorKind::RateLimited)),
            (429, "", Some(ErrorKind::RateLimited)),
            (412, "", Some(ErrorKind::Exists)),
            (500, "InternalError", Some(ErrorKind::Unreachable)),
            (200, "", None),
        ] {
            assert_eq!(s3(&said(status, code)), kind, "{status} {code}");
        }
    }
}
