//! Decisions: saved at once, in named batches, undone and redone at any depth and over restarts.
//!
//! A decision is about assets *with their bytes*: it holds for a group as long as every member is in it unchanged, so a
//! group comes back when a new member arrives or a file changes, and stays decided when one leaves.

use crate::row::{digest, unsigned};
use crate::settings::touch;
use crate::{Catalog, Error, Result};
use albumen_model::{AssetId, GroupId, Sha256};
use rusqlite::{OptionalExtension, Transaction, params};

/// From here on one pass over all groups is quicker than one query for each.
const MANY: usize = 2000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionKind {
    /// Some members are kept, the others set aside.
    Keep,
    NotDuplicates,
    Later,
}

impl DecisionKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::NotDuplicates => "notDuplicates",
            Self::Later => "later",
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct ReviewCounts {
    pub exact: u64,
    pub similar: u64,
    pub burst: u64,
    pub open: u64,
    pub open_exact: u64,
    pub decided: u64,
    pub not_duplicates: u64,
    pub later: u64,
    pub set_aside_assets: u64,
    pub set_aside_bytes: u64,
    pub undo: Option<String>,
    pub redo: Option<String>,
}

/// One step of the person's.
#[derive(Debug, Clone)]
pub struct StepRow {
    pub id: i64,
    pub label: String,
    pub made_at: i64,
    pub undone: bool,
    pub groups: u64,
}

impl Catalog {
    /// Saves one decision for each group as one step named `label`. `keep` says which members stay; a decision that
    /// keeps nobody is refused here, whoever asks.
    pub fn decide(
        &self,
        kind: DecisionKind,
        groups: &[(GroupId, Vec<AssetId>)],
        label: &str,
        now: i64,
    ) -> Result<()> {
        self.write(|tx| {
            tx.execute("DELETE FROM batch WHERE undone = 1", [])?;
            tx.execute("INSERT INTO batch (label, made_at) VALUES (?1, ?2)", params![label, now])?;
            let batch = tx.last_insert_rowid();
            for (group, keep) in groups {
                let decision: i64 = tx
                    .prepare_cached("INSERT INTO decision (batch_id, kind) VALUES (?1, ?2) RETURNING id")?
                    .query_row(params![batch, kind.as_str()], |row| row.get(0))?;
                let members = members(tx, *group)?;
                let kept = |asset: AssetId| kind != DecisionKind::Keep || keep.contains(&asset);
                if !members.iter().any(|(asset, _)| kept(*asset)) {
                    return Err(Error::Content(format!("a decision that keeps no member of group {}", group.0)));
                }
                for (asset, sha256) in members {
                    tx.prepare_cached(
                        "INSERT INTO decision_member (decision_id, asset_id, sha256, keep) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![decision, asset.0, sha256.0.as_slice(), kept(asset)])?;
                }
            }
            let ids: Vec<GroupId> = groups.iter().map(|group| group.0).collect();
            refresh(tx, few(&ids))?;
            touch(tx)
        })
    }

    /// Takes the last step back; returns its name.
    pub fn undo(&self) -> Result<Option<String>> {
        self.flip(
            "SELECT id, label FROM batch WHERE undone = 0 ORDER BY id DESC LIMIT 1",
            true,
        )
    }

    /// Brings the step back that was undone last; returns its name.
    pub fn redo(&self) -> Result<Option<String>> {
        self.flip(
            "SELECT id, label FROM batch WHERE undone = 1 ORDER BY id LIMIT 1",
            false,
        )
    }

    fn flip(&self, find: &str, undone: bool) -> Result<Option<String>> {
        self.write(|tx| {
            let found: Option<(i64, String)> =
                tx.query_row(find, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((batch, label)) = found else { return Ok(None) };
            tx.execute("UPDATE batch SET undone = ?2 WHERE id = ?1", params![batch, undone])?;
            let ids: Vec<GroupId> = {
                let mut query = tx.prepare(
                    "SELECT DISTINCT m.group_id FROM group_member m JOIN decision_member dm ON dm.asset_id = m.asset_id
                     JOIN decision d ON d.id = dm.decision_id WHERE d.batch_id = ?1",
                )?;
                query.query_map([batch], |row| row.get(0).map(GroupId))?.collect::<rusqlite::Result<_>>()?
            };
            refresh(tx, few(&ids))?;
            touch(tx)?;
            Ok(Some(label))
        })
    }

    /// Steps, newest first.
    pub fn decision_steps(&self) -> Result<Vec<StepRow>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT b.id, b.label, b.made_at, b.undone, (SELECT count(*) FROM decision d WHERE d.batch_id = b.id)
                 FROM batch b ORDER BY b.id DESC LIMIT 500",
            )?;
            let rows = query.query_map([], |row| {
                Ok(StepRow {
                    id: row.get(0)?,
                    label: row.get(1)?,
                    made_at: row.get(2)?,
                    undone: row.get(3)?,
                    groups: unsigned(row.get(4)?),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Undoes every step after `last` and redoes those up to it; 0 undoes all.
    pub fn go_to_step(&self, last: i64) -> Result<()> {
        self.write(|tx| {
            // Where nothing changes, a plan stays good.
            let changed = tx.execute(
                "UPDATE batch SET undone = (id > ?1) WHERE undone <> (id > ?1)",
                [last],
            )?;
            if changed == 0 {
                return Ok(());
            }
            refresh(tx, None)?;
            touch(tx)
        })
    }

    pub fn review_counts(&self) -> Result<ReviewCounts> {
        self.read(|c| {
            let mut counts = ReviewCounts::default();
            let mut query = c.prepare("SELECT kind, status, count(*) FROM duplicate_group GROUP BY 1, 2")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let (kind, status): (String, String) = (row.get(0)?, row.get(1)?);
                let n = unsigned(row.get(2)?);
                match kind.as_str() {
                    "exact" => counts.exact += n,
                    "burst" => counts.burst += n,
                    _ => counts.similar += n,
                }
                match status.as_str() {
                    "open" => {
                        counts.open += n;
                        counts.open_exact += if kind == "exact" { n } else { 0 };
                    }
                    "decided" => counts.decided += n,
                    "later" => counts.later += n,
                    _ => counts.not_duplicates += n,
                }
            }
            let (assets, bytes): (i64, i64) = c.query_row(
                "SELECT count(DISTINCT m.asset_id), coalesce(sum(f.size), 0) FROM duplicate_group g
                 JOIN group_member m ON m.group_id = g.id
                 JOIN decision_member d ON d.decision_id = g.decision_id AND d.asset_id = m.asset_id AND d.keep = 0
                 JOIN file f ON f.asset_id = m.asset_id AND f.gone = 0 WHERE g.status = 'decided'",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            (counts.set_aside_assets, counts.set_aside_bytes) = (unsigned(assets), unsigned(bytes));
            let label = |sql: &str| c.query_row(sql, [], |row| row.get(0)).optional();
            counts.undo = label("SELECT label FROM batch WHERE undone = 0 ORDER BY id DESC LIMIT 1")?;
            counts.redo = label("SELECT label FROM batch WHERE undone = 1 ORDER BY id LIMIT 1")?;
            Ok(counts)
        })
    }

    /// Every asset that a decision set aside, with one kept member of the same group.
    pub fn set_aside(&self) -> Result<Vec<(AssetId, AssetId)>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT m.asset_id, (SELECT k.asset_id FROM decision_member k JOIN group_member n
                     ON n.group_id = g.id AND n.asset_id = k.asset_id
                   WHERE k.decision_id = g.decision_id AND k.keep = 1 ORDER BY n.place LIMIT 1)
                 FROM duplicate_group g JOIN group_member m ON m.group_id = g.id
                 JOIN decision_member d ON d.decision_id = g.decision_id AND d.asset_id = m.asset_id AND d.keep = 0
                 WHERE g.status = 'decided' ORDER BY m.asset_id",
            )?;
            let mut rows = query.query([])?;
            let mut pairs = Vec::new();
            while let Some(row) = rows.next()? {
                // Without a kept member nothing is set aside.
                if let Some(keeper) = row.get::<_, Option<i64>>(1)? {
                    pairs.push((AssetId(row.get(0)?), AssetId(keeper)));
                }
            }
            Ok(pairs)
        })
    }
}

fn members(tx: &Transaction<'_>, group: GroupId) -> Result<Vec<(AssetId, Sha256)>> {
    let mut query = tx.prepare_cached("SELECT asset_id, sha256 FROM group_member WHERE group_id = ?1")?;
    let mut rows = query.query([group.0])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        members.push((AssetId(row.get(0)?), digest(row.get(1)?)?));
    }
    Ok(members)
}

