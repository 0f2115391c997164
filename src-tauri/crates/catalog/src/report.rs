//! What became of every file that was found, by a destination's plan and by what really happened there.
//!
//! Rows begin at the files and not at the steps: a file without an outcome shows as one. They come in the order of their
//! numbers, so that any number of them is handed on one by one and never held.

use crate::plans::StepFilter;
use crate::row::{digest, unsigned, word};
use crate::{Catalog, Result};
use albumen_model::{AssetId, DestinationId, FileId, Kind, Outcome, RelPath, Sha256, StepState, Tally};
use rusqlite::{Connection, Row, params};

/// What is known of an original of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginalState {
    There,
    /// Deleted after its copy was verified.
    Removed,
    /// Deleted and brought back.
    Restored,
    /// Its removal was announced by a run that was killed, and how it ended is not known.
    Removing,
}

/// One found file, whole.
#[derive(Debug, Clone)]
pub struct ReportRow {
    pub file: FileId,
    pub asset: AssetId,
    /// Absent when the plan says nothing of the file: then nothing balances.
    pub outcome: Option<Outcome>,
    /// By the receipts and by what is placed; of a step that is still to do, what the plan says.
    pub state: StepState,
    pub original: OriginalState,
    /// Path of the source; `path` lies below it.
    pub root: Vec<u8>,
    pub path: RelPath,
    /// For people.
    pub from: String,
    pub key: Option<String>,
    pub size: u64,
    pub sha256: Option<Sha256>,
    pub kind: Kind,
    pub why: String,
    pub mtime_ns: i64,
    pub captured: Option<String>,
    pub offset_minutes: Option<i16>,
    pub date_source: Option<String>,
    pub camera: Option<String>,
    /// Degrees north, degrees east.
    pub gps: Option<(f64, f64)>,
    /// Milliseconds since the epoch, as all that end in `_at`.
    pub placed_at: Option<i64>,
    pub grade: Option<String>,
    pub verified_at: Option<i64>,
    pub removed_at: Option<i64>,
    pub lens: Option<String>,
    /// City.
    pub place: Option<String>,
    pub album: Option<String>,
    /// What the primary file of its asset is called at the destination.
    pub asset_key: Option<String>,
    /// Of a duplicate that was left out, what the copy that stands for it is called at the destination.
    pub instead: Option<String>,
}

/// Files of one outcome, state and whereabouts of the original.
#[derive(Debug, Clone)]
pub struct ReportTotal {
    pub outcome: Option<Outcome>,
    pub state: StepState,
    pub original: OriginalState,
    pub tally: Tally,
}

/// As for [`StepFilter`]; `without` wants files that have no outcome.
#[derive(Debug, Clone, Default)]
pub struct ReportFilter {
    pub steps: StepFilter,
    pub without: bool,
}

/// ?1 is the plan, ?2 its destination. The order of the first two is made sure of, so that nothing has to be sorted.
pub(crate) const FILES: &str = "FROM file f CROSS JOIN source s ON s.id = f.source_id AND s.removed = 0";
pub(crate) const STEPS: &str = " LEFT JOIN step t ON t.plan_id = ?1 AND t.file_id = f.id";
pub(crate) const COPIES: &str =
    " LEFT JOIN placed p ON p.id = (SELECT max(q.id) FROM placed q WHERE q.file_id = f.id
    AND q.destination_id = ?2 AND q.sha256 = f.sha256) LEFT JOIN receipt r ON r.placed_id = p.id";
pub(crate) const REMOVALS: &str =
    " LEFT JOIN removal m ON m.id = (SELECT max(n.id) FROM removal n WHERE n.file_id = f.id
    AND n.destination_id = ?2 AND n.state <> 'kept')";
/// Files of the sources, and originals that were deleted after their copies were verified.
pub(crate) const FOUND: &str = "(f.gone = 0 OR EXISTS (SELECT 1 FROM removal d WHERE d.file_id = f.id
    AND d.destination_id = ?2 AND d.state = 'done'))";
/// A plan that was made after a removal does not see the original any more.
const OUTCOME: &str = "CASE WHEN t.state = 'failed' THEN 'failed' WHEN t.id IS NOT NULL THEN t.outcome
    WHEN f.gone = 1 AND EXISTS (SELECT 1 FROM placed o WHERE o.file_id = f.id AND o.destination_id = ?2
      AND o.sha256 = f.sha256) THEN 'alreadyThere' END";
const STATE: &str =
    "CASE WHEN t.state IN ('failed', 'planned', 'sending') THEN t.state WHEN r.placed_id IS NOT NULL THEN 'verified'
    WHEN p.id IS NOT NULL THEN 'placed' ELSE coalesce(t.state, 'none') END";
const ORIGINAL: &str =
    "CASE WHEN f.gone = 1 THEN 'removed' WHEN m.state = 'restored' THEN 'restored' WHEN m.state = 'will' THEN 'removing'
    ELSE 'there' END";

