//! Pilots: a small part of a plan that is moved and read back first, and how long each of its files took. The last one of a
//! destination counts; a roll back forgets them.

use crate::row::{signed, unsigned, word};
use crate::{Catalog, Result};
use albumen_model::{AssetId, DestinationId, FileId, Kind, RelPath, Tally};
use rusqlite::{OptionalExtension, params};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq)]
pub struct PilotRow {
    pub id: i64,
    /// Part of the photos, 0 to 1, and what decided which.
    pub share: f64,
    pub seed: i64,
    pub begun_at: i64,
    /// When it was read back, and what came of it (JSON). Both absent while it is not over.
    pub done_at: Option<i64>,
    pub result: String,
    /// How long its files were on their way, all runs together.
    pub busy: Duration,
}

/// A photo that is to be copied, as the choice needs it.
#[derive(Debug, Clone)]
pub struct OpenPhoto {
    pub asset: AssetId,
    pub kind: Kind,
    /// Of the primary: its source, and its path below that.
    pub source: i64,
    pub path: RelPath,
    pub bytes: u64,
}

/// What a pilot holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PilotTotals {
    pub photos: u64,
    pub kinds: u64,
    pub folders: u64,
    pub all: Tally,
    /// Of `all`, what stands at the destination.
    pub placed: Tally,
}

impl Catalog {
    pub fn pilot(&self, destination: DestinationId) -> Result<Option<PilotRow>> {
        self.read(|c| {
            let sql = "SELECT id, share, seed, begun_at, done_at, result, busy_us FROM pilot
                       WHERE destination_id = ?1 ORDER BY id DESC LIMIT 1";
            let row = c.query_row(sql, [destination.0], |row| {
                Ok(PilotRow {
                    id: row.get(0)?,
                    share: row.get(1)?,
                    seed: row.get(2)?,
                    begun_at: row.get(3)?,
                    done_at: row.get(4)?,
                    result: row.get(5)?,
                    busy: Duration::from_micros(unsigned(row.get(6)?)),
                })
            });
            Ok(row.optional()?)
        })
    }

