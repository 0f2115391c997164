//! Renames: a file that a scan met under a new path gets the row, and so the id, of the file that it was before.
//!
//! Which is which is for the engine to judge; here lie what it judges by, and the change itself. Invariants: a row changes
//! hands only for the same bytes, read by a scan; nothing is taken from a row but its place, so copies, receipts, decisions
//! and removals stay with it; rows change hands in one transaction, so a run that is killed anywhere is told apart again.

mod hands;

pub(crate) use hands::Thumbs;

use crate::row::{digest, identity, unsigned};
use crate::settings::touch;
use crate::{Catalog, Result};
use albumen_model::{DestinationId, FileId, Identity, RelPath, Sha256};
use hands::{Hands, columns};
use rusqlite::OptionalExtension;
use std::collections::BTreeSet;

/// Content that scans met since renames were told apart last.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub file: FileId,
    pub root: Vec<u8>,
    pub path: RelPath,
    pub identity: Identity,
    /// Its row is needed as it is: it has copies or decisions of its own, or an original is to be brought back to its path.
    pub bound: bool,
}

/// A row that had the same content, and may have lost its place.
#[derive(Debug, Clone)]
pub struct Former {
    pub file: FileId,
    pub root: Vec<u8>,
    /// Where it was.
    pub path: RelPath,
    /// What it was.
    pub identity: Identity,
    pub gone: bool,
    /// A scan read other bytes at its path.
    pub replaced: bool,
    /// It did so before renames were told apart last: the row is another file's by now, and only has its copies.
    pub late: bool,
    /// We deleted it ourselves, after its copy was verified.
    pub removed: bool,
    pub placed: bool,
}

/// The content of the row `arrival` goes to the row `former`, which is the same file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rename {
    pub arrival: FileId,
    pub former: FileId,
}

/// What scans met since renames were told apart last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Met {
    pub new: u64,
    pub changed: u64,
}

/// One rename of a file, for people.
#[derive(Debug, Clone)]
pub struct RenamedRow {
    pub was: String,
    pub now: String,
    pub at: i64,
}

/// Rows that came, or were overwritten, since; `was` is the digest of what was there before.
const ARRIVED: &str = "(SELECT id, NULL AS was FROM file
    WHERE id > (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'told_apart')
    UNION ALL SELECT file_id, was FROM met) a
  JOIN file f ON f.id = a.id AND f.gone = 0 AND f.excluded = 0 AND f.sha256 IS NOT NULL AND f.sha256 IS NOT a.was
  JOIN source s ON s.id = f.source_id AND s.removed = 0";

