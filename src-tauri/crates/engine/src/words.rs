//! Numbers, times and days as people say them, for sentences that window and command line share.

use jiff::Zoned;

/// `1 photo`, `412 photos`.
pub(crate) fn many(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// Decimal, as shops and file managers count.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1000.0, unit + 1);
    }
    if unit == 0 || value >= 99.95 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// `45 s`, `14 min`, `3 hours`, `12 days`.
pub(crate) fn time(seconds: f64) -> String {
    let whole = |unit: f64| (seconds / unit).round() as u64;
    if seconds < 1.0 {
        "less than a second".to_owned()
    } else if seconds < 100.0 {
        format!("{} s", whole(1.0))
    } else if seconds < 100.0 * MINUTE {
        format!("{} min", whole(MINUTE))
    } else if seconds < 2.0 * DAY {
        many(whole(HOUR), "hour")
    } else {
        many(whole(DAY), "day")
    }
}

/// `between 9 and 12 days`, `about 5 minutes`.
pub(crate) fn between(least: f64, most: f64) -> String {
    let (unit, name) = if most < 100.0 {
        (1.0, "second")
    } else if most < 100.0 * MINUTE {
        (MINUTE, "minute")
    } else if most < 2.0 * DAY {
        (HOUR, "hour")
    } else {
        (DAY, "day")
    };
    let (from, to) = ((least / unit).floor() as u64, (most / unit).ceil() as u64);
    match (from, to) {
        (0, to) => format!("less than {}", many(to.max(1), name)),
        (from, to) if from == to => format!("about {}", many(to, name)),
        (from, to) => format!("between {from} and {}", many(to, name)),
    }
}

/// When that is, said as near as it can be told: `today at 18:40`, `Thursday 3 December`.
pub(crate) fn day(now: &Zoned, at: &Zoned) -> String {
    let ahead = at.date().since(now.date()).map_or(0, |span| span.get_days());
    match ahead {
        0 => at.strftime("today at %H:%M").to_string(),
        1 => at.strftime("tomorrow at %H:%M").to_string(),
        _ if at.year() == now.year() => at.strftime("%A %-d %B").to_string(),
        _ => at.strftime("%A %-d %B %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_say_it() {
        assert_eq!(
            (many(1, "photo"), many(0, "photo")),
            ("1 photo".to_owned(), "0 photos".to_owned())
        );
        assert_eq!(
            [size(999), size(3_100_000_000), size(412_000_000_000)],
            ["999 B", "3.1 GB", "412 GB"]
        );
        assert_eq!(
            [time(0.2), time(14.0 * MINUTE), time(30.0 * HOUR)],
            ["less than a second", "14 min", "30 hours"]
        );
        assert_eq!(between(9.1 * DAY, 11.7 * DAY), "between 9 and 12 days");
        assert_eq!(between(0.4, 0.9), "less than 1 second");
        assert_eq!(between(60.0, 130.0), "between 1 and 3 minutes");
    }

    #[test]
    fn a_day_has_its_name() {
        let at = |text: &str| text.parse::<Zoned>().expect("a moment");
        let now = at("2026-11-22T14:00[UTC]");
        assert_eq!(day(&now, &at("2026-11-22T18:40[UTC]")), "today at 18:40");
        assert_eq!(day(&now, &at("2026-11-23T03:00[UTC]")), "tomorrow at 03:00");
        assert_eq!(day(&now, &at("2026-12-03T03:00[UTC]")), "Thursday 3 December");
        assert_eq!(day(&now, &at("2027-01-01T03:00[UTC]")), "Friday 1 January 2027");
    }
}
