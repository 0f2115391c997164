//! XMP files that stand at a destination because we wrote them there: none of them is anybody's photo.
//!
//! Invariant: one is noted before it is put, without a version, and has one when it is there.

use crate::markers::note_marker;
use crate::row::{digest, signed, unsigned};
use crate::{Catalog, Result};
use albumen_model::{DestinationId, Sha256, Tally};
use rusqlite::{OptionalExtension, Row, params};

#[derive(Debug, Clone)]
pub struct WrittenRow {
    pub id: i64,
    pub key: String,
    /// Key of the copy it lies beside.
    pub beside: String,
    pub sha256: Sha256,
    pub size: u64,
    /// As in [`crate::PlacedRow`]; empty where it was about to be put there, or where only a marker tells of it.
    pub version: String,
}

/// One that is there now.
#[derive(Debug, Clone)]
pub struct LandedWriting {
    /// Of the plan, where it was planned.
    pub writing: Option<i64>,
    pub key: String,
    pub version: String,
    pub made_dirs: Vec<Vec<u8>>,
}

/// One that is about to be put, or of which a marker tells.
#[derive(Debug, Clone)]
pub struct NewWritten {
    pub key: String,
    pub beside: String,
    pub sha256: Sha256,
    pub size: u64,
}

const COLUMNS: &str = "id, key, beside, sha256, size, version";

impl Catalog {
    /// Notes what is about to be put.
    pub fn begin_written(&self, destination: DestinationId, new: &[NewWritten]) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO written (destination_id, key, beside, sha256, size, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, '')",
            )?;
            for one in new {
                insert.execute(params![
                    destination.0,
                    one.key,
                    one.beside,
                    one.sha256.0.as_slice(),
                    signed(one.size)
                ])?;
            }
            Ok(())
        })
    }

    /// They are there.
    pub fn put_written(&self, destination: DestinationId, landed: &[LandedWriting]) -> Result<()> {
        self.write(|tx| {
            for one in landed {
                tx.prepare_cached("UPDATE written SET version = ?3 WHERE destination_id = ?1 AND key = ?2")?
                    .execute(params![destination.0, one.key, one.version])?;
                if let Some(id) = one.writing {
                    tx.prepare_cached("UPDATE writing SET state = 'written', why = '' WHERE id = ?1")?
                        .execute([id])?;
                }
                for dir in &one.made_dirs {
                    tx.prepare_cached(
                        "INSERT OR IGNORE INTO made_dir (destination_id, path) VALUES (?1, ?2)",
                    )?
                    .execute(params![destination.0, dir])?;
                }
            }
            Ok(())
        })
    }

    pub fn forget_written(&self, destination: DestinationId, keys: &[String]) -> Result<()> {
        self.write(|tx| {
            let mut delete =
                tx.prepare_cached("DELETE FROM written WHERE destination_id = ?1 AND key = ?2")?;
            for key in keys {
                delete.execute(params![destination.0, key])?;
            }
            Ok(())
        })
    }

    /// What lies beside a copy.
    pub fn written_beside(&self, destination: DestinationId, beside: &str) -> Result<Option<WrittenRow>> {
        self.one_written("beside = ?2", destination, beside)
    }

    /// What has exactly this key.
    pub fn written_under(&self, destination: DestinationId, key: &str) -> Result<Option<WrittenRow>> {
        self.one_written("key = ?2", destination, key)
    }

    fn one_written(
        &self,
        wanted: &str,
        destination: DestinationId,
        text: &str,
    ) -> Result<Option<WrittenRow>> {
        self.read(|c| {
            let sql = format!(
                "SELECT {COLUMNS} FROM written WHERE destination_id = ?1 AND {wanted} ORDER BY id LIMIT 1"
            );
            let mut query = c.prepare_cached(&sql)?;
            let row = query.query_row(params![destination.0, text], |row| Ok(written_row(row)));
            row.optional()?.transpose()
        })
    }

    /// A page behind `after`, in the order of ids.
    pub fn written_page(
        &self,
        destination: DestinationId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<WrittenRow>> {
        self.written_rows("id > ?2", destination, after, limit)
    }

    /// What was about to be put when a run ended, or is known from a marker alone.
    pub fn begun_written(&self, destination: DestinationId) -> Result<Vec<WrittenRow>> {
        self.written_rows("id > ?2 AND version = ''", destination, 0, u64::from(u32::MAX))
    }

    /// In no marker yet.
    pub fn unmarked_written(&self, destination: DestinationId, limit: u64) -> Result<Vec<WrittenRow>> {
        self.written_rows(
            "id > ?2 AND marker IS NULL AND version <> ''",
            destination,
            0,
            limit,
        )
    }

    fn written_rows(
        &self,
        wanted: &str,
        destination: DestinationId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<WrittenRow>> {
        self.read(|c| {
            let sql = format!(
                "SELECT {COLUMNS} FROM written WHERE destination_id = ?1 AND {wanted} ORDER BY id LIMIT ?3"
            );
            let mut query = c.prepare_cached(&sql)?;
            let mut rows = query.query(params![destination.0, after, limit.cast_signed()])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(written_row(row)?);
            }
            Ok(made)
        })
    }

    /// How many stand there, as far as is known.
    pub fn written_totals(&self, destination: DestinationId) -> Result<Tally> {
        self.read(|c| {
            let sql = "SELECT count(*), coalesce(sum(size), 0) FROM written WHERE destination_id = ?1 AND version <> ''";
            Ok(c.query_row(sql, [destination.0], |row| {
                Ok(Tally {
                    files: unsigned(row.get(0)?),
                    bytes: unsigned(row.get(1)?),
                })
            })?)
        })
    }

    /// The marker `key` is there and tells of these.
    pub fn set_written_marker(
        &self,
        destination: DestinationId,
        key: &str,
        version: &str,
        written: &[i64],
    ) -> Result<()> {
        self.write(|tx| note_marker(tx, destination, (key, version), "written", written))
    }

    /// A marker tells of these; what is known stays as it is.
    pub fn recall_written(
        &self,
        destination: DestinationId,
        marker: &str,
        told: &[NewWritten],
    ) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO written (destination_id, key, beside, sha256, size, version, marker)
                 VALUES (?1, ?2, ?3, ?4, ?5, '', ?6)
                 ON CONFLICT (destination_id, key) DO UPDATE SET marker = coalesce(marker, ?6)",
            )?;
            for one in told {
                insert.execute(params![
                    destination.0,
                    one.key,
                    one.beside,
                    one.sha256.0.as_slice(),
                    signed(one.size),
                    marker
                ])?;
            }
            Ok(())
        })
    }
}

