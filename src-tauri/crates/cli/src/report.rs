//! `albumen report`: what became of every file, as words, or in one of the forms that are kept.

use crate::destination::choose;
use crate::out::{self, DONE, FINDINGS, to_json, unexpected};
use albumen_engine::api::{AppError, Outcome, Report, ReportFormat, ReportQuery, ReportRow};
use albumen_engine::{Engine, Outcome as Ended};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What was asked for, as it was typed.
pub struct Wanted<'a> {
    pub dest: Option<&'a str>,
    pub format: Option<ReportFormat>,
    pub to_file: Option<&'a PathBuf>,
    pub overwrite: bool,
    pub outcome: Option<Outcome>,
    /// On the parts of all machines, read in just now.
    pub merged: bool,
}

/// Exit code 1 when it does not balance, or files failed; of all machines, also while anything is open.
pub fn report(engine: &Engine, wanted: &Wanted<'_>, json: bool) -> Result<u8, AppError> {
    let query = ReportQuery {
        outcome: wanted.outcome,
        ..ReportQuery::default()
    };
    let report = engine.report(wanted.dest)?;
    match (wanted.to_file, wanted.format) {
        (Some(path), format) => {
            let format = format.or_else(|| by_name(path)).ok_or_else(unnamed)?;
            let made = engine.export_report(wanted.dest, &query, format, path, wanted.overwrite)?;
            if json {
                out::line(&to_json(&made, "exported"));
                out::line(&to_json(&report, "report"));
            } else {
                out::text(&format!("{} files named in {}", made.rows, made.path));
                print(&report, wanted.merged);
            }
        }
        (None, Some(ReportFormat::Csv | ReportFormat::Html)) if json => {
            return Err(AppError::usage(
                "With --json, only JSON goes to the standard output.",
                "Leave out --json, or name a file with --out.",
            ));
        }
        (None, format) if json || format.is_some() => {
            let format = format.unwrap_or(ReportFormat::Json);
            engine.write_report(wanted.dest, &query, format, &mut Stdout)?;
        }
        (None, _) => {
            list(engine, wanted, &query, &report)?;
            print(&report, wanted.merged);
        }
    }
    let is_closed = !wanted.merged || report.open.files == 0;
    Ok(
        if report.balanced && report.balance.failed.files == 0 && is_closed {
            DONE
        } else {
            FINDINGS
        },
    )
}

/// What all machines left at the destination is known here from now on.
pub fn merge(engine: &Engine, dest: Option<&str>) -> Result<(), AppError> {
    if let Some(dest) = dest {
        choose(engine, dest)?;
    }
    match engine.start_merge()?.wait()? {
        Ended::Planned(_) => Ok(()),
        _ => Err(unexpected()),
    }
}

/// What nobody should overlook, or what was asked for.
fn list(engine: &Engine, wanted: &Wanted<'_>, query: &ReportQuery, report: &Report) -> Result<(), AppError> {
    let say = |row: ReportRow| {
        let outcome = row.outcome.map_or("NO OUTCOME", Outcome::as_str);
        let to = row.to.map(|to| format!(" -> {to}")).unwrap_or_default();
        out::text(
            format!(
                "{outcome:<13} {:<9} {}{to}  {}",
                row.state.as_str(),
                row.from,
                row.why
            )
            .trim_end(),
        );
        Ok(())
    };
    if wanted.outcome.is_some() {
        return engine.report_rows(wanted.dest, query, say).map(drop);
    }
    let of = |outcome, without| ReportQuery {
        outcome,
        without,
        ..query.clone()
    };
    if report.without.files > 0 {
        engine.report_rows(wanted.dest, &of(None, true), say)?;
    }
    if report.balance.failed.files > 0 {
        engine.report_rows(wanted.dest, &of(Some(Outcome::Failed), false), say)?;
    }
    Ok(())
}

fn print(report: &Report, is_merged: bool) {
    out::text(&format!("destination    {}", report.destination.url));
    let stale = if report.stale {
        "; something changed since"
    } else {
        ""
    };
    out::text(&format!("planned        {}{stale}", report.planned_at));
    out::balance(&report.balance);
    if report.written > 0 {
        out::text(&format!(
            "{:>9} XMP files were written beside the copies",
            report.written
        ));
    }
    if !report.balanced {
        out::text(&format!(
            "NO OUTCOME     {:>9} files;  {} outcomes are of files that are not found any more",
            report.without.files, report.strays.files
        ));
    }
    out::parts(&report.parts, is_merged);
    let verified: u64 = report.grades.iter().map(|one| one.files).sum();
    out::text(&format!("verified       {verified:>9} files"));
    for one in &report.grades {
        out::text(&format!("  {:<12} {:>9} files", one.grade, one.files));
    }
    if report.removed.files + report.restored.files > 0 {
        out::text(&format!(
            "originals      {:>9} deleted after that, {} brought back",
            report.removed.files, report.restored.files
        ));
    }
}

fn by_name(path: &Path) -> Option<ReportFormat> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(ReportFormat::Csv),
        "json" | "jsonl" => Some(ReportFormat::Json),
        "html" | "htm" => Some(ReportFormat::Html),
        _ => None,
    }
}

fn unnamed() -> AppError {
    AppError::usage(
        "The name of the file does not say what it should be.",
        "Add --format csv, json or html.",
    )
}

/// As [`out::text`]: a reader that went away ends the program quietly.
struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        out::bytes(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
