//! Markers at a destination, as this catalog wrote or read them, and what is noted among them: exports, and what is there for
//! a moment.

use crate::row::spread;
use crate::{Catalog, Result};
use albumen_model::DestinationId;
use rusqlite::{OptionalExtension, Transaction, params};

/// The marker of this key and version tells of these rows of `table`.
pub(crate) fn note_marker(
    tx: &Transaction<'_>,
    destination: DestinationId,
    (key, version): (&str, &str),
    table: &str,
    rows: &[i64],
) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO marker (destination_id, key, version) VALUES (?1, ?2, ?3)",
        params![destination.0, key, version],
    )?;
    let mut update = tx.prepare_cached(&format!("UPDATE {table} SET marker = ?2 WHERE id = ?1"))?;
    for id in rows {
        update.execute(params![id, key])?;
    }
    Ok(())
}

impl Catalog {
    pub fn set_marker(
        &self,
        destination: DestinationId,
        key: &str,
        version: &str,
        placed: &[i64],
    ) -> Result<()> {
        self.write(|tx| note_marker(tx, destination, (key, version), "placed", placed))
    }

    /// Markers with their versions. Of those that tell of nothing that is placed any more, or of all.
    pub fn markers(&self, destination: DestinationId, spent: bool) -> Result<Vec<(String, String)>> {
        self.read(|c| {
            let sql = format!(
                "SELECT key, version FROM marker m WHERE destination_id = ?1 {} ORDER BY key",
                if spent {
                    "AND NOT EXISTS (SELECT 1 FROM placed p WHERE p.destination_id = ?1 AND p.marker = m.key)
                     AND NOT EXISTS (SELECT 1 FROM written w WHERE w.destination_id = ?1 AND w.marker = m.key)"
                } else {
                    ""
                }
            );
            let mut query = c.prepare(&sql)?;
            let rows = query.query_map([destination.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn forget_marker(&self, destination: DestinationId, key: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "DELETE FROM marker WHERE destination_id = ?1 AND key = ?2";
            Ok(tx.execute(sql, params![destination.0, key]).map(|_| ())?)
        })
    }

    /// Names by which a destination is known again: up to `many` markers, and as many placed objects from all over it.
    pub fn landmarks(&self, destination: DestinationId, many: i64) -> Result<Vec<String>> {
        self.read(|c| {
            let mut markers = c.prepare_cached(
                // Not what is noted among them.
                "SELECT key FROM marker WHERE destination_id = ?1 AND key LIKE '%/shards/%.jsonl' ORDER BY key LIMIT ?2",
            )?;
            let mut found: Vec<String> = markers
                .query_map([destination.0, many], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let sql = "SELECT min(id), max(id) FROM placed WHERE destination_id = ?1";
            let ends = c.query_row(sql, [destination.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut next = c.prepare_cached(
                "SELECT key FROM placed WHERE id >= ?2 AND destination_id = ?1 ORDER BY id LIMIT 1",
            )?;
            for from in spread(ends, many) {
                found.extend(
                    next.query_row([destination.0, from], |row| row.get(0))
                        .optional()?,
                );
            }
            found.dedup();
            Ok(found)
        })
    }
}
