//! When a move would be over: its hours are gone through one by one, with the limits that hold in each and what an account
//! takes in a day.
//!
//! Invariants: a faster line, a higher limit or less to do is never over later.

use crate::cost::Cost;
use crate::{Tally, Throttle};

const DAY: u32 = 24 * 60;
/// Beyond, no date says anything: five years.
const HORIZON: u32 = 5 * 366 * DAY;

/// The moment from which on it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct From {
    /// 0 is Monday.
    pub day: u8,
    /// Of the local day.
    pub minute: u16,
    /// Of the day as accounts count it, which is UTC's.
    pub utc_minute: u16,
}

/// What an account takes a day, and what it took today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daily {
    pub most: u64,
    pub spent: u64,
}

/// Seconds until `work` is sent; `None` where it is not over within five years.
pub fn seconds(
    work: Tally,
    cost: Cost,
    throttle: &Throttle,
    daily: Option<Daily>,
    from: From,
) -> Option<f64> {
    let free = cost.seconds(work.files, work.bytes);
    if work.files == 0 || free <= 0.0 {
        return Some(0.0);
    }
    if throttle.hours.is_empty() && daily.is_none() {
        let limited = throttle
            .up
            .map_or(0.0, |up| work.bytes as f64 / (up.max(1)) as f64);
        let all = free.max(limited);
        return (all < f64::from(HORIZON) * 60.0).then_some(all);
    }
    let bytes = work.bytes as f64;
    let mut left = 1.0;
    let mut today = daily.map(|daily| daily.most.saturating_sub(daily.spent) as f64);
    for minute in 0..HORIZON {
        if let (Some(daily), true) = (
            daily,
            minute > 0 && (minute + u32::from(from.utc_minute)).is_multiple_of(DAY),
        ) {
            today = Some(daily.most as f64);
        }
        let local = u32::from(from.minute) + minute;
        let day = (u32::from(from.day) + local / DAY) % 7;
        let up = throttle.at(day as u8, (local % DAY) as u16).up;
        let whole = free.max(up.map_or(0.0, |up| bytes / up.max(1) as f64));
        let mut done = (60.0 / whole).min(left);
        if let Some(today) = &mut today {
            if bytes > 0.0 {
                done = done.min(*today / bytes);
            }
            *today -= done * bytes;
        }
        left -= done;
        if left <= 1e-12 {
            return Some(f64::from(minute) * 60.0 + done * whole);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hours;
    use proptest::prelude::*;

    const MONDAY: From = From {
        day: 0,
        minute: 0,
        utc_minute: 0,
    };
    /// 1 MB/s, and nothing for a file.
    const LINE: Cost = Cost {
        per_file: 0.0,
        per_byte: 1e-6,
    };

    fn work(bytes: u64) -> Tally {
        Tally { files: 1000, bytes }
    }

    fn nights(up: u64) -> Throttle {
        Throttle {
            up: Some(up),
            down: None,
            hours: vec![Hours {
                days: 0b111_1111,
                from: 23 * 60,
                to: 7 * 60,
                up: None,
                down: None,
            }],
        }
    }

    #[test]
    fn a_free_line_takes_what_it_costs() {
        let said = seconds(work(86_400_000_000), LINE, &Throttle::default(), None, MONDAY);
        assert_eq!(said, Some(86_400.0));
        assert_eq!(
            seconds(Tally::default(), LINE, &Throttle::default(), None, MONDAY),
            Some(0.0)
        );
    }

    #[test]
    fn the_evening_belongs_to_the_family() {
        // 8 free hours a night, a tenth by day: 8 + 1.6 hours' worth a day.
        let bytes = 9_600 * 3600 * 1000;
        let said = seconds(work(bytes), LINE, &nights(100_000), None, MONDAY).expect("over");
        assert!((said - 86_400.0).abs() < 120.0, "{said}");
    }

    #[test]
    fn an_account_takes_so_much_a_day() {
        let daily = Daily {
            most: 750_000_000_000,
            spent: 700_000_000_000,
        };
        let fast = LINE.times(0.001);
        // 50 GB today, 750 GB on each of two days, 50 GB on the third.
        let noon = From {
            utc_minute: 720,
            minute: 780,
            day: 3,
        };
        let said = seconds(
            work(1_600_000_000_000),
            fast,
            &Throttle::default(),
            Some(daily),
            noon,
        )
        .expect("over");
        assert!((said - (12.0 + 48.0) * 3600.0 - 50.0).abs() < 61.0, "{said}");
        let none = Daily { most: 0, spent: 0 };
        assert_eq!(
            seconds(work(1), fast, &Throttle::default(), Some(none), noon),
            None
        );
    }

    fn from() -> impl Strategy<Value = From> {
        (0_u8..7, 0_u16..1440, 0_u16..1440).prop_map(|(day, minute, utc_minute)| From {
            day,
            minute,
            utc_minute,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn more_of_a_line_is_never_later(
            bytes in 1_u64..2_000_000_000_000, per_byte in 1e-9_f64..1e-6, per_file in 0.0_f64..1.0, factor in 1.0_f64..5.0,
            up in 100_000_u64..50_000_000, more in 1_u64..4, most in 10_000_000_000_u64..900_000_000_000, from in from(),
        ) {
            let cost = Cost { per_file, per_byte };
            let of = |work, cost, throttle: &Throttle, daily| {
                seconds(work, cost, throttle, daily, from).unwrap_or(f64::INFINITY)
            };
            let daily = Some(Daily { most, spent: 0 });
            let said = of(work(bytes), cost, &nights(up), daily);
            let slack = 1e-6 * said.min(1e12) + 1e-6;
            prop_assert!(of(work(bytes), cost.times(1.0 / factor), &nights(up), daily) <= said + slack, "a faster line");
            prop_assert!(of(work(bytes), cost, &nights(up * more), daily) <= said + slack, "a higher limit");
            prop_assert!(of(work(bytes), cost, &Throttle::default(), daily) <= said + slack, "no limit");
            prop_assert!(of(work(bytes), cost, &nights(up), None) <= said + slack, "no account");
            prop_assert!(of(work(bytes / 2), cost, &nights(up), daily) <= said + slack, "less to do");
            prop_assert!(said >= cost.seconds(1000, bytes) * (1.0 - 1e-9), "no faster than the line");
        }
    }
}
