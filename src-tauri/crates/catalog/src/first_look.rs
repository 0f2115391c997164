//! The first look at new files: rows that make counts and thumbnails show early, until the one read replaces them.
//!
//! Invariant: what a first look says is a guess. Its hash lies in a table of its own and `sha256` stays empty, so that
//! no group, decision, plan or deletion can rest on it.

use crate::files::{WalkedFile, put_walked};
use crate::settings::touch;
use crate::{Catalog, Result};
use albumen_model::{FileId, FirstLook, PerceptualHash, SourceId};
use rusqlite::params;

/// What a provisional group is made of.
#[derive(Debug, Clone)]
pub struct FirstLookRow {
    pub file: FileId,
    pub phash: PerceptualHash,
    /// Of the picture itself, as shown.
    pub width: u32,
    pub height: u32,
    pub size: u64,
    pub display: String,
}

impl Catalog {
    /// Writes one batch of first looks. A file that is known by its bytes must not be among them.
    pub fn put_first_looks(
        &self,
        source: SourceId,
        scan: i64,
        batch: Vec<(WalkedFile, FirstLook)>,
    ) -> Result<()> {
        let mut thumbs = Vec::new();
        self.write(|tx| {
            crate::files::begin_writing(tx, source, scan)?;
            for (file, look) in batch {
                let id = put_walked(tx, source, scan, &file)?;
                tx.prepare_cached("UPDATE file SET kind = ?2 WHERE id = ?1")?
                    .execute(params![id.0, look.kind.as_str()])?;
                let Some(picture) = look.picture else {
                    continue;
                };
                tx.prepare_cached(
                    "INSERT OR REPLACE INTO first_look (file_id, phash, width, height) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![
                    id.0,
                    picture.phash.map(|hash| hash.to_bytes().to_vec()),
                    picture.width,
                    picture.height
                ])?;
                thumbs.push((id, picture.thumb));
            }
            if let Err(lost) = self.put_thumbs(&thumbs) {
                tracing::warn!("thumbnails could not be kept: {lost}");
            }
            touch(tx)
        })
    }

    /// Files that were looked at but not read yet, in id order.
    pub fn first_look_candidates(&self) -> Result<Vec<FirstLookRow>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT f.id, l.phash, l.width, l.height, f.size, s.display || '/' || f.display
                 FROM first_look l JOIN file f ON f.id = l.file_id
                 JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE f.sha256 IS NULL AND f.gone = 0 AND f.excluded = 0 AND l.phash IS NOT NULL ORDER BY f.id",
            )?;
            let mut rows = query.query([])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                let phash: Vec<u8> = row.get(1)?;
                made.extend(PerceptualHash::from_slice(&phash).map(|phash| -> Result<_> {
                    Ok(FirstLookRow {
                        file: FileId(row.get(0)?),
                        phash,
                        width: row.get(2)?,
                        height: row.get(3)?,
                        size: crate::row::unsigned(row.get(4)?),
                        display: row.get(5)?,
                    })
                }));
            }
            made.into_iter().collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScannedFile;
    use crate::samples::walked;
    use albumen_model::{AssetId, EmbeddedPicture, Fingerprint, Kind, Sha256};

    #[test]
    fn a_guess_is_no_fingerprint_and_ends_with_the_read() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 0).expect("source");
        let file = walked("a.jpg", 1);
        let picture = EmbeddedPicture {
            width: 40,
            height: 30,
            phash: Some(PerceptualHash([1; 4])),
            thumb: vec![1],
        };
        let look = FirstLook {
            kind: Kind::Jpeg,
            picture: Some(picture),
        };
        catalog
            .put_first_looks(source, 1, vec![(file.clone(), look)])
            .expect("look");
        let known = catalog
            .known_file(source, &file.path)
            .expect("query")
            .expect("row");
        assert!(!known.fingerprinted, "the scan will read it");
        let guesses = catalog.first_look_candidates().expect("guesses");
        let own = AssetId(known.id.0);
        assert!(catalog.candidates(&[own], Some).expect("candidates").is_empty());
        assert_eq!((guesses.len(), guesses[0].file), (1, known.id));
        assert_eq!(catalog.thumb(known.id).expect("thumb"), Some(vec![1]));

        let made = Fingerprint {
            thumb: Some(vec![2]),
            ..Fingerprint::new(Sha256([7; 32]), Kind::Jpeg)
        };
        let read = ScannedFile::Read(file, Box::new(made));
        catalog.put_scanned(source, 2, vec![read]).expect("read");
        assert!(catalog.first_look_candidates().expect("guesses").is_empty());
        assert_eq!(catalog.thumb(known.id).expect("thumb"), Some(vec![2]));
    }
}