fn written_row(row: &Row<'_>) -> Result<WrittenRow> {
    Ok(WrittenRow {
        id: row.get(0)?,
        key: row.get(1)?,
        beside: row.get(2)?,
        sha256: digest(row.get(3)?)?,
        size: unsigned(row.get(4)?),
        version: row.get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_before_it_is_there_and_keeps_its_marker() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let home = catalog.destination("file:///D", "{}", 1).expect("destination");
        let new = NewWritten {
            key: "a.jpg.xmp".to_owned(),
            beside: "a.jpg".to_owned(),
            sha256: Sha256([1; 32]),
            size: 9,
        };
        catalog
            .begin_written(home, std::slice::from_ref(&new))
            .expect("begin");
        let found = |key: &str| catalog.written_under(home, key).expect("query");
        assert_eq!(found("a.jpg.xmp").expect("noted").version, "");
        assert_eq!(catalog.written_totals(home).expect("query").files, 0);
        assert!(catalog.unmarked_written(home, 9).expect("query").is_empty());
        let landed = LandedWriting {
            writing: None,
            key: new.key.clone(),
            version: "v".to_owned(),
            made_dirs: Vec::new(),
        };
        catalog.put_written(home, &[landed]).expect("put");
        let row = catalog
            .written_beside(home, "a.jpg")
            .expect("query")
            .expect("there");
        assert_eq!((row.version.as_str(), row.size), ("v", 9));
        catalog
            .set_written_marker(home, "m", "1", &[row.id])
            .expect("mark");
        assert!(
            catalog.markers(home, true).expect("query").is_empty(),
            "it tells of one"
        );
        catalog.recall_written(home, "other", &[new]).expect("recall");
        assert_eq!(
            found("a.jpg.xmp").expect("known").version,
            "v",
            "what is known stays"
        );
        catalog
            .forget_written(home, &["a.jpg.xmp".to_owned()])
            .expect("forget");
        assert_eq!(catalog.markers(home, true).expect("query").len(), 1);
    }
}
