//! What is known of a photo, and from whom: the photo itself, what lies beside it, and the duplicates that are left out in its
//! favour.
//!
//! Of what there can be one only, the photo's own word counts, then its companions', then the duplicates'; lists are united.

use albumen_catalog::{SaidDate, SaidRow};
use albumen_model::{DateSource, Kind};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Captions of several files together.
const LONGEST_CAPTIONS: usize = 32 << 10;
/// Of one kind.
const MOST: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum What {
    Title,
    Caption,
    /// One to five stars; -1 is rejected.
    Rating,
    /// Google's star.
    Favorite,
    Keyword,
    /// A keyword with those above it, `Places/Porto`.
    Tag,
    Person,
    Album,
    /// `2024-05-17T10:11:12`, with the zone behind it where it is known.
    Date,
    /// Degrees north, a comma, degrees east.
    Place,
}

/// One thing that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    pub what: What,
    pub text: String,
    /// The file that says it, for people; or Albumen, where a clock was corrected.
    pub from: String,
    /// The copy's own bytes say it.
    pub in_photo: bool,
}

/// Everything that `own` (the files of one asset, its primary first) and `others` (of the duplicates) say.
pub fn union(own: &[SaidRow], others: &[SaidRow]) -> Vec<Fact> {
    let Some(photo) = own.first() else {
        return Vec::new();
    };
    let mut known = Known {
        photo,
        facts: Vec::new(),
        seen: HashSet::new(),
    };
    let all = || own.iter().chain(others);
    for row in all() {
        let said = &row.said;
        known.once(What::Title, said.title.as_deref(), row);
        known.caption(said.caption.as_deref(), row);
        known.once(What::Favorite, said.favorite.then_some("yes"), row);
        for (what, list) in [
            (What::Keyword, &said.keywords),
            (What::Tag, &said.tags),
            (What::Person, &said.people),
        ] {
            list.iter().for_each(|text| known.each(what, text, row));
        }
        if let Some(album) = &row.album
            && row.kind.moves()
        {
            known.each(What::Album, album, row);
        }
        // What it says of a place goes by its camera's word or a companion's; a sidecar that has none says nothing.
        let place = said.gps.map(|(north, east)| format!("{north},{east}"));
        known.once(What::Place, place.as_deref(), row);
    }
    known.rating(own, others);
    known.date(own, others);
    known.facts
}

struct Known<'a> {
    photo: &'a SaidRow,
    facts: Vec<Fact>,
    seen: HashSet<(What, String)>,
}