impl Catalog {
    /// Digests of content that arrived, and that other rows have or had too.
    pub fn arrived(&self) -> Result<Vec<Sha256>> {
        // From what arrived to its file: the other way round, the whole library is read.
        let arrived = ARRIVED.replacen("JOIN file", "CROSS JOIN file", 1);
        self.read(|c| {
            let mut query = c.prepare(&format!(
                "SELECT DISTINCT f.sha256 FROM {arrived}
                 WHERE EXISTS (SELECT 1 FROM file o WHERE o.sha256 = f.sha256 AND o.id <> f.id AND o.scan <> 0
                   AND (o.gone = 1 OR (o.dev = f.dev AND o.ino = f.ino)))
                 OR EXISTS (SELECT 1 FROM former m WHERE m.sha256 = f.sha256 AND m.id <> f.id)"
            ))?;
            let mut rows = query.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(digest(row.get(0)?)?);
            }
            Ok(found)
        })
    }

    /// Rows that have this content since a scan read it there.
    pub fn arrivals(&self, sha256: &Sha256) -> Result<Vec<Arrival>> {
        self.read(|c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT f.id, s.path, f.path, f.dev, f.ino, f.size, f.mtime_ns, f.ctime_ns, f.mode,
                   EXISTS (SELECT 1 FROM removal r WHERE r.file_id = f.id AND r.state IN ('will', 'done'))
                   OR (a.was IS NULL AND (EXISTS (SELECT 1 FROM placed p WHERE p.file_id = f.id)
                     OR EXISTS (SELECT 1 FROM removal r WHERE r.file_id = f.id)
                     OR EXISTS (SELECT 1 FROM renamed r WHERE r.file_id = f.id)
                     OR EXISTS (SELECT 1 FROM decision_member d WHERE d.asset_id = f.id)))
                 FROM {ARRIVED} WHERE f.sha256 = ?1 ORDER BY f.id"
            ))?;
            let rows = query.query_map([sha256.0.as_slice()], |row| {
                Ok(Arrival {
                    file: FileId(row.get(0)?),
                    root: row.get(1)?,
                    path: RelPath(row.get(2)?),
                    identity: identity(row, 3)?,
                    bound: row.get(9)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Rows that scans knew with this content. Those of which only a marker told are tied by the plan.
    pub fn formers(&self, sha256: &Sha256) -> Result<Vec<Former>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT o.id, s.path, o.path, o.dev, o.ino, o.size, o.mtime_ns, o.ctime_ns, o.mode, o.gone, o.replaced, o.late,
                   EXISTS (SELECT 1 FROM removal r WHERE r.file_id = o.id AND r.state = 'done'),
                   EXISTS (SELECT 1 FROM placed p WHERE p.file_id = o.id AND p.sha256 = ?1)
                 FROM (
                   SELECT id, source_id, path, dev, ino, size, mtime_ns, ctime_ns, mode, gone, 0 AS replaced,
                     0 AS late
                   FROM file WHERE sha256 = ?1 AND scan <> 0
                   UNION ALL
                   SELECT m.id, m.source_id, m.path, m.dev, m.ino, m.size, m.mtime_ns, m.ctime_ns, m.mode, f.gone,
                     f.gone = 0, t.was IS NOT m.sha256
                   FROM former m JOIN file f ON f.id = m.id LEFT JOIN met t ON t.file_id = m.id
                   WHERE m.sha256 = ?1 AND f.sha256 IS NOT m.sha256 AND (f.gone = 1 OR f.sha256 IS NOT NULL)
                 ) o JOIN source s ON s.id = o.source_id AND s.removed = 0
                 WHERE NOT EXISTS (SELECT 1 FROM removal r WHERE r.file_id = o.id AND r.state = 'will') ORDER BY o.id",
            )?;
            let rows = query.query_map([sha256.0.as_slice()], |row| {
                Ok(Former {
                    file: FileId(row.get(0)?),
                    root: row.get(1)?,
                    path: RelPath(row.get(2)?),
                    identity: identity(row, 3)?,
                    gone: row.get(9)?,
                    replaced: row.get(10)?,
                    late: row.get(11)?,
                    removed: row.get(12)?,
                    placed: row.get(13)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Carries out renames. Those of one part hang together, as two files that swapped their names do.
    pub fn take_renames(&self, parts: &[Vec<Rename>], now: i64) -> Result<()> {
        let mut thumbs = Thumbs::default();
        self.write(|tx| {
            let columns = columns(tx)?;
            for part in parts {
                Hands::new(tx, &columns, part)?.change(now, &mut thumbs)?;
            }
            // Between the two a picture may be missing, but never be that of another photo.
            self.lift_thumbs(&mut thumbs)?;
            touch(tx)
        })?;
        // A convenience, as when they are made.
        if let Err(lost) = self.put_thumbs(&thumbs.held) {
            tracing::warn!("thumbnails could not be kept: {lost}");
        }
        Ok(())
    }

    /// Gives the copies and decisions that hang on formers, for the content of arrivals, to these. No row changes hands.
    pub fn tie_renamed(&self, pairs: &[Rename], now: i64) -> Result<()> {
        self.write(|tx| {
            for pair in pairs {
                hands::tie(tx, *pair, now)?;
            }
            touch(tx)
        })
    }

    /// Counts what scans met, and begins to count anew: everything that could be told of it has been.
    pub fn told_apart(&self) -> Result<Met> {
        self.write(|tx| {
            let count = |sql: &str| tx.query_row(sql, [], |row| Ok(unsigned(row.get(0)?)));
            let met = Met {
                new: count(
                    "SELECT count(*) FROM file WHERE gone = 0 AND excluded = 0
                     AND id > (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'told_apart')",
                )?,
                changed: count(
                    "SELECT count(*) FROM met m CROSS JOIN file f ON f.id = m.file_id
                     WHERE f.gone = 0 AND f.excluded = 0 AND f.sha256 IS NOT m.was",
                )?,
            };
            // Emptying an empty table writes it, and a scan that met nothing is to write nothing of this.
            if tx.query_row("SELECT EXISTS (SELECT 1 FROM met)", [], |row| row.get(0))? {
                tx.execute("DELETE FROM met", [])?;
            }
            tx.execute(
                "DELETE FROM former WHERE NOT EXISTS (SELECT 1 FROM placed p WHERE p.file_id = former.id
                   AND p.sha256 = former.sha256)
                 OR EXISTS (SELECT 1 FROM file f WHERE f.id = former.id AND f.sha256 = former.sha256)",
                [],
            )?;
            tx.execute(
                "UPDATE setting SET value = (SELECT CAST(coalesce(max(id), 0) AS TEXT) FROM file)
                 WHERE key = 'told_apart'",
                [],
            )?;
            Ok(met)
        })
    }

    /// How many of these are gone.
    pub fn count_gone(&self, files: &[FileId]) -> Result<u64> {
        self.read(|c| {
            let mut query = c.prepare_cached("SELECT gone FROM file WHERE id = ?1")?;
            let mut gone = 0;
            for file in files {
                let is_gone = query.query_row([file.0], |row| row.get(0)).optional()?;
                gone += u64::from(is_gone.unwrap_or(false));
            }
            Ok(gone)
        })
    }

    /// The names a file had, oldest first.
    pub fn renames_of(&self, file: FileId) -> Result<Vec<RenamedRow>> {
        self.read(|c| {
            let mut query =
                c.prepare_cached("SELECT was, now, at FROM renamed WHERE file_id = ?1 ORDER BY id")?;
            let rows = query.query_map([file.0], |row| {
                Ok(RenamedRow {
                    was: row.get(0)?,
                    now: row.get(1)?,
                    at: row.get(2)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Files whose copies stand under the name that they had before.
    pub fn renamed_since_placed(&self, destination: DestinationId) -> Result<BTreeSet<FileId>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT DISTINCT p.file_id FROM renamed r JOIN placed p ON p.file_id = r.file_id
                 WHERE p.destination_id = ?1 AND r.at >= p.placed_at",
            )?;
            let rows = query.query_map([destination.0], |row| row.get(0).map(FileId))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

#[cfg(test)]
mod tests;
