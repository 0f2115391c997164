//! When a picture was taken, and how we know.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// Where a date comes from, best first. Shown to the person, because a date from a copy's mtime is a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateSource {
    Exif,
    /// XMP within the file.
    Xmp,
    Iptc,
    /// What QuickTime, MP4 or Matroska say of the movie.
    Movie,
    /// The maker's own way, where it wrote no EXIF of it.
    Maker,
    /// An XMP file beside it.
    Sidecar,
    Takeout,
    Name,
    /// When the picture was last saved by a program or the camera.
    Modified,
    Mtime,
}

impl DateSource {
    pub const ALL: [Self; 10] = [
        Self::Exif,
        Self::Xmp,
        Self::Iptc,
        Self::Movie,
        Self::Maker,
        Self::Sidecar,
        Self::Takeout,
        Self::Name,
        Self::Modified,
        Self::Mtime,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exif => "exif",
            Self::Xmp => "xmp",
            Self::Iptc => "iptc",
            Self::Movie => "movie",
            Self::Maker => "maker",
            Self::Sidecar => "sidecar",
            Self::Takeout => "takeout",
            Self::Name => "name",
            Self::Modified => "modified",
            Self::Mtime => "mtime",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }

    /// For people: where the date is from.
    pub fn label(self) -> &'static str {
        match self {
            Self::Exif => "from the picture",
            Self::Xmp => "from the picture's XMP",
            Self::Iptc => "from the picture's IPTC",
            Self::Movie => "from the movie",
            Self::Maker => "from what its camera noted",
            Self::Sidecar => "from the XMP file beside it",
            Self::Takeout => "from Google Takeout",
            Self::Name => "from the file name",
            Self::Modified => "from when it was last edited",
            Self::Mtime => "from the file's date",
        }
    }

    /// A companion of the photo told it.
    pub fn is_from_companion(self) -> bool {
        matches!(self, Self::Sidecar | Self::Takeout)
    }
}

/// Wall-clock time at the camera; the zone is kept when the file says it and never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capture {
    pub local: DateTime,
    pub offset_minutes: Option<i16>,
    pub source: DateSource,
}

/// Of a date that is believed in a name.
const FIRST_NAMED: i64 = 1970;

impl Capture {
    /// EXIF form `2024:05:17 10:11:12` (also with dashes); absurd or zero dates are no date.
    pub fn parse_exif(text: &str) -> Option<DateTime> {
        let digits: Vec<i64> = text
            .trim()
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .take(6)
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let [year, month, day, hour, minute, second] = digits.as_slice() else {
            return None;
        };
        checked(*year, *month, *day, *hour, *minute, *second)
    }

    /// The camera's clock as milliseconds, for telling how far apart two pictures of one camera are.
    pub fn clock_ms(text: &str) -> Option<i64> {
        let local = Self::parse_exif(text)?;
        let at = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(at.timestamp().as_millisecond())
    }

    /// ISO 8601 as XMP writes it: `2024-05-17T10:11:12.5+02:00`, without zone, seconds or time as well. A day alone is its
    /// midnight.
    pub fn parse_iso8601(text: &str) -> Option<(DateTime, Option<i16>)> {
        // Some programs write a list of one.
        let text = text.split(',').next()?.trim();
        let (day, rest) = (text.get(..10)?, text.get(10..)?);
        let clock = rest.strip_prefix(['T', ' ']).unwrap_or("");
        let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
        let (time, zone) = clock.split_at(end);
        let time = time.split('.').next().unwrap_or("");
        let time = match time.len() {
            0 => "00:00:00".to_owned(),
            5 => format!("{time}:00"),
            _ => time.to_owned(),
        };
        Some((
            Self::parse_exif(&format!("{day} {time}"))?,
            Self::parse_offset(zone),
        ))
    }

    /// The offset at which a camera's clock and the satellites' show the same moment, if there is such a zone on Earth. A
    /// position may be some time old, so two minutes are let pass and nothing is rounded further.
    pub fn offset_between(local: DateTime, utc: DateTime) -> Option<i16> {
        const PARTS: [i64; 12] = [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765];
        let ahead = local.duration_since(utc).as_secs();
        let zones = (-12..=14).map(|hour| hour * 60).chain(PARTS).chain([825]);
        zones
            .into_iter()
            .find(|minutes| (ahead - minutes * 60).abs() <= 120)
            .and_then(|minutes| i16::try_from(minutes).ok())
    }

