//! What a server says of a file or of a folder's children (RFC 4918, 9.1 and 14): read strictly, because an answer that is
//! misread is a listing that is short.

use crate::error::{Error, ErrorKind, Result};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// The properties that [`read`] reads.
pub(super) const ASKED: &str = r#"<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontentlength/><D:getlastmodified/><D:getetag/></D:prop></D:propfind>"#;

/// A file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Path on the server, decoded, without a slash at its end.
    pub path: String,
    pub is_folder: bool,
    pub size: u64,
    pub etag: String,
    /// Whole seconds since the epoch, where it says so.
    pub time: Option<i64>,
}

#[derive(Deserialize)]
struct Multistatus {
    #[serde(default)]
    response: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    href: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    propstat: Vec<Propstat>,
}

#[derive(Deserialize)]
struct Propstat {
    prop: Prop,
    status: String,
}

#[derive(Deserialize)]
struct Prop {
    #[serde(default)]
    resourcetype: Option<Kind>,
    #[serde(default)]
    getcontentlength: Option<String>,
    #[serde(default)]
    getlastmodified: Option<String>,
    #[serde(default)]
    getetag: Option<String>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    collection: Option<Empty>,
}

#[derive(Deserialize)]
struct Empty {}

/// Every entry of an answer; an error if it says of one that it cannot be looked at.
pub(super) fn read(text: &[u8]) -> Result<Vec<Entry>> {
    let unreadable = |why: String| {
        Error::new(
            ErrorKind::Other,
            format!("The storage's answer cannot be read: {why}"),
        )
    };
    let text = std::str::from_utf8(text).map_err(|error| unreadable(error.to_string()))?;
    let all: Multistatus = quick_xml::de::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| unreadable(error.to_string()))?;
    // What is there is always told of itself.
    if all.response.is_empty() {
        return Err(unreadable("it tells of nothing".to_owned()));
    }
    all.response
        .into_iter()
        .map(|one| entry(&one).ok_or_else(|| unreadable(format!("`{}` has no size", one.href))))
        .collect()
}

fn entry(answer: &Answer) -> Option<Entry> {
    let is_good = |status: &str| status.split_whitespace().nth(1) == Some("200");
    if answer.status.as_deref().is_some_and(|status| !is_good(status)) {
        return None;
    }
    let found = || {
        answer
            .propstat
            .iter()
            .filter(|one| is_good(&one.status))
            .map(|one| &one.prop)
    };
    let text = |get: fn(&Prop) -> Option<&String>| found().find_map(get).map(|text| text.trim().to_owned());
    let is_folder = found()
        .filter_map(|prop| prop.resourcetype.as_ref())
        .any(|kind| kind.collection.is_some());
    let size = text(|prop| prop.getcontentlength.as_ref()).and_then(|size| size.parse().ok());
    let time = text(|prop| prop.getlastmodified.as_ref())
        .and_then(|time| jiff::fmt::rfc2822::parse(&time).ok())
        .map(|at| at.timestamp().as_second());
    Some(Entry {
        path: path(&answer.href)?,
        is_folder,
        size: if is_folder { 0 } else { size? },
        etag: text(|prop| prop.getetag.as_ref()).unwrap_or_default(),
        time,
    })
}

/// Of a whole address or of a path, both of which servers give.
pub(super) fn path(href: &str) -> Option<String> {
    let path = match href.split_once("://") {
        Some(("http" | "https", rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        _ => href,
    };
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    Some(decoded.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"<?xml version="1.0"?>
<d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">
 <d:response><d:href>/dav/My%20photos/</d:href>
  <d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>
  <d:propstat><d:prop><d:getcontentlength/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>
 <d:response><d:href>http://cloud.example/dav/My%20photos/a%26%C3%A4.jpg</d:href>
  <d:propstat><d:prop><d:resourcetype/><d:getcontentlength>3</d:getcontentlength>
   <d:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</d:getlastmodified><d:getetag>&quot;x&quot;</d:getetag><oc:id>7</oc:id>
  </d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>
</d:multistatus>"#;

    #[test]
    fn files_and_folders_are_told_apart() {
        let entries = read(ANSWER.as_bytes()).expect("readable");
        assert_eq!(
            entries,
            [
                Entry {
                    path: "/dav/My photos".to_owned(),
                    is_folder: true,
                    size: 0,
                    etag: String::new(),
                    time: None,
                },
                Entry {
                    path: "/dav/My photos/a&ä.jpg".to_owned(),
                    is_folder: false,
                    size: 3,
                    etag: "\"x\"".to_owned(),
                    time: Some(784_111_777),
                },
            ]
        );
    }

    #[test]
    fn what_may_not_be_looked_at_ends_a_listing() {
        let hidden = ANSWER.replace("<d:getcontentlength>3</d:getcontentlength>", "");
        assert!(read(hidden.as_bytes()).is_err());
        let forbidden = r#"<d:multistatus xmlns:d="DAV:"><d:response><d:href>/a</d:href><d:status>HTTP/1.1 403 Forbidden</d:status></d:response></d:multistatus>"#;
        assert!(read(forbidden.as_bytes()).is_err());
        for strange in ["<html>Sign in</html>", "<d:multistatus xmlns:d=\"DAV:\"/>"] {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}
