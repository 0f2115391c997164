//! Stage 2: the one read of one file, and everything it tells.
//!
//! SHA-256, EXIF, pixels, perceptual hash and thumbnail all come from the bytes of that single pass.

use crate::apart::{self, Looked, Lost};
use crate::{budget, exif, frame, kind, phash, pixels, poster, raw, takeout};
use albumen_files::read_through;
use albumen_model::{Capture, DateSource, Fingerprint, Identity, Kind, Problem};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Pictures up to this size are held whole while they are decoded; larger ones are hashed and moved without a preview.
const KEEP_PICTURE: usize = 160 << 20;
/// Movies, and pictures larger than that: metadata lies near the start.
const KEEP_HEAD: usize = 1 << 20;

pub use albumen_files::Error as FingerprintError;

/// Reads `path` once. Errors are about reading; whatever is wrong with the content is in `problems`.
pub fn fingerprint(
    path: &Path,
    name: &[u8],
    stop: &dyn Fn() -> bool,
) -> Result<(Fingerprint, Identity), FingerprintError> {
    let named = kind::by_name(name);
    let mut held = None;
    let limit = |identity: &Identity| {
        let keep = kept(named, identity.size);
        held = Some(budget::FILES.take(keep as u64));
        keep
    };
    let read = read_through(path, limit, stop)?;
    let (kind, mismatch) = kind::decide(name, &read.head);
    let mut made = Fingerprint {
        sha256: read.sha256,
        kind,
        width: None,
        height: None,
        phash: None,
        phash_inside: None,
        subsec_ms: None,
        exposure: None,
        software: None,
        captured: None,
        camera: None,
        gps: None,
        metadata: None,
        thumb: None,
        problems: mismatch.into_iter().collect(),
    };
    if read.identity.size == 0 {
        made.problems = vec![Problem::new(
            "empty",
            "The file is empty. It is kept as it is and never counts as a copy.",
        )];
    } else if kind.is_still() {
        let side = if read.whole { pixels::THUMB } else { 0 };
        match apart::look(kind, &read.head, side, stop).transpose() {
            Ok(looked) => look_inside(&read.head, read.whole, looked, &mut made),
            Err(Lost::Poison(why)) => made.problems.push(hidden("decoder", &why)),
            Err(Lost::Stopped) => return Err(FingerprintError::Stopped),
            Err(Lost::NoWorker(why)) => return Err(no_worker(path, why)),
        }
    } else if kind == Kind::Video {
        drop(held.take());
        let poster = catch_unwind(AssertUnwindSafe(|| poster::picture(path, pixels::THUMB, stop)));
        made.thumb = poster.ok().flatten().and_then(|frame| pixels::encode(&frame));
    } else if kind == Kind::Other
        && kind::extension(name) == "json"
        && read.identity.size <= takeout::MOST
        && let Some(told) = takeout::read(&read.head)
    {
        (made.captured, made.gps, made.metadata) = (Some(told.captured), told.gps, Some(told.json));
    }
    drop(held);
    if made.captured.is_none() {
        made.captured = date_without_exif(name, read.identity.mtime_ns);
    }
    Ok((made, read.identity))
}

/// How much of a file is held while it is looked at.
pub(crate) fn kept(named: Kind, size: u64) -> usize {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    match named {
        Kind::Raw => size.min(raw::KEEP),
        named if (named.is_still() || named == Kind::Other) && size <= KEEP_PICTURE => size,
        _ => size.min(KEEP_HEAD),
    }
}

fn date_without_exif(name: &[u8], mtime_ns: i64) -> Option<Capture> {
    Capture::parse_name(&String::from_utf8_lossy(name))
        .map(|local| Capture {
            local,
            offset_minutes: None,
            source: DateSource::Name,
        })
        .or_else(|| Capture::from_mtime(mtime_ns))
}

fn hidden(code: &'static str, why: &str) -> Problem {
    let what = format!("Its picture cannot be shown: {why}. It is hashed and moved like any other.");
    Problem::new(code, what)
}

/// Nothing is wrong with the file: it is read again by the next scan.
fn no_worker(path: &Path, why: String) -> FingerprintError {
    FingerprintError::Io {
        op: "start a decoder for",
        path: path.to_owned(),
        source: std::io::Error::other(why),
    }
}

/// A panic in a decoder is this file's problem and nobody else's.
/// What another process `looked` at is not looked at again.
fn look_inside(bytes: &[u8], whole: bool, looked: Option<Looked>, made: &mut Fingerprint) {
    let kind = made.kind;
    let (block, decoded) = looked.map_or((None, None), |looked| (looked.exif, Some(looked.picture)));
    let found = catch_unwind(AssertUnwindSafe(|| match (&block, &decoded) {
        (Some(block), _) => exif::read_block(block),
        (None, Some(_)) if kind != Kind::Jxl => None,
        _ => exif::read(kind, bytes),
    }));
    let exif = found.unwrap_or_else(|_| {
        made.problems
            .push(Problem::new("exif", "Its EXIF data could not be understood."));
        None
    });
    let mut turn = 1;
    if let Some(exif) = exif {
        turn = exif.orientation;
        made.captured = exif.captured;
        made.camera = exif.camera;
        made.subsec_ms = exif.subsec_ms;
        // What a bracket was set to; cameras that do not say differ in time alone.
        let bias = exif.exposure_bias.filter(|bias| *bias != 0.0);
        made.exposure = bias.or_else(|| exif.exposure_time.map(f32::log2));
        made.software = exif.software;
        made.gps = exif.gps;
        made.metadata = Some(exif.json);
    }
    if !made.kind.has_pixels() {
        return;
    }
    if !whole && made.kind != Kind::Raw {
        let what = "It is too large to be shown here. It is hashed and moved like any other.";
        made.problems.push(Problem::new("too-large", what));
        return;
    }
    let decoded = catch_unwind(AssertUnwindSafe(|| match decoded {
        Some(decoded) => pixels::fitted(kind, bytes, decoded?, 1, pixels::THUMB),
        None => pixels::thumbnail(kind, bytes, turn),
    }));
    match decoded.unwrap_or_else(|_| Err("the decoder gave up".to_owned())) {
        Ok(picture) => {
            made.width = Some(picture.full_width);
            made.height = Some(picture.full_height);
            made.phash = phash::of(&picture.small);
            made.phash_inside = frame::inside(&picture.small).and_then(|inside| phash::of(&inside));
            made.thumb = pixels::encode(&picture.small);
            made.problems
                .extend(picture.warning.map(|what| Problem::new("pixels", what)));
        }
        Err(why) => {
            made.problems.push(hidden("pixels", &why));
        }
    }
}
