//! What Albumen reads of files beside what ExifTool reads of them, field by field: `scripts/bench metadata [FOLDER]`.
//!
//! compare-with-exiftool ALBUMEN FOLDER...
//!
//! Compared is what both name: when it was taken (ExifTool's DateTimeOriginal, CreationDate, DateTimeCreated, DateCreated or
//! CreateDate, the first that is a date), the zone, the place, the turn, make and model. A file counts for a field where
//! ExifTool has a value; 0°, 0° and dates of zeros are none. Each difference is a line that names the group of ExifTool that
//! has the value. The exit code is 1 below 99 % in any field.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::process::{Command, ExitCode};

const TAGS: [&str; 14] = [
    "-DateTimeOriginal",
    "-CreationDate",
    "-DateTimeCreated",
    "-DateCreated",
    "-CreateDate",
    "-OffsetTimeOriginal",
    "-OffsetTime",
    "-GPSLatitude",
    "-GPSLongitude",
    "-Orientation",
    "-Make",
    "-Model",
    "-FileType",
    "-Error",
];
const FIELDS: [&str; 6] = ["taken", "zone", "place", "turn", "make", "model"];
const WANTED: f64 = 0.99;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [albumen, folders @ ..] = arguments.as_slice() else {
        eprintln!("usage: compare-with-exiftool ALBUMEN FOLDER...");
        return ExitCode::from(2);
    };
    let ours = ours(albumen, folders);
    let theirs = theirs(folders);
    let mut counts = [(0u32, 0u32); FIELDS.len()];
    let mut files = 0;
    for one in &theirs {
        let path = one["SourceFile"].as_str().unwrap_or_default();
        let Some(mine) = ours.get(path) else {
            continue;
        };
        files += 1;
        for (field, count) in FIELDS.iter().zip(&mut counts) {
            let Some((group, wanted)) = wanted(one, field) else {
                continue;
            };
            count.1 += 1;
            let (agrees, found) = found(mine, field, &wanted);
            if agrees {
                count.0 += 1;
            } else {
                println!("{field:<6} {path}\n       {group}: {wanted}; here: {found}");
            }
        }
    }
    println!("{files} files that both read, {} read here", ours.len());
    let mut good = files > 0;
    for (field, (agree, all)) in FIELDS.iter().zip(counts) {
        let part = f64::from(agree) / f64::from(all.max(1));
        let verdict = if all == 0 {
            "NOT MEASURED"
        } else if part >= WANTED {
            "PASS"
        } else {
            good = false;
            "FAIL"
        };
        println!(
            "{field:<6} {agree:>6} of {all:>6}  {:>6.2} %  {verdict}",
            100.0 * part
        );
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// By path. A run that ends in a panic has findings beyond those of files.
fn ours(albumen: &str, folders: &[String]) -> BTreeMap<String, Value> {
    let out = Command::new(albumen)
        .args(["--json", "inspect"])
        .args(folders)
        .output()
        .expect("run albumen");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(!said.contains("panicked"), "albumen panicked: {said}");
    assert!(
        matches!(out.status.code(), Some(0 | 1)),
        "albumen ended with {}: {said}",
        out.status
    );
    String::from_utf8_lossy(&out.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|file| Some((file["path"].as_str()?.to_owned(), file)))
        .collect()
}

fn theirs(folders: &[String]) -> Vec<Value> {
    let absolute = folders
        .iter()
        .map(|folder| std::fs::canonicalize(folder).expect("a folder"));
    let out = Command::new("exiftool")
        .args(["-json", "-n", "-G1", "-q", "-q", "-r", "-ext", "*"])
        .args(TAGS)
        .args(absolute)
        .output()
        .expect("run exiftool: scripts/setup bench installs it");
    serde_json::from_slice(&out.stdout).expect("what exiftool says")
}

/// Group and value of a tag, whichever group has it.
fn tag<'a>(file: &'a Value, name: &str) -> Option<(&'a str, &'a Value)> {
    let fields: &Map<String, Value> = file.as_object()?;
    fields.iter().find_map(|(key, value)| {
        let (group, tag) = key.split_once(':')?;
        (tag == name && value.as_str() != Some("")).then_some((group, value))
    })
}

