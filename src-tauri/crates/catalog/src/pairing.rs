//! Pairing: which files make one asset, and what a photo without a date or place of its own is given by its companions.

use crate::row::word;
use crate::{Catalog, Result};
use albumen_model::{DateSource, FileId, Kind, RelPath, SourceId};
use rusqlite::{Transaction, params};

#[derive(Debug, Clone)]
pub struct PairingRow {
    pub id: FileId,
    pub folder: Vec<u8>,
    pub name: Vec<u8>,
    pub kind: Kind,
    pub asset: Option<i64>,
    pub date: Option<DateSource>,
    pub has_place: bool,
    pub album: Option<String>,
    pub content_id: Option<String>,
    /// As its file, name or companion says it.
    pub captured: Option<String>,
}

impl Catalog {
    /// The files of a source, folder by folder, for pairing.
    pub fn for_pairing(&self, source: SourceId, mut on_file: impl FnMut(PairingRow)) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT id, folder, path, kind, asset_id, date_source, north IS NOT NULL, album, content_id,
                   captured FROM file
                 WHERE source_id = ?1 AND gone = 0 AND excluded = 0 ORDER BY folder, path",
            )?;
            let mut rows = query.query([source.0])?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(3)?;
                let date: Option<String> = row.get(5)?;
                on_file(PairingRow {
                    id: FileId(row.get(0)?),
                    folder: row.get(1)?,
                    name: RelPath(row.get(2)?).name().to_vec(),
                    kind: word(Kind::parse(&kind), &kind)?,
                    asset: row.get(4)?,
                    date: date.as_deref().and_then(DateSource::parse),
                    has_place: row.get(6)?,
                    album: row.get(7)?,
                    content_id: row.get(8)?,
                    captured: row.get(9)?,
                });
            }
            Ok(())
        })
    }

    /// Writes (file, asset) pairs.
    pub fn set_assets(&self, pairs: &[(FileId, FileId)]) -> Result<()> {
        self.write(|tx| {
            for (file, asset) in pairs {
                tx.prepare_cached("UPDATE file SET asset_id = ?2 WHERE id = ?1")?
                    .execute([file.0, asset.0])?;
            }
            Ok(())
        })
    }

    /// Each photo takes the date of its companion.
    pub fn take_dates(&self, pairs: &[(FileId, FileId)]) -> Result<()> {
        self.take("captured, offset_minutes, date_source", pairs)
    }

    /// The same with the place.
    pub fn take_places(&self, pairs: &[(FileId, FileId)]) -> Result<()> {
        self.take("north, east", pairs)
    }

    /// Writes the album that each file lies in.
    pub fn set_albums(&self, albums: &[(FileId, Option<String>)]) -> Result<()> {
        self.write(|tx| {
            for (file, album) in albums {
                tx.prepare_cached("UPDATE file SET album = ?2 WHERE id = ?1")?
                    .execute(params![file.0, album])?;
            }
            Ok(())
        })
    }

    fn take(&self, columns: &str, pairs: &[(FileId, FileId)]) -> Result<()> {
        self.write(|tx| {
            let sql = format!(
                "UPDATE file SET ({columns}) = (SELECT {columns} FROM file WHERE id = ?2) WHERE id = ?1"
            );
            let mut update = tx.prepare_cached(&sql)?;
            for (photo, companion) in pairs {
                update.execute([photo.0, companion.0])?;
            }
            Ok(())
        })
    }
}

/// What a companion told before is not known any more: its photo asks again when it is paired.
pub(crate) fn ask_again(tx: &Transaction<'_>, companion: FileId) -> Result<()> {
    tx.prepare_cached(
        "UPDATE file SET date_source = ?2 WHERE date_source IN (?3, ?4)
           AND id = (SELECT asset_id FROM file WHERE id = ?1) AND id <> ?1",
    )?
    .execute(params![
        companion.0,
        DateSource::Mtime.as_str(),
        DateSource::Takeout.as_str(),
        DateSource::Sidecar.as_str()
    ])?;
    Ok(())
}
