//! A larger picture on demand, of a file here or of bytes from elsewhere, for side-by-side compare. Nothing is kept.

use crate::fingerprint::kept;
use crate::pixels::Picture;
use crate::{apart, budget, exif, kind, metadata, pixels, poster};
use albumen_files::{open_below, read_through};
use albumen_model::{Capture, Kind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// JPEG of at most `side` pixels a side, upright; `None` when the file cannot be shown (any more).
pub fn preview(root: &Path, below: &Path, side: u32) -> Option<Vec<u8>> {
    preview_of(root, below, below.file_name()?.as_encoded_bytes(), side)
}

/// As [`preview`], of a file that has another name than the photo that it holds.
pub fn preview_of(root: &Path, below: &Path, name: &[u8], side: u32) -> Option<Vec<u8>> {
    let (_, identity) = open_below(root, below).ok()?;
    let path = root.join(below);
    let keep = kept(kind::by_name(name), identity.size);
    let held = budget::FILES.take(keep as u64);
    let read = read_through(&path, |_| keep, &|| false).ok()?;
    let (kind, _) = kind::decide(name, &read.head);
    let shown = catch_unwind(AssertUnwindSafe(|| {
        if kind == Kind::Video {
            return pixels::encode(&poster::picture(&path, side, &|| false)?);
        }
        if !read.whole && kind != Kind::Raw {
            return None;
        }
        pixels::encode(&drawn(kind, &read.head, side).ok()?.small)
    }));
    drop(held);
    shown.ok()?
}

/// The still in `bytes`, whatever may be wrong with it.
fn drawn(kind: Kind, bytes: &[u8], side: u32) -> Result<Picture, String> {
    if let Some(looked) = apart::look(kind, bytes, side, &|| false) {
        let decoded = looked.map_err(|_| "its decoder gave up".to_owned())?.picture?;
        return pixels::fitted(kind, bytes, decoded, 1, side);
    }
    let turn = exif::read(kind, bytes).map_or(1, |record| record.orientation);
    pixels::scaled(kind, bytes, turn, side)
}

/// A picture that did not come from a file here, and what it says of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// Of at most as many pixels a side as were asked for, upright.
    pub jpeg: Option<Vec<u8>>,
    /// Why there is none, for people.
    pub why: Option<String>,
    /// As shown.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub captured: Option<Capture>,
    pub camera: Option<String>,
}

/// Looks at a whole file that is held already, with the same distrust as at one of the person's.
pub fn shown(name: &[u8], bytes: &[u8], side: u32) -> Shown {
    let (kind, mismatch) = kind::decide(name, bytes);
    let mut made = Shown::default();
    if !kind.is_still() {
        made.why = Some(match (kind, mismatch) {
            (Kind::Video, _) => "Movies are not shown from here.".to_owned(),
            (_, Some(problem)) => problem.what,
            (_, None) => "This kind of file has no picture.".to_owned(),
        });
        return made;
    }
    let held = budget::FILES.take(bytes.len() as u64);
    let told = catch_unwind(AssertUnwindSafe(|| metadata::read(kind, bytes, None).told));
    if let Ok(told) = told {
        made.captured = told.in_order().into_iter().next();
        made.camera = told.camera;
    }
    match catch_unwind(AssertUnwindSafe(|| drawn(kind, bytes, side))) {
        Ok(Ok(picture)) => {
            (made.width, made.height) = (Some(picture.full_width), Some(picture.full_height));
            made.jpeg = pixels::encode(&picture.small);
            made.why = picture.warning;
        }
        Ok(Err(why)) => made.why = Some(format!("Its picture cannot be shown: {why}.")),
        Err(_) => made.why = Some("Its picture cannot be shown: the decoder gave up.".to_owned()),
    }
    drop(held);
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_testkit::picture::{jpeg, paint};

    #[test]
    fn bytes_are_shown_with_what_they_say_and_damage_is_said() {
        let whole = shown(b"a.jpg", &jpeg(&paint(3, 0, (64, 48)), 80), 32);
        assert_eq!((whole.width, whole.height), (Some(64), Some(48)));
        assert!(whole.jpeg.is_some() && whole.why.is_none());
        for (name, bytes) in [
            (&b"a.jpg"[..], &b"no picture at all"[..]),
            (b"a.jpg", b""),
            (b"a.txt", b"text"),
            (b"a.mp4", b"\0\0\0\x18ftypmp42"),
        ] {
            let made = shown(name, bytes, 32);
            assert!(made.jpeg.is_none() && made.why.is_some(), "{made:?}");
        }
    }
}
