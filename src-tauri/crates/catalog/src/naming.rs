//! What naming needs of the catalog: the library as a stream for a layout's preview, and the names that are given already.

use crate::plans::words;
use crate::row::{digest, unsigned, word};
use crate::{Catalog, Result, SampleFile};
use albumen_model::{AssetId, DestinationId, Kind, RelPath, Sha256};
use rusqlite::params;

/// Primaries that would go to a destination.
const MOVED: &str =
    "f.gone = 0 AND f.excluded = 0 AND coalesce(f.asset_id, f.id) = f.id AND f.kind <> 'other'";

/// A file that has its key.
#[derive(Debug, Clone)]
pub struct FileToName {
    pub key: String,
    pub asset: AssetId,
    pub display: String,
    pub path: RelPath,
    pub primary_path: RelPath,
    pub kind: Kind,
}

impl Catalog {
    /// Assets that [`Catalog::for_preview`] gives.
    pub fn count_for_preview(&self) -> Result<u64> {
        self.read(|c| {
            let sql = format!(
                "SELECT count(*) FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0 WHERE {MOVED}"
            );
            Ok(unsigned(c.query_row(&sql, [], |row| row.get(0))?))
        })
    }

    /// Every asset in the order it was found, from the first row on without a sort, until told to stop.
    pub fn for_preview(
        &self,
        destination: Option<DestinationId>,
        mut on_file: impl FnMut(SampleFile) -> bool,
    ) -> Result<()> {
        self.read(|c| {
            let sql = format!(
                "SELECT f.id, f.path, s.display || '/' || f.display, f.kind, f.sha256, f.date_source = 'mtime',
                   EXISTS (SELECT 1 FROM placed p WHERE p.file_id = f.id AND p.destination_id = ?1 AND p.sha256 = f.sha256),
                   f.captured, f.camera, f.lens, f.place, f.album
                 FROM file f CROSS JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE {MOVED} ORDER BY f.id"
            );
            let mut query = c.prepare_cached(&sql)?;
            let mut rows = query.query(params![destination.map(|id| id.0)])?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(3)?;
                let go_on = on_file(SampleFile {
                    asset: AssetId(row.get(0)?),
                    path: RelPath(row.get(1)?),
                    display: row.get(2)?,
                    kind: word(Kind::parse(&kind), &kind)?,
                    sha256: row.get::<_, Option<Vec<u8>>>(4)?.map(digest).transpose()?,
                    is_by_file_time: row.get::<_, Option<bool>>(5)?.unwrap_or(false),
                    is_placed: row.get(6)?,
                    words: words(row, 7)?,
                });
                if !go_on {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Every file that has its key at a destination.
    pub fn named_files(&self, destination: DestinationId, mut on_file: impl FnMut(FileToName)) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT p.key, a.id, s.display || '/' || f.display, f.path, a.path, f.kind
                 FROM placed p JOIN file f ON f.id = p.file_id JOIN source s ON s.id = f.source_id
                 JOIN file a ON a.id = coalesce(f.asset_id, f.id) WHERE p.destination_id = ?1 ORDER BY p.id",
            )?;
            let mut rows = query.query([destination.0])?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(5)?;
                on_file(FileToName {
                    key: row.get(0)?,
                    asset: AssetId(row.get(1)?),
                    display: row.get(2)?,
                    path: RelPath(row.get(3)?),
                    primary_path: RelPath(row.get(4)?),
                    kind: word(Kind::parse(&kind), &kind)?,
                });
            }
            Ok(())
        })
    }

    /// How many files of the sources have these bytes.
    pub fn files_with(&self, sha256: &Sha256) -> Result<u64> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE f.sha256 = ?1 AND f.gone = 0";
            let mut query = c.prepare_cached(sql)?;
            Ok(unsigned(
                query.query_row([sha256.0.as_slice()], |row| row.get(0))?,
            ))
        })
    }

    /// What was about to be placed, and was not seen to land.
    pub fn intents_by_digest(&self, destination: DestinationId) -> Result<Vec<(Sha256, String)>> {
        self.read(|c| {
            let mut query =
                c.prepare("SELECT sha256, key FROM intent WHERE destination_id = ?1 ORDER BY key")?;
            let mut rows = query.query([destination.0])?;
            let mut intents = Vec::new();
            while let Some(row) = rows.next()? {
                intents.push((digest(row.get(0)?)?, row.get(1)?));
            }
            Ok(intents)
        })
    }
}
