//! EXIF by kamadak-exif: the fields we query as columns, and the whole record as JSON for the sidecar.

use albumen_model::{Capture, DateSource};
use exif::{Exif, Field, In, Reader, Tag, Value};
use serde_json::json;
use std::io::Cursor;

/// Values longer than this (maker notes, embedded pictures) are recorded by their length only.
const LONGEST_VALUE: usize = 2048;
/// No camera writes that many; a crafted file may.
const MOST_FIELDS: usize = 1500;

/// What one EXIF block says.
pub struct Record {
    /// 1 to 8, as in the EXIF standard; 1 when absent or absurd.
    pub orientation: u8,
    pub captured: Option<Capture>,
    pub camera: Option<String>,
    pub gps: Option<(f64, f64)>,
    pub json: String,
}

/// Reads the EXIF of a whole file held in memory; `None` when there is none that can be read.
pub fn read(bytes: &[u8]) -> Option<Record> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let exif = match reader.read_from_container(&mut Cursor::new(bytes)) {
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
        camera: camera(&exif),
        gps: gps(&exif),
        json: all_fields(&exif),
    })
}

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
        let Value::Rational(parts) = &field.value else {
            return None;
        };
        let [d, m, s, ..] = parts.as_slice() else {
            return None;
        };
        let size = d.to_f64() + m.to_f64() / 60.0 + s.to_f64() / 3600.0;
        let south = text(exif, reference)?.to_uppercase().starts_with(negative);
        (size.is_finite() && size <= limit).then_some(if south { -size } else { size })
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
