//! Where a file came from and where it is now: by the path of an original, a name at a destination or a digest, everything
//! that the catalog knows of it. What is gone is answered for like what is there.

use crate::files::FILE_ROW;
use crate::row::{digest, unsigned, word};
use crate::{Catalog, DestinationRow, FileRow, Result};
use albumen_model::{
    AssetId, DestinationId, FileId, GroupKind, GroupStatus, Outcome, Relation, Sha256, StepState,
};
use rusqlite::{OptionalExtension, Row, ToSql, params};

/// Of one question; more than this many files have one name or one digest only by design.
const MOST: i64 = 1000;

/// What the catalog knows of a file by itself. Times ending in `_at` are milliseconds since the epoch.
#[derive(Debug, Clone)]
pub struct OriginRow {
    pub file: FileRow,
    pub asset: AssetId,
    pub source_display: String,
    pub gone: bool,
    /// Its folder is not in the list any more.
    pub source_removed: bool,
    /// Only a marker told of it.
    pub recalled: bool,
    pub captured: Option<String>,
    pub offset_minutes: Option<i16>,
    pub date_source: Option<String>,
    pub camera: Option<String>,
    pub gps: Option<(f64, f64)>,
    pub added_at: Option<i64>,
    pub scanned_at: Option<i64>,
}

/// Another file, as it is named to people.
#[derive(Debug, Clone)]
pub struct NamedFile {
    pub file: FileId,
    pub display: String,
    pub kind: String,
    pub gone: bool,
}

#[derive(Debug, Clone)]
pub struct OriginGroup {
    pub kind: GroupKind,
    pub status: GroupStatus,
    pub members: Vec<OriginMember>,
    /// What the person said, in which step, and when.
    pub decision: Option<(String, String, i64)>,
}

#[derive(Debug, Clone)]
pub struct OriginMember {
    pub asset: AssetId,
    pub display: String,
    pub relation: Relation,
    /// By the decision, or as it is proposed.
    pub keep: bool,
}

#[derive(Debug, Clone)]
pub struct OriginCopy {
    pub destination: DestinationRow,
    pub file: FileId,
    /// The original whose copy it is.
    pub from: String,
    pub key: String,
    pub sha256: Sha256,
    pub size: u64,
    /// It was there before, with these bytes.
    pub was_found: bool,
    pub placed_at: i64,
    pub receipt: Option<(String, i64)>,
}

#[derive(Debug, Clone)]
pub struct OriginRemoval {
    pub destination: DestinationRow,
    /// `trash` or `permanent`.
    pub how: String,
    /// `will`, `done`, `kept` or `restored`.
    pub state: String,
    pub key: String,
    pub at: i64,
    pub restored_at: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct OriginStep {
    pub destination: DestinationRow,
    pub outcome: Outcome,
    pub state: StepState,
    pub key: Option<String>,
    pub why: String,
    pub planned_at: i64,
}

impl Catalog {
    /// Files whose original has, or had, this absolute path: in any source, listed or not.
    pub fn files_at(&self, path: &[u8]) -> Result<Vec<FileId>> {
        self.read(|c| {
            let mut sources = c.prepare("SELECT id, path FROM source")?;
            let mut rows = sources.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let (source, root): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
                let below = match path.strip_prefix(root.as_slice()) {
                    Some(rest) if root == b"/" => rest,
                    Some([b'/', rest @ ..]) => rest,
                    _ => continue,
                };
                // A marker may have told of several contents of one path, or a rename put another there: behind a NUL.
                let (from, to) = ([below, b"\0"].concat(), [below, b"\x01"].concat());
                let mut files = c.prepare_cached(
                    "SELECT id FROM file WHERE source_id = ?1 AND (path = ?2 OR (path >= ?3 AND path < ?4)) ORDER BY id",
                )?;
                let ids = files.query_map(params![source, below, from, to], |row| row.get(0))?;
                for id in ids {
                    found.push(FileId(id?));
                }
                let mut earlier = c.prepare_cached(
                    "SELECT DISTINCT file_id FROM renamed WHERE source_id = ?1 AND path = ?2 ORDER BY file_id",
                )?;
                for id in earlier.query_map(params![source, below], |row| row.get(0))? {
                    found.push(FileId(id?));
                }
            }
            Ok(found)
        })
    }

    /// Files that stand, or are to stand, under `key` at the destination.
    pub fn files_under(&self, destination: DestinationId, key: &str) -> Result<Vec<FileId>> {
        let sql = "SELECT file_id FROM placed WHERE destination_id = ?1 AND key = ?2
             UNION SELECT t.file_id FROM plan n JOIN step t ON t.plan_id = n.id AND t.fold = ?3
             WHERE n.destination_id = ?1 AND n.complete = 1 AND t.key = ?2 ORDER BY 1";
        self.ids(sql, params![destination.0, key, albumen_model::key::fold(key)])
    }