impl Known<'_> {
    fn put(&mut self, what: What, text: &str, row: &SaidRow) {
        self.facts.push(Fact {
            what,
            text: text.to_owned(),
            from: row.display.clone(),
            // An album is the folder's.
            in_photo: row.file == self.photo.file && what != What::Album,
        });
    }

    fn once(&mut self, what: What, text: Option<&str>, row: &SaidRow) {
        if let Some(text) = text
            && self.facts.iter().all(|fact| fact.what != what)
        {
            self.put(what, text, row);
        }
    }

    fn each(&mut self, what: What, text: &str, row: &SaidRow) {
        let count = self.seen.iter().filter(|(one, _)| *one == what).count();
        if count < MOST && self.seen.insert((what, text.to_owned())) {
            self.put(what, text, row);
        }
    }

    /// Each that says something else, the photo's first.
    fn caption(&mut self, text: Option<&str>, row: &SaidRow) {
        let Some(text) = text else { return };
        let captions = self.facts.iter().filter(|fact| fact.what == What::Caption);
        let (mut size, mut is_said) = (text.len(), false);
        for caption in captions {
            size += caption.text.len();
            is_said |= caption.text.contains(text);
        }
        if !is_said && size <= LONGEST_CAPTIONS {
            self.put(What::Caption, text, row);
        }
    }

    /// The asset's own stars; else the most of any duplicate, whose being rejected says nothing of the one that stays.
    fn rating(&mut self, own: &[SaidRow], others: &[SaidRow]) {
        let said = own.iter().find(|row| row.said.rating.is_some());
        let most = || {
            let starred = others.iter().filter(|row| row.said.rating > Some(0));
            // The first of several with as many.
            starred.rev().max_by_key(|row| row.said.rating)
        };
        if let Some(row) = said.or_else(most)
            && let Some(stars) = row.said.rating
        {
            self.put(What::Rating, &stars.to_string(), row);
        }
    }

    /// Only what the photo's own bytes do not say, or say wrongly.
    fn date(&mut self, own: &[SaidRow], others: &[SaidRow]) {
        let (date, by) = (self.photo.date.as_ref(), self.photo.own_date.as_ref());
        let is_guess = |date: &SaidDate| {
            matches!(
                date.source,
                DateSource::Name | DateSource::Modified | DateSource::Mtime
            )
        };
        match date {
            Some(date) if date.source.is_from_companion() => {
                let tells = |row: &&SaidRow| {
                    row.own_date
                        .as_ref()
                        .is_some_and(|told| told.source == date.source)
                };
                let row = own.iter().skip(1).find(tells).unwrap_or(self.photo);
                self.put_date(date, &row.display);
            }
            Some(date) if !is_guess(date) => {
                let as_said =
                    |by: &SaidDate| by.local == date.local && by.offset_minutes == date.offset_minutes;
                if !by.is_none_or(as_said) {
                    self.put_date(date, "Albumen: the camera's clock, corrected");
                }
            }
            _ => {
                let known = |row: &&SaidRow| {
                    let is_known = row.date.as_ref().is_some_and(|date| !is_guess(date));
                    is_known && (row.kind.is_still() || row.kind == Kind::Video)
                };
                let best = others
                    .iter()
                    .filter(known)
                    .min_by_key(|row| row.date.as_ref().map(|date| date.source));
                if let Some(row) = best
                    && let Some(date) = &row.date
                {
                    self.put_date(date, &row.display);
                }
            }
        }
    }

    fn put_date(&mut self, date: &SaidDate, from: &str) {
        let zone = match date.offset_minutes {
            None => String::new(),
            Some(0) => "Z".to_owned(),
            Some(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        };
        self.facts.push(Fact {
            what: What::Date,
            text: format!("{}{zone}", date.local),
            from: from.to_owned(),
            in_photo: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_model::{FileId, Said};

    fn row(file: i64, name: &str, kind: Kind, said: impl FnOnce(&mut Said)) -> SaidRow {
        let mut row = SaidRow {
            file: FileId(file),
            display: name.to_owned(),
            kind,
            said: Said::default(),
            album: None,
            date: None,
            own_date: None,
        };
        said(&mut row.said);
        row
    }

    fn date(local: &str, offset_minutes: Option<i16>, source: DateSource) -> Option<SaidDate> {
        Some(SaidDate {
            local: local.to_owned(),
            offset_minutes,
            source,
        })
    }

    fn told(facts: &[Fact]) -> Vec<String> {
        let line = |fact: &Fact| format!("{:?} {} ({})", fact.what, fact.text, fact.from);
        facts.iter().map(line).collect()
    }

    #[test]
    fn the_photo_counts_before_its_companions_and_these_before_duplicates() {
        let photo = row(1, "a.jpg", Kind::Jpeg, |said| {
            said.set_caption("At noon");
            said.add_keyword("sea");
        });
        let json = row(2, "a.jpg.json", Kind::Other, |said| {
            said.set_caption("The pier");
            said.favorite = true;
            said.add_person("Anna");
            said.gps = Some((1.5, -2.25));
        });
        let mut other = row(3, "b.jpg", Kind::Jpeg, |said| {
            said.set_title("Pier");
            said.set_caption("noon");
            said.set_rating("3");
            said.add_keyword("sea");
            said.add_keyword("boat");
            said.gps = Some((9.0, 9.0));
        });
        other.album = Some("Porto".to_owned());
        let best = row(4, "c.jpg", Kind::Jpeg, |said| said.set_rating("5"));
        let rejected = row(5, "d.jpg", Kind::Jpeg, |said| said.set_rating("-1"));
        let facts = union(&[photo.clone(), json], &[other, best, rejected.clone()]);
        assert_eq!(
            told(&facts),
            [
                "Caption At noon (a.jpg)",
                "Keyword sea (a.jpg)",
                "Caption The pier (a.jpg.json)",
                "Favorite yes (a.jpg.json)",
                "Person Anna (a.jpg.json)",
                "Place 1.5,-2.25 (a.jpg.json)",
                "Title Pier (b.jpg)",
                "Keyword boat (b.jpg)",
                "Album Porto (b.jpg)",
                "Rating 5 (c.jpg)",
            ]
        );
        assert_eq!(facts.iter().filter(|fact| fact.in_photo).count(), 2);
        assert!(union(&[photo], &[rejected]).iter().all(|fact| fact.in_photo));
    }

    #[test]
    fn a_date_is_told_only_where_the_bytes_do_not_say_it() {
        let dated = |date: Option<SaidDate>, own: Option<SaidDate>| {
            let mut photo = row(1, "a.jpg", Kind::Jpeg, |_| {});
            (photo.date, photo.own_date) = (date, own);
            let mut json = row(2, "a.json", Kind::Other, |_| {});
            json.own_date = super::tests::date("2020-01-01T10:00:00", Some(0), DateSource::Takeout);
            let mut other = row(3, "b.jpg", Kind::Jpeg, |_| {});
            other.date = super::tests::date("2019-01-01T10:00:00", Some(-90), DateSource::Exif);
            told(&union(&[photo, json], &[other]))
        };
        let exif = date("2021-05-06T07:08:09", None, DateSource::Exif);
        assert!(dated(exif.clone(), exif.clone()).is_empty());
        assert_eq!(
            dated(date("2021-05-06T08:08:09", Some(120), DateSource::Exif), exif),
            ["Date 2021-05-06T08:08:09+02:00 (Albumen: the camera's clock, corrected)"]
        );
        assert_eq!(
            dated(
                date("2020-01-01T10:00:00", Some(0), DateSource::Takeout),
                date("2024-01-01T00:00:00", None, DateSource::Mtime)
            ),
            ["Date 2020-01-01T10:00:00Z (a.json)"]
        );
        let guess = date("2024-01-01T00:00:00", None, DateSource::Mtime);
        assert_eq!(
            dated(guess.clone(), guess),
            ["Date 2019-01-01T10:00:00-01:30 (b.jpg)"]
        );
    }
}
