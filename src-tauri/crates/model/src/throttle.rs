//! How much bandwidth a move may take, by hour and day: the evening belongs to the family. And how hard originals are read.

use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// How hard the disks are worked that originals lie on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "how")]
#[ts(export_to = "types.ts")]
pub enum SourceLoad {
    #[default]
    Free,
    /// Stands back as long as somebody else reads there.
    Gentle,
    /// At most so many bytes a second, over all readers.
    Rate { bytes: u64 },
}

/// A limit in bytes a second, as a generic cell rate algorithm (ITU-T I.371). Times are since any beginning.
#[derive(Debug, Clone, Copy)]
pub struct Cells {
    rate: f64,
    due: Duration,
}

impl Cells {
    /// Rates below a byte a second count as one.
    pub fn new(bytes_per_second: u64) -> Self {
        Self {
            rate: bytes_per_second.max(1) as f64,
            due: Duration::ZERO,
        }
    }

    pub fn set(&mut self, bytes_per_second: u64) {
        self.rate = bytes_per_second.max(1) as f64;
    }

    /// Takes `bytes` and says how long they have to wait for those before them.
    pub fn reserve(&mut self, now: Duration, bytes: u64) -> Duration {
        let begins = self.due.max(now);
        self.due = begins + Duration::from_secs_f64(bytes as f64 / self.rate);
        begins - now
    }

    /// Of those that were taken, so many did not go.
    pub fn give_back(&mut self, bytes: u64) {
        let time = Duration::from_secs_f64(bytes as f64 / self.rate);
        self.due = self.due.saturating_sub(time);
    }

    /// Until the bytes that were taken have gone.
    pub fn ends(&self, now: Duration) -> Duration {
        self.due.saturating_sub(now)
    }
}

/// Bytes a second; `None` is as fast as it goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    pub up: Option<u64>,
    pub down: Option<u64>,
}

/// Within these hours of these days other limits hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Hours {
    /// Bit 0 is Monday. Hours over midnight belong to the day they begin on.
    pub days: u8,
    /// Minutes of the day; `to` is the first that is not in it. Equal ones are the whole day.
    pub from: u16,
    pub to: u16,
    pub up: Option<u64>,
    pub down: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Throttle {
    pub up: Option<u64>,
    pub down: Option<u64>,
    /// The first that holds wins over the general limits.
    pub hours: Vec<Hours>,
}

impl Hours {
    fn hold(&self, day: u8, minute: u16) -> bool {
        let is_on = |day: u8| self.days & (1 << day) != 0;
        let today = is_on(day % 7);
        if self.from < self.to {
            return today && (self.from..self.to).contains(&minute);
        }
        let yesterday = is_on((day + 6) % 7);
        if self.from == self.to {
            return today;
        }
        (today && minute >= self.from) || (yesterday && minute < self.to)
    }
}

impl Throttle {
    /// On `day` (0 is Monday) at `minute` of the day, both local.
    pub fn at(&self, day: u8, minute: u16) -> Limits {
        let general = Limits {
            up: self.up,
            down: self.down,
        };
        let holds = self.hours.iter().find(|hours| hours.hold(day, minute));
        holds.map_or(general, |hours| Limits {
            up: hours.up,
            down: hours.down,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_is_free_and_belongs_to_the_day_it_began_on() {
        let throttle = Throttle {
            up: Some(1),
            down: None,
            // Friday, 23:00 to 06:30.
            hours: vec![Hours {
                days: 1 << 4,
                from: 23 * 60,
                to: 6 * 60 + 30,
                up: None,
                down: Some(5),
            }],
        };
        let at = |day, hour: u16, minute: u16| throttle.at(day, hour * 60 + minute).up;
        assert_eq!(at(4, 22, 59), Some(1));
        assert_eq!(at(4, 23, 0), None);
        assert_eq!(at(5, 6, 29), None, "Saturday morning is Friday's night");
        assert_eq!(at(5, 6, 30), Some(1));
        assert_eq!(at(4, 3, 0), Some(1), "Friday morning is Thursday's");
        assert_eq!(throttle.at(5, 0).down, Some(5));
    }

    #[test]
    fn bytes_wait_for_those_before_them_and_never_for_their_own() {
        let ms = Duration::from_millis;
        let mut cells = Cells::new(1000);
        assert_eq!(cells.reserve(ms(0), 500), ms(0));
        assert_eq!(cells.reserve(ms(100), 500), ms(400));
        assert_eq!(cells.ends(ms(100)), ms(900));
        cells.give_back(400);
        assert_eq!(cells.ends(ms(100)), ms(500));
        assert_eq!(cells.reserve(ms(5000), 1), ms(0), "rest is not saved up");
        cells.set(1_000_000);
        assert!(
            cells.reserve(ms(5001), 1000) <= ms(1),
            "another rate holds at once"
        );
    }

    #[test]
    fn the_first_hours_win_and_equal_ones_are_the_whole_day() {
        let hours = |up, from, to| Hours {
            days: 0b111_1111,
            from,
            to,
            up,
            down: None,
        };
        let throttle = Throttle {
            up: None,
            down: None,
            hours: vec![hours(Some(1), 60, 120), hours(Some(2), 0, 0)],
        };
        assert_eq!(throttle.at(0, 60).up, Some(1));
        assert_eq!(throttle.at(0, 120).up, Some(2));
    }
}