    /// Files that have, or whose copies have, a digest from `low` to `high`.
    pub fn files_between(&self, low: &Sha256, high: &Sha256) -> Result<Vec<FileId>> {
        let sql = "SELECT id FROM file WHERE sha256 IS NOT NULL AND sha256 BETWEEN ?1 AND ?2
             UNION SELECT file_id FROM placed WHERE sha256 BETWEEN ?1 AND ?2 ORDER BY 1 LIMIT ?3";
        self.ids(sql, params![low.0.as_slice(), high.0.as_slice(), MOST])
    }

    fn ids(&self, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<FileId>> {
        self.read(|c| {
            let mut query = c.prepare_cached(sql)?;
            let rows = query.query_map(params, |row| row.get(0).map(FileId))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn destinations(&self) -> Result<Vec<DestinationRow>> {
        self.read(|c| {
            let mut query = c.prepare("SELECT d.id, d.url, d.spec FROM destination d ORDER BY d.id")?;
            let rows = query.query_map([], |row| destination_at(row, 0))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// `None` for a number that is no file's.
    pub fn origin(&self, id: FileId) -> Result<Option<OriginRow>> {
        self.read(|c| {
            let known: bool = c
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM file WHERE id = ?1)")?
                .query_row([id.0], |row| row.get(0))?;
            if !known {
                return Ok(None);
            }
            let file = c
                .prepare_cached(&format!("{FILE_ROW} WHERE f.id = ?1"))?
                .query_row([id.0], |row| Ok(crate::files::file_row(row)))??;
            let sql = "SELECT coalesce(f.asset_id, f.id), s.display, f.gone, s.removed, f.scan = 0, f.captured,
                 f.offset_minutes, f.date_source, f.camera, f.north, f.east,
                 (SELECT min(j.at) FROM journal j WHERE j.what = 'source added' AND j.detail = s.display), s.scanned_at
                 FROM file f JOIN source s ON s.id = f.source_id WHERE f.id = ?1";
            let row = c.prepare_cached(sql)?.query_row([id.0], |row| {
                let gps = row.get::<_, Option<f64>>(9)?.zip(row.get(10)?);
                Ok(OriginRow {
                    file,
                    asset: AssetId(row.get(0)?),
                    source_display: row.get(1)?,
                    gone: row.get(2)?,
                    source_removed: row.get(3)?,
                    recalled: row.get(4)?,
                    captured: row.get(5)?,
                    offset_minutes: row.get(6)?,
                    date_source: row.get(7)?,
                    camera: row.get(8)?,
                    gps,
                    added_at: row.get(11)?,
                    scanned_at: row.get(12)?,
                })
            })?;
            Ok(Some(row))
        })
    }

    /// The files of an asset, its primary first.
    pub fn asset_files(&self, asset: AssetId) -> Result<Vec<NamedFile>> {
        let sql = "SELECT f.id, s.display || '/' || f.display, f.kind, f.gone FROM file f JOIN source s ON s.id = f.source_id
             WHERE f.id = ?1 OR f.asset_id = ?1 ORDER BY f.id <> ?1, f.path";
        self.named(sql, &[&asset.0])
    }

    /// Other files that have, or had, these bytes.
    pub fn others_of(&self, sha256: &Sha256, but: FileId) -> Result<Vec<NamedFile>> {
        let sql = "SELECT f.id, s.display || '/' || f.display, f.kind, f.gone FROM file f JOIN source s ON s.id = f.source_id
             WHERE f.sha256 IS NOT NULL AND f.sha256 = ?1 AND f.id <> ?2 ORDER BY f.id LIMIT ?3";
        self.named(sql, params![sha256.0.as_slice(), but.0, MOST])
    }

    fn named(&self, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<NamedFile>> {
        self.read(|c| {
            let mut query = c.prepare_cached(sql)?;
            let rows = query.query_map(params, |row| {
                Ok(NamedFile {
                    file: FileId(row.get(0)?),
                    display: row.get(1)?,
                    kind: row.get(2)?,
                    gone: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The groups of an asset, with what was said of them.
    pub fn origin_groups(&self, asset: AssetId) -> Result<Vec<OriginGroup>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT g.id, g.kind, g.status, d.kind, b.label, b.made_at FROM group_member m
                 JOIN duplicate_group g ON g.id = m.group_id LEFT JOIN decision d ON d.id = g.decision_id
                 LEFT JOIN batch b ON b.id = d.batch_id WHERE m.asset_id = ?1 ORDER BY g.id",
            )?;
            let mut members = c.prepare_cached(
                "SELECT m.asset_id, s.display || '/' || f.display, m.relation, coalesce(x.keep, m.keep)
                 FROM group_member m JOIN duplicate_group g ON g.id = m.group_id JOIN file f ON f.id = m.asset_id
                 JOIN source s ON s.id = f.source_id
                 LEFT JOIN decision_member x ON x.decision_id = g.decision_id AND x.asset_id = m.asset_id
                 WHERE m.group_id = ?1 ORDER BY m.place LIMIT ?2",
            )?;
            let mut rows = query.query([asset.0])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                let (kind, status): (String, String) = (row.get(1)?, row.get(2)?);
                let mut of = members.query([row.get::<_, i64>(0)?, MOST])?;
                let mut list = Vec::new();
                while let Some(member) = of.next()? {
                    let relation: String = member.get(2)?;
                    list.push(OriginMember {
                        asset: AssetId(member.get(0)?),
                        display: member.get(1)?,
                        relation: word(Relation::parse(&relation), &relation)?,
                        keep: member.get(3)?,
                    });
                }
                let said: Option<String> = row.get(3)?;
                made.push(OriginGroup {
                    kind: word(GroupKind::parse(&kind), &kind)?,
                    status: word(GroupStatus::parse(&status), &status)?,
                    members: list,
                    decision: match said {
                        Some(said) => Some((said, row.get(4)?, row.get(5)?)),
                        None => None,
                    },
                });
            }
            Ok(made)
        })
    }

    /// What stands of this file, and of others with its bytes, at every destination.
    pub fn origin_copies(&self, id: FileId, sha256: Option<&Sha256>) -> Result<Vec<OriginCopy>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT d.id, d.url, d.spec, p.file_id, s.display || '/' || f.display, p.key, p.sha256, p.size,
                   p.origin = 'found', p.placed_at, r.grade, r.made_at
                 FROM placed p JOIN destination d ON d.id = p.destination_id JOIN file f ON f.id = p.file_id
                 JOIN source s ON s.id = f.source_id LEFT JOIN receipt r ON r.placed_id = p.id
                 WHERE p.file_id = ?1 OR p.file_id IN
                   (SELECT o.id FROM file o WHERE ?2 IS NOT NULL AND o.sha256 IS NOT NULL AND o.sha256 = ?2)
                 ORDER BY p.file_id <> ?1, p.id LIMIT ?3",
            )?;
            let bytes = sha256.map(|sum| sum.0.to_vec());
            let mut rows = query.query(params![id.0, bytes, MOST])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(OriginCopy {
                    destination: destination_at(row, 0)?,
                    file: FileId(row.get(3)?),
                    from: row.get(4)?,
                    key: row.get(5)?,
                    sha256: digest(row.get(6)?)?,
                    size: unsigned(row.get(7)?),
                    was_found: row.get(8)?,
                    placed_at: row.get(9)?,
                    receipt: row.get::<_, Option<String>>(10)?.zip(row.get(11)?),
                });
            }
            Ok(made)
        })
    }

    /// Removals of this original, oldest first.
    pub fn origin_removals(&self, id: FileId) -> Result<Vec<OriginRemoval>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT d.id, d.url, d.spec, m.how, m.state, m.key, m.at, CASE m.state WHEN 'restored' THEN
                   (SELECT max(j.at) FROM journal j WHERE j.what = 'original restored' AND j.detail = CAST(m.id AS TEXT)) END
                 FROM removal m JOIN destination d ON d.id = m.destination_id WHERE m.file_id = ?1 ORDER BY m.id",
            )?;
            let rows = query.query_map([id.0], |row| {
                Ok(OriginRemoval {
                    destination: destination_at(row, 0)?,
                    how: row.get(3)?,
                    state: row.get(4)?,
                    key: row.get(5)?,
                    at: row.get(6)?,
                    restored_at: row.get(7)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What each destination's plan says of this file.
    pub fn origin_steps(&self, id: FileId) -> Result<Vec<OriginStep>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT d.id, d.url, d.spec, t.outcome, t.state, t.key, t.why, n.made_at FROM plan n
                 JOIN step t ON t.plan_id = n.id AND t.file_id = ?1 JOIN destination d ON d.id = n.destination_id
                 WHERE n.complete = 1 ORDER BY d.id",
            )?;
            let mut rows = query.query([id.0])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                let (outcome, state): (String, String) = (row.get(3)?, row.get(4)?);
                made.push(OriginStep {
                    destination: destination_at(row, 0)?,
                    outcome: word(Outcome::parse(&outcome), &outcome)?,
                    state: word(StepState::parse(&state), &state)?,
                    key: row.get(5)?,
                    why: row.get(6)?,
                    planned_at: row.get(7)?,
                });
            }
            Ok(made)
        })
    }

    /// The destination of this address, chosen or not.
    pub fn destination_of(&self, url: &str) -> Result<Option<DestinationRow>> {
        self.read(|c| {
            let sql = "SELECT d.id, d.url, d.spec FROM destination d WHERE d.url = ?1";
            let row = c.query_row(sql, [url], |row| destination_at(row, 0));
            Ok(row.optional()?)
        })
    }
}

fn destination_at(row: &Row<'_>, at: usize) -> rusqlite::Result<DestinationRow> {
    Ok(DestinationRow {
        id: DestinationId(row.get(at)?),
        url: row.get(at + 1)?,
        spec: row.get(at + 2)?,
    })
}
