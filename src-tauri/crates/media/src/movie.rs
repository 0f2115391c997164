//! Stage 2, movies: when and where QuickTime, MP4 and Matroska say that they were taken, by what, and which picture a Live
//! Photo's movie belongs to.
//!
//! Read here and not by a library: those that there are tell neither Apple's content identifier nor the user data that
//! cameras write, and take as much memory as a file claims to need. Here it is at most [`MOST_MOOV`].

use crate::ifd::boxes;
use crate::metadata::{Tier, Told, camera};
use albumen_model::{Capture, DateSource};
use std::io::{Read, Seek, SeekFrom};

/// The description of a movie; the tables of an hour at 60 frames a second take some 2 MB.
const MOST_MOOV: u64 = 16 << 20;
/// Boxes before it; a fragmented movie has it first.
const MOST_BOXES: usize = 1000;
const LONGEST: usize = 2048;
const MOST_KEYS: usize = 200;
/// Seconds from 1904, where QuickTime's time begins, to 1970.
const FROM_1904: i64 = 2_082_844_800;
/// Seconds from 1970 to 2001, where Matroska's begins.
const TO_2001: i64 = 978_307_200;

/// What a movie tells. `head` is its beginning; `file` is asked where the description lies further back.
pub fn read(head: &[u8], file: &mut (impl Read + Seek)) -> Told {
    if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return matroska(head);
    }
    match moov(file) {
        Some(moov) => quicktime(&moov),
        None => Told::default(),
    }
}

/// The body of the box `moov`, wherever it lies.
fn moov(file: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    let mut at = 0u64;
    for _ in 0..MOST_BOXES {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut head = [0; 16];
        file.read_exact(&mut head[..8]).ok()?;
        let short = u32::from_be_bytes(head[..4].try_into().ok()?);
        let (header, size) = match short {
            0 => (8, u64::MAX),
            1 => {
                file.read_exact(&mut head[8..]).ok()?;
                (16, u64::from_be_bytes(head[8..].try_into().ok()?))
            }
            size => (8, u64::from(size)),
        };
        if &head[4..8] == b"moov" {
            let mut body = Vec::new();
            file.take(size.checked_sub(header)?.min(MOST_MOOV))
                .read_to_end(&mut body)
                .ok()?;
            return Some(body);
        }
        at = at.checked_add(size.max(8))?;
    }
    None
}

