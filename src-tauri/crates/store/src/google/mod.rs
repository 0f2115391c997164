//! What Cloud Storage and Drive have in common: how Google's JSON interfaces say no, their uploads that go on, the
//! statements of service accounts, and which servers may see a token.

pub(crate) mod assertion;
pub(crate) mod hosts;
pub(crate) mod related;
pub(crate) mod resumable;

use crate::error::{Error, ErrorKind, Result};
use crate::json;
use crate::s3::by_status;
use crate::wire::{Dialect, Pace, Said};
use http::Response;
use opendal::Buffer;

/// Cloud Storage ("HTTP status and error codes for JSON").
pub(crate) static STORAGE: Dialect = Dialect {
    // What a bucket takes before it has grown ("Request rate and access distribution guidelines").
    pace: Pace::documented(1000.0, 5000.0),
    read: json::error,
    throttled: |said| is_busy(said) || (said.status == 403 && word(said) == "quotaExceeded"),
    kind: |said| match said.status {
        _ if sentence(said).contains("doesn't match calculated") => Some(ErrorKind::BadDigest),
        400 if sentence(said).contains("object name") => Some(ErrorKind::NameRefused),
        _ => kind(said),
    },
};

/// Drive ("Resolve errors").
pub(crate) static DRIVE: Dialect = Dialect {
    pace: Pace::UNKNOWN,
    read: json::error,
    throttled: is_busy,
    kind: |said| match said.status {
        401 => Some(ErrorKind::SignInAgain),
        _ => kind(said),
    },
};

/// The whole message of Drive's refusal once an account has sent what it may in a day; refusals for pace say more. From
/// reports of other programs, since the page does not tell.
pub(crate) const DAY_IS_OVER: &str = "User rate limit exceeded.";

fn is_busy(said: &Said) -> bool {
    const WORDS: [&str; 3] = [
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "sharingRateLimitExceeded",
    ];
    let is_for_today = is_day_limit(said);
    let is_told_when = said.status == 503 && said.after.is_some();
    !is_for_today
        && (said.status == 429 || is_told_when || (said.status == 403 && WORDS.contains(&word(said))))
}

fn is_day_limit(said: &Said) -> bool {
    word(said).starts_with("dailyLimitExceeded")
}

fn kind(said: &Said) -> Option<ErrorKind> {
    use ErrorKind as E;
    if is_day_limit(said) {
        return Some(E::DayLimit);
    }
    match (said.status, word(said)) {
        (403, "storageQuotaExceeded") => Some(E::Full),
        // 410 and 499 are said of sessions that expired or were given up.
        (404 | 410 | 499, _) => Some(E::NotThere),
        // Of a range: there are fewer bytes.
        (416, _) => Some(E::Changed),
        (503, _) => Some(E::Unreachable),
        (status, _) => by_status(status),
    }
}

/// The bytes of a reply to a range up to `to`. An object that has fewer now is another one, and asking again is pointless.
pub(crate) fn bytes(reply: Response<Buffer>, to: u64) -> Result<Vec<u8>> {
    let size: Option<u64> = reply
        .headers()
        .get(http::header::CONTENT_RANGE)
        .and_then(|range| range.to_str().ok()?.rsplit('/').next()?.parse().ok());
    if size.is_some_and(|size| size < to) {
        return Err(Error::new(
            ErrorKind::Changed,
            "It is shorter than it was when it was placed.",
        ));
    }
    Ok(reply.into_body().to_vec())
}

fn word(said: &Said) -> &str {
    said.code.as_deref().unwrap_or_default()
}

fn sentence(said: &Said) -> &str {
    said.message.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(dialect: &Dialect, status: u16, reason: &str, message: &str) -> Said {
        let text = format!(
            r#"{{"error":{{"code":{status},"message":"{message}","errors":[{{"reason":"{reason}"}}]}}}}"#
        );
        Said::new(dialect, status, None, Some(text.as_bytes()))
    }

    #[test]
    fn an_object_that_became_shorter_is_another_one() {
        let reply = |range: &str| {
            let reply = Response::builder().status(206).header("content-range", range);
            reply.body(Buffer::from("abc")).expect("a reply")
        };
        assert_eq!(bytes(reply("bytes 0-2/3"), 3).expect("whole"), b"abc");
        let shorter = bytes(reply("bytes 0-2/3"), 4).expect_err("shorter");
        assert_eq!(shorter.kind, ErrorKind::Changed);
    }

    #[test]
    fn the_reason_goes_before_the_status() {
        use ErrorKind as E;
        for (dialect, status, reason, message, kind) in [
            (&STORAGE, 403, "rateLimitExceeded", "", Some(E::RateLimited)),
            (&STORAGE, 429, "", "", Some(E::RateLimited)),
            (&STORAGE, 403, "quotaExceeded", "", Some(E::RateLimited)),
            (&STORAGE, 403, "forbidden", "", Some(E::Denied)),
            (&STORAGE, 401, "authError", "", Some(E::Denied)),
            (&STORAGE, 412, "conditionNotMet", "", Some(E::Exists)),
            (&STORAGE, 410, "", "", Some(E::NotThere)),
            (&STORAGE, 503, "backendError", "", Some(E::Unreachable)),
            (
                &STORAGE,
                400,
                "invalid",
                "Provided MD5 hash doesn't match calculated MD5 hash.",
                Some(E::BadDigest),
            ),
            (
                &STORAGE,
                400,
                "invalid",
                "The specified object name is not valid.",
                Some(E::NameRefused),
            ),
            (&STORAGE, 400, "invalid", "Something else.", None),
            (&DRIVE, 401, "authError", "", Some(E::SignInAgain)),
            (&DRIVE, 403, "userRateLimitExceeded", "", Some(E::RateLimited)),
            (&DRIVE, 403, "dailyLimitExceeded", "", Some(E::DayLimit)),
            (&DRIVE, 429, "dailyLimitExceeded", "", Some(E::DayLimit)),
            (&DRIVE, 403, "storageQuotaExceeded", "", Some(E::Full)),
            (&DRIVE, 403, "insufficientFilePermissions", "", Some(E::Denied)),
            (&DRIVE, 404, "notFound", "", Some(E::NotThere)),
            (&DRIVE, 409, "fileIdInUse", "", Some(E::Exists)),
        ] {
            let said = said(dialect, status, reason, message);
            assert_eq!(said.kind, kind, "{status} {reason} {message}");
            assert_eq!(said.throttled, kind == Some(E::RateLimited), "{status} {reason}");
        }
    }
}
