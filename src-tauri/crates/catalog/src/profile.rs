//! What the sources hold, summed up by SQL: the library is never in memory.

use crate::row::unsigned;
use crate::{Catalog, Result};
use rusqlite::Connection;

#[derive(Debug, Clone)]
pub struct KindTotal {
    pub kind: String,
    pub files: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone)]
pub struct NamedTotal {
    pub name: String,
    pub files: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone)]
pub struct MonthTotal {
    /// `2024-05`.
    pub month: String,
    pub assets: u64,
}

#[derive(Debug, Clone)]
pub struct ProfileTotals {
    pub files: u64,
    pub assets: u64,
    pub bytes: u64,
    /// Assets whose date is only a copy's modification time.
    pub undated: u64,
    pub problems: u64,
    pub date_from: Option<String>,
    pub date_to: Option<String>,
    pub kinds: Vec<KindTotal>,
    pub cameras: Vec<NamedTotal>,
    pub folders: Vec<NamedTotal>,
    pub months: Vec<MonthTotal>,
    pub exact_groups: u64,
    pub similar_groups: u64,
    /// Bytes that exact duplicates hold beyond their keepers.
    pub duplicate_bytes: u64,
}

const LIVE: &str = "FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0 WHERE f.gone = 0";

impl Catalog {
    pub fn profile(&self) -> Result<ProfileTotals> {
        self.read(|c| {
            let one = |sql: &str| -> Result<u64> { Ok(unsigned(c.query_row(sql, [], |row| row.get(0))?)) };
            let dated = format!("{LIVE} AND f.id = f.asset_id AND f.date_source IN ('exif', 'name')");
            let (date_from, date_to) = c.query_row(
                &format!("SELECT substr(min(f.captured), 1, 10), substr(max(f.captured), 1, 10) {dated}"),
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let months = {
                let sql =
                    format!("SELECT substr(f.captured, 1, 7) AS m, count(*) {dated} GROUP BY m ORDER BY m");
                let mut query = c.prepare(&sql)?;
                let rows = query.query_map([], |row| {
                    Ok(MonthTotal {
                        month: row.get(0)?,
                        assets: unsigned(row.get(1)?),
                    })
                })?;
                rows.collect::<rusqlite::Result<_>>()?
            };
            let kinds = named(
                c,
                &format!("SELECT f.kind, count(*), sum(f.size) {LIVE} AND f.excluded = 0 GROUP BY 1"),
            )?;
            Ok(ProfileTotals {
                files: one(&format!("SELECT count(*) {LIVE}"))?,
                assets: one(&format!(
                    "SELECT count(*) {LIVE} AND f.id = f.asset_id AND f.kind <> 'other'"
                ))?,
                bytes: one(&format!("SELECT coalesce(sum(f.size), 0) {LIVE}"))?,
                undated: one(&format!(
                    "SELECT count(*) {LIVE} AND f.id = f.asset_id AND f.kind <> 'other'
                     AND coalesce(f.date_source, 'mtime') = 'mtime'"
                ))?,
                problems: one(
                    "SELECT count(*) FROM problem p JOIN source s ON s.id = p.source_id AND s.removed = 0",
                )?,
                date_from,
                date_to,
                kinds: kinds
                    .into_iter()
                    .map(|total| KindTotal {
                        kind: total.name,
                        files: total.files,
                        bytes: total.bytes,
                    })
                    .collect(),
                cameras: named(
                    c,
                    &format!(
                        "SELECT f.camera, count(*), sum(f.size) {LIVE} AND f.camera IS NOT NULL GROUP BY 1"
                    ),
                )?,
                folders: named(
                    c,
                    &format!(
                        "SELECT s.display || CASE WHEN f.folder = x'' THEN '' ELSE '/' || substr(f.display, 1,
                           instr(f.display || '/', '/') - 1) END, count(*), sum(f.size) {LIVE} GROUP BY 1"
                    ),
                )?,
                months,
                exact_groups: one("SELECT count(*) FROM duplicate_group WHERE kind = 'exact'")?,
                similar_groups: one("SELECT count(*) FROM duplicate_group WHERE kind = 'similar'")?,
                duplicate_bytes: one(
                    "SELECT coalesce(sum(reclaim), 0) FROM duplicate_group WHERE kind = 'exact'",
                )?,
            })
        })
    }
}

/// The hundred largest; a chart cannot show more.
fn named(c: &Connection, sql: &str) -> Result<Vec<NamedTotal>> {
    let mut query = c.prepare(&format!("{sql} ORDER BY 3 DESC, 1 LIMIT 100"))?;
    let rows = query.query_map([], |row| {
        Ok(NamedTotal {
            name: row.get(0)?,
            files: unsigned(row.get(1)?),
            bytes: unsigned(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
