//! Times as requests carry them.

use std::time::{SystemTime, UNIX_EPOCH};

#[expect(
    clippy::disallowed_methods,
    reason = "a signature is of this very moment, and the kit imports none of our crates"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// As AWS wants it: `20260102T030405Z`
pub(crate) fn stamp(time: SystemTime) -> String {
    let Civil {
        year,
        month,
        day,
        second,
        ..
    } = Civil::of(time);
    let (hour, minute, second) = clock(second);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// As HTTP wants it: `Fri, 02 Jan 2026 03:04:05 GMT`
pub(crate) fn of_http(time: SystemTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let civil = Civil::of(time);
    let (hour, minute, second) = clock(civil.second);
    format!(
        "{}, {:02} {} {:04} {hour:02}:{minute:02}:{second:02} GMT",
        DAYS[civil.weekday],
        civil.day,
        MONTHS[civil.month - 1],
        civil.year
    )
}

struct Civil {
    year: u64,
    /// From 1.
    month: usize,
    /// From 1.
    day: u64,
    /// From 0, a Thursday, as 1970 began.
    weekday: usize,
    /// Of the day.
    second: u64,
}

impl Civil {
    fn of(time: SystemTime) -> Self {
        let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (mut days, second) = (seconds / 86_400, seconds % 86_400);
        let weekday = usize::try_from(days % 7).unwrap_or_default();
        let mut year = 1970;
        let leap =
            |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        while days >= 365 + u64::from(leap(year)) {
            days -= 365 + u64::from(leap(year));
            year += 1;
        }
        let february = 28 + u64::from(leap(year));
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut month = 0;
        while days >= lengths[month] {
            days -= lengths[month];
            month += 1;
        }
        Self {
            year,
            month: month + 1,
            day: days + 1,
            weekday,
            second,
        }
    }
}

/// Hour, minute and second of a second of the day.
fn clock(second: u64) -> (u64, u64, u64) {
    (second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn moments_are_written_as_aws_and_http_want_them() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(stamp(at(0)), "19700101T000000Z");
        assert_eq!(stamp(at(951_782_400)), "20000229T000000Z");
        assert_eq!(stamp(at(1_767_323_045)), "20260102T030405Z");
        assert_eq!(of_http(at(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
        // The example of RFC 9110.
        assert_eq!(of_http(at(784_111_777)), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of_http(at(1_767_323_045)), "Fri, 02 Jan 2026 03:04:05 GMT");
    }
}
