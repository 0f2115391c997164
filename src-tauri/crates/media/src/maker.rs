//! What cameras wrote in their makers' own ways: where there was no EXIF yet, or beside it. Only what tells when a photo was
//! taken, by what, and which movie belongs to it; layouts as ExifTool's tag tables describe them.

use crate::ifd::Tiff;
use crate::metadata::{Tier, Told, camera};
use crate::segments::of_jpeg;
use albumen_model::{Capture, DateSource};

/// Blocks within blocks of Canon's CIFF; cameras write three.
const DEEPEST: u8 = 4;
const MOST_ENTRIES: usize = 500;

/// What Apple writes into the maker notes of a Live Photo's picture, and into the movie that goes with it.
pub fn content_id(note: &[u8]) -> Option<String> {
    const CONTENT_IDENTIFIER: u16 = 0x0011;
    if !note.starts_with(b"Apple iOS\0") {
        return None;
    }
    let tiff = Tiff {
        bytes: note,
        big_endian: note.get(12..14)? == b"MM",
        first: 14,
    };
    let (entries, _) = tiff.directory(tiff.first);
    let entry = entries.iter().find(|entry| entry.tag == CONTENT_IDENTIFIER)?;
    let text = std::str::from_utf8(entry.value).ok()?.trim_matches('\0').trim();
    (!text.is_empty() && text.len() <= 200).then(|| text.to_owned())
}

/// Camera traps of Reconyx write no date but in their notes: six numbers from the eleventh on, seconds first.
pub fn date(note: &[u8], big_endian: bool) -> Option<Capture> {
    const HYPERFIRE: u16 = 0xf101;
    let number = |at: usize| {
        let two: [u8; 2] = note.get(2 * at..2 * at + 2)?.try_into().ok()?;
        Some(if big_endian {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    };
    if number(0)? != HYPERFIRE {
        return None;
    }
    let [second, minute, hour, month, day, year] = [11, 12, 13, 14, 15, 16].map(number);
    let written = format!("{}:{}:{} {}:{}:{}", year?, month?, day?, hour?, minute?, second?);
    of_maker(Capture::parse_exif(&written)?)
}

fn of_maker(local: jiff::civil::DateTime) -> Option<Capture> {
    Some(Capture {
        local,
        offset_minutes: None,
        source: DateSource::Maker,
    })
}

/// Seconds since 1970 of a clock that knew no zone.
fn of_clock(seconds: i64) -> Option<Capture> {
    of_maker(Capture::utc_clock(seconds)?)
}

/// What a JPEG or CRW from before EXIF says of itself.
pub fn before_exif(bytes: &[u8]) -> Told {
    let mut told = Told::default();
    if let Some(heap) = ciff(bytes) {
        canon(heap, &mut told);
        return told;
    }
    told.dates
        .extend(thermal(bytes).map(|date| (Tier::Original, date)));
    for (marker, body) in of_jpeg(bytes) {
        match marker {
            0xe0 => {
                if let Some(heap) = ciff(body) {
                    canon(heap, &mut told);
                }
            }
            // Olympus, Agfa, Epson, Sanyo.
            0xec => told
                .dates
                .extend(picture_info(body).map(|date| (Tier::Original, date))),
            _ => {}
        }
    }
    told
}

/// Thermal cameras of FLIR: a file of records (FFF) over one or more segments, of which number 0x20 describes the camera, and
/// there seconds of UTC, and minutes west of Greenwich.
fn thermal(jpeg: &[u8]) -> Option<Capture> {
    const CAMERA: u32 = 0x20;
    const ENTRY: usize = 32;
    const DATE: usize = 0x384;
    let file: Vec<u8> = of_jpeg(jpeg)
        .filter(|(marker, body)| *marker == 0xe1 && body.starts_with(b"FLIR\0"))
        .flat_map(|(_, body)| body.get(8..).unwrap_or_default())
        .copied()
        .collect();
    // The numbers' order is told by one that must be small.
    let big_endian = file.get(20..22)? == [0, 0];
    let number = |bytes: &[u8], at: usize, swapped: bool| {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if swapped {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        })
    };
    let index = number(&file, 24, big_endian)? as usize;
    let records = number(&file, 28, big_endian)? as usize;
    let entries = (0..records.min(MOST_ENTRIES)).filter_map(|n| file.get(index.checked_add(ENTRY * n)?..));
    let camera = entries
        .filter(|entry| {
            let kind = number(entry, 0, big_endian);
            kind.map(|kind| if big_endian { kind >> 16 } else { kind & 0xffff }) == Some(CAMERA)
        })
        .find_map(|entry| file.get(number(entry, 12, big_endian)? as usize..))?;
    let swapped = camera.get(..2)? == [0, 2];
    let seconds = i64::from(number(camera, DATE, swapped)?);
    let west = camera.get(DATE + 8..DATE + 10)?.try_into().ok()?;
    let west = if swapped {
        i16::from_be_bytes(west)
    } else {
        i16::from_le_bytes(west)
    };
    let mut date = of_clock(seconds - 60 * i64::from(west))?;
    date.offset_minutes = west.checked_neg().filter(|minutes| minutes.abs() <= 14 * 60);
    Some(date)
}

/// Lines of `Name=value` after `[picture info]`.
fn picture_info(body: &[u8]) -> Option<Capture> {
    let at = memchr::memmem::find(body, b"[picture info]")?;
    let text = String::from_utf8_lossy(&body[at..]);
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("TimeDate="))?;
    of_clock(line.trim().parse().ok()?)
}

