//! Pairing: which files make one asset, and what a photo without a date or place of its own is given by its companions.

use crate::row::word;
use crate::{Catalog, Result};
use albumen_model::{DateSource, FileId, Kind, RelPath, SourceId};
use rusqlite::params;
use std::ops::ControlFlow;

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
    /// The best that the file says itself, with its name and time.
    pub own: Option<(DateSource, String)>,
}

impl Catalog {
    /// The files of a source for pairing, folder by folder, from the folder `from` on, until `on_file` breaks off.
    pub fn for_pairing(
        &self,
        source: SourceId,
        from: &[u8],
        mut on_file: impl FnMut(PairingRow) -> ControlFlow<()>,
    ) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT id, folder, path, kind, asset_id, date_source, north IS NOT NULL, album, content_id,
                   captured, json_extract(dates, '$[0].source'), json_extract(dates, '$[0].local') FROM file
                 WHERE source_id = ?1 AND folder >= ?2 AND gone = 0 AND excluded = 0 ORDER BY folder, path",
            )?;
            let mut rows = query.query(params![source.0, from])?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(3)?;
                let source = |at| -> Result<Option<DateSource>> {
                    let text: Option<String> = row.get(at)?;
                    Ok(text.as_deref().and_then(DateSource::parse))
                };
                let own: Option<String> = row.get(11)?;
                let went_on = on_file(PairingRow {
                    id: FileId(row.get(0)?),
                    folder: row.get(1)?,
                    name: RelPath(row.get(2)?).name().to_vec(),
                    kind: word(Kind::parse(&kind), &kind)?,
                    asset: row.get(4)?,
                    date: source(5)?,
                    has_place: row.get(6)?,
                    album: row.get(7)?,
                    content_id: row.get(8)?,
                    captured: row.get(9)?,
                    own: source(10)?.zip(own),
                });
                if went_on.is_break() {
                    break;
                }
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

    /// Each goes by what it says itself again.
    pub fn take_own_dates(&self, files: &[FileId]) -> Result<()> {
        self.write(|tx| {
            let mut update = tx.prepare_cached(
                "UPDATE file SET captured = json_extract(dates, '$[0].local'),
                   offset_minutes = json_extract(dates, '$[0].offset'), date_source = json_extract(dates, '$[0].source')
                 WHERE id = ?1 AND dates IS NOT NULL",
            )?;
            for file in files {
                update.execute([file.0])?;
            }
            Ok(())
        })
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