impl Catalog {
    /// Counts by outcome, state and original.
    pub fn report_totals(&self, plan: i64, destination: DestinationId) -> Result<Vec<ReportTotal>> {
        self.read(|c| {
            let mut query = c.prepare(&format!(
                "SELECT {OUTCOME}, {STATE}, {ORIGINAL}, count(*), coalesce(sum(coalesce(t.size, f.size)), 0)
                 {FILES} {STEPS} {COPIES} {REMOVALS} WHERE {FOUND} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
            ))?;
            let mut rows = query.query([plan, destination.0])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                let (state, original): (String, String) = (row.get(1)?, row.get(2)?);
                made.push(ReportTotal {
                    outcome: outcome(row, 0)?,
                    state: word(StepState::parse(&state), &state)?,
                    original: word(self::original(&original), &original)?,
                    tally: Tally {
                        files: unsigned(row.get(3)?),
                        bytes: unsigned(row.get(4)?),
                    },
                });
            }
            Ok(made)
        })
    }

    /// Outcomes of files that are not found any more: the plan is of before.
    pub fn report_strays(&self, plan: i64, destination: DestinationId) -> Result<Tally> {
        self.read(|c| {
            let sql = format!(
                "SELECT count(*), coalesce(sum(t.size), 0) FROM step t JOIN file f ON f.id = t.file_id
                 JOIN source s ON s.id = f.source_id WHERE t.plan_id = ?1 AND NOT (s.removed = 0 AND {FOUND})"
            );
            Ok(c.query_row(&sql, [plan, destination.0], |row| {
                Ok(Tally {
                    files: unsigned(row.get(0)?),
                    bytes: unsigned(row.get(1)?),
                })
            })?)
        })
    }

    /// How many rows `filter` finds, and its page of them.
    pub fn report_page(
        &self,
        plan: i64,
        destination: DestinationId,
        filter: &ReportFilter,
    ) -> Result<(u64, Vec<ReportRow>)> {
        self.read(|c| {
            let wanted = wanted(filter);
            let of = &filter.steps;
            let named = (
                of.outcome.map(Outcome::as_str),
                of.state.map(StepState::as_str),
                of.search.as_str(),
            );
            let total: i64 = c.query_row(
                &format!("SELECT count(*) {wanted}"),
                params![plan, destination.0, named.0, named.1, named.2],
                |row| row.get(0),
            )?;
            let mut page = Vec::new();
            // The rows before the page are passed by without looking at what hangs on them.
            let sql = format!(
                "{} {FILES} {STEPS} {COPIES} {REMOVALS}
                 WHERE f.id IN (SELECT f.id {wanted} ORDER BY f.id LIMIT ?6 OFFSET ?7) ORDER BY f.id",
                columns(&FILE)
            );
            let mut query = c.prepare_cached(&sql)?;
            let mut rows = query.query(params![
                plan,
                destination.0,
                named.0,
                named.1,
                named.2,
                of.limit.cast_signed(),
                of.offset.cast_signed()
            ])?;
            while let Some(row) = rows.next()? {
                page.push(report_row(row)?);
            }
            Ok((unsigned(total), page))
        })
    }

    /// Hands on every row that `filter` finds, whatever its page says, at one moment of the catalog. Ends with the first that
    /// `on_row` refuses, and says whether all were taken.
    pub fn report_rows(
        &self,
        plan: i64,
        destination: DestinationId,
        filter: &ReportFilter,
        mut on_row: impl FnMut(ReportRow) -> bool,
    ) -> Result<bool> {
        self.read(|c: &Connection| {
            let of = &filter.steps;
            let sql = format!(
                "{} {FILES} {STEPS} {COPIES} {REMOVALS} WHERE {FOUND} AND {} ORDER BY f.id",
                columns(&FILE),
                asked(filter)
            );
            let mut query = c.prepare(&sql)?;
            let mut rows = query.query(params![
                plan,
                destination.0,
                of.outcome.map(Outcome::as_str),
                of.state.map(StepState::as_str),
                of.search
            ])?;
            while let Some(row) = rows.next()? {
                if !on_row(report_row(row)?) {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }
}

/// The found files that a filter asks for, with no more tables than it needs.
fn wanted(filter: &ReportFilter) -> String {
    let of = &filter.steps;
    let by_copy = of.state.is_some() || !of.search.is_empty();
    let by_step = by_copy || filter.without || of.outcome.is_some();
    format!(
        "{FILES} {} {} WHERE {FOUND} AND {}",
        if by_step { STEPS } else { "" },
        if by_copy { COPIES } else { "" },
        asked(filter)
    )
}

/// Every number of the filter is in it, asked for or not.
fn asked(filter: &ReportFilter) -> String {
    let outcome = match (filter.without, filter.steps.outcome) {
        (true, _) => format!("{OUTCOME} IS NULL AND ?3 IS ?3"),
        (false, Some(_)) => format!("{OUTCOME} = ?3"),
        (false, None) => "?3 IS NULL".to_owned(),
    };
    let state = match filter.steps.state {
        Some(_) => format!("{STATE} = ?4"),
        None => "?4 IS NULL".to_owned(),
    };
    let search = if filter.steps.search.is_empty() {
        "?5 = ''"
    } else {
        "instr(lower(s.display || '/' || f.display || ' ' || coalesce(p.key, t.key, '') || ' '
           || coalesce(t.why, '')), lower(?5)) > 0"
    };
    // Where neither plan nor destination is looked at, they are still numbers of the question.
    format!("{outcome} AND {state} AND {search} AND ?1 = ?1")
}

/// What a row says where lists that begin at different tables differ.
pub(crate) struct Says {
    pub outcome: &'static str,
    pub state: &'static str,
    pub key: &'static str,
    pub size: &'static str,
    pub sha256: &'static str,
    pub why: &'static str,
    pub mtime_ns: &'static str,
}

/// Of a found file.
pub(crate) const FILE: Says = Says {
    outcome: OUTCOME,
    state: STATE,
    key: "coalesce(p.key, t.key)",
    size: "coalesce(t.size, f.size)",
    sha256: "f.sha256",
    why: "coalesce(t.why, '')",
    mtime_ns: "f.mtime_ns",
};

/// Of a [`ReportRow`].
pub(crate) fn columns(says: &Says) -> String {
    let Says {
        outcome,
        state,
        key,
        size,
        sha256,
        why,
        mtime_ns,
    } = says;
    let key_of = |file: &str| {
        format!(
            "(SELECT k.key FROM placed k WHERE k.file_id = {file} AND k.destination_id = ?2 ORDER BY k.id DESC LIMIT 1)"
        )
    };
    format!(
        "SELECT f.id, coalesce(f.asset_id, f.id), {outcome}, {state}, {ORIGINAL}, s.path, f.path,
           s.display || '/' || f.display, {key}, {size}, {sha256}, f.kind,
           {why}, {mtime_ns}, f.captured, f.offset_minutes, f.date_source, f.camera, f.north, f.east,
           p.placed_at, r.grade, r.made_at, CASE WHEN f.gone = 1 THEN m.at END, f.lens, f.place, f.album,
           {}, CASE t.outcome WHEN 'duplicate' THEN {} END",
        key_of("coalesce(f.asset_id, f.id)"),
        key_of("t.instead")
    )
}

fn outcome(row: &Row<'_>, at: usize) -> Result<Option<Outcome>> {
    let text: Option<String> = row.get(at)?;
    text.map(|text| word(Outcome::parse(&text), &text)).transpose()
}

fn original(text: &str) -> Option<OriginalState> {
    match text {
        "there" => Some(OriginalState::There),
        "removed" => Some(OriginalState::Removed),
        "restored" => Some(OriginalState::Restored),
        "removing" => Some(OriginalState::Removing),
        _ => None,
    }
}

pub(crate) fn report_row(row: &Row<'_>) -> Result<ReportRow> {
    let (state, original, kind): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(11)?);
    let state = word(StepState::parse(&state), &state)?;
    let gps = row.get::<_, Option<f64>>(18)?.zip(row.get(19)?);
    // A copy that is to be made anew is not proven by the receipt of one that is gone.
    let is_proven = state == StepState::Verified;
    Ok(ReportRow {
        file: FileId(row.get(0)?),
        asset: AssetId(row.get(1)?),
        outcome: outcome(row, 2)?,
        state,
        original: word(self::original(&original), &original)?,
        root: row.get(5)?,
        path: RelPath(row.get(6)?),
        from: row.get(7)?,
        key: row.get(8)?,
        size: unsigned(row.get(9)?),
        sha256: row.get::<_, Option<Vec<u8>>>(10)?.map(digest).transpose()?,
        kind: word(Kind::parse(&kind), &kind)?,
        why: row.get(12)?,
        mtime_ns: row.get(13)?,
        captured: row.get(14)?,
        offset_minutes: row.get(15)?,
        date_source: row.get(16)?,
        camera: row.get(17)?,
        gps,
        placed_at: row
            .get::<_, Option<i64>>(20)?
            .filter(|_| is_proven || state == StepState::Placed),
        grade: row.get::<_, Option<String>>(21)?.filter(|_| is_proven),
        verified_at: row.get::<_, Option<i64>>(22)?.filter(|_| is_proven),
        removed_at: row.get(23)?,
        lens: row.get(24)?,
        place: row.get(25)?,
        album: row.get(26)?,
        asset_key: row.get(27)?,
        instead: row.get(28)?,
    })
}

#[cfg(test)]
mod tests;
