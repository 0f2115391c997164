//! Beside the way, the report: every found file with its one outcome and what really happened to it, to look at and to take
//! along. It reads the catalog alone; no destination is asked.
//!
//! Invariant: files are handed on one by one, so that a report of any length takes the same memory, and a report that was
//! written is whole.

mod csv;
mod html;
mod json;

use crate::api::{
    AppError, DestinationSpec, Exported, GradeCount, OriginalState, Report, ReportFormat, ReportPage,
    ReportQuery, ReportRow, StateTally, Verification, stamp,
};
use crate::engine::Engine;
use crate::provenance::told_path;
use albumen_catalog::{DestinationRow, PlanRow, ReportFilter, StepFilter};
use albumen_model::path::display_bytes;
use albumen_model::{Capture, Tally};
use std::io::{self, Write};
use std::path::Path;

const LONGEST_PAGE: u64 = 1000;

/// Which rows a list has.
#[derive(Clone, Copy)]
enum Rows<'a> {
    /// Files that were found, with their outcomes.
    Found(&'a ReportQuery),
    /// What stands at the destination, and the duplicates that it stands for.
    Library,
}

impl Engine {
    /// Of the destination at `url`, or of the chosen one. It need not be within reach.
    pub fn report(&self, url: Option<&str>) -> Result<Report, AppError> {
        let (row, plan) = self.reported(url)?;
        let catalog = &self.inner.catalog;
        let balance = catalog.balance(plan.id)?;
        let strays = catalog.report_strays(plan.id, row.id)?;
        let [mut without, mut removed, mut restored] = [Tally::default(); 3];
        let mut states: Vec<StateTally> = Vec::new();
        for total in catalog.report_totals(plan.id, row.id)? {
            let add = |to: &mut Tally| *to = to.plus(total.tally);
            match original(total.original) {
                OriginalState::Removed => add(&mut removed),
                OriginalState::Restored => add(&mut restored),
                OriginalState::There | OriginalState::Removing => {}
            }
            match (total.outcome, states.last_mut()) {
                (None, _) => add(&mut without),
                (Some(outcome), Some(last)) if last.outcome == outcome && last.state == total.state => {
                    add(&mut last.tally);
                }
                (Some(outcome), _) => states.push(StateTally {
                    outcome,
                    state: total.state,
                    tally: total.tally,
                }),
            }
        }
        let grades = catalog.receipt_grades(row.id)?;
        let verification = self.verification_of(row.id)?.map(|last| Verification {
            findings: Vec::new(),
            ..last
        });
        Ok(Report {
            balanced: balance.balanced && without.files == 0 && strays.files == 0,
            planned_at: stamp(plan.made_at),
            stale: plan.revision != catalog.revision()?,
            written: catalog.written_totals(row.id)?.files,
            destination: self.info_of(row)?,
            balance,
            without,
            strays,
            states,
            removed,
            restored,
            grades: grades
                .into_iter()
                .map(|(grade, files)| GradeCount { grade, files })
                .collect(),
            verification,
            open: Tally {
                files: balance.copy.files.saturating_sub(balance.copied.files),
                bytes: balance.copy.bytes.saturating_sub(balance.copied.bytes),
            },
            parts: self.parts_of(&plan)?,
        })
    }

    pub fn report_page(&self, query: &ReportQuery) -> Result<ReportPage, AppError> {
        let (row, plan) = self.reported(None)?;
        let filter = filter(query);
        let (total, rows) = self.inner.catalog.report_page(plan.id, row.id, &filter)?;
        Ok(ReportPage {
            total,
            rows: rows.into_iter().map(shown).collect(),
        })
    }

    /// Hands on every row that the query finds; `on_row` ends it with an error.
    pub fn report_rows(
        &self,
        url: Option<&str>,
        query: &ReportQuery,
        on_row: impl FnMut(ReportRow) -> io::Result<()>,
    ) -> Result<u64, AppError> {
        self.rows(url, Rows::Found(query), on_row)
    }

    fn rows(
        &self,
        url: Option<&str>,
        wanted: Rows<'_>,
        mut on_row: impl FnMut(ReportRow) -> io::Result<()>,
    ) -> Result<u64, AppError> {
        let (row, plan) = self.reported(url)?;
        let (mut rows, mut failed) = (0, None);
        let each = |row| {
            rows += 1;
            on_row(shown(row)).map_err(|error| failed = Some(error)).is_ok()
        };
        let catalog = &self.inner.catalog;
        match wanted {
            Rows::Found(query) => catalog.report_rows(plan.id, row.id, &filter(query), each)?,
            Rows::Library => catalog.library_rows(plan.id, row.id, each)?,
        };
        match failed {
            Some(error) => Err(unwritten(&error)),
            None => Ok(rows),
        }
    }

    /// Writes the report to `out`, as `format` has it, and says how many files it names.
    pub fn write_report(
        &self,
        url: Option<&str>,
        query: &ReportQuery,
        format: ReportFormat,
        out: &mut dyn Write,
    ) -> Result<u64, AppError> {
        match format {
            ReportFormat::Csv => csv::write(self, url, Rows::Found(query), out),
            ReportFormat::Json => json::write(self, url, Rows::Found(query), out),
            ReportFormat::Html => html::write(self, url, query, out),
        }
    }

