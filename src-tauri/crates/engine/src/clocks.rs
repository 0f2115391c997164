//! Clocks of cameras that were wrong, or whose zone nobody wrote down: said by the person, kept in the catalog, taken back at
//! any time. No file is written.

use crate::api::{AppError, What};
use crate::engine::Engine;
use albumen_catalog::Clock;
use albumen_files::clock::now_ms;
use albumen_model::Capture;
use jiff::SignedDuration;
use serde::Serialize;

/// No camera is set further off than it could be by a wrong century.
const FARTHEST: i64 = 200 * 366 * 86_400;

/// As it is asked for, in the words people type.
#[derive(Debug, Clone, Default)]
pub struct ClockWords {
    pub camera: String,
    /// `1h30m`, `-45m`, `26280h`
    pub shift: Option<String>,
    /// `+02:00`
    pub zone: Option<String>,
    /// `2024-05-17` or `2024-05-17T10:00`, by the camera's own clock.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// One correction that is in force.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockSetting {
    pub id: i64,
    pub camera: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub shift_seconds: i64,
    pub offset_minutes: Option<i16>,
    pub files: u64,
}

impl Engine {
    /// Corrections in force, in the order in which they were said.
    pub fn clocks(&self) -> Result<Vec<ClockSetting>, AppError> {
        let clocks = self.inner.catalog.clocks()?;
        Ok(clocks.into_iter().map(setting).collect())
    }

    /// Corrects the dates of a camera, from now on and for what is scanned later. Returns the correction with the number of
    /// files that it concerns.
    pub fn set_clock(&self, words: &ClockWords) -> Result<ClockSetting, AppError> {
        let clock = read(words)?;
        let id = self.inner.catalog.set_clock(&clock, now_ms())?;
        self.tell_changed(&[What::Profile, What::Groups, What::Plan]);
        let all = self.clocks()?;
        all.into_iter()
            .find(|one| one.id == id)
            .ok_or_else(|| wrong("The correction vanished."))
    }

    /// Takes a correction back.
    pub fn forget_clock(&self, id: i64) -> Result<(), AppError> {
        if !self.inner.catalog.forget_clock(id, now_ms())? {
            return Err(wrong("There is no correction of this number."));
        }
        self.tell_changed(&[What::Profile, What::Groups, What::Plan]);
        Ok(())
    }
}

fn setting(clock: Clock) -> ClockSetting {
    ClockSetting {
        id: clock.id,
        camera: clock.camera,
        from: clock.from,
        to: clock.to,
        shift_seconds: clock.shift_seconds,
        offset_minutes: clock.offset_minutes,
        files: clock.files,
    }
}

fn read(words: &ClockWords) -> Result<Clock, AppError> {
    let shift_seconds = match &words.shift {
        Some(text) => {
            shift(text).ok_or_else(|| wrong(format!("`{text}` is not a time such as 1h30m or -45m.")))?
        }
        None => 0,
    };
    let zone = |text: &String| {
        Capture::parse_offset(text).ok_or_else(|| wrong(format!("`{text}` is not a zone such as +02:00.")))
    };
    let offset_minutes = words.zone.as_ref().map(zone).transpose()?;
    let day = |text: &Option<String>, end: &str| -> Result<Option<String>, AppError> {
        match text {
            None => Ok(None),
            Some(text) => {
                let whole = if text.len() == 10 {
                    format!("{text}{end}")
                } else {
                    text.clone()
                };
                let (local, _) = Capture::parse_iso8601(&whole)
                    .ok_or_else(|| wrong(format!("`{text}` is not a date such as 2024-05-17.")))?;
                Ok(Some(local.strftime("%Y-%m-%dT%H:%M:%S").to_string()))
            }
        }
    };
    if shift_seconds == 0 && offset_minutes.is_none() {
        return Err(wrong("Nothing would change: give a shift, a zone, or both."));
    }
    Ok(Clock {
        id: 0,
        camera: words.camera.clone(),
        from: day(&words.from, "T00:00:00")?,
        to: day(&words.to, "T23:59:59")?,
        shift_seconds,
        offset_minutes,
        files: 0,
    })
}

fn shift(text: &str) -> Option<i64> {
    let text = text.trim();
    let seconds = text
        .strip_prefix('+')
        .unwrap_or(text)
        .parse::<SignedDuration>()
        .ok()?
        .as_secs();
    (seconds.abs() <= FARTHEST).then_some(seconds)
}

fn wrong(what: impl Into<String>) -> AppError {
    AppError::new(
        "clock_wrong",
        what,
        "Nothing was changed.",
        "`albumen clock` lists the cameras' corrections, `albumen scan` the cameras.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_become_a_correction_or_an_error() {
        let words = |shift: &str, zone: &str, from: &str| ClockWords {
            camera: "X".to_owned(),
            shift: (!shift.is_empty()).then(|| shift.to_owned()),
            zone: (!zone.is_empty()).then(|| zone.to_owned()),
            from: (!from.is_empty()).then(|| from.to_owned()),
            to: (!from.is_empty()).then(|| from.to_owned()),
        };
        let clock = read(&words("-1h30m", "+05:30", "2024-05-17")).expect("a correction");
        assert_eq!((clock.shift_seconds, clock.offset_minutes), (-5400, Some(330)));
        assert_eq!(clock.from.as_deref(), Some("2024-05-17T00:00:00"));
        assert_eq!(clock.to.as_deref(), Some("2024-05-17T23:59:59"));
        assert_eq!(
            read(&words("+45m", "", "")).expect("a correction").shift_seconds,
            2700
        );
        for bad in [
            words("", "", ""),
            words("soon", "", ""),
            words("99999999999h", "", ""),
            words("", "Berlin", ""),
            words("1h", "", "May"),
        ] {
            assert_eq!(read(&bad).expect_err("refused").code, "clock_wrong");
        }
    }
}
