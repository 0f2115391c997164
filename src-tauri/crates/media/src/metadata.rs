//! Stage 2, metadata: everything a file says of itself, by whichever standard, put together in one order.
//!
//! Invariant: the order of dates is one for all files. What says when the picture was taken comes before what says when it
//! was made digital, and that before when it was saved; within each, EXIF, XMP, IPTC (as the Metadata Working Group's
//! guidelines, 2.0, put them).

use crate::motion::Claim;
use crate::{exif, iptc, maker, xmp};
use albumen_model::{Capture, Kind, Said};
use serde_json::{Value, json};

/// All fields of one file; more say nothing that a person looks up.
const MOST_FIELDS: usize = 3000;

/// What a date says of the picture, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    Original,
    Digitized,
    Saved,
}

/// What one standard's part of a file tells.
#[derive(Debug, Default)]
pub struct Told {
    pub dates: Vec<(Tier, Capture)>,
    pub camera: Option<String>,
    pub lens: Option<String>,
    /// The town.
    pub place: Option<String>,
    /// Degrees north, degrees east.
    pub gps: Option<(f64, f64)>,
    pub content_id: Option<String>,
    pub software: Option<String>,
    pub said: Said,
    /// Of a movie within the picture's file.
    pub motion: Option<Claim>,
    /// As they go into the sidecar.
    pub fields: Vec<Value>,
}

impl Told {
    /// Notes a field; `from` is the standard.
    pub fn field(&mut self, from: &str, tag: &str, value: &str) {
        self.fields
            .push(json!({ "from": from, "tag": tag, "value": value }));
    }

    /// Takes what `other` tells where this does not.
    fn add(&mut self, other: Self) {
        self.dates.extend(other.dates);
        self.camera = self.camera.take().or(other.camera);
        self.lens = self.lens.take().or(other.lens);
        self.place = self.place.take().or(other.place);
        self.gps = self.gps.or(other.gps);
        self.content_id = self.content_id.take().or(other.content_id);
        self.software = self.software.take().or(other.software);
        self.said.take(other.said);
        self.motion = self.motion.take().or(other.motion);
        self.fields.extend(other.fields);
    }

    /// The dates, best first, each day and time of a source once.
    pub fn in_order(&self) -> Vec<Capture> {
        let mut dates = self.dates.clone();
        dates.sort_by_key(|(tier, date)| (*tier, date.source));
        let mut made: Vec<Capture> = Vec::new();
        for (_, date) in dates {
            let same = |known: &&mut Capture| known.source == date.source && known.local == date.local;
            match made.iter_mut().find(same) {
                Some(known) => known.offset_minutes = known.offset_minutes.or(date.offset_minutes),
                None => made.push(date),
            }
        }
        // The same time by two standards is one moment: where one of them says the zone, it is the other's as well.
        let zones: Vec<_> = made
            .iter()
            .filter_map(|date| Some((date.local, date.offset_minutes?)))
            .collect();
        for date in &mut made {
            let zone = || zones.iter().find(|(local, _)| *local == date.local);
            date.offset_minutes = date.offset_minutes.or_else(|| Some(zone()?.1));
        }
        made
    }

    /// The sidecar's record; `None` where nothing is said.
    pub fn json(&self) -> Option<String> {
        let fields: Vec<&Value> = self.fields.iter().take(MOST_FIELDS).collect();
        (!fields.is_empty()).then(|| json!(fields).to_string())
    }
}

/// What a picture says of itself.
#[derive(Default)]
pub struct Metadata {
    pub told: Told,
    /// 1 to 8, as in the EXIF standard.
    pub turn: u8,
    pub subsec_ms: Option<u16>,
    /// In stops: what the bracket was set to, or else the exposure time.
    pub exposure: Option<f32>,
}

/// What another process found, where it was asked: EXIF as TIFF, and XMP.
pub struct Blocks<'a> {
    pub exif: Option<&'a [u8]>,
    pub xmp: Option<&'a [u8]>,
}

/// Reads all that the picture in `bytes`, whole or its beginning, says of itself.
pub fn read(kind: Kind, bytes: &[u8], apart: Option<&Blocks<'_>>) -> Metadata {
    let mut made = Metadata {
        turn: 1,
        ..Metadata::default()
    };
    let exif = match apart.and_then(|blocks| blocks.exif) {
        Some(block) => exif::read_block(block),
        None if apart.is_some() && kind != Kind::Jxl => None,
        None => exif::read(kind, bytes),
    };
    let mut by_camera = Said::default();
    if let Some(exif) = exif {
        by_camera = exif.said;
        made.turn = exif.orientation;
        made.subsec_ms = exif.subsec_ms;
        // What a bracket was set to; cameras that do not say differ in time alone.
        let bias = exif.exposure_bias.filter(|bias| *bias != 0.0);
        made.exposure = bias.or_else(|| exif.exposure_time.map(f32::log2));
        made.told = Told {
            dates: exif.dates,
            camera: exif.camera,
            lens: exif.lens,
            place: None,
            gps: exif.gps,
            content_id: exif.content_id,
            software: exif.software,
            said: Said::default(),
            motion: None,
            fields: exif.fields,
        };
    }
    let packet = match apart.and_then(|blocks| blocks.xmp) {
        Some(packet) => xmp::read(packet),
        None => xmp::find(kind, bytes).and_then(|packet| xmp::read(&packet)),
    };
    if let Some(packet) = packet {
        made.told.add(packet);
    }
    if kind == Kind::Jpeg {
        made.told.add(iptc::read(bytes));
    }
    // EXIF has room for plain letters only, and cameras write there: what people said comes before it.
    made.told.said.take(by_camera);
    if matches!(kind, Kind::Jpeg | Kind::Raw) && made.told.dates.is_empty() {
        made.told.add(maker::before_exif(bytes));
    }
    made
}

/// Make and model, without the make twice ("Canon Canon EOS 80D").
pub fn camera(make: Option<String>, model: Option<String>) -> Option<String> {
    let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    match (said(make), said(model)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_model::DateSource;

    #[test]
    fn what_says_when_it_was_taken_comes_before_when_it_was_saved() {
        let date = |year: i16, source, offset_minutes| Capture {
            local: jiff::civil::datetime(year, 1, 2, 3, 4, 5, 0),
            offset_minutes,
            source,
        };
        let told = Told {
            dates: vec![
                (Tier::Saved, date(2024, DateSource::Modified, None)),
                (Tier::Digitized, date(2021, DateSource::Exif, None)),
                (Tier::Original, date(2020, DateSource::Iptc, Some(120))),
                (Tier::Original, date(2020, DateSource::Exif, None)),
                (Tier::Original, date(2019, DateSource::Xmp, None)),
                (Tier::Original, date(2019, DateSource::Xmp, Some(60))),
            ],
            ..Told::default()
        };
        let years: Vec<_> = told
            .in_order()
            .iter()
            .map(|date| (date.local.year(), date.offset_minutes))
            .collect();
        assert_eq!(
            years,
            [
                (2020, Some(120)),
                (2019, Some(60)),
                (2020, Some(120)),
                (2021, None),
                (2024, None)
            ]
        );
    }
}
