//! Duplicate groups: replaced as a whole after each scan, read page by page by the gallery.

use crate::decisions;
use crate::row::{digest, unsigned, word};
use crate::settings::touch;
use crate::{Catalog, Result};
use albumen_model::{AssetId, FileId, GroupId, GroupKind, GroupStatus, PerceptualHash, Sha256};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What grouping needs of each asset.
#[derive(Debug, Clone)]
pub struct CandidateRow {
    pub asset: AssetId,
    pub dev: u64,
    pub ino: u64,
    pub sha256: Sha256,
    pub phash: Option<PerceptualHash>,
    pub size: u64,
    pub width: u32,
    pub height: u32,
    pub mtime_ns: i64,
    pub dated: bool,
    pub has_gps: bool,
    pub companions: u32,
    pub display: String,
}

#[derive(Debug, Clone)]
pub struct NewGroup {
    pub kind: GroupKind,
    pub reason: String,
    /// Keeper first.
    pub members: Vec<(AssetId, u32)>,
}

#[derive(Debug, Clone)]
pub struct GroupRow {
    pub id: GroupId,
    pub kind: GroupKind,
    pub status: GroupStatus,
    pub reason: String,
    pub reclaim: u64,
    pub members: Vec<MemberRow>,
}

#[derive(Debug, Clone)]
pub struct MemberRow {
    pub asset: AssetId,
    pub file: FileId,
    pub root: String,
    pub display: String,
    pub size: u64,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub captured: Option<String>,
    pub date_source: Option<String>,
    pub camera: Option<String>,
    pub gps: Option<(f64, f64)>,
    pub mtime_ns: i64,
    pub kind: String,
    pub companions: Vec<String>,
    pub distance: u32,
    /// First in the group's order: the suggestion.
    pub suggested: bool,
    /// In force: the decision's word, or the suggestion.
    pub keep: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSort {
    Size,
    Count,
    Date,
    Folder,
}

#[derive(Debug, Clone)]
pub struct GroupFilter {
    pub kind: Option<GroupKind>,
    pub status: Option<GroupStatus>,
    pub sort: GroupSort,
    pub offset: u64,
    pub limit: u64,
}

const MEMBER: &str = "SELECT f.id, s.display, f.display, f.size, f.width, f.height, f.captured, f.date_source, f.camera,
    f.north, f.east, f.mtime_ns, f.kind,
    (SELECT group_concat(c.display, char(10)) FROM file c WHERE c.asset_id = f.id AND c.id <> f.id AND c.gone = 0)";

impl Catalog {
    /// Every asset that can be a duplicate, in id order.
    pub fn candidates(&self) -> Result<Vec<CandidateRow>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT f.id, f.dev, f.ino, f.sha256, f.phash, f.size, f.width, f.height, f.mtime_ns,
                   f.date_source = 'exif', f.north IS NOT NULL,
                   (SELECT count(*) FROM file x WHERE x.asset_id = f.id AND x.id <> f.id AND x.gone = 0),
                   s.display || '/' || f.display
                 FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE f.gone = 0 AND f.excluded = 0 AND f.id = f.asset_id AND f.sha256 IS NOT NULL
                   AND f.kind NOT IN ('other', 'sidecar')
                 ORDER BY f.id",
            )?;
            let mut rows = query.query([])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(candidate(row)?);
            }
            Ok(made)
        })
    }

    /// Replaces all groups; decisions are found again by their members.
    pub fn replace_groups(&self, groups: &[NewGroup]) -> Result<()> {
        self.write(|tx| {
            tx.execute("DELETE FROM duplicate_group", [])?;
            for group in groups {
                let id: i64 = tx
                    .prepare_cached(
                        "INSERT INTO duplicate_group (kind, keeper, reason, members, reclaim, captured, display)
                         SELECT ?1, ?2, ?3, ?4, 0, f.captured, f.display FROM file f WHERE f.id = ?2 RETURNING id",
                    )?
                    .query_row(
                        params![group.kind.as_str(), group.members[0].0.0, group.reason, group.members.len() as i64],
                        |row| row.get(0),
                    )?;
                for (place, (asset, distance)) in group.members.iter().enumerate() {
                    tx.prepare_cached(
                        "INSERT INTO group_member (group_id, asset_id, sha256, distance, place)
                         SELECT ?1, f.id, f.sha256, ?3, ?4 FROM file f WHERE f.id = ?2",
                    )?
                    .execute(params![id, asset.0, distance, place as i64])?;
                }
            }
            tx.execute(
                "UPDATE duplicate_group SET reclaim = (SELECT coalesce(sum(f.size), 0) FROM group_member m
                   JOIN file f ON f.asset_id = m.asset_id WHERE m.group_id = duplicate_group.id AND m.place > 0)",
                [],
            )?;
            decisions::refresh(tx, None)?;
            touch(tx)
        })
    }

    pub fn groups(&self, filter: &GroupFilter) -> Result<(u64, Vec<GroupRow>)> {
        let order = match filter.sort {
            GroupSort::Size => "reclaim DESC, id",
            GroupSort::Count => "members DESC, id",
            GroupSort::Date => "captured IS NULL, captured, id",
            GroupSort::Folder => "display, id",
        };
        let kind = filter.kind.map(GroupKind::as_str);
        let status = filter.status.map(GroupStatus::as_str);
        let wanted = "FROM duplicate_group WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR status = ?2)";
        self.read(|c| {
            let total: i64 = c.query_row(
                &format!("SELECT count(*) {wanted}"),
                params![kind, status],
                |row| row.get(0),
            )?;
            let sql = format!("SELECT id {wanted} ORDER BY {order} LIMIT ?3 OFFSET ?4");
            let mut query = c.prepare_cached(&sql)?;
            let ids: Vec<i64> = query
                .query_map(
                    params![
                        kind,
                        status,
                        filter.limit.cast_signed(),
                        filter.offset.cast_signed()
                    ],
                    |row| row.get(0),
                )?
                .collect::<rusqlite::Result<_>>()?;
            let rows = ids
                .into_iter()
                .map(|id| group_row(c, id))
                .collect::<Result<_>>()?;
            Ok((unsigned(total), rows))
        })
    }

    pub fn group(&self, id: GroupId) -> Result<Option<GroupRow>> {
        self.read(|c| {
            let there: Option<i64> = c
                .query_row("SELECT id FROM duplicate_group WHERE id = ?1", [id.0], |row| {
                    row.get(0)
                })
                .optional()?;
            there.map(|id| group_row(c, id)).transpose()
        })
    }

    /// An asset as a member of no group, for compare.
    pub fn member(&self, asset: AssetId) -> Result<Option<MemberRow>> {
        self.read(|c| {
            let sql = format!(
                "{MEMBER}, 0, 0, NULL FROM file f JOIN source s ON s.id = f.source_id WHERE f.id = ?1 AND f.id = f.asset_id"
            );
            Ok(c.query_row(&sql, [asset.0], member_row).optional()?)
        })
    }

    /// Every member of every open exact group, group by group, keeper first; with how many companions each has.
    pub fn open_exact_members(&self) -> Result<Vec<(GroupId, AssetId, u32)>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT g.id, m.asset_id,
                   (SELECT count(*) FROM file x WHERE x.asset_id = m.asset_id AND x.id <> x.asset_id AND x.gone = 0)
                 FROM duplicate_group g JOIN group_member m ON m.group_id = g.id
                 WHERE g.kind = 'exact' AND g.status = 'open' ORDER BY g.id, m.place",
            )?;
            let rows = query.query_map([], |row| Ok((GroupId(row.get(0)?), AssetId(row.get(1)?), row.get(2)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// True when every file of `asset` has its bytes among the files of `keeper`: leaving it out loses nothing.
    pub fn is_contained(&self, asset: AssetId, keeper: AssetId) -> Result<bool> {
        self.read(|c| {
            Ok(c.prepare_cached(
                "SELECT NOT EXISTS (SELECT 1 FROM file a WHERE a.asset_id = ?1 AND a.gone = 0 AND
                   (a.sha256 IS NULL OR NOT EXISTS
                     (SELECT 1 FROM file k WHERE k.asset_id = ?2 AND k.gone = 0 AND k.sha256 = a.sha256)))",
            )?
            .query_row([asset.0, keeper.0], |row| row.get(0))?)
        })
    }
}

fn candidate(row: &Row<'_>) -> Result<CandidateRow> {
    let phash: Option<Vec<u8>> = row.get(4)?;
    Ok(CandidateRow {
        asset: AssetId(row.get(0)?),
        dev: unsigned(row.get(1)?),
        ino: unsigned(row.get(2)?),
        sha256: digest(row.get(3)?)?,
        phash: phash.as_deref().and_then(PerceptualHash::from_slice),
        size: unsigned(row.get(5)?),
        width: row.get::<_, Option<u32>>(6)?.unwrap_or(0),
        height: row.get::<_, Option<u32>>(7)?.unwrap_or(0),
        mtime_ns: row.get(8)?,
        dated: row.get::<_, Option<bool>>(9)?.unwrap_or(false),
        has_gps: row.get(10)?,
        companions: row.get(11)?,
        display: row.get(12)?,
    })
}

fn group_row(c: &Connection, id: i64) -> Result<GroupRow> {
    let (kind, status, reason, reclaim): (String, String, String, i64) = c
        .prepare_cached("SELECT kind, status, reason, reclaim FROM duplicate_group WHERE id = ?1")?
        .query_row([id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    let sql = format!(
        "{MEMBER}, m.distance, m.place = 0,
           (SELECT d.keep FROM decision_member d WHERE d.decision_id = g.decision_id AND d.asset_id = m.asset_id)
         FROM group_member m JOIN duplicate_group g ON g.id = m.group_id JOIN file f ON f.id = m.asset_id
         JOIN source s ON s.id = f.source_id WHERE m.group_id = ?1 ORDER BY m.place"
    );
    let members = c
        .prepare_cached(&sql)?
        .query_map([id], member_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(GroupRow {
        id: GroupId(id),
        kind: word(GroupKind::parse(&kind), &kind)?,
        status: word(GroupStatus::parse(&status), &status)?,
        reason,
        reclaim: unsigned(reclaim),
        members,
    })
}

fn member_row(row: &Row<'_>) -> rusqlite::Result<MemberRow> {
    let (north, east): (Option<f64>, Option<f64>) = (row.get(9)?, row.get(10)?);
    let companions: Option<String> = row.get(13)?;
    let suggested = row.get(15)?;
    Ok(MemberRow {
        asset: AssetId(row.get(0)?),
        file: FileId(row.get(0)?),
        root: row.get(1)?,
        display: row.get(2)?,
        size: unsigned(row.get(3)?),
        width: row.get(4)?,
        height: row.get(5)?,
        captured: row.get(6)?,
        date_source: row.get(7)?,
        camera: row.get(8)?,
        gps: north.zip(east),
        mtime_ns: row.get(11)?,
        kind: row.get(12)?,
        companions: companions
            .map(|lines| lines.lines().map(str::to_owned).collect())
            .unwrap_or_default(),
        distance: row.get(14)?,
        suggested,
        keep: row.get::<_, Option<bool>>(16)?.unwrap_or(suggested),
    })
}
