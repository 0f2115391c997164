//! The report as CSV (RFC 4180, UTF-8, a header line), for spreadsheets.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and a name may be `=cmd|….jpg`. So every cell
//! of text that begins with one of them, with a tab, a carriage return or with an apostrophe gets one apostrophe in front. Who
//! reads the file with a program takes that one away again and has the exact text. Paths are as people see them; where that is
//! not exactly the path, `from_bytes` has its bytes in hex. The exact form without such rules is JSON lines.

use super::{Rows, unwritten};
use crate::api::{AppError, ReportRow};
use crate::engine::Engine;
use std::io::{self, Write};

const COLUMNS: [&str; 26] = [
    "outcome",
    "state",
    "original",
    "from",
    "to",
    "bytes",
    "sha256",
    "kind",
    "why",
    "modified",
    "captured",
    "offset_minutes",
    "date_source",
    "camera",
    "north",
    "east",
    "placed_at",
    "verified_how",
    "verified_at",
    "removed_at",
    "from_bytes",
    "lens",
    "place",
    "album",
    "asset",
    "instead",
];

pub(super) fn write(
    engine: &Engine,
    url: Option<&str>,
    wanted: Rows<'_>,
    out: &mut dyn Write,
) -> Result<u64, AppError> {
    let mut lines = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let told = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    };
    lines
        .write_record(COLUMNS)
        .map_err(|error| unwritten(&told(error)))?;
    let rows = engine.rows(url, wanted, |row| lines.write_record(cells(row)).map_err(told))?;
    lines.flush().map_err(|error| unwritten(&error))?;
    Ok(rows)
}

fn cells(row: ReportRow) -> [String; 26] {
    let text = |text: Option<String>| text.map(safe).unwrap_or_default();
    // Numbers that are negative are no formulas.
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    [
        row.outcome
            .map_or_else(String::new, |outcome| outcome.as_str().to_owned()),
        row.state.as_str().to_owned(),
        row.original.as_str().to_owned(),
        safe(row.from),
        text(row.to),
        row.size.to_string(),
        text(row.sha256),
        row.kind,
        safe(row.why),
        text(row.modified),
        text(row.captured),
        row.offset_minutes
            .map_or_else(String::new, |minutes| minutes.to_string()),
        text(row.date_source),
        text(row.camera),
        number(row.north),
        number(row.east),
        text(row.placed_at),
        text(row.grade),
        text(row.verified_at),
        text(row.removed_at),
        text(row.from_bytes),
        text(row.lens),
        text(row.place),
        text(row.album),
        text(row.asset_key),
        text(row.instead),
    ]
}

/// So that no spreadsheet takes it for a formula, and a program gets it back: see above.
fn safe(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_as_a_formula_does_and_every_text_comes_back() {
        let back = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
        for name in [
            "=cmd|' /C calc'!A0.jpg",
            "+1.jpg",
            "-1.jpg",
            "@SUM(A1).jpg",
            "'=1.jpg",
            "\ta.jpg",
            "''",
            "a=1.jpg",
            "",
        ] {
            let cell = safe(name.to_owned());
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            assert_eq!(back(&cell), name);
        }
    }
}
