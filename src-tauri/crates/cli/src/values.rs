//! Values as people type them: rates, times, parts, words for choices. What is not one is said.

use albumen_engine::api::{Conflicts, Outcome, PauseOn, ReportFormat, SourceLoad, Strategy};
use std::time::Duration;

pub fn parse_format(text: &str) -> Result<ReportFormat, String> {
    match text {
        "csv" => Ok(ReportFormat::Csv),
        "json" | "jsonl" => Ok(ReportFormat::Json),
        "html" => Ok(ReportFormat::Html),
        _ => Err(format!("`{text}` is not csv, json or html")),
    }
}

pub fn parse_pause(text: &str) -> Result<PauseOn, String> {
    let mut wanted = PauseOn::never();
    for word in text.split(',') {
        match word.split_once(':').unwrap_or((word, "")) {
            ("battery", "") => wanted.battery = PauseOn::default().battery,
            ("battery", part) => {
                let part = part.trim_end_matches('%').parse().ok();
                wanted.battery = part.filter(|part| (1..=100).contains(part));
                if wanted.battery.is_none() {
                    return Err(format!("`{word}` is not battery:1 to battery:100"));
                }
            }
            ("metered", "") => wanted.metered = true,
            _ => return Err(format!("`{word}` is not battery, battery:PERCENT or metered")),
        }
    }
    Ok(wanted)
}

pub fn parse_conflicts(text: &str) -> Result<Conflicts, String> {
    match text {
        "ask" => Ok(Conflicts::Ask),
        "both" => Ok(Conflicts::Both),
        "source" => Ok(Conflicts::Source),
        "newest" => Ok(Conflicts::Newest),
        _ => Err(format!("`{text}` is not ask, both, source or newest")),
    }
}

pub fn parse_strategy(text: &str) -> Result<Strategy, String> {
    let plain = |text: &str| text.replace(['-', ' ', '_'], "").to_lowercase();
    let mut all = Strategy::ALL.into_iter();
    all.find(|one| plain(one.as_str()) == plain(text))
        .ok_or_else(|| format!("`{text}` is not once, in-step, compare or second-home"))
}

pub fn parse_outcome(text: &str) -> Result<Outcome, String> {
    let is_asked = |one: &Outcome| {
        one.as_str()
            .eq_ignore_ascii_case(&text.replace(['-', ' ', '_'], ""))
    };
    let found = Outcome::ALL.into_iter().find(is_asked);
    found.ok_or_else(|| {
        let all = Outcome::ALL.map(Outcome::as_str).join(", ");
        format!("`{text}` is none of {all}")
    })
}

pub fn parse_part(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%');
    let value: f64 = number
        .parse()
        .map_err(|_| format!("`{text}` is not a percentage such as 1%"))?;
    if value > 0.0 && value <= 100.0 {
        Ok(value / 100.0)
    } else {
        Err("it must lie between 0% and 100%".to_owned())
    }
}

pub fn parse_rate(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_lowercase();
    let lower = lower.trim_end_matches("b/s").trim_end_matches('b');
    let (number, unit) = match lower.char_indices().last() {
        Some((at, 'k')) => (&lower[..at], 1e3),
        Some((at, 'm')) => (&lower[..at], 1e6),
        Some((at, 'g')) => (&lower[..at], 1e9),
        _ => (lower, 1.0),
    };
    let rate = number
        .trim()
        .parse::<f64>()
        .map_err(|_| format!("`{text}` is not a rate such as 500k or 2M"))?
        * unit;
    if (1.0..=4e9).contains(&rate) {
        Ok(rate as u64)
    } else {
        Err("it must lie between 1 and 4G bytes a second".to_owned())
    }
}

pub fn parse_load(text: &str) -> Result<SourceLoad, String> {
    match text {
        "free" => Ok(SourceLoad::Free),
        "gentle" => Ok(SourceLoad::Gentle),
        rate => parse_rate(rate).map(|bytes| SourceLoad::Rate { bytes }),
    }
}

pub fn parse_time(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let seconds = match &text[at..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("`{text}` is not a time such as 30s or 15m")),
    };
    let number: f64 = text[..at]
        .parse()
        .map_err(|_| format!("`{text}` is not a time such as 30s or 15m"))?;
    let time = number * seconds;
    if (0.0..=604_800.0).contains(&time) {
        Ok(Duration::from_secs_f64(time))
    } else {
        Err("it must lie between 0s and 168h".to_owned())
    }
}

pub fn parse_shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text
        .split_once('/')
        .and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((k, n)) if k >= 1 && k <= n => Ok((k, n)),
        _ => Err(format!("`{text}` is not K/N with K from 1 to N")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_people_type() {
        assert_eq!(parse_rate("500k"), Ok(500_000));
        assert_eq!(parse_rate("1.5MB/s"), Ok(1_500_000));
        assert!(parse_rate("fast").is_err());
        assert_eq!(parse_load("gentle"), Ok(SourceLoad::Gentle));
        assert_eq!(parse_load("2M"), Ok(SourceLoad::Rate { bytes: 2_000_000 }));
        assert!(parse_load("kind").is_err());
        assert_eq!(parse_time("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("250ms"), Ok(Duration::from_millis(250)));
        assert!(parse_time("soon").is_err() && parse_time("-1s").is_err() && parse_time("999h").is_err());
        assert_eq!(parse_part("1%"), Ok(0.01));
        assert!(parse_part("0").is_err());
        assert_eq!(parse_shard("2/3"), Ok((2, 3)));
        for wrong in [
            "4/3",
            "0/3",
            "0/0",
            "1/0",
            "/",
            "/8",
            "1/",
            "-1/3",
            "1/4294967296",
            "one/two",
        ] {
            assert!(parse_shard(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_shard("1/1"), Ok((1, 1)));
        assert_eq!(parse_outcome("already-there"), Ok(Outcome::AlreadyThere));
        assert!(parse_outcome("moved").is_err());
        assert!(parse_format("pdf").is_err());
    }
}