    /// `+02:00`, `-0530`, `Z`.
    pub fn parse_offset(text: &str) -> Option<i16> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("z") {
            return Some(0);
        }
        let sign = match text.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let (hours, minutes) = match &text.as_bytes()[1..] {
            [_, _, b':', _, _] => (text.get(1..3)?, text.get(4..6)?),
            [_, _, _, _] => (text.get(1..3)?, text.get(3..5)?),
            _ => return None,
        };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(hours) || !digits(minutes) {
            return None;
        }
        let (hours, minutes) = (hours.parse::<i16>().ok()?, minutes.parse::<i16>().ok()?);
        (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    }

    /// Phones and messengers write the date into the name: `IMG_20190704_101112.jpg`, `2019-07-04 10.11.12.jpg`,
    /// `IMG-20190704-WA0001.jpg`. Only a plain eight-digit (or dashed) date is believed, time when it follows.
    pub fn parse_name(name: &str) -> Option<DateTime> {
        let runs: Vec<&str> = name
            .split(|c: char| !c.is_ascii_digit())
            .filter(|run| !run.is_empty())
            .collect();
        for (at, run) in runs.iter().enumerate() {
            let number = |text: &str| text.parse::<i64>().ok();
            let (date, rest) = match run.len() {
                8 => (
                    (number(&run[..4])?, number(&run[4..6])?, number(&run[6..])?),
                    &runs[at + 1..],
                ),
                14 if number(&run[..4])? >= FIRST_NAMED => {
                    let (d, t) = run.split_at(8);
                    return checked(
                        number(&d[..4])?,
                        number(&d[4..6])?,
                        number(&d[6..])?,
                        number(&t[..2])?,
                        number(&t[2..4])?,
                        number(&t[4..])?,
                    );
                }
                4 if runs.len() >= at + 3 && runs[at + 1].len() == 2 && runs[at + 2].len() == 2 => (
                    (number(run)?, number(runs[at + 1])?, number(runs[at + 2])?),
                    &runs[at + 3..],
                ),
                _ => continue,
            };
            let time = match rest {
                [hms, ..] if hms.len() == 6 || hms.len() == 9 => {
                    (number(&hms[..2])?, number(&hms[2..4])?, number(&hms[4..6])?)
                }
                [h, m, s, ..] if h.len() == 2 && m.len() == 2 && s.len() == 2 => {
                    (number(h)?, number(m)?, number(s)?)
                }
                _ => (0, 0, 0),
            };
            // Eight digits before the age of digital names are a number.
            if date.0 < FIRST_NAMED {
                continue;
            }
            let with_time = checked(date.0, date.1, date.2, time.0, time.1, time.2);
            if let Some(found) = with_time.or_else(|| checked(date.0, date.1, date.2, 0, 0, 0)) {
                return Some(found);
            }
        }
        None
    }

    /// From nanoseconds since the epoch, read as UTC: the zone of a copy's mtime is not known.
    pub fn from_mtime(mtime_ns: i64) -> Option<Self> {
        let stamp = jiff::Timestamp::from_nanosecond(i128::from(mtime_ns)).ok()?;
        let local = stamp.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        Some(Self {
            local,
            offset_minutes: None,
            source: DateSource::Mtime,
        })
    }

    /// What a clock that shows UTC says so many seconds after 1970 began; an absurd moment is no date.
    pub fn utc_clock(seconds: i64) -> Option<DateTime> {
        let at = jiff::Timestamp::from_second(seconds).ok()?;
        let local = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let [month, day, hour, minute, second] = [
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
        ]
        .map(i64::from);
        checked(local.year().into(), month, day, hour, minute, second)
    }

