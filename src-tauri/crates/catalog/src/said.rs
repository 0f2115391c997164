//! What people said of photos, as their files tell it: for the XMP files that are written on request.

use crate::row::word;
use crate::{Catalog, Error, Result};
use albumen_model::{AssetId, DateSource, FileId, Kind, Said};
use rusqlite::{Row, params};

/// When it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidDate {
    /// `2024-05-17T10:11:12`
    pub local: String,
    pub offset_minutes: Option<i16>,
    pub source: DateSource,
}

/// What one file of an asset tells.
#[derive(Debug, Clone)]
pub struct SaidRow {
    pub file: FileId,
    /// Source and path, for people.
    pub display: String,
    pub kind: Kind,
    pub said: Said,
    pub album: Option<String>,
    /// As it counts: by a companion, or by a clock that was corrected.
    pub date: Option<SaidDate>,
    /// The best that the file tells itself, with its name and time.
    pub own_date: Option<SaidDate>,
}

/// As the column holds it; nothing where nothing was said.
pub(crate) fn words(said: &Said) -> Result<Option<String>> {
    let words = (!said.is_empty()).then(|| serde_json::to_string(said));
    words
        .transpose()
        .map_err(|error| Error::Content(error.to_string()))
}

impl Catalog {
    /// The live files of an asset, its primary first.
    pub fn said_of(&self, asset: AssetId) -> Result<Vec<SaidRow>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT f.id, s.display || '/' || f.display, f.kind, f.said, f.album, f.captured, f.offset_minutes,
                   f.date_source, json_extract(f.dates, '$[0].local'), json_extract(f.dates, '$[0].offset'),
                   json_extract(f.dates, '$[0].source')
                 FROM file f JOIN source s ON s.id = f.source_id
                 WHERE (f.asset_id = ?1 OR f.id = ?1) AND f.gone = 0 AND f.excluded = 0
                 ORDER BY f.id <> ?1, f.path",
            )?;
            let mut rows = query.query(params![asset.0])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                let kind: String = row.get(2)?;
                let said: Option<String> = row.get(3)?;
                made.push(SaidRow {
                    file: FileId(row.get(0)?),
                    display: row.get(1)?,
                    kind: word(Kind::parse(&kind), &kind)?,
                    // What cannot be read any more was not said.
                    said: said
                        .and_then(|json| serde_json::from_str(&json).ok())
                        .unwrap_or_default(),
                    album: row.get(4)?,
                    date: date(row, 5)?,
                    own_date: date(row, 8)?,
                });
            }
            Ok(made)
        })
    }
}

fn date(row: &Row<'_>, at: usize) -> Result<Option<SaidDate>> {
    let (local, source): (Option<String>, Option<String>) = (row.get(at)?, row.get(at + 2)?);
    let Some((local, source)) = local.zip(source.as_deref().and_then(DateSource::parse)) else {
        return Ok(None);
    };
    Ok(Some(SaidDate {
        local,
        offset_minutes: row.get(at + 1)?,
        source,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_comes_back_and_nothing_is_no_row() {
        let mut said = Said {
            favorite: true,
            gps: Some((52.5, -13.26)),
            ..Said::default()
        };
        said.add_tag("Places/Porto", '/');
        said.set_rating("-1");
        let json = words(&said).expect("written").expect("said");
        assert_eq!(serde_json::from_str::<Said>(&json).expect("read"), said);
        assert_eq!(words(&Said::default()).expect("written"), None);
    }
}
