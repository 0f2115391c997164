//! RAW files are shown by the JPEG that the camera put into them: the largest that decodes. It is found by what the
//! directories say (CR2, NEF, ARW, DNG, ORF, RW2, PEF …), and where they say nothing (CR3, RAF, MRW, X3F …) by looking
//! for the beginning of a JPEG. The sensor's own data is never developed.

use crate::exif;
use crate::ifd::Tiff;
use crate::jpeg::{self, Seen};
use crate::pixels::Decoded;
use albumen_model::Kind;

/// Bytes of a RAW file that are held; its previews lie within them in all but a few.
pub const KEEP: usize = 128 << 20;
/// JPEGs that are tried, largest first.
const TRIES: usize = 4;
/// Places that look like the beginning of a JPEG; noise of a sensor has one in 16 million.
const MOST_PLACES: usize = 256;
/// A preview as long as this needs no search for a better one.
const LARGE: u32 = 1000;

const WIDTH: u16 = 0x0100;
const HEIGHT: u16 = 0x0101;
const COMPRESSION: u16 = 0x0103;
const STRIP: u16 = 0x0111;
const STRIP_BYTES: u16 = 0x0117;
const JPEG: u16 = 0x0201;
const JPEG_BYTES: u16 = 0x0202;
const PANASONIC_JPEG: u16 = 0x002e;
const PIXEL_X: u16 = 0xa002;
const PIXEL_Y: u16 = 0xa003;
const DNG_CROP_SIZE: u16 = 0xc620;
/// Panasonic's own: the picture's top, left, bottom and right on the sensor.
const PANASONIC_BORDERS: [u16; 4] = [4, 5, 6, 7];

/// `turn` is what the RAW's own EXIF says; the answer says it too, or that the preview was turned already.
pub fn decode(bytes: &[u8], turn: u8, side: u32) -> Result<(Decoded, u8), String> {
    let sensor = sensor(bytes);
    let mut why = "no picture that can be shown is in it".to_owned();
    for (start, seen) in previews(bytes) {
        let preview = &bytes[start..start + seen.length];
        match jpeg::decode(preview, side) {
            Ok(mut decoded) => {
                let turn = match sensor {
                    Some((width, height)) if (width > height) != (seen.width > seen.height) => 1,
                    _ => turn,
                };
                if let Some((width, height)) = sensor {
                    let lies = turn == 1 && (width > height) != (seen.width > seen.height);
                    decoded.full = if lies { (height, width) } else { (width, height) };
                }
                return Ok((decoded, turn));
            }
            Err(error) => why = error,
        }
    }
    Err(why)
}

/// Where the JPEGs are, largest first.
fn previews(bytes: &[u8]) -> Vec<(usize, Seen)> {
    let mut found = named(bytes);
    let large = |(_, seen): &(usize, Seen)| seen.width.max(seen.height) >= LARGE;
    if !found.iter().any(large) {
        found.extend(searched(bytes));
    }
    found.retain(|(_, seen)| seen.usual && seen.pixels() > 0);
    found.sort_by_key(|(start, seen)| (std::cmp::Reverse(seen.pixels()), *start));
    found.dedup_by_key(|(start, _)| *start);
    found.truncate(TRIES);
    found
}

/// What directories and headers point at.
fn named(bytes: &[u8]) -> Vec<(usize, Seen)> {
    let mut places: Vec<usize> = Vec::new();
    // RAF: its preview is named right in its header.
    if bytes.starts_with(b"FUJIFILMCCD-RAW") {
        let at: Option<[u8; 4]> = bytes.get(84..88).and_then(|at| at.try_into().ok());
        places.extend(at.map(|at| u32::from_be_bytes(at) as usize));
    }
    for entries in Tiff::open(bytes).iter().flat_map(Tiff::all) {
        let number = |tag| entries.iter().find(|entry| entry.tag == tag)?.number();
        if number(JPEG_BYTES).is_some() {
            places.extend(number(JPEG).map(|at| at as usize));
        }
        // A strip that is a JPEG as a whole: old style, new style, and DNG's lossy one.
        if matches!(number(COMPRESSION), Some(6 | 7 | 34892)) && number(STRIP_BYTES).is_some() {
            places.extend(number(STRIP).map(|at| at as usize));
        }
        let inside = entries.iter().filter(|entry| entry.tag == PANASONIC_JPEG);
        places.extend(inside.map(|entry| entry.value.as_ptr().addr() - bytes.as_ptr().addr()));
    }
    places.sort_unstable();
    places.dedup();
    let seen = |&at: &usize| Some((at, jpeg::look(bytes.get(at..)?)?));
    places.iter().take(MOST_PLACES).filter_map(seen).collect()
}

/// What begins like a JPEG, each taken whole, so that a thumbnail within a preview's EXIF is no place of its own.
fn searched(bytes: &[u8]) -> Vec<(usize, Seen)> {
    let mut found = Vec::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, b"\xff\xd8\xff").take(MOST_PLACES) {
        if at < from {
            continue;
        }
        if let Some(seen) = jpeg::look(&bytes[at..])
            && seen.usual
        {
            from = at + seen.length;
            found.push((at, seen));
        }
    }
    found
}

/// The size of the picture that the sensor took, before any turn.
fn sensor(bytes: &[u8]) -> Option<(u32, u32)> {
    // Where the file is no TIFF, its EXIF is.
    let copy;
    let tiff = match Tiff::open(bytes) {
        Some(tiff) => tiff,
        None => {
            copy = exif::find(Kind::Raw, bytes)?.copy()?;
            Tiff::open(&copy)?
        }
    };
    let directories = tiff.all();
    let pair = |wide: u16, high: u16| {
        directories
            .iter()
            .filter_map(move |entries| {
                let number = |tag| entries.iter().find(|entry| entry.tag == tag)?.number();
                Some((number(wide)?, number(high)?))
            })
            .max_by_key(|&(width, height)| u64::from(width) * u64::from(height))
    };
    let crop = || {
        let mut all = directories.iter().flatten().rev();
        let size = all.find(|entry| entry.tag == DNG_CROP_SIZE)?;
        let mut numbers = size.numbers();
        Some((numbers.next()?, numbers.next()?))
    };
    let borders = || {
        let main = directories.first()?;
        let number = |tag| main.iter().find(|entry| entry.tag == tag)?.number();
        let [top, left, bottom, right] = PANASONIC_BORDERS.map(number);
        Some((right?.checked_sub(left?)?, bottom?.checked_sub(top?)?))
    };
    // A converter leaves the size of what it made, so the larger of what EXIF and the directories say.
    let said = [pair(PIXEL_X, PIXEL_Y), pair(WIDTH, HEIGHT)];
    let largest = said
        .into_iter()
        .flatten()
        .max_by_key(|&(width, height)| u64::from(width) * u64::from(height));
    let panasonic = || bytes.starts_with(b"IIU\0").then(borders).flatten();
    crop()
        .or_else(panasonic)
        .or(largest)
        .filter(|&(width, height)| width.min(height) >= 16 && width.max(height) <= 100_000)
}
