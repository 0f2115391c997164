//! The report as one page to print or to keep: no script, nothing from elsewhere, every word escaped.
//!
//! What was found and where it went is all on it; of each kind of finding it names the first files and says how many more there
//! are. The whole list is in the CSV.

use super::unwritten;
use crate::api::{AppError, Report, ReportQuery, ReportRow, stamp};
use crate::engine::Engine;
use albumen_files::clock::now_ms;
use albumen_model::{Level, Outcome, StepState, Tally};
use std::fmt::{self, Display};
use std::io::{self, Write};

/// Files named of each kind of finding.
const MOST: u64 = 500;
const STYLE: &str = include_str!("report.css");

/// Text that is shown and never markup, in element content and in quoted attributes.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            other => write!(f, "{other}"),
        })
    }
}

pub(super) fn write(
    engine: &Engine,
    url: Option<&str>,
    query: &ReportQuery,
    out: &mut dyn Write,
) -> Result<u64, AppError> {
    let report = engine.report(url)?;
    head(out, &report).map_err(|error| unwritten(&error))?;
    let mut named = 0;
    for section in &SECTIONS {
        if section.is_wanted(&report, query) {
            named += findings(engine, url, query, section, out)?;
        }
    }
    writeln!(out, "</body>\n</html>").map_err(|error| unwritten(&error))?;
    Ok(named)
}

fn head(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let place = Text(&report.destination.label);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">
<title>Report: {place}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>
<h1>What became of every file</h1>"
    )?;
    verdict(out, report)?;
    writeln!(
        out,
        "<dl>\n<dt>Destination</dt><dd>{place}<br><small>{}</small></dd>",
        Text(&report.destination.url)
    )?;
    let stale = if report.stale {
        "; something changed since"
    } else {
        ""
    };
    writeln!(
        out,
        "<dt>Planned</dt><dd>{}{stale}</dd>",
        when(&report.planned_at)
    )?;
    writeln!(out, "<dt>Verified</dt><dd>{}</dd>", verified(report))?;
    writeln!(out, "<dt>Originals</dt><dd>{}</dd>", originals(report))?;
    writeln!(out, "<dt>Written</dt><dd>{}</dd>\n</dl>", when(&stamp(now_ms())))?;
    balance(out, report)
}

fn verdict(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.balanced {
        return writeln!(
            out,
            "<p class=\"good\">It balances: each of {} has exactly one outcome.</p>",
            tally(report.balance.found)
        );
    }
    writeln!(out, "<p class=\"bad\"><strong>It does not balance.</strong> ")?;
    if report.without.files > 0 {
        writeln!(out, "{} have no outcome. ", tally(report.without))?;
    }
    if report.strays.files > 0 {
        writeln!(
            out,
            "{} have an outcome and are not found any more. ",
            tally(report.strays)
        )?;
    }
    writeln!(out, "Delete nothing before a scan and a new plan balance.</p>")
}

/// The bar is of files; the numbers beside it are of both.
fn balance(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let b = &report.balance;
    writeln!(out, "<h2>Balance</h2>\n<div class=\"bar\">")?;
    for outcome in Outcome::ALL {
        let files = b.outcome(outcome).files;
        if files > 0 {
            let share = files as f64 * 100.0 / b.found.files.max(1) as f64;
            writeln!(
                out,
                "<span class=\"{}\" style=\"width:{share:.3}%\"></span>",
                outcome.as_str()
            )?;
        }
    }
    writeln!(
        out,
        "</div>\n<table class=\"sums\">\n<tr><th>Outcome</th><th>Files</th><th>Bytes</th><th>How far</th></tr>"
    )?;
    for outcome in Outcome::ALL {
        let sum = b.outcome(outcome);
        writeln!(
            out,
            "<tr><td><span class=\"key {}\"></span>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            outcome.as_str(),
            words(outcome),
            grouped(sum.files),
            grouped(sum.bytes),
            Text(&how_far(report, outcome))
        )?;
    }
    if report.without.files > 0 {
        let Tally { files, bytes } = report.without;
        writeln!(
            out,
            "<tr class=\"bad\"><td>No outcome</td><td>{}</td><td>{}</td><td></td></tr>",
            grouped(files),
            grouped(bytes)
        )?;
    }
    writeln!(
        out,
        "<tr class=\"found\"><td>Found</td><td>{}</td><td>{}</td><td></td></tr>\n</table>",
        grouped(b.found.files),
        grouped(b.found.bytes)
    )
}

fn how_far(report: &Report, outcome: Outcome) -> String {
    let states = report
        .states
        .iter()
        .filter(|one| one.outcome == outcome && one.state != StepState::None);
    let words = states.map(|one| {
        let state = match one.state {
            StepState::Placed => "there, not verified",
            StepState::Sending => "being sent",
            other => other.as_str(),
        };
        format!("{} {state}", grouped(one.tally.files))
    });
    words.collect::<Vec<_>>().join(", ")
}

