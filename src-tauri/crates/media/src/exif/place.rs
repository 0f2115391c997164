//! Where the EXIF of a file lies, by its kind.

use super::copy::compact;
use crate::heif;
use crate::ifd::{self, Entry, Tiff, boxes};
use crate::segments::{of_jpeg, of_png, of_riff};
use albumen_model::Kind;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

/// An EXIF block behind other data is looked for so far.
const LOOK_FOR: usize = 1 << 20;
/// What a text of a PNG may unpack to; EXIF has 64 KiB at most in a JPEG.
const MOST_TEXT: u64 = 1 << 20;
const MAKER_NOTE: u16 = 0x927c;

/// The TIFF structures of one EXIF record.
pub enum Place<'a> {
    One(Cow<'a, [u8]>),
    /// Canon's CR3 keeps the main directory, EXIF and GPS in boxes of their own.
    Three(Tiff<'a>, Option<Tiff<'a>>, Option<Tiff<'a>>),
}

impl Place<'_> {
    fn structures(&self) -> Option<(Tiff<'_>, Option<Tiff<'_>>, Option<Tiff<'_>>)> {
        match self {
            Self::One(block) => Some((Tiff::open(block)?, None, None)),
            Self::Three(main, exif, gps) => Some((*main, *exif, *gps)),
        }
    }

    pub fn copy(&self) -> Option<Vec<u8>> {
        let (main, exif, gps) = self.structures()?;
        Some(compact(main, exif, gps))
    }

    /// What only its maker understands, and whether the numbers around it begin with their highest byte.
    pub fn maker_note(&self) -> Option<(&[u8], bool)> {
        let (main, exif, _) = self.structures()?;
        let (inside, at) = match exif {
            Some(exif) => (exif, exif.first),
            None => {
                let (entries, _) = main.directory(main.first);
                let pointer = entries.iter().find(|entry| entry.tag == ifd::EXIF)?;
                (main, pointer.number()?)
            }
        };
        let (entries, _) = inside.directory(at);
        let note = entries.iter().find(|entry| entry.tag == MAKER_NOTE)?;
        Some((note.value, inside.big_endian))
    }
}

/// The EXIF of a file of this kind.
pub fn find(kind: Kind, bytes: &[u8]) -> Option<Place<'_>> {
    let one = |block| Some(Place::One(Cow::Borrowed(block)));
    // TIFF, and RAW formats that are TIFF.
    if Tiff::open(bytes).is_some() {
        return one(bytes);
    }
    match kind {
        Kind::Jpeg => one(in_jpeg(bytes)?),
        Kind::Png => in_png(bytes).map(Place::One),
        Kind::Webp => one(in_webp(bytes)?),
        Kind::Heic | Kind::Avif => Some(Place::One(heif::notes(bytes).exif?.into())),
        Kind::Jxl => {
            let (_, body) = boxes(bytes).find(|(name, _)| name == b"Exif")?;
            one(after_offset(body)?)
        }
        Kind::Raw => cr3(bytes).or_else(|| one(anywhere(bytes)?)),
        _ => None,
    }
}

/// ISO/IEC 23008-12, A.2.1: how many bytes to pass by before the TIFF header.
pub fn after_offset(body: &[u8]) -> Option<&[u8]> {
    let passed = u32::from_be_bytes(body.get(..4)?.try_into().ok()?) as usize;
    body.get(passed.checked_add(4)?..)
}

/// The first APP1 segment with EXIF (CIPA DC-008, 4.7.2).
fn in_jpeg(bytes: &[u8]) -> Option<&[u8]> {
    of_jpeg(bytes)
        .find(|(marker, body)| *marker == 0xe1 && body.starts_with(b"Exif\0"))
        .and_then(|(_, body)| body.get(6..))
}

/// The chunk eXIf (PNG, third edition, 11.3.2.5), or the text that ImageMagick wrote before there was one: hexadecimal.
fn in_png(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut written = None;
    for (name, body) in of_png(bytes) {
        if name == b"eXIf" {
            return Some(Cow::Borrowed(body));
        }
        if matches!(name, b"zTXt" | b"tEXt") && written.is_none() {
            written = profile(body, name == b"zTXt");
        }
    }
    written.map(Cow::Owned)
}

/// `Raw profile type exif`, a zero, and where it is packed another one for zlib; then a line with the name, one with the
/// length, and hexadecimal digits.
fn profile(text: &[u8], packed: bool) -> Option<Vec<u8>> {
    let names: [&[u8]; 2] = [b"Raw profile type exif\0", b"Raw profile type APP1\0"];
    let body = names.iter().find_map(|name| text.strip_prefix(*name))?;
    let mut text = String::new();
    if packed {
        ZlibDecoder::new(body.strip_prefix(b"\0")?)
            .take(MOST_TEXT)
            .read_to_string(&mut text)
            .ok()?;
    } else {
        body.take(MOST_TEXT).read_to_string(&mut text).ok()?;
    }
    let (_, digits) = text.trim_start().split_once('\n')?.1.split_once('\n')?;
    let digits: Vec<u8> = digits
        .bytes()
        .filter_map(|digit| u8::try_from((digit as char).to_digit(16)?).ok())
        .collect();
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    let block = bytes.strip_prefix(b"Exif\0\0").unwrap_or(&bytes);
    Tiff::open(block)?;
    Some(block.to_vec())
}