fn wanted(file: &Value, field: &str) -> Option<(String, String)> {
    let named = |name: &str| {
        let (group, value) = tag(file, name)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some((group.to_owned(), text.trim().to_owned())).filter(|(_, text)| !text.is_empty())
    };
    match field {
        "taken" => taken(file),
        "zone" => named("OffsetTimeOriginal")
            .or_else(|| named("OffsetTime"))
            .filter(|(_, text)| minutes(text).is_some())
            .or_else(|| {
                let (group, text) = taken(file)?;
                minutes(zone_of(&text)).map(|_| (group, zone_of(&text).to_owned()))
            }),
        "place" => {
            let (group, north) = tag(file, "GPSLatitude")?;
            let (_, east) = tag(file, "GPSLongitude")?;
            let (north, east) = (north.as_f64()?, east.as_f64()?);
            (north != 0.0 || east != 0.0).then(|| (group.to_owned(), format!("{north} {east}")))
        }
        "turn" => named("Orientation").filter(|(_, turn)| matches!(turn.parse(), Ok(1..=8))),
        "make" => named("Make"),
        _ => named("Model"),
    }
}

fn taken(file: &Value) -> Option<(String, String)> {
    let names = [
        "DateTimeOriginal",
        "CreationDate",
        "DateTimeCreated",
        "DateCreated",
        "CreateDate",
    ];
    names.into_iter().find_map(|name| {
        let (group, value) = tag(file, name)?;
        let text = value.as_str()?.trim();
        let year: u32 = text.get(..4)?.parse().ok()?;
        ((1826..=2100).contains(&year) && text.len() >= 10).then(|| (group.to_owned(), text.to_owned()))
    })
}

/// What follows the time: `+02:00`, `Z`, nothing.
fn zone_of(text: &str) -> &str {
    let clock = text.get(11..).unwrap_or_default();
    clock.find(['Z', '+', '-']).map_or("", |at| &clock[at..])
}

fn minutes(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?))
}

/// Whether we agree, and what we found.
fn found(mine: &Value, field: &str, wanted: &str) -> (bool, String) {
    let date = &mine["dates"][0];
    let offset = date["offset"].as_i64();
    match field {
        "taken" => {
            let local = date["local"].as_str().unwrap_or_default();
            let said = format!("{} {}", local, date["source"].as_str().unwrap_or_default());
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let end = wanted.len() - zone_of(wanted).len();
            let wanted = digits(wanted[..end].split('.').next().unwrap_or_default());
            (digits(local).starts_with(&wanted), said)
        }
        "zone" => (
            offset.is_some() && offset == minutes(wanted),
            format!("{offset:?}"),
        ),
        "place" => {
            let at = |n: usize| mine["gps"][n].as_f64().unwrap_or(f64::NAN);
            let wanted: Vec<f64> = wanted.split(' ').filter_map(|part| part.parse().ok()).collect();
            let near = (0..2).all(|n| (at(n) - wanted[n]).abs() < 1e-4);
            (near, mine["gps"].to_string())
        }
        "turn" => {
            let turn = noted(mine, "Orientation");
            (turn.as_deref().unwrap_or("1") == wanted, format!("{turn:?}"))
        }
        "make" => {
            let make = noted(mine, "Make");
            (make.as_deref() == Some(wanted), format!("{make:?}"))
        }
        _ => {
            let model = noted(mine, "Model");
            (model.as_deref() == Some(wanted), format!("{model:?}"))
        }
    }
}

/// The first field of our record that is called so.
fn noted(mine: &Value, name: &str) -> Option<String> {
    let fields = mine["metadata"].as_array()?;
    let called = |field: &&Value| {
        let tag = field["tag"].as_str().unwrap_or_default();
        tag == name || tag.rsplit(':').next() == Some(name)
    };
    let found = fields.iter().find(called)?;
    Some(found["value"].as_str()?.trim().to_owned())
}