    /// Writes the list of what stands at the chosen destination. A page to print is the report's.
    pub(crate) fn write_library(&self, format: ReportFormat, out: &mut dyn Write) -> Result<u64, AppError> {
        match format {
            ReportFormat::Csv => csv::write(self, None, Rows::Library, out),
            ReportFormat::Json => json::write(self, None, Rows::Library, out),
            ReportFormat::Html => html::write(self, None, &ReportQuery::default(), out),
        }
    }

    /// Writes it to a file, whole or not at all. `replace` is the person's word that a file of this name may go.
    pub fn export_report(
        &self,
        url: Option<&str>,
        query: &ReportQuery,
        format: ReportFormat,
        path: &Path,
        replace: bool,
    ) -> Result<Exported, AppError> {
        let rows =
            albumen_files::write_whole(path, replace, |out| self.write_report(url, query, format, out))?;
        Ok(Exported {
            path: path.display().to_string(),
            format,
            rows,
        })
    }

    /// A name to propose for an export: `albumen-report-2024-05-17.csv`.
    pub fn report_name(&self, format: ReportFormat) -> String {
        let today = stamp(albumen_files::clock::now_ms());
        let day = today.get(..10).unwrap_or_default();
        format!("albumen-report-{day}.{}", format.extension())
    }

    fn reported(&self, url: Option<&str>) -> Result<(DestinationRow, PlanRow), AppError> {
        let catalog = &self.inner.catalog;
        let row = match url {
            Some(url) => catalog.destination_of(&DestinationSpec::parse(url)?.checked()?.url())?,
            None => catalog.chosen_destination()?,
        };
        let row = row.ok_or_else(|| {
            AppError::usage(
                "This catalog knows of no such destination.",
                "Plan first, or name the DEST of an earlier plan.",
            )
        })?;
        let plan = catalog.plan(row.id)?.ok_or_else(|| {
            AppError::usage(
                "There is no plan for this destination, so no file has an outcome.",
                "Make a plan first. A roll back takes the plan back too.",
            )
        })?;
        Ok((row, plan))
    }
}

fn filter(query: &ReportQuery) -> ReportFilter {
    ReportFilter {
        steps: StepFilter {
            search: query.search.trim().to_owned(),
            outcome: query.outcome,
            state: query.state,
            offset: query.offset,
            limit: query.limit.min(LONGEST_PAGE),
        },
        without: query.without,
    }
}

fn original(of: albumen_catalog::OriginalState) -> OriginalState {
    use albumen_catalog::OriginalState as C;
    match of {
        C::There => OriginalState::There,
        C::Removed => OriginalState::Removed,
        C::Restored => OriginalState::Restored,
        C::Removing => OriginalState::Removing,
    }
}

fn shown(row: albumen_catalog::ReportRow) -> ReportRow {
    ReportRow {
        file_id: row.file.0,
        asset_id: row.asset.0,
        outcome: row.outcome,
        state: row.state,
        original: original(row.original),
        from_bytes: bytes_unless_shown(&row.root, told_path(&row.path.0), &row.from),
        from: row.from,
        to: row.key,
        size: row.size,
        sha256: row.sha256.map(|sum| sum.to_string()),
        kind: row.kind.as_str().to_owned(),
        why: row.why,
        modified: modified(row.mtime_ns),
        captured: row.captured,
        offset_minutes: row.offset_minutes,
        date_source: row.date_source,
        camera: row.camera,
        north: row.gps.map(|gps| gps.0),
        east: row.gps.map(|gps| gps.1),
        placed_at: row.placed_at.map(stamp),
        grade: row.grade,
        verified_at: row.verified_at.map(stamp),
        removed_at: row.removed_at.map(stamp),
        lens: row.lens,
        place: row.place,
        album: row.album,
        asset_key: row.asset_key,
        instead: row.instead,
    }
}

/// The bytes of a path in hex, where what people see of it is not exactly those bytes.
pub(crate) fn bytes_unless_shown(root: &[u8], below: &[u8], display: &str) -> Option<String> {
    let root = root.strip_suffix(b"/").unwrap_or(root);
    let full = [root, b"/", below].concat();
    let is_exact = display.as_bytes() == full || display_bytes(&full).as_bytes() == full;
    (!is_exact).then(|| full.iter().map(|byte| format!("{byte:02x}")).collect())
}

pub(crate) fn modified(mtime_ns: i64) -> Option<String> {
    Capture::from_mtime(mtime_ns).map(|at| format!("{}Z", at.iso()))
}

fn unwritten(error: &io::Error) -> AppError {
    AppError::new(
        "file_failed",
        format!("The report could not be written: {error}."),
        "Nothing was changed.",
        "Check the disk and its permissions.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_shown_otherwise_is_told_by_its_bytes_too() {
        let shown = |path: &[u8]| bytes_unless_shown(b"/p", path, &format!("/p/{}", display_bytes(path)));
        assert_eq!(shown("ü, \"x\".jpg".as_bytes()), None);
        assert_eq!(shown(b"a\\n.jpg"), None, "a backslash is a backslash");
        assert_eq!(shown(b"a\n.jpg").as_deref(), Some("2f702f610a2e6a7067"));
        assert_eq!(shown(b"\xff").as_deref(), Some("2f702fff"));
    }
}
