//! What is asked where several machines share a migration: whose files markers told of, and how far every part is.

use crate::row::{digest, signed, unsigned, word};
use crate::{Catalog, Result};
use albumen_model::{DestinationId, FileId, Outcome, RelPath, Sha256, StepState};
use rusqlite::params;

/// A placed object that a marker told of, that the listing has in its size, and that hangs on no file yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub placed: i64,
    pub sha256: Sha256,
    /// The original's path, as it was shown.
    pub from: String,
}

/// A file that is to be at the destination in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedStep {
    /// Of its asset's primary.
    pub primary: RelPath,
    pub outcome: Outcome,
    pub state: StepState,
    pub size: u64,
}

impl Catalog {
    /// A page of what waits for its file after `after`, in the order it was read in.
    pub fn waiting_page(&self, destination: DestinationId, after: i64, limit: u64) -> Result<Vec<Waiting>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT p.id, p.sha256, '/' || f.display FROM placed p JOIN file f ON f.id = p.file_id AND f.scan = 0
                 JOIN listing l ON l.destination_id = p.destination_id AND l.key = p.key AND l.size = p.size
                 WHERE p.destination_id = ?1 AND p.id > ?2 ORDER BY p.id LIMIT ?3",
            )?;
            let mut rows = query.query(params![destination.0, after, signed(limit)])?;
            let mut page = Vec::new();
            while let Some(row) = rows.next()? {
                page.push(Waiting {
                    placed: row.get(0)?,
                    sha256: digest(row.get(1)?)?,
                    from: row.get(2)?,
                });
            }
            Ok(page)
        })
    }

    /// Live files with these bytes that lie at `path` below a source and stand at no place of the destination yet, with
    /// their paths as they are shown.
    pub fn files_to_meet(
        &self,
        destination: DestinationId,
        path: &str,
        sha256: &Sha256,
    ) -> Result<Vec<(FileId, String)>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT f.id, s.display || '/' || f.display FROM source s CROSS JOIN file f ON f.source_id = s.id
                   AND f.path = ?2
                 WHERE s.removed = 0 AND f.gone = 0 AND f.sha256 = ?3 AND NOT EXISTS (SELECT 1 FROM placed p
                   WHERE p.file_id = f.id AND p.destination_id = ?1 AND p.sha256 = ?3) ORDER BY s.id",
            )?;
            let rows = query.query_map(
                params![destination.0, path.as_bytes(), sha256.0.as_slice()],
                |row| Ok((FileId(row.get(0)?), row.get(1)?)),
            )?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Every step of a plan by which a file is to be at the destination, one by one.
    pub fn shared_steps(&self, plan: i64, mut on_step: impl FnMut(SharedStep)) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT p.path, t.outcome, t.state, t.size FROM step t JOIN file p ON p.id = t.asset_id
                 WHERE t.plan_id = ?1 AND t.outcome IN ('copy', 'alreadyThere', 'failed')",
            )?;
            let mut rows = query.query([plan])?;
            while let Some(row) = rows.next()? {
                let (outcome, state): (String, String) = (row.get(1)?, row.get(2)?);
                on_step(SharedStep {
                    primary: RelPath(row.get(0)?),
                    outcome: word(Outcome::parse(&outcome), &outcome)?,
                    state: word(StepState::parse(&state), &state)?,
                    size: unsigned(row.get(3)?),
                });
            }
            Ok(())
        })
    }
}
