//! Originals that may go, and the record of those that went: written before and after each removal.

use crate::files::FileRow;
use crate::row::{digest, signed, unsigned};
use crate::settings::note;
use crate::{Catalog, Result};
use albumen_model::{AssetId, DestinationId, FileId, Identity, RelPath, Sha256};
use rusqlite::{Row, params};
use std::collections::HashMap;

/// One file of an asset whose every file has a receipt.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub asset: AssetId,
    pub file: FileRow,
    pub source_display: String,
    pub placed: i64,
    pub key: String,
    pub sha256: Sha256,
    pub size: u64,
    /// The object's version when its receipt was made.
    pub version: String,
    /// Where else it has to be, with its receipt there: a library may have a second home.
    pub also: Vec<AlsoAt>,
}

/// The proof at another home.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AlsoAt {
    pub destination: i64,
    pub placed: i64,
    pub key: String,
    pub version: String,
}

/// A removal that was announced.
#[derive(Debug, Clone)]
pub struct Begun {
    pub id: i64,
    pub file: FileId,
    /// Path of the source; `path` lies below it.
    pub root: Vec<u8>,
    pub path: RelPath,
}

#[derive(Debug, Clone)]
pub struct RemovalRow {
    pub id: i64,
    pub file: FileId,
    pub root: Vec<u8>,
    pub path: RelPath,
    pub key: String,
    pub sha256: Sha256,
    pub size: u64,
    pub mtime_ns: i64,
    pub mode: u32,
}

/// A live file with its receipt, if any; the whole asset counts only when none of its files lacks one.
const WITH_RECEIPT: &str = "
  FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
  JOIN placed p ON p.file_id = f.id AND p.destination_id = ?1 AND p.sha256 = f.sha256
  JOIN receipt r ON r.placed_id = p.id
  WHERE f.gone = 0 AND f.excluded = 0 AND NOT EXISTS (
    SELECT 1 FROM file o WHERE o.asset_id = f.asset_id AND o.gone = 0 AND NOT EXISTS (
      SELECT 1 FROM placed q JOIN receipt t ON t.placed_id = q.id
      WHERE q.file_id = o.id AND q.destination_id = ?1 AND q.sha256 = o.sha256))";

impl Catalog {
    /// Every original that may be deleted, asset by asset: each file of the asset has its receipt at `destination` and at all
    /// `others`.
    pub fn removable(&self, destination: DestinationId, others: &[DestinationId]) -> Result<Vec<Candidate>> {
        let mut made = self.proven_at(destination)?;
        for other in others {
            let mut there: HashMap<i64, Candidate> = self
                .proven_at(*other)?
                .into_iter()
                .map(|one| (one.file.id.0, one))
                .collect();
            made.retain_mut(|one| match there.remove(&one.file.id.0) {
                Some(proof) => {
                    one.also.push(AlsoAt {
                        destination: other.0,
                        placed: proof.placed,
                        key: proof.key,
                        version: proof.version,
                    });
                    true
                }
                None => false,
            });
        }
        Ok(made)
    }

