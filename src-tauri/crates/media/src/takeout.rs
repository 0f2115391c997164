//! What Google Takeout writes beside each photo, since its copies keep neither their date nor all that was known of them: a
//! small JSON file. Which file is whose is said by name ([`ties_of_json`]); the one read of a JSON ([`read`]) tells its date and
//! place, and whoever pairs gives them to a photo that has none of its own.
//!
//! Times there are moments (seconds of UTC): the clock on the wall is not known, and none is made up.

use albumen_model::{Capture, DateSource, Said, key};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// No such file is larger; any other JSON is not looked at.
pub const MOST: u64 = 1 << 20;

/// Letters of a JSON's name without number and ending (reported from exports of 2024 to 2026: ente-io/ente#4956,
/// TheLastGimbus/GooglePhotosTakeoutHelper#449).
const MOST_LETTERS: usize = 46;
/// Bytes of a cut name that say whose it is.
const LEAST_CUT: usize = 40;
/// Since the end of 2024; cut where the name is too long, to nothing if need be.
const SUFFIX: &str = "supplemental-metadata";

/// Of an album; Google takes 500 letters.
const LONGEST_TITLE: usize = 2000;

/// What one says of its photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub captured: Capture,
    /// Degrees north, degrees east.
    pub gps: Option<(f64, f64)>,
    pub said: Said,
    /// All of it, as it was.
    pub json: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Photo {
    photo_taken_time: Moment,
    geo_data_exif: Option<Place>,
    geo_data: Option<Place>,
    // Whatever these are, the date counts.
    #[serde(default)]
    description: Value,
    #[serde(default)]
    favorited: Value,
    #[serde(default)]
    people: Value,
}

impl Photo {
    fn said(&self) -> Said {
        let mut said = Said {
            favorite: self.favorited == Value::Bool(true),
            ..Said::default()
        };
        if let Some(text) = self.description.as_str() {
            said.set_caption(&plain(text));
        }
        let people = self.people.as_array().into_iter().flatten();
        let names = people.filter_map(|person| person.get("name")?.as_str());
        names.for_each(|name| said.add_person(&plain(name)));
        said
    }
}

/// Exports write some signs as web pages do.
fn plain(text: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    signs.iter().fold(text.to_owned(), |text, (written, sign)| {
        text.replace(written, sign)
    })
}

#[derive(Deserialize)]
struct Moment {
    /// Seconds, as digits.
    timestamp: String,
}

#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

impl Place {
    /// Zero and zero stand for none.
    fn known(&self) -> Option<(f64, f64)> {
        let on_earth = self.latitude.abs() <= 90.0 && self.longitude.abs() <= 180.0;
        let is_said = self.latitude != 0.0 || self.longitude != 0.0;
        (on_earth && is_said).then_some((self.latitude, self.longitude))
    }
}

/// What Takeout writes into the folder of an album.
#[derive(Deserialize)]
struct Album {
    title: String,
    /// Folders of a year have a title and no date.
    #[serde(rename = "date")]
    _date: IgnoredAny,
}

/// The name of the album whose folder this JSON lies in; `None` for any other.
pub fn album(bytes: &[u8]) -> Option<String> {
    let album: Album = serde_json::from_slice(bytes).ok()?;
    let title = album.title.trim();
    (!title.is_empty() && title.len() <= LONGEST_TITLE).then(|| title.to_owned())
}

/// `None` for any other JSON, an album's own among them.
pub fn read(bytes: &[u8]) -> Option<Told> {
    let photo: Photo = serde_json::from_slice(bytes).ok()?;
    let seconds = photo.photo_taken_time.timestamp.parse().ok()?;
    let captured = Capture {
        local: Capture::utc_clock(seconds)?,
        offset_minutes: Some(0),
        source: DateSource::Takeout,
    };
    let said = photo.said();
    let places = [photo.geo_data_exif, photo.geo_data];
    Some(Told {
        captured,
        said,
        gps: places.into_iter().flatten().find_map(|place| place.known()),
        json: String::from_utf8_lossy(bytes).into_owned(),
    })
}

/// What name and number a photo and its JSON have in common.
pub type Tie = (String, String);

/// Of a photo, most exact first: its whole name, as much of it as a JSON's name has room for, and its name without ending,
/// which some exports leave out. The number of `a(1).jpg` goes to the end of the JSON's name, so it stands apart.
pub fn ties_of_photo(name: &str) -> Vec<Tie> {
    let (stem, extension) = key::split_extension(name);
    let (bare, number) = numbered(stem);
    let whole = format!("{bare}{extension}");
    [
        (name, ""),
        (&whole, number),
        (cut(&whole), number),
        (bare, number),
        (cut(name), ""),
        (stem, ""),
    ]
    .map(|(base, number)| (base.to_owned(), number.to_owned()))
    .to_vec()
}

/// Of a JSON: `a.jpg.json`, `a.jpg(1).json`, `a.jpg.supplemental-metadata.json`, any cut of that, `a.jpg.supplemental-metadata(1).json`.
pub fn ties_of_json(name: &str) -> Vec<Tie> {
    let Some(whole) = name.strip_suffix(".json") else {
        return Vec::new();
    };
    let (base, number) = numbered(whole);
    let mut ties = vec![
        (whole.to_owned(), String::new()),
        (base.to_owned(), number.to_owned()),
    ];
    if let Some((before, end)) = base.rsplit_once('.')
        && SUFFIX.starts_with(end)
    {
        ties.push((before.to_owned(), number.to_owned()));
    }
    ties
}