/// The heap of Canon's Camera Image File Format, if these bytes are one: little endian, its header of so many bytes.
fn ciff(bytes: &[u8]) -> Option<&[u8]> {
    let header = u32::from_le_bytes(bytes.get(2..6)?.try_into().ok()?) as usize;
    let named = matches!(bytes.get(6..14)?, b"HEAPCCDR" | b"HEAPJPGM");
    (bytes.starts_with(b"II") && named).then(|| bytes.get(header..))?
}

fn canon(heap: &[u8], told: &mut Told) {
    let mut entries = 0;
    block(heap, DEEPEST, &mut entries, &mut |tag, value| match tag {
        // MakeModel: two texts.
        0x080a => {
            let mut texts = value.split(|byte| *byte == 0);
            let mut text = || Some(String::from_utf8_lossy(texts.next()?).trim().to_owned());
            let (make, model) = (text(), text());
            told.field("ciff", "Make", make.as_deref().unwrap_or_default());
            told.field("ciff", "Model", model.as_deref().unwrap_or_default());
            told.camera = camera(make, model);
        }
        // TimeStamp: seconds, the zone, whether that is known.
        0x180e => {
            let seconds = value.get(..4).and_then(|bytes| bytes.try_into().ok());
            let date = seconds.and_then(|bytes| of_clock(i64::from(u32::from_le_bytes(bytes))));
            told.dates.extend(date.map(|date| (Tier::Original, date)));
        }
        _ => {}
    });
}

