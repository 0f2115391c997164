//! Destinations (never a secret), and the last listing of each.

use crate::row::{signed, unsigned};
use crate::settings::{note, set};
use crate::{Catalog, Result};
use albumen_model::{DestinationId, key};
use rusqlite::{OptionalExtension, Row, Transaction, params};

#[derive(Debug, Clone)]
pub struct DestinationRow {
    pub id: DestinationId,
    pub url: String,
    /// JSON of the specification.
    pub spec: String,
}

/// An object as the last listing told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRow {
    pub key: String,
    pub size: u64,
    pub version: String,
    /// Digests by the provider, in the store's words.
    pub sums: String,
}

impl Catalog {
    /// Makes it the chosen one.
    pub fn destination(&self, url: &str, spec: &str, now: i64) -> Result<DestinationId> {
        self.write(|tx| {
            let id = known(tx, url, spec, now)?;
            set(tx, "destination", &id.to_string())?;
            note(tx, now, "destination chosen", url)?;
            Ok(DestinationId(id))
        })
    }

    /// Known from now on, beside the one that is chosen.
    pub fn other_destination(&self, url: &str, spec: &str, now: i64) -> Result<DestinationId> {
        self.write(|tx| Ok(DestinationId(known(tx, url, spec, now)?)))
    }

    pub fn destination_row(&self, id: DestinationId) -> Result<DestinationRow> {
        self.read(|c| {
            let sql = "SELECT id, url, spec FROM destination WHERE id = ?1";
            Ok(c.query_row(sql, [id.0], destination_row)?)
        })
    }

    pub fn chosen_destination(&self) -> Result<Option<DestinationRow>> {
        self.read(|c| {
            let sql = "SELECT d.id, d.url, d.spec FROM setting s JOIN destination d ON d.id = CAST(s.value AS INTEGER)
                       WHERE s.key = 'destination'";
            Ok(c.query_row(sql, [], destination_row).optional()?)
        })
    }

    pub fn clear_listing(&self, id: DestinationId) -> Result<()> {
        self.write(|tx| {
            Ok(tx
                .execute("DELETE FROM listing WHERE destination_id = ?1", [id.0])
                .map(|_| ())?)
        })
    }

    pub fn put_listing(&self, id: DestinationId, objects: &[ListedRow]) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO listing (destination_id, key, fold, size, version, sums)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for one in objects {
                insert.execute(params![
                    id.0,
                    one.key,
                    key::fold(&one.key),
                    signed(one.size),
                    one.version,
                    one.sums
                ])?;
            }
            Ok(())
        })
    }

    /// What the listing has under exactly this key.
    pub fn listed(&self, id: DestinationId, key: &str) -> Result<Option<ListedRow>> {
        self.read(|c| {
            let sql = "SELECT key, size, version, sums FROM listing WHERE destination_id = ?1 AND key = ?2";
            let row = c
                .prepare_cached(sql)?
                .query_row(params![id.0, key], |row| listed_row(row, 0));
            Ok(row.optional()?)
        })
    }

    /// What was tried out on the destination, in the store's words; empty when nothing was.
    pub fn facts(&self, id: DestinationId) -> Result<String> {
        self.read(|c| {
            Ok(
                c.query_row("SELECT facts FROM destination WHERE id = ?1", [id.0], |row| {
                    row.get(0)
                })?,
            )
        })
    }

    pub fn set_facts(&self, id: DestinationId, facts: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE destination SET facts = ?2 WHERE id = ?1";
            Ok(tx.execute(sql, params![id.0, facts]).map(|_| ())?)
        })
    }

    /// Limits of bandwidth, as JSON; empty when there are none.
    pub fn throttle(&self, id: DestinationId) -> Result<String> {
        self.read(|c| {
            Ok(
                c.query_row("SELECT throttle FROM destination WHERE id = ?1", [id.0], |row| {
                    row.get(0)
                })?,
            )
        })
    }

    pub fn set_throttle(&self, id: DestinationId, throttle: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE destination SET throttle = ?2 WHERE id = ?1";
            Ok(tx.execute(sql, params![id.0, throttle]).map(|_| ())?)
        })
    }

    /// Bytes sent to the destination on `day` (days since 1970, UTC), by checkpoints.
    pub fn spent(&self, id: DestinationId, day: &str) -> Result<u64> {
        self.read(|c| {
            let sql = "SELECT bytes FROM spent WHERE destination_id = ?1 AND day = ?2";
            let found = c
                .query_row(sql, params![id.0, day], |row| row.get(0))
                .optional()?;
            Ok(unsigned(found.unwrap_or(0)))
        })
    }

    pub fn spend(&self, id: DestinationId, day: &str, bytes: u64) -> Result<()> {
        self.write(|tx| {
            let sql = "INSERT INTO spent (destination_id, day, bytes) VALUES (?1, ?2, ?3)
                       ON CONFLICT (destination_id, day) DO UPDATE SET bytes = bytes + excluded.bytes";
            Ok(tx.execute(sql, params![id.0, day, signed(bytes)]).map(|_| ())?)
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

fn known(tx: &Transaction<'_>, url: &str, spec: &str, now: i64) -> Result<i64> {
    tx.execute(
        "INSERT INTO destination (url, spec, chosen_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (url) DO UPDATE SET spec = excluded.spec, chosen_at = excluded.chosen_at",
        params![url, spec, now],
    )?;
    let sql = "SELECT id FROM destination WHERE url = ?1";
    Ok(tx.query_row(sql, [url], |row| row.get(0))?)
}

fn destination_row(row: &Row<'_>) -> rusqlite::Result<DestinationRow> {
    Ok(DestinationRow {
        id: DestinationId(row.get(0)?),
        url: row.get(1)?,
        spec: row.get(2)?,
    })
}

/// Key, size, version and sums, from column `at`.
pub(crate) fn listed_row(row: &Row<'_>, at: usize) -> rusqlite::Result<ListedRow> {
    Ok(ListedRow {
        key: row.get(at)?,
        size: unsigned(row.get(at + 1)?),
        version: row.get(at + 2)?,
        sums: row.get(at + 3)?,
    })
}