/// The chunk EXIF (RFC 9649, 2.7.1.5), which some writers begin as JPEG's segment begins.
fn in_webp(bytes: &[u8]) -> Option<&[u8]> {
    let (_, body) = of_riff(bytes).find(|(name, _)| *name == b"EXIF")?;
    Some(body.strip_prefix(b"Exif\0\0").unwrap_or(body))
}

fn cr3(bytes: &[u8]) -> Option<Place<'_>> {
    const CANON: &[u8] = b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";
    let (_, moov) = boxes(bytes).find(|(name, _)| name == b"moov")?;
    let (_, canon) = boxes(moov).find(|(name, body)| name == b"uuid" && body.starts_with(CANON))?;
    let tiff = |wanted: &[u8; 4]| {
        let (_, body) = boxes(&canon[CANON.len()..]).find(|(name, _)| name == wanted)?;
        Tiff::open(body)
    };
    Some(Place::Three(tiff(b"CMT1")?, tiff(b"CMT2"), tiff(b"CMT4")))
}

/// What a segment of a JPEG begins with, wherever it is: RAF, MRW and others have their previews near the start.
fn anywhere(bytes: &[u8]) -> Option<&[u8]> {
    let near = &bytes[..bytes.len().min(LOOK_FOR)];
    let at = memchr::memmem::find_iter(near, b"Exif\0\0")
        .map(|at| at + 6)
        .chain(memchr::memmem::find_iter(near, b"\0TTW").map(|at| at + 8))
        .find(|&at| near.get(at..).is_some_and(|rest| Tiff::open(rest).is_some()))?;
    bytes.get(at..)
}

/// The small JPEG that a camera put into the EXIF of its JPEG (CIPA DC-008, 4.5.5: second directory), and the turn that
/// shows it upright. No library is asked, so that a crafted file costs nothing.
pub fn embedded(jpeg: &[u8]) -> Option<(u8, &[u8])> {
    const ORIENTATION: u16 = 0x0112;
    const OFFSET: u16 = 0x0201;
    const LENGTH: u16 = 0x0202;
    let tiff = Tiff::open(in_jpeg(jpeg)?)?;
    let (main, second) = tiff.directory(tiff.first);
    let (small, _) = tiff.directory(second);
    let number = |entries: &[Entry<'_>], tag| entries.iter().find(|entry| entry.tag == tag)?.number();
    let at = number(&small, OFFSET)? as usize;
    let picture = tiff
        .bytes
        .get(at..at.checked_add(number(&small, LENGTH)? as usize)?)?;
    let turn = number(&main, ORIENTATION).and_then(|turn| u8::try_from(turn).ok());
    Some((turn.filter(|turn| (1..=8).contains(turn)).unwrap_or(1), picture))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn png(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len()).expect("small").to_be_bytes();
        [
            b"\x89PNG\r\n\x1a\n",
            &size[..],
            name,
            body,
            b"....",
            b"\0\0\0\0IEND....",
        ]
        .concat()
    }

    #[test]
    fn a_png_from_before_it_had_a_chunk_for_exif_is_read() {
        let hex: String = b"Exif\0\0II*\0\x08\0\0\0\0\0"
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let words = format!(
            "\nexif\n      {}\n{}\n{}\n",
            hex.len() / 2,
            &hex[..10],
            &hex[10..]
        );
        let plain = [b"Raw profile type exif\0", words.as_bytes()].concat();
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        packer.write_all(words.as_bytes()).expect("pack");
        let packed = [b"Raw profile type APP1\0\0", &packer.finish().expect("pack")[..]].concat();
        for file in [png(b"tEXt", &plain), png(b"zTXt", &packed)] {
            let place = find(Kind::Png, &file).expect("EXIF");
            assert!(place.copy().is_some_and(|copy| copy.starts_with(b"II*\0")));
        }
        assert!(find(Kind::Png, &png(b"zTXt", &plain)).is_none());
    }

    #[test]
    fn a_text_that_unpacks_without_end_is_none() {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        packer.write_all(&vec![b'\n'; 8 << 20]).expect("pack");
        let packed = [b"Raw profile type exif\0\0", &packer.finish().expect("pack")[..]].concat();
        assert!(find(Kind::Png, &png(b"zTXt", &packed)).is_none());
    }
}