/// Few enough to be refreshed one by one; `None` stands for all.
pub(crate) fn few(ids: &[GroupId]) -> Option<&[GroupId]> {
    (ids.len() < MANY).then_some(ids)
}

/// Finds for each group the newest decision in force that knows every member with its bytes.
pub(crate) fn refresh(tx: &Transaction<'_>, only: Option<&[GroupId]>) -> Result<()> {
    let find = "UPDATE duplicate_group SET decision_id = (
          SELECT max(d.id) FROM decision_member own
          JOIN decision d ON d.id = own.decision_id JOIN batch b ON b.id = d.batch_id AND b.undone = 0
          WHERE own.asset_id = duplicate_group.keeper AND NOT EXISTS (
            SELECT 1 FROM group_member m WHERE m.group_id = duplicate_group.id AND NOT EXISTS (
              SELECT 1 FROM decision_member dm
              WHERE dm.decision_id = d.id AND dm.asset_id = m.asset_id AND dm.sha256 = m.sha256)))";
    // A decision whose kept members have all left the group says nothing about the rest.
    let name = "UPDATE duplicate_group SET status = coalesce((
          SELECT CASE d.kind WHEN 'keep' THEN 'decided' ELSE d.kind END FROM decision d
          WHERE d.id = duplicate_group.decision_id AND (d.kind <> 'keep' OR EXISTS (
            SELECT 1 FROM group_member m JOIN decision_member dm
              ON dm.decision_id = d.id AND dm.asset_id = m.asset_id AND dm.keep = 1
            WHERE m.group_id = duplicate_group.id))), 'open')";
    match only {
        None => {
            tx.execute(find, [])?;
            tx.execute(name, [])?;
        }
        Some(ids) => {
            for sql in [find, name] {
                let mut update = tx.prepare_cached(&format!("{sql} WHERE id = ?1"))?;
                for id in ids {
                    update.execute([id.0])?;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
