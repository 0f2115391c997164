//! Uploads in one request: `multipart/related` for a new file, `media` for other content of one that is there.

use super::errors::{invalid, not_found, refuse};
use super::files::shown_as;
use super::meta::Meta;
use super::{Content, FOLDER, Playing};
use crate::double::call::{Answered, Call, Stop};
use crate::double::{append, lock, open_at, sums::DriveSums};

/// "Use this upload type to upload a small file (5 MB or less)".
const LARGEST: usize = 5 << 20;
/// Boundaries and headers beside the media.
const AROUND: usize = 64 << 10;

/// The parts of a body: metadata, type of the media, media.
struct Parts<'a> {
    metadata: &'a [u8],
    media_type: String,
    media: &'a [u8],
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// The metadata as far as it has arrived, to know the name early.
pub(super) fn first_part(body: &[u8], boundary: &str) -> Option<String> {
    let (_, rest) = part(body, boundary)?;
    let end = find(rest, format!("\r\n--{boundary}").as_bytes())?;
    Some(String::from_utf8_lossy(&rest[..end]).into_owned())
}

/// Headers in lower case, and all behind them.
fn part<'a>(text: &'a [u8], boundary: &str) -> Option<(String, &'a [u8])> {
    let line = format!("--{boundary}\r\n");
    let start = find(text, line.as_bytes())? + line.len();
    // Of a part without headers the empty line comes at once.
    let end = find(&text[start - 2..], b"\r\n\r\n")? + start - 2;
    let head = String::from_utf8_lossy(&text[start..end.max(start)]).to_lowercase();
    Some((head, &text[end + 4..]))
}

fn parts<'a>(body: &'a [u8], boundary: &str) -> Option<Parts<'a>> {
    let between = format!("\r\n--{boundary}");
    let (head, rest) = part(body, boundary)?;
    if !head.contains("content-type: application/json") {
        return None;
    }
    let end = find(rest, between.as_bytes())?;
    let metadata = &rest[..end];
    let (head, rest) = part(&rest[end + 2..], boundary)?;
    let media_type = head.lines().find_map(|line| line.strip_prefix("content-type:"))?;
    let end = rest
        .windows(between.len())
        .rposition(|window| window == between.as_bytes())?;
    if !rest[end + between.len()..].starts_with(b"--") {
        return None;
    }
    Some(Parts {
        metadata,
        media_type: media_type.trim().to_owned(),
        media: &rest[..end],
    })
}

/// The boundary of `multipart/related`; other types are refused.
pub(super) fn boundary(call: &Call) -> Result<String, Stop> {
    let given = call.header("content-type").unwrap_or("");
    let mut words = given.split(';').map(str::trim);
    if words.next() != Some("multipart/related") {
        return Err(refuse(400, "badContent", "Media type must be multipart/related."));
    }
    let boundary = words.find_map(|word| word.strip_prefix("boundary="));
    let boundary = boundary.map(|boundary| boundary.trim_matches('"').to_owned());
    boundary.ok_or_else(|| refuse(400, "badContent", "A boundary is missing."))
}

impl Playing {
    pub(super) async fn multipart(&self, call: &mut Call) -> Answered {
        let boundary = boundary(call)?;
        let mut body = Vec::new();
        let mut size = 0;
        call.read(|piece| {
            size += piece.len();
            if size <= LARGEST + AROUND {
                body.extend_from_slice(piece);
            }
        })
        .await?;
        if size > LARGEST + AROUND {
            return Err(refuse(413, "uploadTooLarge", "Multipart is for 5 MB or less."));
        }
        let parts =
            parts(&body, &boundary).ok_or_else(|| refuse(400, "badContent", "Malformed multipart body."))?;
        if parts.media.len() > LARGEST {
            return Err(refuse(413, "uploadTooLarge", "Multipart is for 5 MB or less."));
        }
        let mut meta = Meta::to_create(parts.metadata)?;
        if meta.mime_type.as_deref() == Some(FOLDER) {
            return Err(invalid("A folder has no media."));
        }
        meta.mime_type.get_or_insert(parts.media_type);
        let mut content = Content::empty(&call.core);
        content.fill(parts.media);
        let made = lock(&self.state).make(&call.core, &meta, Some(content))?;
        shown_as(call.parameter("fields"), &made)
    }

    /// Other bytes under the same id: counted as an overwrite.
    pub(super) async fn replace(&self, call: &mut Call, id: &str) -> Answered {
        if call.parameter("uploadType") != Some("media") {
            return Err(invalid("uploadType: of an update only media is played here"));
        }
        let path = call.core.new_file();
        let mut file = open_at(&path, 0);
        let (mut sums, mut size) = (DriveSums::default(), 0);
        call.read(|piece| {
            append(&mut file, piece);
            sums.update(piece);
            size += piece.len() as u64;
        })
        .await?;
        let content = Content::new(&call.core, path, size, sums);
        let mut state = lock(&self.state);
        let mut changed = state.seen(id).ok_or_else(|| not_found(id))?.clone();
        if changed.content.replace(content).is_none() {
            return Err(invalid("It has no content to replace."));
        }
        call.core.overwritten();
        let value = state.json(&changed);
        state.files.insert(changed.id.clone(), changed);
        shown_as(call.parameter("fields"), &value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_body_are_told_apart() {
        let body = b"--B\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{}\r\n--B\r\n\
            Content-Type: image/jpeg\r\n\r\na\r\n--Bee\r\n--B--\r\n";
        let found = parts(body, "B").unwrap();
        assert_eq!((found.metadata, found.media), (&b"{}"[..], &b"a\r\n--Bee"[..]));
        assert_eq!(found.media_type, "image/jpeg");
        assert_eq!(first_part(body, "B").unwrap(), "{}");
        assert!(parts(b"--B\r\n\r\n{}\r\n--B--", "B").is_none());
        assert!(parts(&body[..body.len() - 4], "B").is_none());
    }
}
