//! A larger picture on demand, for side-by-side compare. Nothing is kept.

use crate::fingerprint::kept;
use crate::{apart, budget, exif, kind, pixels, poster};
use albumen_files::{open_below, read_through};
use albumen_model::Kind;
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
        if let Some(looked) = apart::look(kind, &read.head, side, &|| false) {
            let decoded = looked.ok()?.picture.ok()?;
            let picture = pixels::fitted(kind, &read.head, decoded, 1, side).ok()?;
            return pixels::encode(&picture.small);
        }
        let turn = exif::read(kind, &read.head).map_or(1, |record| record.orientation);
        let picture = pixels::scaled(kind, &read.head, turn, side).ok()?;
        pixels::encode(&picture.small)
    }));
    drop(held);
    shown.ok()?
}
