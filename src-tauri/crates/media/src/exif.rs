//! EXIF by kamadak-exif: the fields we query as columns, and the whole record as JSON for the sidecar.
//!
//! A hostile block names one megabyte five thousand times, or a directory within itself, and a reader that follows it
//! runs out of memory. So kamadak-exif never sees the block of the file, only a small copy of it ([`compact`]).

use crate::heif;
use crate::ifd::{self, Entry, Tiff, boxes};
use albumen_model::{Capture, DateSource, Kind};
use exif::{Exif, Field, In, Reader, Tag, Value};
use serde_json::json;

/// Values longer than this (maker notes, embedded pictures) are recorded by their length only.
const LONGEST_VALUE: usize = 2048;
/// No camera writes that many; a crafted file may.
const MOST_FIELDS: usize = 1500;
/// What all values together may take. Without maker notes, cameras stay below 8 KiB.
const MOST_BYTES: usize = 256 << 10;
/// An EXIF block behind other data is looked for so far.
const LOOK_FOR: usize = 1 << 20;
/// Picture and thumbnail; more pages say nothing about the photo.
const MAIN_DIRECTORIES: usize = 4;

/// What one EXIF block says.
pub struct Record {
    /// 1 to 8, as in the EXIF standard; 1 when absent or absurd.
    pub orientation: u8,
    pub captured: Option<Capture>,
    /// Thousandths of a second after `captured`.
    pub subsec_ms: Option<u16>,
    pub camera: Option<String>,
    pub gps: Option<(f64, f64)>,
    /// Seconds.
    pub exposure_time: Option<f32>,
    /// Exposure compensation in steps: what differs within a bracketed series.
    pub exposure_bias: Option<f32>,
    pub software: Option<String>,
    pub json: String,
}

/// Reads the EXIF of a file held in memory, whole or its beginning; `None` when there is none that can be read.
pub fn read(kind: Kind, bytes: &[u8]) -> Option<Record> {
    record(find(kind, bytes)?)
}

/// The same of its TIFF structure alone.
pub fn read_block(block: &[u8]) -> Option<Record> {
    record(compact(Tiff::open(block)?, None, None))
}

fn record(copy: Vec<u8>) -> Option<Record> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let exif = match reader.read_raw(copy) {
        Ok(exif) => exif,
        Err(exif::Error::PartialResult(partial)) => partial.into_inner().0,
        Err(_) => return None,
    };
    let orientation = unsigned(&exif, Tag::Orientation)
        .filter(|turn| (1..=8).contains(turn))
        .unwrap_or(1);
    Some(Record {
        orientation: u8::try_from(orientation).unwrap_or(1),
        captured: captured(&exif),
        subsec_ms: text(&exif, Tag::SubSecTimeOriginal).and_then(|digits| thousandths(&digits)),
        camera: camera(&exif),
        gps: gps(&exif),
        exposure_time: ratio(&exif, Tag::ExposureTime).filter(|seconds| *seconds > 0.0),
        exposure_bias: ratio(&exif, Tag::ExposureBiasValue),
        software: text(&exif, Tag::Software),
        json: all_fields(&exif),
    })
}

// --- where it is ------------------------------------------------------------------------------------------

