//! Plans and their steps. A destination has one plan; a new one replaces it.

use crate::row::{digest, identity, signed, unsigned, word};
use crate::{Catalog, Result};
use albumen_model::{
    AssetId, Balance, DestinationId, FileId, Identity, Kind, Outcome, RelPath, Sha256, StepState, Tally,
};
use rusqlite::{OptionalExtension, Row, params};

#[derive(Debug, Clone)]
pub struct PlanRow {
    pub id: i64,
    pub destination: DestinationId,
    /// JSON.
    pub options: String,
    pub made_at: i64,
    pub revision: i64,
    pub shards: u64,
}

#[derive(Debug, Clone)]
pub struct NewStep {
    pub file: FileId,
    pub asset: AssetId,
    pub outcome: Outcome,
    pub state: StepState,
    pub key: Option<String>,
    pub fold: Option<String>,
    pub size: u64,
    pub why: String,
    pub shard: Option<u32>,
    /// Of a duplicate, the asset that stands for it.
    pub instead: Option<AssetId>,
    /// Of what is left out, the bytes that it had.
    pub sha256: Option<Sha256>,
}

#[derive(Debug, Clone)]
pub struct StepRow {
    pub id: i64,
    pub file: FileId,
    pub outcome: Outcome,
    pub state: StepState,
    pub from: String,
    pub key: Option<String>,
    pub size: u64,
    pub why: String,
}

/// A step with all that transfer needs.
#[derive(Debug, Clone)]
pub struct ShardStep {
    pub id: i64,
    pub file: FileId,
    pub root: Vec<u8>,
    pub path: RelPath,
    pub display: String,
    pub identity: Identity,
    pub sha256: Sha256,
    pub key: String,
    pub kind: Kind,
    pub captured: Option<String>,
    pub camera: Option<String>,
}

/// A file as the plan sees it, with what its asset's primary says.
#[derive(Debug, Clone)]
pub struct PlanFile {
    pub id: FileId,
    pub asset: AssetId,
    pub path: RelPath,
    pub display: String,
    pub size: u64,
    pub mtime_ns: i64,
    pub kind: Kind,
    pub sha256: Option<Sha256>,
    pub excluded: bool,
    /// Why it could not be read.
    pub error: Option<String>,
    pub primary_path: RelPath,
    pub primary_kind: Kind,
    pub primary_sha256: Option<Sha256>,
    pub words: Words,
}

/// What a layout's words say of an asset, by its primary.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub captured: Option<String>,
    pub camera: Option<String>,
    pub lens: Option<String>,
    pub place: Option<String>,
    pub album: Option<String>,
}

/// An asset as a layout's preview sees it, by its primary.
#[derive(Debug, Clone)]
pub struct SampleFile {
    pub asset: AssetId,
    pub path: RelPath,
    pub display: String,
    pub kind: Kind,
    pub sha256: Option<Sha256>,
    /// Nothing but the file's own time dates it.
    pub is_by_file_time: bool,
    /// It is at the destination already.
    pub is_placed: bool,
    pub words: Words,
}

#[derive(Debug, Clone, Default)]
pub struct StepFilter {
    pub search: String,
    pub outcome: Option<Outcome>,
    pub state: Option<StepState>,
    pub offset: u64,
    pub limit: u64,
}

impl Catalog {
    /// Makes an empty plan in place of the old one; it counts only after [`Catalog::complete_plan`].
    pub fn begin_plan(
        &self,
        destination: DestinationId,
        options: &str,
        revision: i64,
        now: i64,
    ) -> Result<i64> {
        self.write(|tx| {
            tx.execute("DELETE FROM plan WHERE destination_id = ?1", [destination.0])?;
            tx.execute(
                "INSERT INTO plan (destination_id, options, made_at, revision) VALUES (?1, ?2, ?3, ?4)",
                params![destination.0, options, now, revision],
            )?;
            Ok(tx.last_insert_rowid())
        })
    }

