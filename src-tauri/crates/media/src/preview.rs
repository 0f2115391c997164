//! A larger picture on demand, for side-by-side compare. Nothing is kept.

use crate::{exif, kind, pixels};
use albumen_files::{open_below, read_through};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const LARGEST_FILE: u64 = 160 << 20;

/// JPEG of at most `side` pixels a side, upright; `None` when the file cannot be shown (any more).
pub fn preview(root: &Path, below: &Path, side: u32) -> Option<Vec<u8>> {
    let (_, identity) = open_below(root, below).ok()?;
    if identity.size > LARGEST_FILE {
        return None;
    }
    let read = read_through(
        &root.join(below),
        |_| usize::try_from(LARGEST_FILE).unwrap_or(0),
        &|| false,
    )
    .ok()?;
    let name = below.file_name()?.as_encoded_bytes();
    let (kind, _) = kind::decide(name, &read.head);
    catch_unwind(AssertUnwindSafe(|| {
        let turn = exif::read(&read.head).map_or(1, |record| record.orientation);
        let picture = pixels::scaled(kind, &read.head, turn, side).ok()?;
        pixels::encode(&picture.small)
    }))
    .ok()?
}