/// The same of a `moov` that is held.
pub fn quicktime(moov: &[u8]) -> Told {
    let mut told = Told::default();
    let (mut make, mut model) = (None, None);
    let mut note = |told: &mut Told, name: &str, text: &str| {
        let text = text.trim_matches(['\0', ' ']);
        if text.is_empty() {
            return;
        }
        let text = || text.to_owned();
        match name {
            "com.apple.quicktime.creationdate" | "©day" | "date" => {
                told.dates
                    .extend(written(&text()).map(|date| (Tier::Original, date)));
            }
            "com.apple.quicktime.location.ISO6709" | "©xyz" => told.gps = told.gps.or(place(&text())),
            "com.apple.quicktime.make" | "com.android.manufacturer" | "©mak" => make = Some(text()),
            "com.apple.quicktime.model" | "com.android.model" | "©mod" => model = Some(text()),
            "com.apple.quicktime.software" | "©swr" => told.software = Some(text()),
            "com.apple.quicktime.content.identifier" => told.content_id = Some(text()),
            _ => {}
        }
        told.field("quicktime", name, &text());
    };
    for (name, body) in boxes(moov) {
        match &name {
            b"mvhd" => told
                .dates
                .extend(made_at(body).map(|date| (Tier::Digitized, date))),
            b"meta" => keys(body, &mut |name, text| note(&mut told, name, text)),
            b"udta" => {
                for (name, body) in boxes(body).take(MOST_KEYS) {
                    if &name == b"loci" {
                        told.gps = told.gps.or(located(body));
                    }
                    match user_text(&name, body) {
                        Some(text) => note(&mut told, &named(&name), &text),
                        None if &name == b"meta" => {
                            keys(body, &mut |name, text| note(&mut told, name, text));
                        }
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }
    for (tag, value) in [("Make", &make), ("Model", &model)] {
        if let Some(value) = value {
            told.field("quicktime", tag, value);
        }
    }
    told.camera = camera(make, model);
    told
}

/// A box's name, of which the first letter may be ©.
fn named(name: &[u8; 4]) -> String {
    name.iter().map(|&byte| char::from(byte)).collect()
}

/// The text of user data: as QuickTime has it, with its length and language before it, or without.
fn user_text(name: &[u8; 4], body: &[u8]) -> Option<String> {
    let text = if name[0] == 0xa9 {
        let size = usize::from(u16::from_be_bytes(body.get(..2)?.try_into().ok()?));
        body.get(4..4 + size).unwrap_or(body.get(4..)?)
    } else if name == b"date" {
        body
    } else {
        return None;
    };
    Some(String::from_utf8_lossy(&text[..text.len().min(LONGEST)]).into_owned())
}

/// Apple's metadata: a box of names, and a list whose items say by their number which name they are of.
fn keys(meta: &[u8], on_text: &mut dyn FnMut(&str, &str)) {
    // As MP4 has it, four bytes stand before the first box.
    let body = match meta.get(4..8) {
        Some(name) if name.is_ascii() && !name.contains(&0) => meta,
        _ => meta.get(4..).unwrap_or_default(),
    };
    let part = |wanted: &[u8; 4]| boxes(body).find(|(name, _)| name == wanted).map(|(_, body)| body);
    let (Some(names), Some(list)) = (part(b"keys"), part(b"ilst")) else {
        return;
    };
    let names: Vec<_> = boxes(names.get(8..).unwrap_or_default())
        .take(MOST_KEYS)
        .map(|(_, name)| String::from_utf8_lossy(&name[..name.len().min(LONGEST)]))
        .collect();
    for (number, item) in boxes(list).take(MOST_KEYS) {
        let at = (u32::from_be_bytes(number) as usize).checked_sub(1);
        let Some(name) = at.and_then(|at| names.get(at)) else {
            continue;
        };
        // A type and a language stand before the value; type 1 is UTF-8.
        let value = boxes(item)
            .find(|(name, _)| name == b"data")
            .map(|(_, body)| body);
        if let Some([0, 0, 0, 1, _, _, _, _, text @ ..]) = value {
            on_text(name, &String::from_utf8_lossy(&text[..text.len().min(LONGEST)]));
        }
    }
}

/// When the movie was made, by its header: in UTC, says the standard (ISO/IEC 14496-12, 8.2.2).
fn made_at(mvhd: &[u8]) -> Option<Capture> {
    let seconds = match mvhd.first()? {
        0 => u64::from(u32::from_be_bytes(mvhd.get(4..8)?.try_into().ok()?)),
        _ => u64::from_be_bytes(mvhd.get(4..12)?.try_into().ok()?),
    };
    let seconds = i64::try_from(seconds).ok()?.checked_sub(FROM_1904)?;
    // No camera made such files before.
    in_utc(Some(seconds).filter(|seconds| *seconds > 0)?)
}

fn in_utc(seconds: i64) -> Option<Capture> {
    Some(Capture {
        local: Capture::utc_clock(seconds)?,
        offset_minutes: Some(0),
        source: DateSource::Movie,
    })
}

fn written(text: &str) -> Option<Capture> {
    let (local, offset_minutes) = Capture::parse_iso8601(text)?;
    Some(Capture {
        local,
        offset_minutes,
        source: DateSource::Movie,
    })
}

/// `+27.1281+100.2508+000.000/`: degrees north, degrees east (ISO 6709, annex H; decimal degrees, as phones write them).
fn place(text: &str) -> Option<(f64, f64)> {
    let signs: Vec<usize> = text.match_indices(['+', '-']).map(|(at, _)| at).collect();
    let (north, rest) = text
        .get(*signs.first()?..)?
        .split_at(signs.get(1)? - signs.first()?);
    let end = signs.get(2).map_or(rest.len(), |end| end - signs[1]);
    let number = |text: &str| text.trim_end_matches('/').parse::<f64>().ok();
    let (north, east) = (number(north)?, number(rest.get(..end)?)?);
    known(north, east)
}

/// A box of 3GPP (TS 26.244, 8.10): a name that ends with a zero, the role, then degrees east and north as 16.16.
fn located(loci: &[u8]) -> Option<(f64, f64)> {
    let name = loci.get(6..)?;
    let at = memchr::memchr(0, name)? + 2;
    let degrees = |at: usize| {
        let number = i32::from_be_bytes(name.get(at..at + 4)?.try_into().ok()?);
        Some(f64::from(number) / 65_536.0)
    };
    known(degrees(at + 4)?, degrees(at)?)
}

fn known(north: f64, east: f64) -> Option<(f64, f64)> {
    let is_known = north.abs() <= 90.0 && east.abs() <= 180.0 && (north != 0.0 || east != 0.0);
    is_known.then_some((north, east))
}

// --- Matroska ---------------------------------------------------------------------------------------------

/// The date of the segment's information (RFC 9559, 5.1.2.11), where that lies near the beginning.
fn matroska(head: &[u8]) -> Told {
    const SEGMENT: u32 = 0x1853_8067;
    const INFO: u32 = 0x1549_a966;
    const DATE: u32 = 0x4461;
    let inside = |body, wanted| elements(body).find(|(id, _)| *id == wanted).map(|(_, body)| body);
    let date = inside(head, SEGMENT)
        .and_then(|segment| inside(segment, INFO))
        .and_then(|info| inside(info, DATE))
        .and_then(|date| Some(i64::from_be_bytes(date.try_into().ok()?)))
        .and_then(|nanoseconds| in_utc(nanoseconds.div_euclid(1_000_000_000) + TO_2001));
    Told {
        dates: date.map(|date| (Tier::Original, date)).into_iter().collect(),
        ..Told::default()
    }
}

/// Elements of EBML (RFC 8794, 6): a number whose length is in its first bits, a size of the same kind, the body. The last
/// one may be cut, or of unknown size.
fn elements(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let width = rest.first()?.leading_zeros() as usize + 1;
        let id = rest.get(..width).filter(|_| width <= 4)?;
        let id = id.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        let sized = &rest[width..];
        let long = sized.first()?.leading_zeros() as usize + 1;
        let size = sized.get(..long).filter(|_| long <= 8)?;
        let first = u64::from(size[0]) & (0xff_u64 >> long);
        let size = size[1..]
            .iter()
            .fold(first, |sum, byte| sum << 8 | u64::from(*byte));
        let body = &sized[long..];
        let end = usize::try_from(size).unwrap_or(usize::MAX).min(body.len());
        rest = &body[end..];
        Some((id, &body[..end]))
    })
    .take(MOST_BOXES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_testkit::movie::{apple, boxed, header, placed, whole};
    use std::io::Cursor;

    fn told(boxes: &[Vec<u8>]) -> Told {
        let file = whole(1000, boxes);
        read(&file[..100], &mut Cursor::new(&file))
    }

    #[test]
    fn an_iphones_movie_tells_its_own_time_place_and_picture() {
        let told = told(&[
            header(3_786_912_000),
            apple(&[
                ("com.apple.quicktime.make", "Apple"),
                ("com.apple.quicktime.model", "iPhone X"),
                ("com.apple.quicktime.content.identifier", "AB-1"),
                (
                    "com.apple.quicktime.location.ISO6709",
                    "+27.1281+100.2508+000.000/",
                ),
                ("com.apple.quicktime.creationdate", "2019-02-12T15:27:12+0800"),
            ]),
        ]);
        let dates = told.in_order();
        assert_eq!(dates[0].iso(), "2019-02-12T15:27:12");
        assert_eq!(dates[0].offset_minutes, Some(480));
        assert_eq!(dates[1].iso(), "2024-01-01T00:00:00", "of the header, in UTC");
        assert_eq!(told.gps, Some((27.1281, 100.2508)));
        assert_eq!(told.camera.as_deref(), Some("Apple iPhone X"));
        assert_eq!(told.content_id.as_deref(), Some("AB-1"));
    }

    #[test]
    fn an_android_phones_movie_tells_its_place_in_the_user_data() {
        let told = told(&[header(0), placed("-27.2939-112.6932/")]);
        assert_eq!(told.gps, Some((-27.2939, -112.6932)));
        assert!(told.dates.is_empty(), "1904 is no date");
    }

    #[test]
    fn a_3gpp_place_is_told_too() {
        let mut loci = b"\0\0\0\0\x15\xc7Porto\0\0".to_vec();
        for degrees in [-8.5, 41.25, 0.0] {
            loci.extend(((degrees * 65_536.0) as i32).to_be_bytes());
        }
        loci.extend(b"earth\0\0");
        let told = told(&[boxed(b"udta", &boxed(b"loci", &loci))]);
        assert_eq!(told.gps, Some((41.25, -8.5)));
    }

    #[test]
    fn a_description_of_absurd_size_or_cut_short_costs_nothing() {
        let endless = [boxed(b"ftyp", b"qt  "), b"\xff\xff\xff\xffmoov".to_vec()].concat();
        assert!(read(&endless, &mut Cursor::new(&endless)).dates.is_empty());
        let whole = [boxed(b"moov", &apple(&[("com.apple.quicktime.make", "Apple")]))].concat();
        for cut in 0..whole.len() {
            read(&whole[..cut], &mut Cursor::new(&whole[..cut]));
        }
        let still = b"\0\0\0\0free".repeat(10);
        assert!(read(&still, &mut Cursor::new(&still)).dates.is_empty());
    }

    #[test]
    fn matroska_tells_its_date() {
        let date = ((1_252_487_349 - TO_2001) * 1_000_000_000_i64).to_be_bytes();
        let info = [&[0x44, 0x61, 0x88], &date[..]].concat();
        let sized = |id: &[u8], body: &[u8]| {
            let size = 0x4000 | u16::try_from(body.len()).expect("small");
            [id, &size.to_be_bytes(), body].concat()
        };
        let segment = sized(
            &[0x18, 0x53, 0x80, 0x67],
            &sized(&[0x15, 0x49, 0xa9, 0x66], &info),
        );
        let file = [sized(&[0x1a, 0x45, 0xdf, 0xa3], b""), segment].concat();
        let told = read(&file, &mut Cursor::new(&file));
        assert_eq!(told.dates[0].1.iso(), "2009-09-09T09:09:09");
        for cut in 0..file.len() {
            read(&file[..cut], &mut Cursor::new(&file[..cut]));
        }
    }
}