/// Whether the name of a JSON was cut out of that of a photo in some other way: letters are not counted alike by everybody.
/// Both in lower case.
pub fn is_cut_of(json: &str, photo: &str) -> bool {
    let Some((base, number)) = json.strip_suffix(".json").map(numbered) else {
        return false;
    };
    let (stem, extension) = key::split_extension(photo);
    let (bare, of_photo) = numbered(stem);
    base.len() >= LEAST_CUT && number == of_photo && format!("{bare}{extension}.{SUFFIX}").starts_with(base)
}

fn cut(text: &str) -> &str {
    text.char_indices()
        .nth(MOST_LETTERS)
        .map_or(text, |(end, _)| &text[..end])
}

/// `a(1)` as `a` and `(1)`.
pub(crate) fn numbered(text: &str) -> (&str, &str) {
    let digits = |inside: &str| !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
    match text.rfind('(') {
        Some(open) if open > 0 && text[open + 1..].strip_suffix(')').is_some_and(digits) => {
            text.split_at(open)
        }
        _ => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"title": "IMG_3397.JPG", "description": "",
        "creationTime": {"timestamp": "1700000000", "formatted": "14 Nov 2023, 22:13:20 UTC"},
        "photoTakenTime": {"timestamp": "1258375918", "formatted": "16 Nov 2009, 12:51:58 UTC"},
        "geoData": {"latitude": 30.657819, "longitude": 104.0739, "altitude": 0.0},
        "geoDataExif": {"latitude": 0.0, "longitude": 0.0}, "people": [{"name": "Anna"}]}"#;

    #[test]
    fn tells_when_and_where_it_was_taken_and_not_when_it_was_uploaded() {
        let told = read(JSON.as_bytes()).expect("read");
        assert_eq!(told.captured.iso(), "2009-11-16T12:51:58");
        assert_eq!(told.captured.source, DateSource::Takeout);
        assert_eq!(told.gps, Some((30.657819, 104.0739)));
        assert!(told.json.contains("Anna"));
        assert_eq!(told.said.people, ["Anna"]);
        assert_eq!((told.said.caption, told.said.favorite), (None, false));
    }

    #[test]
    fn what_people_said_is_told_and_of_no_other_shape_costs_the_date() {
        let with = |fields: &str| {
            let json = format!(r#"{{"photoTakenTime": {{"timestamp": "1258375918"}}, {fields}}}"#);
            read(json.as_bytes()).expect("a photo").said
        };
        let said = with(
            r#""description": "Anna &amp; Ben&#39;s pier\nat noon", "favorited": true, "title": "IMG_1.JPG",
               "people": [{"name": "Anna &lt;3"}, {"name": "Anna &lt;3"}, {"alias": "x"}, 7]"#,
        );
        assert_eq!(said.caption.as_deref(), Some("Anna & Ben's pier\nat noon"));
        assert_eq!((said.favorite, said.people), (true, vec!["Anna <3".to_owned()]));
        assert_eq!(said.title, None, "its name is no title");
        let odd = with(r#""description": 7, "favorited": "yes", "people": {"name": "x"}"#);
        assert!(odd.is_empty());
    }

    #[test]
    fn an_album_another_json_and_absurd_times_tell_nothing() {
        for other in [
            r#"{"title": "Holidays", "date": {"timestamp": "1258375918"}}"#,
            r#"{"photoTakenTime": {"timestamp": "soon"}}"#,
            r#"{"photoTakenTime": {"timestamp": "999999999999999999"}}"#,
            r#"{"photoTakenTime": {"timestamp": "-9999999999"}}"#,
            "[]",
            "{",
            "",
        ] {
            assert_eq!(read(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn an_album_is_known_by_its_title_and_date() {
        let title = |json: &str| album(json.as_bytes());
        let dated = r#"{"title": " Porto ", "description": "", "date": {"timestamp": "1258375918"}}"#;
        assert_eq!(title(dated).as_deref(), Some("Porto"));
        assert_eq!(title(r#"{"title": "Photos from 2024"}"#), None);
        assert_eq!(title(JSON), None, "a photo");
        assert_eq!(title(r#"{"title": " ", "date": {}}"#), None);
    }

    #[test]
    fn every_name_that_exports_were_seen_to_give_is_known() {
        let tied = |photo: &str, json: &str| {
            let of_json = ties_of_json(json);
            ties_of_photo(photo).iter().any(|tie| of_json.contains(tie))
        };
        for (photo, json) in [
            ("img_1.jpg", "img_1.jpg.json"),
            ("img_1.jpg", "img_1.json"),
            ("img_1.jpg", "img_1.jpg.supplemental-metadata.json"),
            ("img_1.jpg", "img_1.jpg.suppl.json"),
            ("img_1.jpg", "img_1.jpg..json"),
            ("img_1(2).jpg", "img_1.jpg(2).json"),
            ("img_1(2).jpg", "img_1(2).jpg.json"),
            ("img_1(2).jpg", "img_1.jpg.supplemental-metadata(2).json"),
            ("img_1(2).jpg", "img_1(2).jpg.supplemental-metadata.json"),
            ("balls.jpg", "balls.supplemental-metadata.json"),
            ("balls(1).jpg", "balls.supplemental-metadata(1).json"),
            (
                "a name that is far too long for any takeout to keep whole.jpg",
                "a name that is far too long for any takeout to.json",
            ),
            (
                "a name that is far too long for any takeout to keep (3).jpg",
                "a name that is far too long for any takeout to(3).json",
            ),
            (
                "thirty-seven letters before the end.jpg",
                "thirty-seven letters before the end.jpg.suppl.json",
            ),
        ] {
            assert!(tied(photo, json), "{photo}: {json}");
        }
        assert!(!tied("img_1.jpg", "img_1(2).jpg.json"));
        assert!(!tied("img_1.jpg", "img_1.jpg(2).json"));
        assert!(!tied("img_1(2).jpg", "img_1.jpg.json"));
        assert!(!tied("img_1.jpg", "metadata.json"));
    }
}
