//! Two assets side by side: what differs, which side is better where that is beyond dispute, and how they lie to each
//! other.

use crate::api::{AppError, Comparison, FieldDiff, Place, SameField, Side};
use crate::engine::Engine;
use crate::review::{folder, name};
use albumen_catalog::MemberRow;
use albumen_model::{AssetId, DateSource, Kind, Relation};

impl Engine {
    /// Two assets side by side: only what differs, with the better side where that is beyond dispute.
    pub fn compare(&self, left: i64, right: i64) -> Result<Comparison, AppError> {
        let find = |id| -> Result<MemberRow, AppError> {
            let gone = || AppError::usage("This photo is gone.", "Scan again.");
            self.inner.catalog.member(AssetId(id))?.ok_or_else(gone)
        };
        let (left, right) = (find(left)?, find(right)?);
        let mut same = Vec::new();
        let mut differs = Vec::new();
        for (field, l, r, better) in fields(&left, &right) {
            if l == r {
                same.extend(l.map(|value| SameField {
                    field: field.to_owned(),
                    value,
                }));
            } else {
                differs.push(FieldDiff {
                    field: field.to_owned(),
                    left: l,
                    right: r,
                    better,
                });
            }
        }
        let pair = self.inner.catalog.pair(left.asset, right.asset)?;
        let pair = pair.filter(|pair| pair.relation.is_some());
        let turn = pair.map_or(1, |pair| {
            // Pairs show the one with the greater number the way the other is shown.
            if left.asset < right.asset {
                pair.turn
            } else {
                albumen_duplicates::search::back(pair.turn)
            }
        });
        let is_crop = pair.is_some_and(|pair| pair.relation == Some(Relation::Crop));
        Ok(Comparison {
            place: if is_crop {
                self.place(left.asset, right.asset, turn)
            } else {
                None
            },
            relation: pair.and_then(|pair| pair.relation),
            distance: pair.map(|pair| pair.distance.into()),
            turn,
            left: self.shown_member(left),
            right: self.shown_member(right),
            same,
            differs,
        })
    }

    fn place(&self, left: AssetId, right: AssetId, turn: u8) -> Option<Place> {
        let found = albumen_duplicates::place::place(&self.look(left)?, &self.look(right)?, turn)?;
        Some(Place {
            x: found.x,
            y: found.y,
            width: found.width,
            height: found.height,
        })
    }
}

type Field = (&'static str, Option<String>, Option<String>, Option<Side>);

fn fields(l: &MemberRow, r: &MemberRow) -> Vec<Field> {
    let more = |a: u64, b: u64| match a.cmp(&b) {
        std::cmp::Ordering::Greater => Some(Side::Left),
        std::cmp::Ordering::Less => Some(Side::Right),
        std::cmp::Ordering::Equal => None,
    };
    let has = |a: bool, b: bool| more(a.into(), b.into());
    let pixels = |m: &MemberRow| u64::from(m.width.unwrap_or(0)) * u64::from(m.height.unwrap_or(0));
    let size_of = |m: &MemberRow| m.width.zip(m.height).map(|(w, h)| format!("{w} × {h}"));
    let place = |m: &MemberRow| m.gps.map(|(north, east)| format!("{north:.5}, {east:.5}"));
    let taken = |m: &MemberRow| m.captured.clone().map(|date| format!("{date} ({})", source(m)));
    let kind = |m: &MemberRow| Kind::parse(&m.kind).map(|kind| kind.label().to_owned());
    let changed = |m: &MemberRow| Some(crate::api::stamp(m.mtime_ns / 1_000_000));
    let with = |m: &MemberRow| (!m.companions.is_empty()).then(|| m.companions.join(", "));
    let movie = |m: &MemberRow| {
        let inside = m.motion.map(|size| format!("inside the file, {}", bytes(size)));
        inside.or_else(|| m.moves.then(|| "beside the file".to_owned()))
    };
    let exif = |m: &MemberRow| m.date_source.as_deref() == Some("exif");
    vec![
        ("Name", Some(name(l)), Some(name(r)), None),
        ("Folder", Some(folder(l)), Some(folder(r)), None),
        ("Kind", kind(l), kind(r), None),
        ("Pixels", size_of(l), size_of(r), more(pixels(l), pixels(r))),
        ("File size", Some(bytes(l.size)), Some(bytes(r.size)), None),
        ("Taken", taken(l), taken(r), has(exif(l), exif(r))),
        (
            "Camera",
            l.camera.clone(),
            r.camera.clone(),
            has(l.camera.is_some(), r.camera.is_some()),
        ),
        ("Place", place(l), place(r), has(l.gps.is_some(), r.gps.is_some())),
        ("Movie", movie(l), movie(r), has(l.moves, r.moves)),
        (
            "Belongs to it",
            with(l),
            with(r),
            more(l.companions.len() as u64, r.companions.len() as u64),
        ),
        ("File changed", changed(l), changed(r), None),
    ]
}

fn source(member: &MemberRow) -> &'static str {
    let source = member.date_source.as_deref().and_then(DateSource::parse);
    source.unwrap_or(DateSource::Mtime).label()
}

pub(crate) fn bytes(n: u64) -> String {
    let grouped: Vec<String> = n
        .to_string()
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    format!("{} bytes", grouped.join(" "))
}
