//! The readers of what a file holds, one by one, for whoever feeds them with anything (`crates/fuzz`). Nothing else calls
//! them from here. What we wrote ourselves may not panic; a decoder of others may, since [`crate::fingerprint`] holds
//! that; none may end the process, nor take longer or hold more than is allowed.

use crate::ifd::{Tiff, boxes};
use crate::{exif, first_look, frame, kind, metadata, motion, movie, phash, pixels, takeout, xmp};
use albumen_model::Kind;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// As a file's EXIF, by the kind that its first bytes say, and as the small picture in it. True when there is some.
pub fn exif(bytes: &[u8]) -> bool {
    kind::decide(b"a.jpg", bytes);
    let kind = kind::by_magic(bytes).unwrap_or(Kind::Raw);
    let record = exif::read(kind, bytes);
    if kind == Kind::Tiff {
        drop(exif::read(Kind::Raw, bytes));
    }
    exif::embedded(bytes);
    for entry in Tiff::open(bytes).iter().flat_map(Tiff::all).flatten() {
        entry.numbers().for_each(drop);
    }
    boxes(bytes).for_each(drop);
    let told = metadata::read(kind, bytes, None).told;
    told.in_order();
    for kind in [Kind::Jpeg, Kind::Heic] {
        motion::find(kind, bytes, told.motion.as_ref());
    }
    record.is_some()
}

/// As an XMP packet, or the file beside a photo. True when it tells something.
pub fn packet(bytes: &[u8]) -> bool {
    xmp::read(bytes).is_some_and(|told| told.json().is_some())
}

/// As a movie, of which only what it says of itself is read. True when it tells something.
pub fn movie(bytes: &[u8]) -> bool {
    let told = movie::read(&bytes[..bytes.len().min(1000)], &mut Cursor::new(bytes));
    movie::quicktime(bytes);
    told.json().is_some()
}

/// As a picture of this kind: small, hashed, and as a thumbnail. True when it can be shown.
pub fn picture(kind: Kind, bytes: &[u8]) -> bool {
    let turn = bytes.len() % 8 + 1;
    let shown = catch_unwind(AssertUnwindSafe(|| {
        let picture = pixels::thumbnail(kind, bytes, u8::try_from(turn).unwrap_or(1)).ok()?;
        phash::of(&picture.small);
        frame::inside(&picture.small).and_then(|inside| phash::of(&inside));
        pixels::encode(&picture.small)
    }));
    shown.is_ok_and(|thumb| thumb.is_some())
}

/// As the first bytes of a photo, for the first look.
pub fn beginning(bytes: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| first_look::embedded(bytes))).is_ok_and(|small| small.is_some())
}

/// As what Takeout writes beside a photo, its name and its words. True when it tells something.
pub fn takeout(bytes: &[u8]) -> bool {
    let name = String::from_utf8_lossy(bytes).to_lowercase();
    takeout::ties_of_json(&name);
    takeout::ties_of_photo(&name);
    takeout::read(bytes).is_some()
}