    /// `2024-05-17T10:11:12`, as stored.
    pub fn iso(&self) -> String {
        self.local.strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// The inverse of [`Self::iso`].
    pub fn parse_iso(text: &str) -> Option<DateTime> {
        Self::parse_exif(text)
    }
}

/// People date what they scan: the oldest photo that is left is of 1826. The first second of 1904 is where QuickTime's time
/// begins, and what it says when it knows none; a camera that says 2400 has no clock.
fn checked(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<DateTime> {
    let nothing = (year, month, day, hour, minute, second) == (1904, 1, 1, 0, 0, 0);
    if !(1826..=2100).contains(&year) || nothing {
        return None;
    }
    DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?.min(59),
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(date: Option<DateTime>) -> Option<String> {
        date.map(|d| d.strftime("%Y-%m-%dT%H:%M:%S").to_string())
    }

    #[test]
    fn exif_dates() {
        assert_eq!(
            iso(Capture::parse_exif("2024:05:17 10:11:12")).as_deref(),
            Some("2024-05-17T10:11:12")
        );
        assert_eq!(
            iso(Capture::parse_exif("1912:04:10 12:00:00")).as_deref(),
            Some("1912-04-10T12:00:00"),
            "a scan that somebody dated"
        );
        for bad in [
            "0000:00:00 00:00:00",
            "1904:01:01 00:00:00",
            "2400:01:01 00:00:00",
            "2024:13:01 00:00:00",
            "    ",
            "2024",
        ] {
            assert_eq!(Capture::parse_exif(bad), None, "{bad}");
        }
    }

    #[test]
    fn name_dates() {
        let cases = [
            ("IMG_20190704_101112.jpg", Some("2019-07-04T10:11:12")),
            ("IMG-20190704-WA0001.jpg", Some("2019-07-04T00:00:00")),
            ("2019-07-04 10.11.12.jpg", Some("2019-07-04T10:11:12")),
            ("PXL_20230102_030405678.jpg", Some("2023-01-02T03:04:05")),
            ("20190704101112.jpg", Some("2019-07-04T10:11:12")),
            ("DSC_0001.jpg", None),
            ("12345678.jpg", None),
            ("19120410.jpg", None),
            ("19120410120000.jpg", None),
        ];
        for (name, expected) in cases {
            assert_eq!(iso(Capture::parse_name(name)).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn dates_of_xmp() {
        let read = |text| Capture::parse_iso8601(text).map(|(date, zone)| (iso(Some(date)), zone));
        let at = |text: &str, zone| Some((Some(text.to_owned()), zone));
        assert_eq!(
            read("2024-05-17T10:11:12.345+02:00"),
            at("2024-05-17T10:11:12", Some(120))
        );
        assert_eq!(
            read("2011-06-14T15:47-07:00"),
            at("2011-06-14T15:47:00", Some(-420))
        );
        assert_eq!(read("2011-06-14T15:47:01Z"), at("2011-06-14T15:47:01", Some(0)));
        assert_eq!(
            read("2009-09-09T17:00:00, 2009-09-09"),
            at("2009-09-09T17:00:00", None)
        );
        assert_eq!(read("2003-08-31"), at("2003-08-31T00:00:00", None));
        for bad in ["2003", "2003-08", "", "2003-13-01T00:00:00Z", "gestern um zehn"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_zone_between_two_clocks_must_be_one_on_earth() {
        let at = |text| Capture::parse_exif(text).expect("a date");
        let between = |local, utc| Capture::offset_between(at(local), at(utc));
        assert_eq!(between("2023:07:09 20:36:33", "2023:07:09 12:36:20"), Some(480));
        assert_eq!(between("2023:01:01 01:30:00", "2022:12:31 20:00:00"), Some(330));
        assert_eq!(
            between("2023:07:09 20:15:00", "2023:07:09 20:00:00"),
            None,
            "an old fix"
        );
        assert_eq!(between("2023:07:09 20:00:00", "2023:07:01 20:00:00"), None);
    }

    #[test]
    fn seconds_of_utc() {
        assert_eq!(
            iso(Capture::utc_clock(1_258_375_918)).as_deref(),
            Some("2009-11-16T12:51:58")
        );
        assert_eq!(
            iso(Capture::utc_clock(-500_000_000)).as_deref(),
            Some("1954-02-26T23:06:40")
        );
        for absurd in [-9_999_999_999, 9_999_999_999, i64::MAX, i64::MIN] {
            assert_eq!(Capture::utc_clock(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn offsets() {
        assert_eq!(Capture::parse_offset("+02:00"), Some(120));
        assert_eq!(Capture::parse_offset("-05:30"), Some(-330));
        assert_eq!(Capture::parse_offset("Z"), Some(0));
        assert_eq!(Capture::parse_offset("+99:00"), None);
        for bad in ["   :  ", "-09-09", "+1:30", "+123", "+ä1:0"] {
            assert_eq!(Capture::parse_offset(bad), None, "{bad}");
        }
    }
}
