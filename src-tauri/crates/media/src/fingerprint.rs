//! Stage 2: the one read of one file, and everything it tells.
//!
//! SHA-256, EXIF, pixels, perceptual hash and thumbnail all come from the bytes of that single pass.

use crate::apart::{self, Looked, Lost};
use crate::metadata::{self, Blocks, Metadata, Told};
use crate::motion::{self, Motion};
use crate::{budget, frame, kind, movie, phash, pixels, poster, raw, takeout, xmp};
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
        problems: mismatch.into_iter().collect(),
        ..Fingerprint::new(read.sha256, kind)
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
        // The description may lie behind what is held; what took the file's place since is not asked.
        if let Ok((file, identity)) = albumen_files::open_regular(path)
            && identity == read.identity
        {
            let mut file = albumen_files::Original::new(file, &identity);
            let told = catch_unwind(AssertUnwindSafe(|| movie::read(&read.head, &mut file)));
            take(told.unwrap_or_default(), &mut made);
        }
        drop(held.take());
        let poster = catch_unwind(AssertUnwindSafe(|| poster::picture(path, pixels::THUMB, stop)));
        made.thumb = poster.ok().flatten().and_then(|frame| pixels::encode(&frame));
    } else if read.identity.size <= takeout::MOST {
        beside(kind, name, &read.head, &mut made);
    }
    drop(held);
    made.said.gps = made.gps;
    put_in_order(name, read.identity.mtime_ns, &mut made);
    Ok((made, read.identity))
}

/// What a small file tells of the photo beside it.
fn beside(kind: Kind, name: &[u8], bytes: &[u8], made: &mut Fingerprint) {
    if kind == Kind::Other && kind::extension(name) == "json" {
        if let Some(told) = takeout::read(bytes) {
            (made.captured, made.gps, made.metadata) = (Some(told.captured), told.gps, Some(told.json));
            made.said = told.said;
        }
        made.album = takeout::album(bytes);
    } else if kind == Kind::Sidecar
        && kind::extension(name) == "xmp"
        && let Some(mut told) = xmp::read(bytes)
    {
        for (_, date) in &mut told.dates {
            date.source = DateSource::Sidecar;
        }
        take(told, made);
    }
}

fn take(told: Told, made: &mut Fingerprint) {
    made.also_dated = told.in_order();
    made.metadata = told.json();
    made.camera = told.camera;
    made.lens = told.lens;
    made.place = told.place;
    made.content_id = told.content_id;
    made.software = told.software;
    made.said = told.said;
    made.gps = told.gps;
}

/// A movie within the picture's file.
fn moving(bytes: &[u8], claim: Option<&motion::Claim>, made: &mut Fingerprint) {
    match motion::find(made.kind, bytes, claim) {
        Motion::Movie(size) => made.motion = Some(size),
        Motion::Missing => made.problems.push(Problem::new(
            "motion",
            "It says that it is a Motion Photo, but its movie is missing. What is there is hashed and moved like any other.",
        )),
        Motion::None => {}
    }
}

/// The chain of what tells when it was taken, best first; a movie that knows only UTC takes its zone from a name that says
/// the time on the wall.
fn put_in_order(name: &[u8], mtime_ns: i64, made: &mut Fingerprint) {
    let named = Capture::parse_name(&String::from_utf8_lossy(name)).map(|local| Capture {
        local,
        offset_minutes: None,
        source: DateSource::Name,
    });
    let mut dates: Vec<Capture> = made.captured.take().into_iter().collect();
    dates.append(&mut made.also_dated);
    if let (Some(first), Some(named)) = (dates.first_mut(), &named)
        && first.source == DateSource::Movie
        && first.offset_minutes == Some(0)
        && let Some(ahead) = Capture::offset_between(named.local, first.local)
    {
        first.local = named.local;
        first.offset_minutes = Some(ahead);
    }
    dates.extend(named);
    dates.extend(Capture::from_mtime(mtime_ns));
    // When it was saved says less than its name.
    dates.sort_by_key(|date| match date.source {
        source @ (DateSource::Name | DateSource::Modified | DateSource::Mtime) => source,
        _ => DateSource::Exif,
    });
    let mut dates = dates.into_iter();
    made.captured = dates.next();
    made.also_dated = dates.collect();
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
    let (exif, xmp, decoded) = looked.map_or((None, None, None), |looked| {
        (looked.exif, looked.xmp, Some(looked.picture))
    });
    let apart = decoded.is_some().then_some(Blocks {
        exif: exif.as_deref(),
        xmp: xmp.as_deref(),
    });
    let found = catch_unwind(AssertUnwindSafe(|| metadata::read(kind, bytes, apart.as_ref())));
    let found = found.unwrap_or_else(|_| {
        made.problems
            .push(Problem::new("exif", "Its EXIF data could not be understood."));
        Metadata::default()
    });
    let turn = found.turn.max(1);
    made.subsec_ms = found.subsec_ms;
    made.exposure = found.exposure;
    if whole {
        moving(bytes, found.told.motion.as_ref(), made);
    }
    take(found.told, made);
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