/// The EXIF of a file of this kind, as a small TIFF structure.
pub fn find(kind: Kind, bytes: &[u8]) -> Option<Vec<u8>> {
    // TIFF, and RAW formats that are TIFF.
    if let Some(tiff) = Tiff::open(bytes) {
        return Some(compact(tiff, None, None));
    }
    let alone = |block: &[u8]| Some(compact(Tiff::open(block)?, None, None));
    match kind {
        Kind::Jpeg => alone(in_jpeg(bytes)?),
        Kind::Png => alone(in_png(bytes)?),
        Kind::Webp => alone(in_webp(bytes)?),
        Kind::Heic | Kind::Avif => alone(&heif::exif(bytes)?),
        Kind::Jxl => {
            let (_, body) = boxes(bytes).find(|(name, _)| name == b"Exif")?;
            alone(after_offset(body)?)
        }
        Kind::Raw => cr3(bytes).or_else(|| alone(anywhere(bytes)?)),
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
    let mut at = 2;
    loop {
        let head = bytes.get(at..at + 4)?;
        if head[0] != 0xff || head[1] == 0xda {
            return None;
        }
        if head[1] == 0xff {
            at += 1;
            continue;
        }
        let end = at + 2 + usize::from(u16::from_be_bytes([head[2], head[3]]));
        let body = bytes.get(at + 4..end.min(bytes.len()))?;
        if head[1] == 0xe1 && body.starts_with(b"Exif\0") {
            return body.get(6..);
        }
        at = end;
    }
}

/// The chunk eXIf (PNG, third edition, 11.3.2.5).
fn in_png(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 8;
    loop {
        let size = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let name = bytes.get(at + 4..at + 8)?;
        if name == b"eXIf" {
            return bytes.get(at + 8..(at + 8).checked_add(size)?);
        }
        at = at.checked_add(size)?.checked_add(12)?;
    }
}

/// The chunk EXIF (RFC 9649, 2.7.1.5), which some writers begin as JPEG's segment begins.
fn in_webp(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 12;
    loop {
        let name = bytes.get(at..at + 4)?;
        let size = u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        if name == b"EXIF" {
            let body = bytes.get(at + 8..(at + 8).checked_add(size)?)?;
            return Some(body.strip_prefix(b"Exif\0\0").unwrap_or(body));
        }
        at = at.checked_add(size)?.checked_add(8 + size % 2)?;
    }
}

/// Canon's CR3 keeps the main directory, EXIF and GPS in boxes of their own.
fn cr3(bytes: &[u8]) -> Option<Vec<u8>> {
    const CANON: &[u8] = b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";
    let (_, moov) = boxes(bytes).find(|(name, _)| name == b"moov")?;
    let (_, canon) = boxes(moov).find(|(name, body)| name == b"uuid" && body.starts_with(CANON))?;
    let tiff = |wanted: &[u8; 4]| {
        let (_, body) = boxes(&canon[CANON.len()..]).find(|(name, _)| name == wanted)?;
        Tiff::open(body)
    };
    Some(compact(tiff(b"CMT1")?, tiff(b"CMT2"), tiff(b"CMT4")))
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

// --- the small copy ---------------------------------------------------------------------------------------

/// Copies what says something about the photo: no value longer than [`LONGEST_VALUE`], each directory once, everything
/// together at most [`MOST_BYTES`]. `exif` and `gps` stand for directories that `main` does not point at.
fn compact(main: Tiff<'_>, exif: Option<Tiff<'_>>, gps: Option<Tiff<'_>>) -> Vec<u8> {
    let mut copy = Copy {
        out: Vec::new(),
        big_endian: main.big_endian,
        fields: 0,
        bytes: 0,
    };
    copy.out
        .extend(if main.big_endian { *b"MM\0*" } else { *b"II*\0" });
    copy.put32(0);
    let same = |other: &Tiff<'_>| other.big_endian == main.big_endian;
    let below = [(ifd::EXIF, exif.filter(same)), (ifd::GPS, gps.filter(same))];
    let mut at = main.first;
    let mut link = 4;
    for number in 0..MAIN_DIRECTORIES {
        if at == 0 {
            break;
        }
        let (entries, next) = main.directory(at);
        let apart = if number == 0 { &below[..] } else { &[] };
        let place = copy.directory(main, &entries, apart, 0);
        copy.set32(link, place.start);
        link = place.next;
        at = if next == at { 0 } else { next };
    }
    copy.out
}

struct Copy {
    out: Vec<u8>,
    big_endian: bool,
    fields: usize,
    bytes: usize,
}

struct Placed {
    start: u32,
    /// Where the offset of the directory after it is written.
    next: usize,
}

impl Copy {
    fn directory(
        &mut self,
        tiff: Tiff<'_>,
        entries: &[Entry<'_>],
        apart: &[(u16, Option<Tiff<'_>>)],
        depth: u8,
    ) -> Placed {
        let mut rows: Vec<(u16, u16, u32, [u8; 4])> = Vec::new();
        let mut children = 0;
        for entry in entries {
            if self.fields >= MOST_FIELDS {
                break;
            }
            let child = match entry.tag {
                ifd::EXIF | ifd::GPS if depth == 0 => true,
                ifd::INTEROPERABILITY if depth == 1 => true,
                ifd::EXIF | ifd::GPS | ifd::INTEROPERABILITY => continue,
                _ => false,
            };
            self.fields += 1;
            if !child {
                let row = self.value(entry);
                rows.push(row);
            } else if let Some(at) = entry.number()
                && children < 2
                && apart
                    .iter()
                    .all(|(tag, instead)| *tag != entry.tag || instead.is_none())
            {
                children += 1;
                let (inner, _) = tiff.directory(at);
                let start = self.directory(tiff, &inner, &[], depth + 1).start;
                rows.push((entry.tag, 4, 1, self.bytes32(start)));
            }
        }
        for (tag, other) in apart {
            if let Some(other) = other {
                let (inner, _) = other.directory(other.first);
                let start = self.directory(*other, &inner, &[], depth + 1).start;
                rows.push((*tag, 4, 1, self.bytes32(start)));
            }
        }
        let start = self.end();
        self.put16(u16::try_from(rows.len()).unwrap_or(0));
        for (tag, kind, count, value) in rows {
            self.put16(tag);
            self.put16(kind);
            self.put32(count);
            self.out.extend(value);
        }
        let next = self.out.len();
        self.put32(0);
        Placed { start, next }
    }

    /// Writes a value that does not fit into its entry, and gives the entry.
    fn value(&mut self, entry: &Entry<'_>) -> (u16, u16, u32, [u8; 4]) {
        const ASCII: u16 = 2;
        let told;
        let (kind, count, value) =
            if entry.value.len() > LONGEST_VALUE || self.bytes + entry.value.len() > MOST_BYTES {
                told = format!("({} bytes)\0", entry.value.len());
                (ASCII, told.len(), told.as_bytes())
            } else if entry.kind == ASCII {
                // Each zero byte ends a text, and each text is an allocation: photographer and editor are two.
                let end = memchr::memchr_iter(0, entry.value)
                    .nth(3)
                    .map_or(entry.value.len(), |at| at + 1);
                (ASCII, end, &entry.value[..end])
            } else {
                (entry.kind, entry.count as usize, entry.value)
            };
        self.bytes += value.len();
        let count = u32::try_from(count).unwrap_or(0);
        let mut inline = [0; 4];
        if let Some(place) = inline.get_mut(..value.len()) {
            place.copy_from_slice(value);
        } else {
            inline = self.bytes32(self.end());
            self.out.extend(value);
            self.out.resize(self.out.len().next_multiple_of(2), 0);
        }
        (entry.tag, kind, count, inline)
    }

    fn end(&self) -> u32 {
        u32::try_from(self.out.len()).unwrap_or(u32::MAX)
    }

    fn bytes32(&self, value: u32) -> [u8; 4] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    fn put32(&mut self, value: u32) {
        let bytes = self.bytes32(value);
        self.out.extend(bytes);
    }

    fn put16(&mut self, value: u16) {
        self.out.extend(if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
    }

    fn set32(&mut self, at: usize, value: u32) {
        let bytes = self.bytes32(value);
        self.out[at..at + 4].copy_from_slice(&bytes);
    }
}

// --- what it says -----------------------------------------------------------------------------------------

fn captured(exif: &Exif) -> Option<Capture> {
    let dates = [
        (Tag::DateTimeOriginal, Tag::OffsetTimeOriginal),
        (Tag::DateTimeDigitized, Tag::OffsetTimeDigitized),
        (Tag::DateTime, Tag::OffsetTime),
    ];
    dates.into_iter().find_map(|(date, offset)| {
        let local = Capture::parse_exif(&text(exif, date)?)?;
        let offset_minutes = text(exif, offset).and_then(|text| Capture::parse_offset(&text));
        Some(Capture {
            local,
            offset_minutes,
            source: DateSource::Exif,
        })
    })
}

/// Make and model, without the make twice ("Canon Canon EOS 80D").
fn camera(exif: &Exif) -> Option<String> {
    let make = text(exif, Tag::Make);
    let model = text(exif, Tag::Model);
    match (make, model) {
        (Some(make), Some(model)) => {
            let first = make.split_whitespace().next().unwrap_or("").to_lowercase();
            if model.to_lowercase().starts_with(&first) {
                Some(model)
            } else {
                Some(format!("{make} {model}"))
            }
        }
        (make, model) => model.or(make),
    }
}

fn gps(exif: &Exif) -> Option<(f64, f64)> {
    let degrees = |value: Tag, reference: Tag, negative: char, limit: f64| {
        let field = exif.get_field(value, In::PRIMARY)?;
        // The standard says unsigned; some phones write signed ones.
        let parts: Vec<f64> = match &field.value {
            Value::Rational(parts) => parts.iter().map(exif::Rational::to_f64).collect(),
            Value::SRational(parts) => parts.iter().map(exif::SRational::to_f64).collect(),
            _ => return None,
        };
        let [d, m, s, ..] = parts.as_slice() else {
            return None;
        };
        let size = d + m / 60.0 + s / 3600.0;
        let south = text(exif, reference)?.to_uppercase().starts_with(negative);
        (0.0..=limit)
            .contains(&size)
            .then_some(if south { -size } else { size })
    };
    let north = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, 'S', 90.0)?;
    let east = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, 'W', 180.0)?;
    // 0°, 0° is what phones write when they do not know.
    (north != 0.0 || east != 0.0).then_some((north, east))
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(parts) = &exif.get_field(tag, In::PRIMARY)?.value else {
        return None;
    };
    let joined: Vec<u8> = parts
        .first()?
        .iter()
        .copied()
        .take_while(|&byte| byte != 0)
        .take(200)
        .collect();
    let text = String::from_utf8_lossy(&joined).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// `5` is half a second, `123456` a little less than an eighth.
fn thousandths(digits: &str) -> Option<u16> {
    let digits: String = digits.chars().take_while(char::is_ascii_digit).take(3).collect();
    if digits.is_empty() {
        return None;
    }
    format!("{digits:0<3}").parse().ok()
}

fn ratio(exif: &Exif, tag: Tag) -> Option<f32> {
    let value = match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Rational(values) => values.first()?.to_f64(),
        Value::SRational(values) => values.first()?.to_f64(),
        _ => return None,
    };
    value.is_finite().then_some(value as f32)
}

fn unsigned(exif: &Exif, tag: Tag) -> Option<u32> {
    exif.get_field(tag, In::PRIMARY)?.value.get_uint(0)
}

fn all_fields(exif: &Exif) -> String {
    let fields: Vec<serde_json::Value> = exif.fields().take(MOST_FIELDS).map(field).collect();
    serde_json::Value::Array(fields).to_string()
}

fn field(field: &Field) -> serde_json::Value {
    let size = match &field.value {
        Value::Undefined(bytes, _) => bytes.len(),
        Value::Byte(bytes) => bytes.len(),
        Value::Ascii(parts) => parts.iter().map(Vec::len).sum(),
        _ => 0,
    };
    let value = if size > LONGEST_VALUE {
        format!("({size} bytes)")
    } else {
        let mut text = field.display_value().to_string();
        if text.len() > 2 * LONGEST_VALUE {
            let cut = (0..=LONGEST_VALUE)
                .rev()
                .find(|&at| text.is_char_boundary(at))
                .unwrap_or(0);
            text.truncate(cut);
        }
        text
    };
    json!({ "ifd": field.ifd_num.0, "tag": field.tag.to_string(), "value": value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
        let mut bytes = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
        bytes
    }

    fn directory(entries: &[Vec<u8>], next: u32) -> Vec<u8> {
        let mut bytes = u16::try_from(entries.len()).expect("few").to_le_bytes().to_vec();
        bytes.extend(entries.concat());
        bytes.extend(next.to_le_bytes());
        bytes
    }

    fn tiff(entries: &[Vec<u8>], next: u32, data: &[u8]) -> Vec<u8> {
        [b"II*\0\x08\0\0\0", &directory(entries, next)[..], data].concat()
    }

    #[test]
    fn five_thousand_entries_that_name_one_megabyte_cost_a_few_kilobytes() {
        let at = 8 + 2 + 12 * 5000 + 4;
        let entries: Vec<_> = (0..5000).map(|n| entry(n, 2, 1 << 20, at)).collect();
        let bytes = tiff(&entries, 0, &vec![0; 1 << 20]);
        let copy = find(Kind::Tiff, &bytes).expect("copy");
        assert!(copy.len() < 64 << 10, "{}", copy.len());
        let json = read(Kind::Tiff, &bytes).expect("record").json;
        assert!(json.contains("(1048576 bytes)") && json.len() < 256 << 10);
    }

    #[test]
    fn a_place_in_signed_numbers_is_a_place_too() {
        let gps_at = 8 + 2 + 12 + 4;
        let values = gps_at + 2 + 12 * 4 + 4;
        let place = |kind: u16, degrees: u32| {
            let letter = |letter: u8| u32::from(letter);
            let gps = directory(
                &[
                    entry(1, 2, 2, letter(b'S')),
                    entry(2, kind, 3, values),
                    entry(3, 2, 2, letter(b'E')),
                    entry(4, kind, 3, values),
                ],
                0,
            );
            let numbers = [degrees, 1, 30, 1, 0, 1].map(u32::to_le_bytes).concat();
            let bytes = tiff(&[entry(ifd::GPS, 4, 1, gps_at)], 0, &[gps, numbers].concat());
            read(Kind::Tiff, &bytes).expect("record").gps
        };
        for kind in [5, 10] {
            assert_eq!(place(kind, 22), Some((-22.5, 22.5)));
            assert_eq!(
                place(kind, u32::MAX),
                None,
                "minus one degree, or four thousand million"
            );
        }
    }

    #[test]
    fn directories_within_themselves_end() {
        // Every entry of the first directory says that EXIF and GPS are that directory again.
        let entries: Vec<_> = (0..1000)
            .map(|n| entry(if n % 2 == 0 { ifd::EXIF } else { ifd::GPS }, 4, 1, 8))
            .collect();
        let copy = find(Kind::Tiff, &tiff(&entries, 8, b"")).expect("copy");
        assert!(copy.len() < 64 << 10, "{}", copy.len());
    }

    #[test]
    fn a_burst_and_a_bracket_can_be_told_apart() {
        let main = 8 + 2 + 12 * 2 + 4;
        let exif_at = main + 8;
        let values = exif_at + 2 + 12 * 3 + 4;
        let exif = directory(
            &[
                entry(0x829a, 5, 1, values),
                entry(0x9204, 10, 1, values + 8),
                entry(0x9291, 2, 3, u32::from_le_bytes(*b"25\0\0")),
            ],
            0,
        );
        let mut data = b"Editor\0\0".to_vec();
        data.extend(exif);
        data.extend([1u32.to_le_bytes(), 250u32.to_le_bytes()].concat());
        data.extend([(-4i32).to_le_bytes(), 3i32.to_le_bytes()].concat());
        let bytes = tiff(
            &[entry(0x0131, 2, 7, main), entry(ifd::EXIF, 4, 1, exif_at)],
            0,
            &data,
        );
        let record = read(Kind::Tiff, &bytes).expect("record");
        assert_eq!(record.subsec_ms, Some(250));
        assert_eq!(record.software.as_deref(), Some("Editor"));
        assert_eq!(record.exposure_time, Some(0.004));
        assert!(
            record
                .exposure_bias
                .is_some_and(|steps| (steps + 4.0 / 3.0).abs() < 1e-6)
        );
    }
}
