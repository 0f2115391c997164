//! `albumen unpack` and `albumen scan`: what a library is made of, and what it holds.

use crate::out::{self, DONE, FINDINGS, to_json, unexpected};
use albumen_engine::api::{AppError, Profile, SourceLoad, UnpackProblem};
use albumen_engine::{Absence, Engine, Outcome};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Reads originals as hard as that, and says where that is a guess.
pub fn hold(engine: &Engine, load: Option<SourceLoad>) -> Result<(), AppError> {
    let Some(load) = load else { return Ok(()) };
    engine.limit_source_load(load)?;
    if load == SourceLoad::Gentle {
        for folder in engine.source_load()?.unseen {
            eprintln!(
                "The disk of `{folder}` does not say who else reads from it: a fifth of its time is taken instead."
            );
        }
    }
    Ok(())
}

pub fn unpack(
    engine: &Engine,
    archives: &[PathBuf],
    into: Option<&Path>,
    json: bool,
) -> Result<u8, AppError> {
    let job = engine.start_unpack(archives.to_vec(), into.map(Path::to_owned))?;
    let Outcome::Unpacked(result) = job.wait()? else {
        return Err(unexpected());
    };
    for problem in &result.problems {
        if json {
            out::line(&to_json(problem, "problem"));
        } else {
            let UnpackProblem {
                archive,
                path,
                code,
                what,
            } = problem;
            out::text(&format!("{code:<18} {path}  {what}  ({archive})"));
        }
    }
    if json {
        let mut report = to_json(&*result, "unpacked");
        report["problems"] = json!([]);
        out::line(&report);
    } else {
        out::text(&format!(
            "{} files unpacked, {}; {} were there before; {} problems",
            result.written.files,
            out::size(result.written.bytes),
            result.before.files,
            result.problem_count
        ));
        for folder in &result.folders {
            out::text(&format!("  in {folder}"));
        }
    }
    Ok(if result.problem_count > 0 { FINDINGS } else { DONE })
}

pub fn scan(engine: &Engine, folders: &[PathBuf], absence: Absence, json: bool) -> Result<u8, AppError> {
    if !folders.is_empty() {
        engine.add_sources(folders)?;
    }
    let Outcome::Scanned(profile) = engine.start_scan_with(absence)?.wait()? else {
        return Err(unexpected());
    };
    let (mut unreadable, mut lines) = (0, out::Lines::default());
    engine.each_problem(|row| {
        unreadable += u64::from(matches!(row.code.as_str(), "unreadable" | "folder-unreadable"));
        if json {
            lines.line(&to_json(&row, "problem"));
        } else {
            lines.text(&format!("{:<18} {}  {}", row.code, row.path, row.what));
        }
    })?;
    drop(lines);
    if json {
        out::line(&to_json(&*profile, "profile"));
    } else {
        print_profile(&profile);
    }
    Ok(if unreadable > 0 { FINDINGS } else { DONE })
}

fn print_profile(profile: &Profile) {
    out::text(&format!(
        "{} files, {} photos and videos, {}; {} problems",
        profile.files,
        profile.assets,
        out::size(profile.bytes),
        profile.problems
    ));
    if let (Some(from), Some(to)) = (&profile.date_from, &profile.date_to) {
        out::text(&format!(
            "taken from {from} to {to}; {} without a date of their own",
            profile.undated
        ));
    }
    for kind in &profile.kinds {
        out::text(&format!(
            "  {:<22} {:>8} files {:>12}",
            kind.label,
            kind.files,
            out::size(kind.bytes)
        ));
    }
    out::text(&format!(
        "{} exact groups ({} in copies), {} similar groups",
        profile.exact_groups,
        out::size(profile.duplicate_bytes),
        profile.similar_groups
    ));
}
