//! How WebDAV servers say no (RFC 4918, 9 and 11): by status, since few have words that a program could read.

use crate::error::ErrorKind;
use crate::wire::{Dialect, Pace, Said};
use serde::Deserialize;

pub(crate) static DIALECT: Dialect = Dialect {
    pace: Pace::UNKNOWN,
    read: words,
    throttled,
    kind,
};

/// What Nextcloud and its kin add to a status.
#[derive(Deserialize)]
struct SabreError {
    #[serde(default)]
    exception: String,
    #[serde(default)]
    message: String,
}

fn words(text: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(text).ok()?;
    let error: SabreError = quick_xml::de::from_str(text).ok()?;
    let name = error.exception.rsplit('\\').next().unwrap_or_default();
    (!name.is_empty()).then(|| (name.to_owned(), error.message))
}

fn throttled(said: &Said) -> bool {
    matches!(said.status, 429 | 503)
}

fn kind(said: &Said) -> Option<ErrorKind> {
    use ErrorKind as E;
    match said.status {
        401 | 403 => Some(E::Denied),
        // 409: the folder above is not there.
        404 | 409 | 410 => Some(E::NotThere),
        // Of a new folder or file: something else has the name.
        405 | 412 => Some(E::Exists),
        413 => Some(E::TooLarge),
        414 => Some(E::NameRefused),
        // Of a read: it ends before.
        416 => Some(E::Changed),
        507 => Some(E::Full),
        408 | 423 | 500 | 502 | 504 => Some(E::Unreachable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_status() {
        for (status, kind) in [
            (401, Some(ErrorKind::Denied)),
            (404, Some(ErrorKind::NotThere)),
            (409, Some(ErrorKind::NotThere)),
            (412, Some(ErrorKind::Exists)),
            (423, Some(ErrorKind::Unreachable)),
            (429, Some(ErrorKind::RateLimited)),
            (503, Some(ErrorKind::RateLimited)),
            (507, Some(ErrorKind::Full)),
            (418, None),
        ] {
            assert_eq!(Said::new(&DIALECT, status, None, None).kind, kind, "{status}");
        }
    }

    #[test]
    fn the_words_of_nextcloud_are_read() {
        let text = br#"<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">
            <s:exception>Sabre\DAV\Exception\Locked</s:exception><s:message>Busy.</s:message></d:error>"#;
        assert_eq!(words(text), Some(("Locked".to_owned(), "Busy.".to_owned())));
        assert_eq!(words(b"<html>no</html>"), None);
    }
}
