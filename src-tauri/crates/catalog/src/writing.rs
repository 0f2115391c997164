//! XMP files in a plan: which photos get one, and what becomes of the others. What stands is in `written`.

use crate::row::unsigned;
use crate::{Catalog, Result};
use albumen_model::{AssetId, DestinationId, FileId, Outcome};
use rusqlite::{Row, params};

/// A photo of the plan that has or gets a copy.
#[derive(Debug, Clone)]
pub struct PlannedPhoto {
    /// For the next page.
    pub step: i64,
    pub asset: AssetId,
    pub key: String,
}

#[derive(Debug, Clone)]
pub struct NewWriting {
    /// The photo.
    pub file: FileId,
    /// Key of its copy.
    pub beside: String,
    pub key: String,
    /// Of the key, where it is given away by this.
    pub fold: Option<String>,
    /// The planner's word for what becomes of it.
    pub becomes: &'static str,
    /// JSON.
    pub facts: String,
    pub why: String,
}

#[derive(Debug, Clone)]
pub struct WritingRow {
    pub id: i64,
    pub file: FileId,
    pub from: String,
    pub beside: String,
    pub key: String,
    pub becomes: String,
    pub facts: String,
    /// `planned`, `written` or `failed`.
    pub state: String,
    pub why: String,
}

const COLUMNS: &str =
    "w.id, w.file_id, s.display || '/' || f.display, w.beside, w.key, w.becomes, w.facts, w.state, w.why";
const TABLES: &str = "writing w JOIN file f ON f.id = w.file_id JOIN source s ON s.id = f.source_id";
/// What is planned and not written yet, whose photo stands at the destination ?2.
const OPEN: &str = "w.plan_id = ?1 AND w.fold IS NOT NULL AND w.state <> 'written'
   AND EXISTS (SELECT 1 FROM placed p WHERE p.destination_id = ?2 AND p.key = w.beside)";

impl Catalog {
    /// The next photos of the plan that have a key.
    pub fn planned_photos(&self, plan: i64, after: i64, limit: u64) -> Result<Vec<PlannedPhoto>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT id, asset_id, key FROM step WHERE plan_id = ?1 AND id > ?2 AND file_id = asset_id
                   AND key IS NOT NULL AND outcome IN (?4, ?5) ORDER BY id LIMIT ?3",
            )?;
            let (copy, there) = (Outcome::Copy.as_str(), Outcome::AlreadyThere.as_str());
            let rows = query.query_map(params![plan, after, limit.cast_signed(), copy, there], |row| {
                Ok(PlannedPhoto {
                    step: row.get(0)?,
                    asset: AssetId(row.get(1)?),
                    key: row.get(2)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Whether a file of the plan goes to this key.
    pub fn is_planned_key(&self, plan: i64, fold: &str) -> Result<bool> {
        self.read(|c| {
            let mut query = c.prepare_cached("SELECT 1 FROM step WHERE plan_id = ?1 AND fold = ?2")?;
            Ok(query.exists(params![plan, fold])?)
        })
    }

    pub fn put_writings(&self, plan: i64, writings: &[NewWriting]) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO writing (plan_id, file_id, beside, key, fold, becomes, facts, state, why)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'planned', ?8)",
            )?;
            for one in writings {
                insert.execute(params![
                    plan,
                    one.file.0,
                    one.beside,
                    one.key,
                    one.fold,
                    one.becomes,
                    one.facts,
                    one.why
                ])?;
            }
            Ok(())
        })
    }

    /// How many photos become what: word, state, photos.
    pub fn writing_counts(&self, plan: i64) -> Result<Vec<(String, String, u64)>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT becomes, state, count(*) FROM writing WHERE plan_id = ?1 GROUP BY becomes, state
                 ORDER BY becomes, state",
            )?;
            let rows = query.query_map([plan], |row| {
                Ok((row.get(0)?, row.get(1)?, unsigned(row.get(2)?)))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A page of them whose path or facts hold `search`, in the order of the plan, with how many there are.
    pub fn writings(
        &self,
        plan: i64,
        search: &str,
        (offset, limit): (u64, u64),
    ) -> Result<(u64, Vec<WritingRow>)> {
        let wanted = format!(
            "FROM {TABLES} WHERE w.plan_id = ?1
             AND (?2 = '' OR instr(lower(s.display || '/' || f.display || ' ' || w.key || ' ' || w.facts), lower(?2)) > 0)"
        );
        self.read(|c| {
            let sql = format!("SELECT count(*) {wanted}");
            let total: i64 = c.query_row(&sql, params![plan, search], |row| row.get(0))?;
            let sql = format!("SELECT {COLUMNS} {wanted} ORDER BY w.id LIMIT ?3 OFFSET ?4");
            let mut query = c.prepare_cached(&sql)?;
            let of = params![plan, search, limit.cast_signed(), offset.cast_signed()];
            let rows = query.query_map(of, writing_row)?;
            Ok((unsigned(total), rows.collect::<rusqlite::Result<_>>()?))
        })
    }

    /// The next that can be written now.
    pub fn open_writings(
        &self,
        plan: i64,
        destination: DestinationId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<WritingRow>> {
        self.read(|c| {
            let sql =
                format!("SELECT {COLUMNS} FROM {TABLES} WHERE {OPEN} AND w.id > ?3 ORDER BY w.id LIMIT ?4");
            let mut query = c.prepare_cached(&sql)?;
            let of = params![plan, destination.0, after, limit.cast_signed()];
            let rows = query.query_map(of, writing_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn open_writing_count(&self, plan: i64, destination: DestinationId) -> Result<u64> {
        self.read(|c| {
            let sql = format!("SELECT count(*) FROM writing w WHERE {OPEN}");
            Ok(unsigned(c.query_row(
                &sql,
                params![plan, destination.0],
                |row| row.get(0),
            )?))
        })
    }

    /// They could not be written, each with the reason; the next run tries them again.
    pub fn fail_writings(&self, failed: &[(i64, String)]) -> Result<()> {
        self.write(|tx| {
            let mut update =
                tx.prepare_cached("UPDATE writing SET state = 'failed', why = ?2 WHERE id = ?1")?;
            for (id, why) in failed {
                update.execute(params![id, why])?;
            }
            Ok(())
        })
    }
}

fn writing_row(row: &Row<'_>) -> rusqlite::Result<WritingRow> {
    Ok(WritingRow {
        id: row.get(0)?,
        file: FileId(row.get(1)?),
        from: row.get(2)?,
        beside: row.get(3)?,
        key: row.get(4)?,
        becomes: row.get(5)?,
        facts: row.get(6)?,
        state: row.get(7)?,
        why: row.get(8)?,
    })
}