    pub fn put_steps(&self, plan: i64, steps: &[NewStep]) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO step (plan_id, file_id, asset_id, outcome, state, key, fold, size, why, shard, instead,
                   sha256)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?;
            for step in steps {
                insert.execute(params![
                    plan,
                    step.file.0,
                    step.asset.0,
                    step.outcome.as_str(),
                    step.state.as_str(),
                    step.key,
                    step.fold,
                    signed(step.size),
                    step.why,
                    step.shard,
                    step.instead.map(|asset| asset.0),
                    step.sha256.as_ref().map(|sha256| sha256.0.as_slice()),
                ])?;
            }
            Ok(())
        })
    }

    pub fn complete_plan(&self, plan: i64) -> Result<()> {
        self.write(|tx| {
            Ok(tx
                .execute("UPDATE plan SET complete = 1 WHERE id = ?1", [plan])
                .map(|_| ())?)
        })
    }

    pub fn plan(&self, destination: DestinationId) -> Result<Option<PlanRow>> {
        self.read(|c| {
            let row = c.query_row(
                "SELECT id, destination_id, options, made_at, revision,
                   (SELECT count(DISTINCT shard) FROM step WHERE plan_id = plan.id)
                 FROM plan WHERE destination_id = ?1 AND complete = 1",
                [destination.0],
                |row| {
                    Ok(PlanRow {
                        id: row.get(0)?,
                        destination: DestinationId(row.get(1)?),
                        options: row.get(2)?,
                        made_at: row.get(3)?,
                        revision: row.get(4)?,
                        shards: unsigned(row.get(5)?),
                    })
                },
            );
            Ok(row.optional()?)
        })
    }

    /// Forgets the plan of a destination.
    pub fn drop_plan(&self, destination: DestinationId) -> Result<()> {
        self.write(|tx| {
            Ok(tx
                .execute("DELETE FROM plan WHERE destination_id = ?1", [destination.0])
                .map(|_| ())?)
        })
    }

    /// Every live file, asset by asset in the order of their dates, the primary of each first. The order is one that every
    /// machine gives the same library: of equal dates, by path and bytes, and by source only where those are equal too.
    pub fn for_planning(&self, mut on_file: impl FnMut(PlanFile) -> Result<()>) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT f.id, coalesce(f.asset_id, f.id), f.path, s.display || '/' || f.display, f.size, f.mtime_ns, f.kind,
                   f.sha256, f.excluded, f.error, p.path, p.kind, p.sha256,
                   p.captured, p.camera, p.lens, p.place, p.album
                 FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
                 JOIN file p ON p.id = coalesce(f.asset_id, f.id)
                 WHERE f.gone = 0
                 ORDER BY p.captured, p.path, p.sha256, p.source_id, p.id, f.id <> p.id, f.path",
            )?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let (kind, primary_kind): (String, String) = (row.get(6)?, row.get(11)?);
                on_file(PlanFile {
                    id: FileId(row.get(0)?),
                    asset: AssetId(row.get(1)?),
                    path: RelPath(row.get(2)?),
                    display: row.get(3)?,
                    size: unsigned(row.get(4)?),
                    mtime_ns: row.get(5)?,
                    kind: word(Kind::parse(&kind), &kind)?,
                    sha256: row.get::<_, Option<Vec<u8>>>(7)?.map(digest).transpose()?,
                    excluded: row.get(8)?,
                    error: row.get(9)?,
                    primary_path: RelPath(row.get(10)?),
                    primary_kind: word(Kind::parse(&primary_kind), &primary_kind)?,
                    primary_sha256: row.get::<_, Option<Vec<u8>>>(12)?.map(digest).transpose()?,
                    words: words(row, 13)?,
                })?;
            }
            Ok(())
        })
    }

    /// Copies of the same bytes in groups nobody decided on, as (copy, the one that stays): what `--skip-duplicates`
    /// leaves out. What is in a protected folder stays.
    pub fn open_exact_pairs(&self) -> Result<Vec<(AssetId, AssetId)>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT m.asset_id, (SELECT n.asset_id FROM group_member n WHERE n.group_id = m.group_id
                     AND n.sha256 = m.sha256 ORDER BY n.place LIMIT 1) AS first
                 FROM duplicate_group g JOIN group_member m ON m.group_id = g.id
                 WHERE g.status = 'open' AND m.place > 0 AND m.keep = 0 AND first <> m.asset_id ORDER BY m.asset_id",
            )?;
            let rows = query.query_map([], |row| Ok((AssetId(row.get(0)?), AssetId(row.get(1)?))))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Says that what changed since the plan was made is the plan's own doing.
    pub fn keep_plan(&self, destination: DestinationId) -> Result<()> {
        let revision = self.revision()?;
        self.write(|tx| {
            let sql = "UPDATE plan SET revision = ?2 WHERE destination_id = ?1";
            Ok(tx.execute(sql, params![destination.0, revision]).map(|_| ())?)
        })
    }

    /// The accounting of a plan. `found` comes from the files themselves, not from the steps; originals that were
    /// deleted after their copies were verified were found too.
    pub fn balance(&self, plan: i64) -> Result<Balance> {
        self.read(|c| {
            let mut balance = Balance::default();
            let tally = |row: &Row<'_>, at: usize| -> rusqlite::Result<Tally> {
                Ok(Tally {
                    files: unsigned(row.get(at)?),
                    bytes: unsigned(row.get(at + 1)?),
                })
            };
            balance.found = c.query_row(
                "SELECT count(*), coalesce(sum(f.size), 0) FROM file f
                 JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE f.gone = 0 OR f.id IN (SELECT m.file_id FROM removal m JOIN plan n
                   ON n.destination_id = m.destination_id AND n.id = ?1 WHERE m.state = 'done')",
                [plan],
                |row| tally(row, 0),
            )?;
            let mut query = c.prepare(
                "SELECT CASE state WHEN 'failed' THEN 'failed' ELSE outcome END, count(*), sum(size)
                 FROM step WHERE plan_id = ?1 GROUP BY 1",
            )?;
            let mut rows = query.query([plan])?;
            while let Some(row) = rows.next()? {
                let text: String = row.get(0)?;
                *balance.outcome_mut(word(Outcome::parse(&text), &text)?) = tally(row, 1)?;
            }
            // A plan that was made after originals were deleted does not see them; their copies are there.
            let deleted = c.query_row(
                "SELECT count(*), coalesce(sum(f.size), 0) FROM file f
                 JOIN source s ON s.id = f.source_id AND s.removed = 0 JOIN plan n ON n.id = ?1
                 WHERE f.gone = 1 AND f.id IN (SELECT file_id FROM removal WHERE destination_id = n.destination_id
                   AND state = 'done')
                 AND NOT EXISTS (SELECT 1 FROM step t WHERE t.plan_id = ?1 AND t.file_id = f.id)
                 AND EXISTS (SELECT 1 FROM placed p WHERE p.file_id = f.id AND p.destination_id = n.destination_id
                   AND p.sha256 = f.sha256)",
                [plan],
                |row| tally(row, 0),
            )?;
            balance.already_there = balance.already_there.plus(deleted);
            balance.copied = c.query_row(
                "SELECT count(*), coalesce(sum(size), 0) FROM step
                 WHERE plan_id = ?1 AND outcome = 'copy' AND state IN ('placed', 'verified')",
                [plan],
                |row| tally(row, 0),
            )?;
            Ok(balance.close())
        })
    }

    pub fn steps(&self, plan: i64, filter: &StepFilter) -> Result<(u64, Vec<StepRow>)> {
        let wanted = "FROM step t JOIN file f ON f.id = t.file_id JOIN source s ON s.id = f.source_id
             WHERE t.plan_id = ?1 AND (?2 IS NULL OR t.outcome = ?2) AND (?3 IS NULL OR t.state = ?3)
             AND (?4 = '' OR instr(lower(s.display || '/' || f.display || ' ' || coalesce(t.key, '') || ' ' || t.why),
                  lower(?4)) > 0)";
        let outcome = filter.outcome.map(Outcome::as_str);
        let state = filter.state.map(StepState::as_str);
        self.read(|c| {
            let total: i64 = c.query_row(
                &format!("SELECT count(*) {wanted}"),
                params![plan, outcome, state, filter.search],
                |row| row.get(0),
            )?;
            let sql = format!(
                "SELECT t.id, t.file_id, t.outcome, t.state, s.display || '/' || f.display, t.key, t.size, t.why
                 {wanted} ORDER BY t.id LIMIT ?5 OFFSET ?6"
            );
            let mut query = c.prepare_cached(&sql)?;
            let mut rows = query.query(params![
                plan,
                outcome,
                state,
                filter.search,
                filter.limit.cast_signed(),
                filter.offset.cast_signed()
            ])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(step_row(row)?);
            }
            Ok((unsigned(total), made))
        })
    }

    /// Shards from `first` on that still have steps to do, in order.
    pub fn open_shards(&self, plan: i64, first: u32) -> Result<Vec<u32>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT DISTINCT shard FROM step WHERE plan_id = ?1 AND shard >= ?2
                 AND state IN ('planned', 'sending', 'failed') ORDER BY shard",
            )?;
            Ok(query
                .query_map(params![plan, first], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Files and bytes that [`Catalog::open_shards`] still hold.
    pub fn open_work(&self, plan: i64, first: u32) -> Result<Tally> {
        self.read(|c| {
            Ok(c.query_row(
                "SELECT count(*), coalesce(sum(size), 0) FROM step WHERE plan_id = ?1 AND shard >= ?2
                 AND state IN ('planned', 'sending', 'failed')",
                params![plan, first],
                |row| {
                    Ok(Tally {
                        files: unsigned(row.get(0)?),
                        bytes: unsigned(row.get(1)?),
                    })
                },
            )?)
        })
    }

    /// Claims a shard: its open steps become `sending` and their keys intents, in one transaction, before any byte
    /// moves. An object that is found later under such a key with these bytes is ours.
    pub fn claim_shard(
        &self,
        plan: i64,
        destination: DestinationId,
        shard: u32,
        now: i64,
    ) -> Result<Vec<ShardStep>> {
        self.write(|tx| {
            let open = "plan_id = ?1 AND shard = ?2 AND state IN ('planned', 'sending', 'failed')";
            let steps = {
                let mut query = tx.prepare_cached(&format!(
                    "SELECT t.id, f.id, s.path, f.path, s.display || '/' || f.display, f.dev, f.ino, f.size, f.mtime_ns,
                       f.ctime_ns, f.mode, f.sha256, t.key, f.kind, f.captured, f.camera
                     FROM step t JOIN file f ON f.id = t.file_id JOIN source s ON s.id = f.source_id
                     WHERE t.{} ORDER BY t.id",
                    open.replace("state", "t.state").replace("shard =", "t.shard =")
                ))?;
                let mut rows = query.query(params![plan, shard])?;
                let mut steps = Vec::new();
                while let Some(row) = rows.next()? {
                    steps.push(shard_step(row)?);
                }
                steps
            };
            let mut intend = tx.prepare_cached(
                "INSERT OR REPLACE INTO intent (destination_id, key, sha256, at) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for step in &steps {
                intend.execute(params![destination.0, step.key, step.sha256.0.as_slice(), now])?;
            }
            tx.prepare_cached(&format!("UPDATE step SET state = 'sending' WHERE {open}"))?
                .execute(params![plan, shard])?;
            Ok(steps)
        })
    }

    /// Failed steps keep their reason; the next run tries them again.
    pub fn fail_steps(&self, failed: &[(i64, String)]) -> Result<()> {
        self.write(|tx| {
            let mut update = tx.prepare_cached("UPDATE step SET state = 'failed', why = ?2 WHERE id = ?1")?;
            for (id, why) in failed {
                update.execute(params![id, why])?;
            }
            Ok(())
        })
    }

    /// Steps that were claimed and not reached go back to `planned`.
    pub fn release_steps(&self, plan: i64) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE step SET state = 'planned' WHERE plan_id = ?1 AND state = 'sending'";
            Ok(tx.execute(sql, [plan]).map(|_| ())?)
        })
    }
}

