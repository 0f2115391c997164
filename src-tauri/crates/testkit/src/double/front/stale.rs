//! Listings that do not show everything yet, and clocks that are wrong.

use super::decoded;
use jiff::{SignedDuration, fmt::rfc2822};

/// What surrounds one thing in a listing, and its name there: of S3 and of WebDAV.
const FORMS: [(&str, &str); 2] = [("Contents", "Key"), ("D:response", "D:href")];

/// The listing without those things whose path ends as one of `hidden` does, a path with its leading slash.
pub(super) fn without(text: &[u8], hidden: &[String]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(text).into_owned();
    for (around, name) in FORMS {
        let (open, close) = (format!("<{around}>"), format!("</{around}>"));
        let mut kept = String::new();
        let mut rest = text.as_str();
        while let Some((before, one)) = rest.split_once(&open) {
            let Some((one, after)) = one.split_once(&close) else {
                break;
            };
            kept.push_str(before);
            if !is_hidden(one, name, hidden) {
                kept.push_str(&format!("{open}{one}{close}"));
            }
            rest = after;
        }
        kept.push_str(rest);
        text = kept;
    }
    text.into_bytes()
}

fn is_hidden(one: &str, name: &str, hidden: &[String]) -> bool {
    let found = one
        .split_once(&format!("<{name}>"))
        .and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
    let Some((path, _)) = found else { return false };
    // A key has no bucket in front, and an address is encoded.
    let path = format!("/{}", decoded(path).trim_start_matches('/'));
    hidden.iter().any(|hidden| hidden.ends_with(&path))
}

/// Moves every date that an answer tells by so many seconds.
pub(super) fn shift(headers: &mut [(String, String)], seconds: i64) {
    for (name, value) in headers {
        if matches!(name.as_str(), "date" | "last-modified")
            && let Ok(time) = rfc2822::parse(value)
            && let Ok(time) = time.checked_add(SignedDuration::from_secs(seconds))
        {
            let time = time.with_time_zone(jiff::tz::TimeZone::UTC);
            *value = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_not_listed_and_all_else_is() {
        let s3 = "<R><Contents><Key>a/b.jpg</Key></Contents><Contents><Key>a/c.jpg</Key></Contents></R>";
        let left = without(s3.as_bytes(), &["/bucket/a/b.jpg".to_owned()]);
        assert_eq!(left, b"<R><Contents><Key>a/c.jpg</Key></Contents></R>");
        let dav = "<D:response><D:href>/x/%20a.jpg</D:href>1</D:response>";
        assert_eq!(without(dav.as_bytes(), &["/x/ a.jpg".to_owned()]), b"");
        assert_eq!(without(dav.as_bytes(), &["/a.jpg".to_owned()]), dav.as_bytes());
    }

    #[test]
    fn dates_move() {
        let mut headers = [("date".to_owned(), "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())];
        shift(&mut headers, 3600);
        assert_eq!(headers[0].1, "Sun, 06 Nov 1994 09:49:37 GMT");
    }
}
