//! IPTC-IIM (version 4.2) in a JPEG: what agencies and older programs write, in Photoshop's resource 0x0404 of APP13.

use crate::metadata::{Tier, Told};
use crate::segments::of_jpeg;
use albumen_model::{Capture, DateSource};

const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
const IPTC: u16 = 0x0404;
const LONGEST: usize = 2048;
const MOST: usize = 500;

/// Names of the second record's data sets that people look for.
const NAMES: [(u8, &str); 12] = [
    (5, "ObjectName"),
    (25, "Keywords"),
    (55, "DateCreated"),
    (60, "TimeCreated"),
    (80, "By-line"),
    (90, "City"),
    (92, "Sub-location"),
    (95, "Province-State"),
    (101, "Country-PrimaryLocationName"),
    (105, "Headline"),
    (116, "CopyrightNotice"),
    (120, "Caption-Abstract"),
];

/// What the IPTC of a JPEG tells; nothing where there is none.
pub fn read(jpeg: &[u8]) -> Told {
    // One resource may go on in the next segment.
    let resources: Vec<u8> = of_jpeg(jpeg)
        .filter(|(marker, _)| *marker == 0xed)
        .filter_map(|(_, body)| body.strip_prefix(PHOTOSHOP))
        .flatten()
        .copied()
        .collect();
    let mut told = Told::default();
    let (mut day, mut clock) = (None, None);
    for (set, value) in resource(&resources, IPTC).into_iter().flat_map(sets).take(MOST) {
        let Some((_, name)) = NAMES.iter().find(|(number, _)| *number == set) else {
            continue;
        };
        let text = letters(&value[..value.len().min(LONGEST)]);
        let text = text.trim_matches(['\0', ' ']).to_owned();
        match set {
            5 => told.said.set_title(&text),
            25 => told.said.add_keyword(&text),
            120 => told.said.set_caption(&text),
            55 => day = Some(text.clone()),
            60 => clock = Some(text.clone()),
            90 if !text.is_empty() => told.place = Some(text.clone()),
            _ => {}
        }
        told.field("iptc", name, &text);
    }
    let date = day.and_then(|day| date(&day, clock.as_deref().unwrap_or("")));
    told.dates.extend(date.map(|date| (Tier::Original, date)));
    told
}

/// UTF-8; programs of before it wrote Latin-1, whatever they said.
fn letters(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        // Cut within a letter.
        Err(cut) if cut.error_len().is_none() && value.len() == LONGEST => {
            String::from_utf8_lossy(&value[..cut.valid_up_to()]).into_owned()
        }
        Err(_) => value.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// `20190716` and `190100+0000`; the time may be missing.
fn date(day: &str, clock: &str) -> Option<Capture> {
    let pairs = |text: &str, at: &[(usize, usize)]| -> Option<Vec<String>> {
        at.iter()
            .map(|&(from, to)| Some(text.get(from..to)?.to_owned()))
            .collect()
    };
    let day = pairs(day, &[(0, 4), (4, 6), (6, 8)])?.join(":");
    let time = pairs(clock, &[(0, 2), (2, 4), (4, 6)]).map_or("00:00:00".to_owned(), |time| time.join(":"));
    Some(Capture {
        local: Capture::parse_exif(&format!("{day} {time}"))?,
        offset_minutes: clock.get(6..).and_then(Capture::parse_offset),
        source: DateSource::Iptc,
    })
}

/// The body of one of Photoshop's resources: `8BIM`, a number, a name and a body, both of even length.
fn resource(bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut rest = bytes;
    while let Some(after) = rest.strip_prefix(b"8BIM") {
        let number = u16::from_be_bytes(after.get(..2)?.try_into().ok()?);
        let name = (usize::from(*after.get(2)?) + 1).next_multiple_of(2);
        let sized = after.get(2 + name..)?;
        let size = u32::from_be_bytes(sized.get(..4)?.try_into().ok()?) as usize;
        let body = sized.get(4..4usize.checked_add(size)?)?;
        if number == wanted {
            return Some(body);
        }
        rest = sized.get(4 + size.checked_next_multiple_of(2)?..)?;
    }
    None
}

/// Number and value of each data set of the second record.
fn sets(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let [0x1c, record, set, high, low, after @ ..] = rest else {
                return None;
            };
            // The highest bit says that the length is longer; nothing that is looked for is.
            let size = usize::from(u16::from_be_bytes([*high, *low]));
            let value = after.get(..size)?;
            rest = &after[size..];
            if *record == 2 {
                return Some((*set, value));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(sets: &[(u8, &str)]) -> Vec<u8> {
        let mut iim = vec![0x1c, 1, 90, 0, 3, 0x1b, b'%', b'G'];
        for (set, text) in sets {
            iim.extend([0x1c, 2, *set]);
            iim.extend(u16::try_from(text.len()).expect("short").to_be_bytes());
            iim.extend(text.bytes());
        }
        let mut body = PHOTOSHOP.to_vec();
        body.extend(b"8BIM\x03\xed\0\0\0\0\0\x01x\0");
        body.extend(b"8BIM\x04\x04\0\0");
        body.extend(u32::try_from(iim.len()).expect("short").to_be_bytes());
        body.extend(iim);
        let size = u16::try_from(body.len() + 2).expect("short").to_be_bytes();
        [b"\xff\xd8\xff\xed", &size[..], &body].concat()
    }

    #[test]
    fn tells_day_time_zone_and_town() {
        let told = read(&jpeg(&[(55, "20190716"), (60, "190100+0200"), (90, "Porto")]));
        let (tier, date) = told.dates[0];
        assert_eq!(
            (tier, date.iso().as_str(), date.offset_minutes),
            (Tier::Original, "2019-07-16T19:01:00", Some(120))
        );
        assert_eq!(told.place.as_deref(), Some("Porto"));
        assert_eq!(told.fields.len(), 3);
    }

    #[test]
    fn tells_what_people_said_in_either_letters() {
        let said = read(&jpeg(&[
            (5, "Pier"),
            (25, "Z\u{fc}rich"),
            (25, "sea"),
            (120, "At noon"),
        ]))
        .said;
        assert_eq!(
            (said.title.as_deref(), said.caption.as_deref()),
            (Some("Pier"), Some("At noon"))
        );
        assert_eq!(said.keywords, ["Z\u{fc}rich", "sea"]);
        assert_eq!(letters(b"Z\xfcrich"), "Z\u{fc}rich");
        let cut = "\u{fc}".repeat(LONGEST).into_bytes();
        assert_eq!(
            letters(&cut[1..=LONGEST]).chars().next(),
            Some('\u{bc}'),
            "it is no UTF-8"
        );
        let cut = [b"a", &cut[..LONGEST - 1]].concat();
        assert_eq!(letters(&cut).chars().last(), Some('\u{fc}'));
    }

    #[test]
    fn a_day_alone_is_enough_and_nonsense_is_none() {
        assert_eq!(
            read(&jpeg(&[(55, "20190716")])).dates[0].1.iso(),
            "2019-07-16T00:00:00"
        );
        assert!(read(&jpeg(&[(55, "00000000"), (60, "190100")])).dates.is_empty());
        let whole = jpeg(&[(55, "20190716"), (60, "190100+0200")]);
        for cut in 0..whole.len() {
            read(&whole[..cut]);
        }
    }
}