pub(crate) fn words(row: &Row<'_>, at: usize) -> Result<Words> {
    Ok(Words {
        captured: row.get(at)?,
        camera: row.get(at + 1)?,
        lens: row.get(at + 2)?,
        place: row.get(at + 3)?,
        album: row.get(at + 4)?,
    })
}

fn step_row(row: &Row<'_>) -> Result<StepRow> {
    let (outcome, state): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(StepRow {
        id: row.get(0)?,
        file: FileId(row.get(1)?),
        outcome: word(Outcome::parse(&outcome), &outcome)?,
        state: word(StepState::parse(&state), &state)?,
        from: row.get(4)?,
        key: row.get(5)?,
        size: unsigned(row.get(6)?),
        why: row.get(7)?,
    })
}

pub(crate) fn shard_step(row: &Row<'_>) -> Result<ShardStep> {
    let kind: String = row.get(13)?;
    Ok(ShardStep {
        id: row.get(0)?,
        file: FileId(row.get(1)?),
        root: row.get(2)?,
        path: RelPath(row.get(3)?),
        display: row.get(4)?,
        identity: identity(row, 5)?,
        sha256: digest(row.get(11)?)?,
        key: row.get(12)?,
        kind: word(Kind::parse(&kind), &kind)?,
        captured: row.get(14)?,
        camera: row.get(15)?,
    })
}
