//! What grouping needs of each asset, and the groups it made. Only groups that changed are written, so that the others
//! keep their number and their decision.

use crate::decisions;
use crate::row::{digest, signed, unsigned};
use crate::settings::touch;
use crate::{Catalog, Result};
use albumen_model::{AssetId, FolderMark, GroupId, GroupKind, PerceptualHash, Relation, RuleId, Sha256};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What grouping needs of each asset.
#[derive(Debug, Clone)]
pub struct CandidateRow {
    pub asset: AssetId,
    pub dev: u64,
    pub ino: u64,
    pub sha256: Sha256,
    pub phash: Option<PerceptualHash>,
    pub phash_inside: Option<PerceptualHash>,
    pub size: u64,
    /// With everything that belongs to it.
    pub asset_size: u64,
    pub width: u32,
    pub height: u32,
    pub mtime_ns: i64,
    /// `2024-05-17T10:11:12`, by its own EXIF only.
    pub taken: Option<String>,
    pub subsec_ms: Option<u16>,
    pub camera: Option<String>,
    pub software: Option<String>,
    pub exposure: Option<f32>,
    pub has_gps: bool,
    pub companions: u32,
    /// One of its files is a movie beside it, or holds one.
    pub moves: bool,
    pub raw: bool,
    pub mark: Option<FolderMark>,
}

#[derive(Debug, Clone)]
pub struct NewGroup {
    pub kind: GroupKind,
    pub rule: Option<RuleId>,
    pub reason: &'static str,
    pub sure: bool,
    /// Bytes and assets that accepting the suggestion would leave out.
    pub reclaim: u64,
    pub reclaim_assets: u64,
    /// Keeper first.
    pub members: Vec<NewMember>,
}

#[derive(Debug, Clone, Hash)]
pub struct NewMember {
    pub asset: AssetId,
    pub sha256: Sha256,
    pub distance: u32,
    pub relation: Relation,
    pub turn: u8,
    pub keep: bool,
}

impl NewGroup {
    /// Equal for groups that would be written the same.
    fn signature(&self) -> i64 {
        let mut hasher = DefaultHasher::new();
        (self.kind, self.rule, self.sure, self.reclaim, &self.members).hash(&mut hasher);
        hasher.finish().cast_signed()
    }
}

/// What may bring an asset together with others, but for its bytes.
#[derive(Debug, Clone)]
pub struct SketchRow {
    pub asset: AssetId,
    pub phash: Option<PerceptualHash>,
    pub phash_inside: Option<PerceptualHash>,
    /// As in [`CandidateRow`].
    pub taken: Option<String>,
    pub subsec_ms: Option<u16>,
    pub camera: Option<String>,
}

/// An asset `f` that can be a duplicate.
const CAN_BE: &str = "f.gone = 0 AND f.excluded = 0 AND f.id = f.asset_id AND f.sha256 IS NOT NULL
   AND f.kind NOT IN ('other', 'sidecar')
   AND EXISTS (SELECT 1 FROM source s WHERE s.id = f.source_id AND s.removed = 0)";

/// When an asset `f` was taken, as its own EXIF says, also where the camera wrote no more than when it was saved. Its copies
/// say the same; one that a program gave another time counts as another frame, and both are kept.
const OWN_TIME: &str = "CASE WHEN f.date_source IN ('exif', 'modified') THEN f.captured END";

impl Catalog {
    /// Assets that have the same bytes as others: the first of them, and each other one.
    pub fn same_bytes(&self) -> Result<Vec<(AssetId, AssetId)>> {
        self.read(|c| {
            // By the index alone: nothing is held of bytes that are there once, and nothing is sorted. A cross join is one
            // loop within the other, so what is the same comes together.
            let mut query = c.prepare(&format!(
                "SELECT f.sha256, f.id
                 FROM (SELECT sha256 FROM file WHERE sha256 IS NOT NULL GROUP BY sha256 HAVING count(*) > 1) d
                 CROSS JOIN file f ON f.sha256 = d.sha256
                 WHERE {CAN_BE}"
            ))?;
            let mut rows = query.query([])?;
            let mut bytes: Option<Sha256> = None;
            let (mut same, mut made) = (Vec::new(), Vec::new());
            while let Some(row) = rows.next()? {
                let sha256 = digest(row.get(0)?)?;
                if bytes.replace(sha256) != Some(sha256) {
                    first_with_others(&mut same, &mut made);
                }
                same.push(AssetId(row.get(1)?));
            }
            first_with_others(&mut same, &mut made);
            Ok(made)
        })
    }