fn verified(report: &Report) -> String {
    let grades = report.grades.iter().map(|one| {
        let how = match one.grade.as_str() {
            "readback" => "read back, every byte, and their SHA-256 compared",
            "digest" => "by the destination\u{2019}s own digest",
            _ => "taken by a destination that refuses wrong bytes, and unchanged since",
        };
        format!("{} files {how}", grouped(one.files))
    });
    let grades = grades.collect::<Vec<_>>().join("; ");
    let last = report.verification.as_ref().map_or_else(
        || "Not since the last move.".to_owned(),
        |last| {
            format!(
                "Last on {}{}{}: {} of {} files {}, {} missing, {} different, {} unreadable.",
                when(&last.at),
                if last.full { "" } else { " (a sample)" },
                last.level.map_or_else(String::new, |level| format!(
                    " ({}: {})",
                    level.name(),
                    level.consequence()
                )),
                grouped(last.ok.files),
                grouped(last.expected.files),
                match last.level {
                    Some(Level::Sizes) => "in their full size",
                    _ => "identical",
                },
                grouped(last.missing),
                grouped(last.different),
                grouped(last.unreadable)
            ) + &last
                .bound
                .map_or_else(String::new, |bound| format!(" {}", bound.words()))
        },
    );
    if grades.is_empty() {
        format!("No file has a proof now. {last}")
    } else {
        format!("{grades}. {last}")
    }
}

fn originals(report: &Report) -> String {
    let mut words = match report.removed.files {
        0 => "None was deleted.".to_owned(),
        _ => format!(
            "{} were deleted after their copies were verified.",
            tally(report.removed)
        ),
    };
    if report.restored.files > 0 {
        words += &format!(" {} were brought back.", tally(report.restored));
    }
    words
}

struct Section {
    /// `None` for files without an outcome.
    outcome: Option<Outcome>,
    title: &'static str,
    /// Of each file, besides its path: why, or where to.
    says: fn(&ReportRow) -> &str,
}

const SECTIONS: [Section; 7] = [
    Section {
        outcome: None,
        title: "Without an outcome",
        says: |row| &row.why,
    },
    Section {
        outcome: Some(Outcome::Failed),
        title: "Failed, and why",
        says: |row| &row.why,
    },
    Section {
        outcome: Some(Outcome::Unsupported),
        title: "Unsupported: not photos or videos, not copied",
        says: |row| &row.why,
    },
    Section {
        outcome: Some(Outcome::Excluded),
        title: "Excluded",
        says: |row| &row.why,
    },
    Section {
        outcome: Some(Outcome::Duplicate),
        title: "Duplicates, and of what",
        says: |row| &row.why,
    },
    Section {
        outcome: Some(Outcome::Copy),
        title: "Copied, and where to",
        says: |row| row.to.as_deref().unwrap_or_default(),
    },
    Section {
        outcome: Some(Outcome::AlreadyThere),
        title: "Already there, and where",
        says: |row| row.to.as_deref().unwrap_or_default(),
    },
];

impl Section {
    /// What went well is listed only for who asks for it.
    fn is_wanted(&self, report: &Report, query: &ReportQuery) -> bool {
        match (self.outcome, query.outcome) {
            (None, asked) => asked.is_none() && report.without.files > 0,
            (Some(of), Some(asked)) => of == asked,
            (Some(of), None) => {
                !matches!(of, Outcome::Copy | Outcome::AlreadyThere) && report.balance.outcome(of).files > 0
            }
        }
    }
}

fn findings(
    engine: &Engine,
    url: Option<&str>,
    query: &ReportQuery,
    section: &Section,
    out: &mut dyn Write,
) -> Result<u64, AppError> {
    let told = |error: io::Error| unwritten(&error);
    let wanted = ReportQuery {
        outcome: section.outcome,
        without: section.outcome.is_none(),
        ..query.clone()
    };
    writeln!(out, "<h2>{}</h2>\n<table class=\"files\">", Text(section.title)).map_err(told)?;
    let mut all = 0;
    engine.report_rows(url, &wanted, |row| {
        all += 1;
        if all > MOST {
            return Ok(());
        }
        let says = (section.says)(&row);
        writeln!(
            out,
            "<tr><td>{}</td><td>{}</td></tr>",
            Text(&row.from),
            Text(says)
        )
    })?;
    writeln!(out, "</table>").map_err(told)?;
    if all > MOST {
        writeln!(out, "<p>and {} more: see the CSV.</p>", grouped(all - MOST)).map_err(told)?;
    } else if all == 0 {
        writeln!(out, "<p>None.</p>").map_err(told)?;
    }
    Ok(all.min(MOST))
}

fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Copy => "Copy",
        Outcome::AlreadyThere => "Already there",
        Outcome::Duplicate => "Duplicate",
        Outcome::Excluded => "Excluded",
        Outcome::Unsupported => "Unsupported",
        Outcome::Failed => "Failed",
    }
}

/// `2024-05-17 10:11:12 UTC`.
fn when(stamp: &str) -> String {
    Text(&stamp.replace('T', " ").replace('Z', " UTC")).to_string()
}

fn tally(one: Tally) -> String {
    format!("{} files ({} bytes)", grouped(one.files), grouped(one.bytes))
}

/// Digits in threes, with spaces that do not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut made = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            made.push('\u{a0}');
        }
        made.push(digit);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_never_markup() {
        assert_eq!(
            Text("<script>alert(\"1\" & '2')</script>").to_string(),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
        );
        assert_eq!(grouped(1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(grouped(12), "12");
    }
}
