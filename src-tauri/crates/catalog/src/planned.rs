//! What a plan copies, summed up for an estimate: what lies where, what is large, what comes every month, what the destination
//! makes of names.

use crate::profile::NamedTotal;
use crate::row::unsigned;
use crate::{Catalog, Result};
use albumen_model::Tally;
use rusqlite::{Row, params};

/// Which of the sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Kind,
    /// The first folder below each source.
    Folder,
    Year,
}

/// Files to be copied that were taken (or, where nothing says when, last changed) since some month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grown {
    pub all: Tally,
    /// Of `all`, those that are dated by nothing but their file's own time.
    pub by_file_time: Tally,
}

/// Files that a plan copies on this machine, done or not.
const COPIED: &str = "FROM step t JOIN file f ON f.id = t.file_id JOIN source s ON s.id = f.source_id
     JOIN file p ON p.id = t.asset_id WHERE t.plan_id = ?1 AND t.outcome = 'copy' AND t.shard IS NOT NULL";

impl Catalog {
    /// The hundred largest sums.
    pub fn planned_sums(&self, plan: i64, by: By) -> Result<Vec<NamedTotal>> {
        let name = match by {
            By::Kind => "f.kind",
            By::Folder => {
                "CASE instr(f.display, '/') WHEN 0 THEN s.display
                   ELSE s.display || '/' || substr(f.display, 1, instr(f.display, '/') - 1) END"
            }
            By::Year => "coalesce(substr(p.captured, 1, 4), '')",
        };
        let sql =
            format!("SELECT {name}, count(*), sum(t.size) {COPIED} GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT 100");
        self.planned_named(&sql, plan)
    }

    /// The largest files of a plan, by their paths.
    pub fn planned_largest(&self, plan: i64, most: u32) -> Result<Vec<NamedTotal>> {
        let sql = format!(
            "SELECT s.display || '/' || f.display, 1, t.size {COPIED} ORDER BY t.size DESC, t.id LIMIT {most}"
        );
        self.planned_named(&sql, plan)
    }

    /// How many files are larger than `cap` bytes, and the first of them.
    pub fn planned_above(&self, plan: i64, cap: u64, most: u32) -> Result<(u64, Vec<NamedTotal>)> {
        let cap = cap.min(i64::MAX.cast_unsigned());
        let count = format!("SELECT count(*) {COPIED} AND t.size > {cap}");
        let total: i64 = self.read(|c| Ok(c.query_row(&count, [plan], |row| row.get(0))?))?;
        let sql = format!(
            "SELECT s.display || '/' || f.display, 1, t.size {COPIED} AND t.size > {cap} ORDER BY t.size DESC, t.id LIMIT {most}"
        );
        Ok((unsigned(total), self.planned_named(&sql, plan)?))
    }

    /// What the plan says of names it could not give as they are, and of how many files.
    pub fn planned_names(&self, plan: i64) -> Result<Vec<NamedTotal>> {
        let sql = "SELECT t.why, count(*), sum(t.size) FROM step t WHERE t.plan_id = ?1 AND t.outcome = 'copy'
             AND t.why <> '' AND t.state <> 'failed' AND t.shard IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 20";
        self.planned_named(sql, plan)
    }

    /// What came since `month` (`2024-05`) and before `until`, by when it was taken.
    pub fn planned_since(&self, plan: i64, month: &str, until: &str) -> Result<Grown> {
        let sql = format!(
            "SELECT count(*), coalesce(sum(t.size), 0),
               count(CASE coalesce(p.date_source, 'mtime') WHEN 'mtime' THEN 1 END),
               coalesce(sum(CASE coalesce(p.date_source, 'mtime') WHEN 'mtime' THEN t.size END), 0)
             {COPIED} AND p.captured >= ?2 AND p.captured < ?3"
        );
        self.read(|c| {
            Ok(c.query_row(&sql, params![plan, month, until], |row| {
                let number = |at: usize| -> rusqlite::Result<u64> { Ok(unsigned(row.get(at)?)) };
                Ok(Grown {
                    all: Tally {
                        files: number(0)?,
                        bytes: number(1)?,
                    },
                    by_file_time: Tally {
                        files: number(2)?,
                        bytes: number(3)?,
                    },
                })
            })?)
        })
    }

    fn planned_named(&self, sql: &str, plan: i64) -> Result<Vec<NamedTotal>> {
        self.read(|c| {
            let mut query = c.prepare(sql)?;
            let of = |row: &Row<'_>| -> rusqlite::Result<NamedTotal> {
                Ok(NamedTotal {
                    name: row.get(0)?,
                    files: unsigned(row.get(1)?),
                    bytes: unsigned(row.get(2)?),
                })
            };
            let rows = query.query_map([plan], of)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}
