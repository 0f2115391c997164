//! EXIF by kamadak-exif: the fields we query as columns, and the whole record for the sidecar.
//!
//! A hostile block names one megabyte five thousand times, or a directory within itself, and a reader that follows it
//! runs out of memory. So kamadak-exif never sees the block of the file, only a small copy of it ([`copy`]).

mod copy;
mod place;

pub use copy::{LONGEST_VALUE, MOST_FIELDS};
pub use place::{after_offset, embedded, find};

use crate::maker;
use crate::metadata::{self, Tier};
use albumen_model::{Capture, DateSource, Kind, Said};
use exif::{Exif, Field, In, Reader, Tag, Value};
use place::Place;
use serde_json::json;

/// What one EXIF block says.
pub struct Record {
    /// 1 to 8, as in the EXIF standard; 1 when absent or absurd.
    pub orientation: u8,
    pub dates: Vec<(Tier, Capture)>,
    /// Thousandths of a second after the first of them.
    pub subsec_ms: Option<u16>,
    pub camera: Option<String>,
    pub gps: Option<(f64, f64)>,
    /// Seconds.
    pub exposure_time: Option<f32>,
    /// Exposure compensation in steps: what differs within a bracketed series.
    pub exposure_bias: Option<f32>,
    pub software: Option<String>,
    pub lens: Option<String>,
    pub content_id: Option<String>,
    pub said: Said,
    pub fields: Vec<serde_json::Value>,
}

/// Reads the EXIF of a file held in memory, whole or its beginning; `None` when there is none that can be read.
pub fn read(kind: Kind, bytes: &[u8]) -> Option<Record> {
    record(&find(kind, bytes)?)
}

/// The same of its TIFF structure alone.
pub fn read_block(block: &[u8]) -> Option<Record> {
    record(&Place::One(block.into()))
}

fn record(place: &Place<'_>) -> Option<Record> {
    let copy = place.copy()?;
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
    let note = place.maker_note();
    let mut dates = dates(&exif);
    if dates.iter().all(|(tier, _)| *tier != Tier::Original)
        && let Some(noted) = note.and_then(|(note, big_endian)| maker::date(note, big_endian))
    {
        dates.push((Tier::Original, noted));
    }
    Some(Record {
        orientation: u8::try_from(orientation).unwrap_or(1),
        dates,
        subsec_ms: text(&exif, Tag::SubSecTimeOriginal).and_then(|digits| thousandths(&digits)),
        camera: camera(&exif),
        gps: gps(&exif),
        exposure_time: ratio(&exif, Tag::ExposureTime).filter(|seconds| *seconds > 0.0),
        exposure_bias: ratio(&exif, Tag::ExposureBiasValue),
        software: text(&exif, Tag::Software),
        lens: text(&exif, Tag::LensModel),
        content_id: note.and_then(|(note, _)| maker::content_id(note)),
        said: said(&exif),
        fields: exif.fields().take(MOST_FIELDS).map(field).collect(),
    })
}

fn said(exif: &Exif) -> Said {
    let mut said = Said::default();
    if let Some(field) = exif.get_field(Tag::ImageDescription, In::PRIMARY)
        && let Value::Ascii(parts) = &field.value
    {
        let text = parts.first().map_or(&[][..], Vec::as_slice);
        said.set_caption(&String::from_utf8_lossy(text));
    }
    said
}

/// Its three dates, each with the zone that goes with it; the standard's fields of the zone are younger than most cameras,
/// so the satellites' clock may tell it.
fn dates(exif: &Exif) -> Vec<(Tier, Capture)> {
    let satellites = satellites(exif);
    let saved = text(exif, Tag::DateTime);
    let dates = [
        (Tier::Original, Tag::DateTimeOriginal, Tag::OffsetTimeOriginal),
        (Tier::Digitized, Tag::DateTimeDigitized, Tag::OffsetTimeDigitized),
        (Tier::Saved, Tag::DateTime, Tag::OffsetTime),
    ];
    let read = dates.into_iter().filter_map(|(tier, date, offset)| {
        let written = text(exif, date)?;
        let local = Capture::parse_exif(&written)?;
        let offset_of = |tag| text(exif, tag).and_then(|text| Capture::parse_offset(&text));
        // Some cameras write the zone once, with the date that is the same for all three.
        let same = saved.as_ref() == Some(&written);
        let offset_minutes = offset_of(offset)
            .or_else(|| same.then(|| offset_of(Tag::OffsetTime)).flatten())
            .or_else(|| Capture::offset_between(local, satellites?).filter(|_| tier != Tier::Saved));
        let source = match tier {
            Tier::Saved => DateSource::Modified,
            _ => DateSource::Exif,
        };
        Some((
            tier,
            Capture {
                local,
                offset_minutes,
                source,
            },
        ))
    });
    read.collect()
}

/// When the position was taken, in UTC (CIPA DC-008, 4.6.7).
fn satellites(exif: &Exif) -> Option<jiff::civil::DateTime> {
    let day = text(exif, Tag::GPSDateStamp)?;
    let Value::Rational(clock) = &exif.get_field(Tag::GPSTimeStamp, In::PRIMARY)?.value else {
        return None;
    };
    let [hour, minute, second] = clock.as_slice() else {
        return None;
    };
    let whole = |part: &exif::Rational| part.to_f64().clamp(0.0, 99.0).floor();
    let clock = format!("{}:{}:{}", whole(hour), whole(minute), whole(second));
    Capture::parse_exif(&format!("{day} {clock}"))
}

fn camera(exif: &Exif) -> Option<String> {
    metadata::camera(text(exif, Tag::Make), text(exif, Tag::Model))
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

/// Texts as they are, the turn as the standard's number, everything else in words.
fn field(field: &Field) -> serde_json::Value {
    let size = match &field.value {
        Value::Undefined(bytes, _) => bytes.len(),
        Value::Byte(bytes) => bytes.len(),
        Value::Ascii(parts) => parts.iter().map(Vec::len).sum(),
        _ => 0,
    };
    let mut value = match (&field.value, field.tag) {
        _ if size > LONGEST_VALUE => format!("({size} bytes)"),
        (Value::Ascii(parts), tag) => {
            // Photographer and editor are two; what else follows a zero is what lay there before.
            let most = if tag == Tag::Copyright { 2 } else { 1 };
            let parts = parts
                .iter()
                .take(most)
                .map(|part| String::from_utf8_lossy(part).trim().to_owned());
            parts
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("; ")
        }
        (Value::Short(turn), Tag::Orientation) => turn.first().map(u16::to_string).unwrap_or_default(),
        _ => field.display_value().to_string(),
    };
    if value.len() > 2 * LONGEST_VALUE {
        let cut = (0..=LONGEST_VALUE)
            .rev()
            .find(|&at| value.is_char_boundary(at))
            .unwrap_or(0);
        value.truncate(cut);
    }
    json!({ "from": "exif", "ifd": field.ifd_num.0, "tag": field.tag.to_string(), "value": value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ifd;

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
        let copy = find(Kind::Tiff, &bytes)
            .and_then(|place| place.copy())
            .expect("copy");
        assert!(copy.len() < 64 << 10, "{}", copy.len());
        let fields = read(Kind::Tiff, &bytes).expect("record").fields;
        let json = serde_json::Value::Array(fields).to_string();
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
        let bytes = tiff(&entries, 8, b"");
        let copy = find(Kind::Tiff, &bytes)
            .and_then(|place| place.copy())
            .expect("copy");
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