    fn proven_at(&self, destination: DestinationId) -> Result<Vec<Candidate>> {
        self.read(|c| {
            let sql = format!(
                "SELECT f.asset_id, f.id, s.path, f.path, f.display, f.dev, f.ino, f.size, f.mtime_ns, f.ctime_ns, f.mode,
                   f.kind, f.sha256, s.display, p.id, p.key, r.version {WITH_RECEIPT} GROUP BY f.id
                 ORDER BY f.asset_id, f.id = f.asset_id, f.id"
            );
            let mut query = c.prepare(&sql)?;
            let mut rows = query.query([destination.0])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(candidate(row)?);
            }
            Ok(made)
        })
    }

    /// Why the other live files stay, with counts.
    pub fn not_removable(&self, destination: DestinationId) -> Result<Vec<(String, u64)>> {
        self.read(|c| {
            let sql = format!(
                "SELECT why, count(*) FROM (SELECT CASE
                   WHEN f.excluded = 1 THEN 'System files and thumbnails: not copied'
                   WHEN f.sha256 IS NULL THEN 'Could not be read'
                   WHEN (SELECT t.outcome FROM step t JOIN plan n ON n.id = t.plan_id AND n.destination_id = ?1
                         WHERE t.file_id = f.id) = 'unsupported' THEN 'Not photos or videos: not copied'
                   WHEN (SELECT t.outcome FROM step t JOIN plan n ON n.id = t.plan_id AND n.destination_id = ?1
                         WHERE t.file_id = f.id) = 'duplicate' THEN 'Duplicates that were left out: they stay'
                   WHEN NOT EXISTS (SELECT 1 FROM placed p WHERE p.file_id = f.id AND p.destination_id = ?1
                         AND p.sha256 = f.sha256) THEN 'Not at the destination'
                   WHEN NOT EXISTS (SELECT 1 FROM placed p JOIN receipt r ON r.placed_id = p.id
                         WHERE p.file_id = f.id AND p.destination_id = ?1 AND p.sha256 = f.sha256)
                     THEN 'At the destination, not verified'
                   ELSE 'Belongs to a photo that is not wholly verified' END AS why
                 FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE f.gone = 0 AND f.id NOT IN (SELECT f.id {WITH_RECEIPT})) GROUP BY 1 ORDER BY 2 DESC"
            );
            let mut query = c.prepare(&sql)?;
            let rows = query.query_map([destination.0], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Journalled before the act.
    pub fn will_remove(
        &self,
        destination: DestinationId,
        one: &Candidate,
        how: &str,
        now: i64,
    ) -> Result<i64> {
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO removal (destination_id, file_id, placed_id, key, sha256, size, mtime_ns, mode, how, state, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'will', ?10)",
            )?
            .execute(params![
                destination.0,
                one.file.id.0,
                one.placed,
                one.key,
                one.sha256.0.as_slice(),
                signed(one.size),
                one.file.identity.mtime_ns,
                one.file.identity.mode,
                how,
                now
            ])?;
            let id = tx.last_insert_rowid();
            note(tx, now, "will remove original", &format!("{}/{}", one.source_display, one.file.display))?;
            Ok(id)
        })
    }

    /// Journalled after the act: `done` or `kept`.
    pub fn removal_ended(&self, id: i64, file: FileId, done: bool, now: i64) -> Result<()> {
        self.write(|tx| {
            let state = if done { "done" } else { "kept" };
            tx.prepare_cached("UPDATE removal SET state = ?2 WHERE id = ?1")?
                .execute(params![id, state])?;
            if done {
                tx.prepare_cached("UPDATE file SET gone = 1 WHERE id = ?1")?
                    .execute([file.0])?;
            }
            note(
                tx,
                now,
                "removal ended",
                &format!("{{\"removal\":{id},\"state\":\"{state}\"}}"),
            )
        })
    }

    /// Removals to bring back from `destination`: done, or announced by a run that was killed. Those that were made when another
    /// home was chosen count where this one holds the bytes, too: no home gives its copies up while originals are gone.
    pub fn to_restore(&self, destination: DestinationId) -> Result<Vec<RemovalRow>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT m.id, m.file_id, s.path, f.path, coalesce(p.key, m.key), m.sha256, m.size, m.mtime_ns, m.mode
                 FROM removal m JOIN file f ON f.id = m.file_id JOIN source s ON s.id = f.source_id
                 LEFT JOIN placed p ON p.destination_id = ?1 AND p.file_id = m.file_id AND p.sha256 = m.sha256
                   AND m.destination_id <> ?1
                 WHERE (m.destination_id = ?1 OR p.id IS NOT NULL) AND m.state IN ('done', 'will')
                 GROUP BY m.id ORDER BY m.id",
            )?;
            let mut rows = query.query([destination.0])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(RemovalRow {
                    id: row.get(0)?,
                    file: FileId(row.get(1)?),
                    root: row.get(2)?,
                    path: RelPath(row.get(3)?),
                    key: row.get(4)?,
                    sha256: digest(row.get(5)?)?,
                    size: unsigned(row.get(6)?),
                    mtime_ns: row.get(7)?,
                    mode: row.get(8)?,
                });
            }
            Ok(made)
        })
    }

    /// Removals that were announced and have no end yet, as a run was killed there.
    pub fn removals_without_end(&self) -> Result<Vec<Begun>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT m.id, m.file_id, s.path, f.path FROM removal m JOIN file f ON f.id = m.file_id
                 JOIN source s ON s.id = f.source_id WHERE m.state = 'will' ORDER BY m.id",
            )?;
            let rows = query.query_map([], |row| {
                Ok(Begun {
                    id: row.get(0)?,
                    file: FileId(row.get(1)?),
                    root: row.get(2)?,
                    path: RelPath(row.get(3)?),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The original stands again; its new identity is what later checks compare with.
    pub fn restored(&self, id: i64, file: FileId, now_is: &Identity, now: i64) -> Result<()> {
        self.write(|tx| {
            tx.execute("UPDATE removal SET state = 'restored' WHERE id = ?1", [id])?;
            tx.execute(
                "UPDATE file SET gone = 0, dev = ?2, ino = ?3, mtime_ns = ?4, ctime_ns = ?5 WHERE id = ?1",
                params![
                    file.0,
                    signed(now_is.dev),
                    signed(now_is.ino),
                    now_is.mtime_ns,
                    now_is.ctime_ns
                ],
            )?;
            note(tx, now, "original restored", &id.to_string())
        })
    }
}

fn candidate(row: &Row<'_>) -> Result<Candidate> {
    let file = FileRow {
        id: FileId(row.get(1)?),
        root: row.get(2)?,
        path: RelPath(row.get(3)?),
        display: row.get(4)?,
        identity: crate::row::identity(row, 5)?,
        kind: {
            let kind: String = row.get(11)?;
            crate::row::word(albumen_model::Kind::parse(&kind), &kind)?
        },
        sha256: Some(digest(row.get(12)?)?),
    };
    Ok(Candidate {
        asset: AssetId(row.get(0)?),
        source_display: row.get(13)?,
        placed: row.get(14)?,
        key: row.get(15)?,
        sha256: digest(row.get(12)?)?,
        size: file.identity.size,
        version: row.get(16)?,
        also: Vec::new(),
        file,
    })
}
