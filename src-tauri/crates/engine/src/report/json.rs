//! The report as JSON lines: one `file` a line, and last one `report` with the balance. A list without that line was cut off.

use super::{Rows, unwritten};
use crate::api::AppError;
use crate::engine::Engine;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Line<'a, T> {
    r#type: &'a str,
    #[serde(flatten)]
    of: &'a T,
}

pub(super) fn write(
    engine: &Engine,
    url: Option<&str>,
    wanted: Rows<'_>,
    out: &mut dyn Write,
) -> Result<u64, AppError> {
    let rows = engine.rows(url, wanted, |row| line(out, "file", &row))?;
    line(out, "report", &engine.report(url)?).map_err(|error| unwritten(&error))?;
    Ok(rows)
}

fn line<T: Serialize>(out: &mut dyn Write, kind: &str, of: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { r#type: kind, of })?;
    out.write_all(b"\n")
}
