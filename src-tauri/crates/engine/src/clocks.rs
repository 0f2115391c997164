//! Clocks of cameras that were wrong, or whose zone nobody wrote down: said by the person, kept in the catalog, taken back at
//! any time. No file is written.

use crate::api::{AppError, ClockCamera, ClockChange, ClockPhoto, ClockPreview, ClockSetting, What};
use crate::engine::Engine;
use albumen_catalog::{Clock, ClockPhotoRow};
use albumen_files::clock::now_ms;
use albumen_model::Capture;
use jiff::SignedDuration;

/// No camera is set further off than it could be by a wrong century.
const FARTHEST: u64 = 200 * 366 * 86_400;
/// Minutes; Kiribati is fourteen hours ahead.
const MOST_OFFSET: u16 = 14 * 60 + 59;
/// Photos that stand for all of a camera.
const SHOWN: u32 = 6;

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

impl Engine {
    /// Cameras whose photos say when they were taken, those with the most first.
    pub fn clock_cameras(&self) -> Result<Vec<ClockCamera>, AppError> {
        let cameras = self.inner.catalog.clock_cameras(SHOWN)?.into_iter();
        Ok(cameras
            .map(|row| ClockCamera {
                name: row.name,
                files: row.files,
                from: row.from,
                to: row.to,
                photos: self.clock_photos(row.photos),
            })
            .collect())
    }

    /// Corrections in force, in the order in which they were said.
    pub fn clocks(&self) -> Result<Vec<ClockSetting>, AppError> {
        let clocks = self.inner.catalog.clocks()?;
        Ok(clocks.into_iter().map(setting).collect())
    }

    /// What a correction would make of the photos that it means.
    pub fn preview_clock(&self, change: &ClockChange) -> Result<ClockPreview, AppError> {
        let (files, photos) = self.inner.catalog.clock_preview(&checked(change)?, SHOWN)?;
        Ok(ClockPreview {
            files,
            photos: self.clock_photos(photos),
        })
    }

    /// Corrects the dates of a camera that is known, from now on and for what is scanned later.
    pub fn correct_clock(&self, change: &ClockChange) -> Result<ClockSetting, AppError> {
        let clock = checked(change)?;
        if self.inner.catalog.clock_preview(&clock, 0)?.0 == 0 {
            return Err(wrong(
                "No photo of this camera was taken in that time, by its own clock.",
            ));
        }
        self.add_clock(&clock)
    }

    /// The same in the words of the command line, and also for a camera that is only known later. Returns the correction
    /// with the number of files that it concerns.
    pub fn set_clock(&self, words: &ClockWords) -> Result<ClockSetting, AppError> {
        self.add_clock(&checked(&read(words)?)?)
    }

    fn add_clock(&self, clock: &Clock) -> Result<ClockSetting, AppError> {
        let _quiet = self.refuse_while_busy()?;
        let id = self.inner.catalog.set_clock(clock, now_ms())?;
        self.tell_changed(&[What::Profile, What::Groups, What::Plan]);
        let all = self.clocks()?;
        all.into_iter()
            .find(|one| one.id == id)
            .ok_or_else(|| wrong("The correction vanished."))
    }

    /// Takes a correction back.
    pub fn forget_clock(&self, id: i64) -> Result<(), AppError> {
        let _quiet = self.refuse_while_busy()?;
        if !self.inner.catalog.forget_clock(id, now_ms())? {
            return Err(wrong("There is no correction of this number."));
        }
        self.tell_changed(&[What::Profile, What::Groups, What::Plan]);
        Ok(())
    }

    fn clock_photos(&self, rows: Vec<ClockPhotoRow>) -> Vec<ClockPhoto> {
        let shown = rows.into_iter().map(|row| ClockPhoto {
            file_id: row.file.0,
            name: row.display.rsplit('/').next().unwrap_or_default().to_owned(),
            has_thumb: self.inner.catalog.has_thumb(row.file).unwrap_or(false),
            own: row.own,
            before: row.before,
            after: row.after,
            offset_minutes: row.offset_minutes,
        });
        shown.collect()
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

fn read(words: &ClockWords) -> Result<ClockChange, AppError> {
    let zone = |text: &String| {
        Capture::parse_offset(text).ok_or_else(|| wrong(format!("`{text}` is not a zone such as +02:00.")))
    };
    let shift = |text: &String| {
        shift(text).ok_or_else(|| wrong(format!("`{text}` is not a time such as 1h30m or -45m.")))
    };
    Ok(ClockChange {
        camera: words.camera.clone(),
        shift_seconds: words.shift.as_ref().map(shift).transpose()?.unwrap_or(0),
        offset_minutes: words.zone.as_ref().map(zone).transpose()?,
        from: words.from.clone(),
        to: words.to.clone(),
    })
}

fn checked(change: &ClockChange) -> Result<Clock, AppError> {
    let day = |text: &String, end: &str| -> Result<String, AppError> {
        let whole = if text.len() == 10 {
            format!("{text}{end}")
        } else {
            text.clone()
        };
        let read = Capture::parse_iso8601(&whole);
        let (local, _) = read.ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            wrong(format!("`{text}` is not a date such as 2024-05-17."))
        })?;
        Ok(local.strftime("%Y-%m-%dT%H:%M:%S").to_string())
    };
    let ClockChange {
        shift_seconds,
        offset_minutes,
        ..
    } = *change;
    if shift_seconds == 0 && offset_minutes.is_none() {
        return Err(wrong("Nothing would change: give a shift, a zone, or both."));
    }
    if shift_seconds.unsigned_abs() > FARTHEST {
        return Err(wrong("No clock is wrong by more than two hundred years."));
    }
    if offset_minutes.is_some_and(|minutes| minutes.unsigned_abs() > MOST_OFFSET) {
        return Err(wrong("No zone is that far from Greenwich."));
    }
    let from = change
        .from
        .as_ref()
        .map(|text| day(text, "T00:00:00"))
        .transpose()?;
    let to = change
        .to
        .as_ref()
        .map(|text| day(text, "T23:59:59"))
        .transpose()?;
    if let (Some(from), Some(to)) = (&from, &to)
        && from > to
    {
        return Err(wrong("The first day lies behind the last."));
    }
    Ok(Clock {
        id: 0,
        camera: change.camera.clone(),
        from,
        to,
        shift_seconds,
        offset_minutes,
        files: 0,
    })
}

fn shift(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    Some(text.parse::<SignedDuration>().ok()?.as_secs())
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
        let read = |words: &ClockWords| checked(&read(words)?);
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
            ClockWords {
                to: Some("2024-05-16".to_owned()),
                ..words("1h", "", "2024-05-17")
            },
        ] {
            assert_eq!(read(&bad).expect_err("refused").code, "clock_wrong");
        }
        let change = |shift_seconds, offset_minutes| ClockChange {
            camera: "X".to_owned(),
            shift_seconds,
            offset_minutes,
            from: None,
            to: None,
        };
        for bad in [
            change(i64::MIN, None),
            change(i64::MAX, None),
            change(0, Some(i16::MIN)),
            change(0, Some(i16::MAX)),
        ] {
            assert_eq!(checked(&bad).expect_err("refused").code, "clock_wrong");
        }
    }
}
