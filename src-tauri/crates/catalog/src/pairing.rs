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
}

impl Catalog {
    /// The files of a source, folder by folder, for pairing.
    pub fn for_pairing(&self, source: SourceId, mut on_file: impl FnMut(PairingRow)) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT id, folder, path, kind, asset_id, date_source, north IS NOT NULL FROM file
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

    /// Each photo takes date and place of its companion, where its own are guessed or missing.
    pub fn take_from_companions(&self, pairs: &[(FileId, FileId)]) -> Result<()> {
        self.write(|tx| {
            let mut date = tx.prepare_cached(
                "UPDATE file SET (captured, offset_minutes, date_source) =
                   (SELECT captured, offset_minutes, date_source FROM file WHERE id = ?2)
                 WHERE id = ?1 AND coalesce(date_source, ?3) IN (?3, ?4)",
            )?;
            let mut place = tx.prepare_cached(
                "UPDATE file SET (north, east) = (SELECT north, east FROM file WHERE id = ?2)
                 WHERE id = ?1 AND north IS NULL",
            )?;
            let (mtime, name) = (DateSource::Mtime.as_str(), DateSource::Name.as_str());
            for (photo, companion) in pairs {
                date.execute(params![photo.0, companion.0, mtime, name])?;
                place.execute([photo.0, companion.0])?;
            }
            Ok(())
        })
    }
}

/// What a companion told before is not known any more: its photo asks again when it is paired.
pub(crate) fn ask_again(tx: &Transaction<'_>, companion: FileId) -> Result<()> {
    tx.prepare_cached(
        "UPDATE file SET date_source = ?2 WHERE date_source = ?3
           AND id = (SELECT asset_id FROM file WHERE id = ?1) AND id <> ?1",
    )?
    .execute(params![
        companion.0,
        DateSource::Mtime.as_str(),
        DateSource::Takeout.as_str()
    ])?;
    Ok(())
}
