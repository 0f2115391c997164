//! Parts of an object, as HTTP gives them (RFC 9110, 14).

use crate::error::{Error, ErrorKind};
use http::HeaderMap;

/// How large the whole is, by `Content-Range`.
pub(crate) fn total(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(http::header::CONTENT_RANGE)?.to_str().ok()?;
    range.rsplit_once('/')?.1.trim().parse().ok()
}

/// It ends before what was asked for: not a lost connection, which is worth another try.
pub(crate) fn shorter() -> Error {
    Error::new(ErrorKind::Changed, "It is shorter than it was.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_the_whole_is_after_the_slash() {
        let headers = |range: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("content-range", range.parse().expect("a header"));
            headers
        };
        assert_eq!(total(&headers("bytes 0-9/1234")), Some(1234));
        assert_eq!(total(&headers("bytes 0-9/*")), None);
        assert_eq!(total(&HeaderMap::new()), None);
    }
}