/// Each value of a block: its last four bytes say where its directory is; an entry is tag, size, place, or tag and value.
fn block(heap: &[u8], deeper: u8, entries: &mut usize, on_value: &mut impl FnMut(u16, &[u8])) {
    let u16_at = |at: usize| Some(u16::from_le_bytes(heap.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(heap.get(at..at + 4)?.try_into().ok()?) as usize);
    let Some((start, count)) = heap
        .len()
        .checked_sub(4)
        .and_then(u32_at)
        .and_then(|at| Some((at + 2, u16_at(at)?)))
    else {
        return;
    };
    for n in 0..usize::from(count) {
        *entries += 1;
        let at = start + 10 * n;
        let (Some(tag), Some(size), Some(place)) = (u16_at(at), u32_at(at + 2), u32_at(at + 6)) else {
            return;
        };
        if *entries > MOST_ENTRIES {
            return;
        }
        // Within the directory itself, or in the heap.
        let value = if tag & 0xc000 == 0x4000 {
            heap.get(at + 2..at + 10)
        } else {
            place.checked_add(size).and_then(|end| heap.get(place..end))
        };
        let Some(value) = value else {
            continue;
        };
        if matches!(tag & 0x3800, 0x2800 | 0x3000) {
            if deeper > 0 {
                block(value, deeper - 1, entries, on_value);
            }
        } else {
            on_value(tag & 0x3fff, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_photos_identifier_is_read_out_of_apples_notes() {
        let mut note = b"Apple iOS\0\0\x01MM\0\x01".to_vec();
        note.extend([0, 0x11, 0, 2, 0, 0, 0, 5, 0, 0, 0, 32, 0, 0, 0, 0]);
        note.extend(b"AB-1\0");
        assert_eq!(content_id(&note).as_deref(), Some("AB-1"));
        assert_eq!(content_id(&note[..20]), None);
        assert_eq!(content_id(b"Nikon\0"), None);
    }

    #[test]
    fn a_camera_trap_tells_its_time() {
        let numbers = [0xf101, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 31, 8, 8, 7, 5, 2015u16];
        let note: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let date = date(&note, false).expect("a date");
        assert_eq!(
            (date.iso().as_str(), date.source),
            ("2015-07-05T08:08:31", DateSource::Maker)
        );
        assert_eq!(super::date(&note, true), None);
    }

    #[test]
    fn old_cameras_tell_their_time_in_words() {
        let body = b"OLYMPUS\0\0[picture info]\r\nTimeDate=909698819\r\nShutter=1";
        let size = u16::try_from(body.len() + 2).expect("short").to_be_bytes();
        let jpeg = [b"\xff\xd8\xff\xec", &size[..], body].concat();
        let told = before_exif(&jpeg);
        assert_eq!(told.dates.len(), 1);
        assert_eq!(told.dates[0].1.iso(), "1998-10-29T22:06:59");
    }

    #[test]
    fn a_thermal_camera_tells_its_time_and_zone_over_two_segments() {
        let mut file = b"FFF\0FLIR".to_vec();
        file.resize(20, 0);
        for number in [100u32, 64, 2] {
            file.extend(number.to_be_bytes());
        }
        file.resize(64, 0);
        for (kind, at) in [(1u16, 7u32), (0x20, 200)] {
            let entry = file.len();
            file.extend(kind.to_be_bytes());
            file.resize(entry + 12, 0);
            file.extend(at.to_be_bytes());
            file.resize(entry + 32, 0);
        }
        file.resize(200 + 0x384, 0);
        file[200..202].copy_from_slice(&[2, 0]);
        file.extend(1_467_055_782u32.to_le_bytes());
        file.extend([0; 4]);
        file.extend(240i16.to_le_bytes());
        let segment = |part: &[u8]| {
            let body = [b"FLIR\0\x01\0\x01", part].concat();
            let size = u16::try_from(body.len() + 2).expect("small").to_be_bytes();
            [b"\xff\xe1", &size[..], &body].concat()
        };
        let (one, two) = file.split_at(150);
        let jpeg = [b"\xff\xd8".to_vec(), segment(one), segment(two)].concat();
        let told = before_exif(&jpeg);
        let date = told.dates[0].1;
        assert_eq!(
            (date.iso().as_str(), date.offset_minutes),
            ("2016-06-27T15:29:42", Some(-240))
        );
        for cut in 0..jpeg.len() {
            before_exif(&jpeg[..cut]);
        }
    }

    /// Header, heap: make and model, time; the directory of both.
    fn crw(entries: &[(u16, u32, u32)], values: &[u8]) -> Vec<u8> {
        let mut bytes = b"II\x1a\0\0\0HEAPCCDR".to_vec();
        bytes.resize(26, 0);
        bytes.extend(values);
        bytes.extend(u16::try_from(entries.len()).expect("few").to_le_bytes());
        for (tag, size, place) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(size.to_le_bytes());
            bytes.extend(place.to_le_bytes());
        }
        bytes.extend(u32::try_from(values.len()).expect("small").to_le_bytes());
        bytes
    }

    #[test]
    fn ciff_tells_time_and_camera_and_its_loops_end() {
        let names = b"Canon\0Canon PowerShot A5\0";
        let size = u32::try_from(names.len()).expect("short");
        let time = (0x180e | 0x4000, 972_687_386, 0);
        let bytes = crw(&[(0x080a, size, 0), time], names);
        let told = before_exif(&bytes);
        assert_eq!(told.camera.as_deref(), Some("Canon PowerShot A5"));
        assert_eq!(told.dates[0].1.iso(), "2000-10-27T22:56:26");
        // A block that is all of its parent, a hundred times.
        let loops: Vec<_> = (0..100).map(|_| (0x2807, 4 + 2 + 1000, 0)).collect();
        let looped = crw(&loops, b"");
        assert!(before_exif(&looped).dates.is_empty());
    }
}