    /// Of every asset that can be a duplicate and has a picture, in id order.
    pub fn sketches(&self, mut on: impl FnMut(SketchRow)) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(&format!(
                "SELECT f.id, f.phash, f.phash_inside, {OWN_TIME}, f.subsec_ms,
                   f.camera
                 FROM file f WHERE {CAN_BE} AND coalesce(f.phash, f.phash_inside) IS NOT NULL ORDER BY f.id"
            ))?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                on(SketchRow {
                    asset: AssetId(row.get(0)?),
                    phash: phash(row, 1)?,
                    phash_inside: phash(row, 2)?,
                    taken: row.get(3)?,
                    subsec_ms: row.get(4)?,
                    camera: row.get(5)?,
                });
            }
            Ok(())
        })
    }

    /// Of those of `assets` that can be duplicates, in their order, what `keep` makes of it: a row is not held longer
    /// than that.
    pub fn candidates<T>(
        &self,
        assets: &[AssetId],
        mut keep: impl FnMut(CandidateRow) -> Option<T>,
    ) -> Result<Vec<T>> {
        self.read(|c| {
            let marks = crate::folders::marks(c)?;
            let mut query = c.prepare(&format!(
                "SELECT f.id, f.dev, f.ino, f.sha256, f.phash, f.phash_inside, f.size, f.width, f.height, f.mtime_ns,
                   {OWN_TIME}, f.subsec_ms, f.camera, f.software, f.exposure,
                   f.north IS NOT NULL, count(x.id), coalesce(sum(x.size), 0), f.kind = 'raw', f.source_id, f.folder,
                   f.motion IS NOT NULL OR coalesce(max(x.motion IS NOT NULL OR x.kind = 'video'), 0)
                 FROM file f LEFT JOIN file x ON x.asset_id = f.id AND x.id <> f.id AND x.gone = 0
                 WHERE f.id = ?1 AND {CAN_BE} GROUP BY f.id"
            ))?;
            let mut made = Vec::with_capacity(assets.len());
            for asset in assets {
                let mut rows = query.query([asset.0])?;
                if let Some(row) = rows.next()? {
                    let mut one = candidate(row)?;
                    one.mark = marks.of(row.get(19)?, row.get_ref(20)?.as_blob().unwrap_or_default());
                    made.extend(keep(one));
                }
            }
            Ok(made)
        })
    }

    /// Gives each asset's path for people, by its place in `assets`.
    pub fn displays(&self, assets: &[AssetId], mut on: impl FnMut(usize, String)) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT s.display || '/' || f.display FROM file f JOIN source s ON s.id = f.source_id WHERE f.id = ?1",
            )?;
            for (at, asset) in assets.iter().enumerate() {
                if let Some(path) = query.query_row([asset.0], |row| row.get(0)).optional()? {
                    on(at, path);
                }
            }
            Ok(())
        })
    }

    /// Makes the stored groups equal to these. Decisions are found again by their members.
    pub fn replace_groups(&self, groups: &[NewGroup]) -> Result<()> {
        self.write(|tx| {
            let mut stored: HashMap<(i64, i64), i64> = {
                let mut query = tx.prepare("SELECT keeper, signature, id FROM duplicate_group")?;
                query
                    .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
                    .collect::<rusqlite::Result<_>>()?
            };
            let new: Vec<(&NewGroup, i64)> = groups
                .iter()
                .map(|group| (group, group.signature()))
                .filter(|(group, signature)| stored.remove(&(group.members[0].asset.0, *signature)).is_none())
                .collect();
            let mut delete = tx.prepare("DELETE FROM duplicate_group WHERE id = ?1")?;
            for id in stored.values() {
                delete.execute([id])?;
            }
            let mut made = Vec::with_capacity(new.len());
            for (group, signature) in &new {
                made.push(put(tx, group, *signature)?);
            }
            if new.is_empty() && stored.is_empty() {
                return Ok(());
            }
            decisions::refresh(tx, decisions::few(&made))?;
            crate::folders::count_pairs(tx)?;
            touch(tx)
        })
    }
}

fn first_with_others(same: &mut Vec<AssetId>, made: &mut Vec<(AssetId, AssetId)>) {
    same.sort_unstable();
    let mut same = same.drain(..);
    if let Some(first) = same.next() {
        made.extend(same.map(|other| (first, other)));
    }
}

