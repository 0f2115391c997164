//! Sources and the problems found in them.

use crate::row::unsigned;
use crate::settings::{note, touch};
use crate::{Catalog, Result};
use albumen_model::{SourceId, path::display_bytes};
use rusqlite::{Connection, OptionalExtension, params};

#[derive(Debug, Clone)]
pub struct SourceRow {
    pub id: SourceId,
    pub path: Vec<u8>,
    pub display: String,
    pub files: u64,
    pub bytes: u64,
    pub problems: u64,
    /// Milliseconds since the epoch.
    pub scanned_at: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct ProblemRow {
    pub source_id: SourceId,
    pub display: String,
    pub code: String,
    pub what: String,
}

impl Catalog {
    /// Adds a source, or brings back one that was removed. Nested sources are the caller's to refuse.
    pub fn add_source(&self, path: &[u8], now: i64) -> Result<SourceId> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO source (path, display) VALUES (?1, ?2) ON CONFLICT (path) DO UPDATE SET removed = 0",
                params![path, display_bytes(path)],
            )?;
            note(tx, now, "source added", &display_bytes(path))?;
            touch(tx)?;
            let id = tx.query_row("SELECT id FROM source WHERE path = ?1", [path], |row| row.get(0))?;
            Ok(SourceId(id))
        })
    }

    /// Takes a source out of everything; what is known of its files stays for restores. Added again, it is scanned as if for
    /// the first time: what is missing then is taken for gone.
    pub fn remove_source(&self, id: SourceId, now: i64) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "UPDATE source SET removed = 1, scanned_at = NULL WHERE id = ?1",
                [id.0],
            )?;
            note(tx, now, "source removed from the list", &id.0.to_string())?;
            touch(tx)
        })
    }

    pub fn sources(&self) -> Result<Vec<SourceRow>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT s.id, s.path, s.display, s.scanned_at,
                   (SELECT count(*) FROM file f WHERE f.source_id = s.id AND f.gone = 0),
                   (SELECT coalesce(sum(f.size), 0) FROM file f WHERE f.source_id = s.id AND f.gone = 0),
                   (SELECT count(*) FROM problem p WHERE p.source_id = s.id)
                 FROM source s WHERE s.removed = 0 ORDER BY s.id",
            )?;
            let rows = query.query_map([], |row| {
                Ok(SourceRow {
                    id: SourceId(row.get(0)?),
                    path: row.get(1)?,
                    display: row.get(2)?,
                    scanned_at: row.get(3)?,
                    files: unsigned(row.get(4)?),
                    bytes: unsigned(row.get(5)?),
                    problems: unsigned(row.get(6)?),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Where the sources are, without what is in them.
    pub fn source_roots(&self) -> Result<Vec<(SourceId, Vec<u8>)>> {
        self.read(|c| {
            let mut query = c.prepare_cached("SELECT id, path FROM source WHERE removed = 0 ORDER BY id")?;
            let rows = query.query_map([], |row| Ok((SourceId(row.get(0)?), row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn source_path(&self, id: SourceId) -> Result<Option<Vec<u8>>> {
        self.read(|c| {
            Ok(
                c.query_row("SELECT path FROM source WHERE id = ?1", [id.0], |row| row.get(0))
                    .optional()?,
            )
        })
    }

    pub fn problems(&self, offset: u64, limit: u64) -> Result<(u64, Vec<ProblemRow>)> {
        self.read(|c| {
            let total = c.query_row(&format!("SELECT count(*) {PROBLEMS}"), [], |row| row.get(0))?;
            let mut rows = Vec::new();
            each_problem(c, offset, limit, |row| rows.push(row))?;
            Ok((unsigned(total), rows))
        })
    }

    /// All of them, one after the other.
    pub fn each_problem(&self, on: impl FnMut(ProblemRow)) -> Result<()> {
        self.read(|c| each_problem(c, 0, i64::MAX.unsigned_abs(), on))
    }
}

const PROBLEMS: &str = "FROM problem p JOIN source s ON s.id = p.source_id AND s.removed = 0";

fn each_problem(c: &Connection, offset: u64, limit: u64, mut on: impl FnMut(ProblemRow)) -> Result<()> {
    let mut query = c.prepare(&format!(
        "SELECT p.source_id, p.display, p.code, p.what {PROBLEMS} ORDER BY p.code, p.id LIMIT ?1 OFFSET ?2"
    ))?;
    let mut rows = query.query([limit.cast_signed(), offset.cast_signed()])?;
    while let Some(row) = rows.next()? {
        on(ProblemRow {
            source_id: SourceId(row.get(0)?),
            display: row.get(1)?,
            code: row.get(2)?,
            what: row.get(3)?,
        });
    }
    Ok(())
}
