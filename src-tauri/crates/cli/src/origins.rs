//! `albumen where`: where did this come from, and where is it now?

use crate::out::{self, DONE, to_json};
use albumen_engine::Engine;
use albumen_engine::api::{AppError, GroupStatus, Provenance};
use std::ffi::OsStr;

pub fn origins(engine: &Engine, words: &OsStr, json: bool) -> Result<u8, AppError> {
    let (asked, found) = engine.find_origins(words)?;
    for one in &found {
        if json {
            let mut line = to_json(one, "origin");
            line["asked"] = asked.as_str().into();
            out::line(&line);
        } else {
            print(one);
        }
    }
    if !json && found.len() > 1 {
        out::text(&format!("{} originals", found.len()));
    }
    Ok(DONE)
}

fn print(one: &Provenance) {
    let state = match (one.recalled, one.gone) {
        (true, _) => "  (known from a marker only)",
        (false, true) => "  (not there any more)",
        (false, false) => "",
    };
    out::text(&format!("{}{state}", one.from));
    let row = |name: &str, value: &str| out::text(&format!("  {name:<10} {value}"));
    row("bytes", &format!("{}, {}", one.size, one.kind));
    row("sha256", one.sha256.as_deref().unwrap_or("not read"));
    if let Some(bytes) = &one.from_bytes {
        row("path", &format!("{bytes} (bytes in hex)"));
    }
    if let Some(date) = &one.captured {
        let offset = one
            .offset_minutes
            .map(|minutes| format!(" {}", out::zone(minutes)));
        let source = one.date_source.as_deref().unwrap_or("unknown");
        row(
            "taken",
            &format!("{date}{} (by {source})", offset.unwrap_or_default()),
        );
    }
    row("modified", one.modified.as_deref().unwrap_or("unknown"));
    if let Some(camera) = &one.camera {
        row("camera", camera);
    }
    if let (Some(north), Some(east)) = (one.north, one.east) {
        row("place", &format!("{north} {east} (degrees north, east)"));
    }
    for part in one.asset.iter().filter(|part| part.file_id != one.file_id) {
        row("with", &format!("{} ({})", part.path, part.kind));
    }
    for group in &one.groups {
        row(
            "group",
            &format!("{}, {}", group.kind.as_str(), group.status.as_str()),
        );
        for member in &group.members {
            let stays = match (member.keep, group.status) {
                (true, _) => "stays",
                (false, GroupStatus::Open) => "proposed to go",
                (false, _) => "set aside",
            };
            row(
                "",
                &format!("{:<9} {:<9} {}", member.relation.as_str(), stays, member.path),
            );
        }
    }
    for other in &one.same_bytes {
        let gone = if other.gone { "  (not there any more)" } else { "" };
        row("same bytes", &format!("{}{gone}", other.path));
    }
    for copy in &one.copies {
        let of = copy.of.as_ref().map(|of| format!("  (copy of {of})"));
        row(
            "copy",
            &format!("{} on {}{}", copy.key, copy.url, of.unwrap_or_default()),
        );
        let proof = match (&copy.grade, &copy.verified_at) {
            (Some(grade), Some(at)) => format!("verified {at} ({grade})"),
            _ => "not verified".to_owned(),
        };
        row("", &format!("placed {}, {proof}", copy.placed_at));
    }
    if one.copies.is_empty() {
        row("copy", "none that is known");
    }
    for moment in &one.timeline {
        let at = moment.at.as_deref().unwrap_or("-");
        row("", &format!("{at:<20} {}: {}", moment.kind.words(), moment.what));
    }
}