    /// Photos of which a plan still has files to copy on this machine, one by one.
    pub fn open_photos(&self, plan: i64, mut on_photo: impl FnMut(OpenPhoto)) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT t.asset_id, p.kind, p.source_id, p.path, sum(t.size) FROM step t JOIN file p ON p.id = t.asset_id
                 WHERE t.plan_id = ?1 AND t.shard IS NOT NULL AND t.state IN ('planned', 'sending', 'failed')
                 GROUP BY t.asset_id",
            )?;
            let mut rows = query.query([plan])?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(1)?;
                on_photo(OpenPhoto {
                    asset: AssetId(row.get(0)?),
                    kind: word(Kind::parse(&kind), &kind)?,
                    source: row.get(2)?,
                    path: RelPath(row.get(3)?),
                    bytes: unsigned(row.get(4)?),
                });
            }
            Ok(())
        })
    }

    /// Writes a choice down, before anything of it is sent: whole photos, with every file of them that `plan` copies.
    pub fn begin_pilot(
        &self,
        destination: DestinationId,
        plan: i64,
        (share, seed): (f64, i64),
        photos: &[AssetId],
        now: i64,
    ) -> Result<i64> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO pilot (destination_id, share, seed, begun_at) VALUES (?1, ?2, ?3, ?4)",
                params![destination.0, share, seed, now],
            )?;
            let pilot = tx.last_insert_rowid();
            let mut insert = tx.prepare_cached(
                "INSERT INTO pilot_file (pilot_id, file_id) SELECT ?1, file_id FROM step
                 WHERE plan_id = ?2 AND asset_id = ?3 AND shard IS NOT NULL AND state IN ('planned', 'sending', 'failed')",
            )?;
            for photo in photos {
                insert.execute(params![pilot, plan, photo.0])?;
            }
            Ok(pilot)
        })
    }

    /// Gives what is open of a pilot shards of its own, behind all others of the plan; their first number. `shard_of` says
    /// for each file, by its size, how many shards further it goes.
    pub fn stage_pilot(&self, plan: i64, pilot: i64, mut shard_of: impl FnMut(u64) -> u32) -> Result<u32> {
        self.write(|tx| {
            let sql = "SELECT coalesce(max(shard) + 1, 0) FROM step WHERE plan_id = ?1";
            let first: u32 = tx.query_row(sql, [plan], |row| row.get(0))?;
            let steps: Vec<(i64, u64)> = {
                let mut query = tx.prepare(
                    "SELECT t.id, t.size FROM step t JOIN pilot_file f ON f.pilot_id = ?2 AND f.file_id = t.file_id
                     WHERE t.plan_id = ?1 AND t.shard IS NOT NULL AND t.state IN ('planned', 'sending', 'failed')
                     ORDER BY t.id",
                )?;
                let rows = query.query_map([plan, pilot], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
                rows.collect::<rusqlite::Result<_>>()?
            };
            let mut update = tx.prepare_cached("UPDATE step SET shard = ?2 WHERE id = ?1")?;
            for (step, size) in steps {
                update.execute(params![step, first + shard_of(size)])?;
            }
            Ok(first)
        })
    }

    /// How long files had a worker to themselves, and how long all of it took together.
    pub fn time_pilot(&self, pilot: i64, took: &[(FileId, Duration)], busy: Duration) -> Result<()> {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        self.write(|tx| {
            let mut update =
                tx.prepare_cached("UPDATE pilot_file SET took_us = ?3 WHERE pilot_id = ?1 AND file_id = ?2")?;
            for (file, time) in took {
                update.execute(params![pilot, file.0, micros(*time)])?;
            }
            let sql = "UPDATE pilot SET busy_us = busy_us + ?2 WHERE id = ?1";
            Ok(tx.execute(sql, params![pilot, micros(busy)]).map(|_| ())?)
        })
    }

    /// Bytes and time of each file that a pilot sent, in the order in which they arrived.
    pub fn pilot_times(&self, destination: DestinationId, pilot: i64) -> Result<Vec<(u64, Duration)>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT p.size, f.took_us FROM pilot_file f
                 JOIN placed p ON p.file_id = f.file_id AND p.destination_id = ?1
                 WHERE f.pilot_id = ?2 AND f.took_us IS NOT NULL ORDER BY p.id",
            )?;
            let rows = query.query_map([destination.0, pilot], |row| {
                Ok((
                    unsigned(row.get(0)?),
                    Duration::from_micros(unsigned(row.get(1)?)),
                ))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn pilot_totals(&self, destination: DestinationId, pilot: i64) -> Result<PilotTotals> {
        self.read(|c| {
            let sql = "SELECT count(DISTINCT coalesce(f.asset_id, f.id)),
                   count(DISTINCT CASE f.id WHEN f.asset_id THEN f.kind END),
                   count(DISTINCT f.source_id || ':' || hex(f.folder)), count(*), coalesce(sum(f.size), 0),
                   count(p.id), coalesce(sum(p.size), 0)
                 FROM pilot_file l JOIN file f ON f.id = l.file_id
                 LEFT JOIN placed p ON p.file_id = f.id AND p.destination_id = ?1 AND p.sha256 = f.sha256
                 WHERE l.pilot_id = ?2";
            Ok(c.query_row(sql, [destination.0, pilot], |row| {
                let number = |at: usize| -> rusqlite::Result<u64> { Ok(unsigned(row.get(at)?)) };
                let tally = |at: usize| -> rusqlite::Result<Tally> {
                    Ok(Tally {
                        files: number(at)?,
                        bytes: number(at + 1)?,
                    })
                };
                Ok(PilotTotals {
                    photos: number(0)?,
                    kinds: number(1)?,
                    folders: number(2)?,
                    all: tally(3)?,
                    placed: tally(5)?,
                })
            })?)
        })
    }

    /// Files of the pilot that the plan could not send.
    pub fn pilot_failed(&self, plan: i64, pilot: i64) -> Result<u64> {
        self.read(|c| {
            let sql =
                "SELECT count(*) FROM step t JOIN pilot_file f ON f.pilot_id = ?2 AND f.file_id = t.file_id
                       WHERE t.plan_id = ?1 AND (t.state = 'failed' OR t.outcome = 'failed')";
            Ok(unsigned(c.query_row(sql, [plan, pilot], |row| row.get(0))?))
        })
    }

    pub fn end_pilot(&self, pilot: i64, result: &str, now: i64) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE pilot SET done_at = ?2, result = ?3 WHERE id = ?1";
            Ok(tx.execute(sql, params![pilot, now, result]).map(|_| ())?)
        })
    }

    /// What they told holds no more.
    pub fn forget_pilots(&self, destination: DestinationId) -> Result<()> {
        self.write(|tx| {
            let sql = "DELETE FROM pilot WHERE destination_id = ?1";
            Ok(tx.execute(sql, [destination.0]).map(|_| ())?)
        })
    }

    /// Where a sample of `many` placed files ends, in the order of their digests: the first four bytes of the last one in it.
    pub fn sample_end(&self, destination: DestinationId, many: u64) -> Result<Option<[u8; 4]>> {
        let Some(before) = many.checked_sub(1) else {
            return Ok(None);
        };
        self.read(|c| {
            let sql = "SELECT substr(sha256, 1, 4) FROM placed WHERE destination_id = ?1 ORDER BY 1 LIMIT 1 OFFSET ?2";
            let found: Option<Vec<u8>> = c
                .query_row(sql, params![destination.0, signed(before)], |row| row.get(0))
                .optional()?;
            Ok(found.and_then(|head| head.try_into().ok()))
        })
    }
}
