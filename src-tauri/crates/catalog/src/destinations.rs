//! Destinations (never a secret), and the last listing of each.

use crate::row::{signed, unsigned};
use crate::settings::{note, set};
use crate::{Catalog, Result};
use albumen_model::{DestinationId, key};
use rusqlite::{OptionalExtension, params};

#[derive(Debug, Clone)]
pub struct DestinationRow {
    pub id: DestinationId,
    pub url: String,
    /// JSON of the specification.
    pub spec: String,
}

impl Catalog {
    pub fn destination(&self, url: &str, spec: &str, now: i64) -> Result<DestinationId> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO destination (url, spec, chosen_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (url) DO UPDATE SET spec = excluded.spec, chosen_at = excluded.chosen_at",
                params![url, spec, now],
            )?;
            let id: i64 = tx.query_row("SELECT id FROM destination WHERE url = ?1", [url], |row| {
                row.get(0)
            })?;
            set(tx, "destination", &id.to_string())?;
            note(tx, now, "destination chosen", url)?;
            Ok(DestinationId(id))
        })
    }

    pub fn chosen_destination(&self) -> Result<Option<DestinationRow>> {
        self.read(|c| {
            let sql = "SELECT d.id, d.url, d.spec FROM setting s JOIN destination d ON d.id = CAST(s.value AS INTEGER)
                       WHERE s.key = 'destination'";
            let row = c.query_row(sql, [], |row| {
                Ok(DestinationRow { id: DestinationId(row.get(0)?), url: row.get(1)?, spec: row.get(2)? })
            });
            Ok(row.optional()?)
        })
    }

    pub fn clear_listing(&self, id: DestinationId) -> Result<()> {
        self.write(|tx| {
            Ok(tx
                .execute("DELETE FROM listing WHERE destination_id = ?1", [id.0])
                .map(|_| ())?)
        })
    }

    /// (key, size, version) of objects found there.
    pub fn put_listing(&self, id: DestinationId, objects: &[(String, u64, String)]) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO listing (destination_id, key, fold, size, version) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for (name, size, version) in objects {
                insert.execute(params![id.0, name, key::fold(name), signed(*size), version])?;
            }
            Ok(())
        })
    }

    /// What the listing has under exactly this key: size and version.
    pub fn listed(&self, id: DestinationId, key: &str) -> Result<Option<(u64, String)>> {
        self.read(|c| {
            let mut query =
                c.prepare_cached("SELECT size, version FROM listing WHERE destination_id = ?1 AND key = ?2")?;
            let row = query.query_row(params![id.0, key], |row| Ok((unsigned(row.get(0)?), row.get(1)?)));
            Ok(row.optional()?)
        })
    }

    /// True when something there has a name that some disk would merge with `key`.
    pub fn listed_fold(&self, id: DestinationId, key: &str) -> Result<bool> {
        self.read(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM listing WHERE destination_id = ?1 AND fold = ?2)";
            Ok(c.prepare_cached(sql)?
                .query_row(params![id.0, key::fold(key)], |row| row.get(0))?)
        })
    }
}