fn put(tx: &Transaction<'_>, group: &NewGroup, signature: i64) -> Result<GroupId> {
    let farthest = group
        .members
        .iter()
        .map(|member| member.distance)
        .max()
        .unwrap_or(0);
    let rule = group.rule.and_then(|rule| serde_plain(&rule));
    let id: i64 = tx
        .prepare_cached(
            "INSERT INTO duplicate_group (kind, keeper, signature, rule, reason, sure, members, distance, reclaim,
               reclaim_assets, captured, display)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, f.captured, s.display || '/' || f.display
             FROM file f JOIN source s ON s.id = f.source_id WHERE f.id = ?2 RETURNING id",
        )?
        .query_row(
            params![
                group.kind.as_str(),
                group.members[0].asset.0,
                signature,
                rule,
                group.reason,
                group.sure,
                group.members.len() as i64,
                farthest,
                signed(group.reclaim),
                signed(group.reclaim_assets)
            ],
            |row| row.get(0),
        )?;
    for (place, member) in group.members.iter().enumerate() {
        let folder = crate::folders::of_file(tx, member.asset)?;
        tx.prepare_cached(
            "INSERT INTO group_member (group_id, asset_id, sha256, distance, place, relation, turn, keep, folder_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id,
            member.asset.0,
            member.sha256.0.as_slice(),
            member.distance,
            place as i64,
            member.relation.as_str(),
            member.turn,
            member.keep,
            folder
        ])?;
    }
    Ok(GroupId(id))
}

/// The stored word of a unit variant.
pub(crate) fn serde_plain<T: serde::Serialize>(value: &T) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

fn phash(row: &Row<'_>, at: usize) -> Result<Option<PerceptualHash>> {
    let bytes: Option<Vec<u8>> = row.get(at)?;
    Ok(bytes.as_deref().and_then(PerceptualHash::from_slice))
}

fn candidate(row: &Row<'_>) -> Result<CandidateRow> {
    let size = unsigned(row.get(6)?);
    Ok(CandidateRow {
        asset: AssetId(row.get(0)?),
        dev: unsigned(row.get(1)?),
        ino: unsigned(row.get(2)?),
        sha256: digest(row.get(3)?)?,
        phash: phash(row, 4)?,
        phash_inside: phash(row, 5)?,
        size,
        asset_size: size + unsigned(row.get(17)?),
        width: row.get::<_, Option<u32>>(7)?.unwrap_or(0),
        height: row.get::<_, Option<u32>>(8)?.unwrap_or(0),
        mtime_ns: row.get(9)?,
        taken: row.get(10)?,
        subsec_ms: row.get(11)?,
        camera: row.get(12)?,
        software: row.get(13)?,
        exposure: row.get(14)?,
        has_gps: row.get(15)?,
        companions: row.get(16)?,
        moves: row.get(21)?,
        raw: row.get(18)?,
        mark: None,
    })
}

#[cfg(test)]
mod tests {
    use crate::samples::walked;
    use crate::{Catalog, ScannedFile};
    use albumen_model::{Capture, DateSource, Fingerprint, Kind, PerceptualHash, Sha256};

    #[test]
    fn what_exif_says_of_its_time_brings_photos_together_and_nothing_else_does() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 1).expect("source");
        let scan = catalog.begin_scan(source).expect("scan");
        let read = |(number, date): (usize, &DateSource)| {
            let walked = walked(&format!("{number:02}.jpg"), number as u64);
            let mut made = Fingerprint::new(Sha256([number as u8; 32]), Kind::Jpeg);
            made.phash = Some(PerceptualHash([number as u64; 4]));
            made.captured = Some(Capture {
                local: Capture::parse_iso("2024-05-17T10:11:12").expect("a time"),
                offset_minutes: None,
                source: *date,
            });
            ScannedFile::Read(walked, Box::new(made))
        };
        let scanned = DateSource::ALL.iter().enumerate().map(read).collect();
        catalog.put_scanned(source, scan, scanned).expect("put");
        let mut files = Vec::new();
        catalog
            .for_pairing(source, b"", |row| {
                files.push((row.id, row.id));
                std::ops::ControlFlow::Continue(())
            })
            .expect("rows");
        catalog.set_assets(&files).expect("assets");
        let (mut taken, mut assets) = (Vec::new(), Vec::new());
        catalog
            .sketches(|row| {
                taken.push(row.taken.is_some());
                assets.push(row.asset);
            })
            .expect("sketches");
        let exif = |date: &DateSource| matches!(date, DateSource::Exif | DateSource::Modified);
        assert_eq!(taken, DateSource::ALL.iter().map(exif).collect::<Vec<_>>());
        let candidates = catalog.candidates(&assets, |row| Some(row.taken.is_some()));
        assert_eq!(candidates.expect("candidates"), taken);
    }
}
