//! What stands at a destination, and the receipts for it.

use crate::destinations::{ListedRow, listed_row};
use crate::row::{digest, signed, unsigned, word};
use crate::settings::note;
use crate::{Catalog, Result};
use albumen_model::{DestinationId, FileId, Sha256, Tally, key};
use rusqlite::{OptionalExtension, Row, params};

/// Whether this project put it there. What was found is verified like the rest and never removed by a roll back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Sent,
    Found,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Found => "found",
        }
    }
}

#[derive(Debug, Clone)]
pub struct PlacedRow {
    pub id: i64,
    pub key: String,
    pub file: FileId,
    pub sha256: Sha256,
    pub size: u64,
    pub mtime_ns: i64,
    /// What the destination says of this very object (etag, or inode and times); changes when it is replaced.
    pub version: String,
    pub origin: Origin,
    /// For people: the original's path.
    pub from: String,
    pub captured: Option<String>,
    pub camera: Option<String>,
    pub kind: String,
    pub original: Vec<u8>,
    /// Digests besides SHA-256 of what was sent, in the store's words; empty for what was found there.
    pub sums: String,
    /// The destination was seen to refuse wrong bytes, and took these.
    pub refused_wrong: bool,
    /// Path of the original's source; `original` lies below it.
    pub root: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct ReceiptRow {
    pub placed: i64,
    /// `readback`, `digest` or `refused`.
    pub grade: &'static str,
    pub version: String,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct VerifyTotals {
    pub expected: Tally,
    pub receipts: Tally,
}

/// Of a [`PlacedRow`].
const COLUMNS: &str = "p.id, p.key, p.file_id, p.sha256, p.size, p.mtime_ns, p.version, p.origin,
     s.display || '/' || f.display, f.captured, f.camera, f.kind, f.path, p.sums, p.refused_wrong, s.path";
const LISTED_AT: usize = 16;
const TABLES: &str = "placed p JOIN file f ON f.id = p.file_id JOIN source s ON s.id = f.source_id";

/// A finished step.
#[derive(Debug, Clone)]
pub struct Landed {
    pub step: Option<i64>,
    pub key: String,
    pub file: FileId,
    pub sha256: Sha256,
    pub size: u64,
    pub mtime_ns: i64,
    pub version: String,
    pub origin: Origin,
    pub made_dirs: Vec<Vec<u8>>,
    pub sums: String,
    pub refused_wrong: bool,
}

impl Catalog {
    /// Records finished steps: the checkpoint. A receipt of what stood there before is void.
    pub fn put_placed(&self, destination: DestinationId, landed: &[Landed], now: i64) -> Result<()> {
        self.write(|tx| {
            for one in landed {
                tx.prepare_cached(
                    "INSERT INTO placed (destination_id, key, file_id, sha256, size, mtime_ns, version, origin, placed_at,
                       sums, refused_wrong)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                     ON CONFLICT (destination_id, key) DO UPDATE SET file_id = ?3, sha256 = ?4, size = ?5, mtime_ns = ?6,
                       version = ?7, origin = ?8, placed_at = ?9, marker = NULL, sums = ?10, refused_wrong = ?11",
                )?
                .execute(params![
                    destination.0,
                    one.key,
                    one.file.0,
                    one.sha256.0.as_slice(),
                    signed(one.size),
                    one.mtime_ns,
                    one.version,
                    one.origin.as_str(),
                    now,
                    one.sums,
                    one.refused_wrong
                ])?;
                tx.prepare_cached(
                    "DELETE FROM receipt WHERE placed_id = (SELECT id FROM placed WHERE destination_id = ?1 AND key = ?2)",
                )?
                .execute(params![destination.0, one.key])?;
                tx.prepare_cached("DELETE FROM intent WHERE destination_id = ?1 AND key = ?2")?
                    .execute(params![destination.0, one.key])?;
                if let Some(step) = one.step {
                    tx.prepare_cached("UPDATE step SET state = 'placed' WHERE id = ?1")?.execute([step])?;
                }
                for dir in &one.made_dirs {
                    tx.prepare_cached("INSERT OR IGNORE INTO made_dir (destination_id, path) VALUES (?1, ?2)")?
                        .execute(params![destination.0, dir])?;
                }
            }
            Ok(())
        })
    }

    /// The digest that a claimed, not yet checkpointed step meant to place under `key`.
    pub fn intent(&self, destination: DestinationId, key: &str) -> Result<Option<Sha256>> {
        self.read(|c| {
            let found: Option<Vec<u8>> = c
                .prepare_cached("SELECT sha256 FROM intent WHERE destination_id = ?1 AND key = ?2")?
                .query_row(params![destination.0, key], |row| row.get(0))
                .optional()?;
            found.map(digest).transpose()
        })
    }

    pub fn intents(&self, destination: DestinationId) -> Result<Vec<String>> {
        self.read(|c| {
            let mut query = c.prepare("SELECT key FROM intent WHERE destination_id = ?1")?;
            Ok(query
                .query_map([destination.0], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn clear_intents(&self, destination: DestinationId) -> Result<()> {
        self.write(|tx| {
            Ok(tx
                .execute("DELETE FROM intent WHERE destination_id = ?1", [destination.0])
                .map(|_| ())?)
        })
    }

    /// Where this very content of `file` stands, if it does.
    pub fn placed_of(
        &self,
        destination: DestinationId,
        file: FileId,
        sha256: &Sha256,
    ) -> Result<Option<PlacedRow>> {
        self.read(|c| {
            let sql = format!(
                "SELECT {COLUMNS} FROM {TABLES} WHERE p.destination_id = ?1 AND p.file_id = ?2 AND p.sha256 = ?3"
            );
            let mut query = c.prepare_cached(&sql)?;
            let row = query.query_row(params![destination.0, file.0, sha256.0.as_slice()], |row| {
                Ok(placed_row(row))
            });
            row.optional()?.transpose()
        })
    }

    /// One that was placed.
    pub fn placed(&self, destination: DestinationId, id: i64) -> Result<Option<PlacedRow>> {
        let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE p.destination_id = ?1 AND p.id = ?2");
        Ok(self.rows(&sql, params![destination.0, id], placed_row)?.pop())
    }

    /// Where a file stands: as it is now if it does, else as it was.
    pub fn placed_last(&self, destination: DestinationId, file: FileId) -> Result<Option<PlacedRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE p.destination_id = ?1 AND p.file_id = ?2
             ORDER BY p.sha256 IS NOT f.sha256, p.id DESC LIMIT 1"
        );
        Ok(self.rows(&sql, params![destination.0, file.0], placed_row)?.pop())
    }

    /// Whether a copy is known to stand under exactly this key.
    pub fn is_placed_key(&self, destination: DestinationId, key: &str) -> Result<bool> {
        self.read(|c| {
            let mut query =
                c.prepare_cached("SELECT 1 FROM placed WHERE destination_id = ?1 AND key = ?2")?;
            Ok(query.exists(params![destination.0, key])?)
        })
    }

    /// A page of placed objects after `after`, in id order.
    pub fn placed_page(&self, destination: DestinationId, after: i64, limit: u64) -> Result<Vec<PlacedRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE p.destination_id = ?1 AND p.id > ?2 ORDER BY p.id LIMIT ?3"
        );
        self.rows(
            &sql,
            params![destination.0, after, limit.cast_signed()],
            placed_row,
        )
    }

    /// The same page, of those that have no receipt.
    pub fn unproven_page(
        &self,
        destination: DestinationId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<PlacedRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE p.destination_id = ?1 AND p.id > ?2
             AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.placed_id = p.id) ORDER BY p.id LIMIT ?3"
        );
        self.rows(
            &sql,
            params![destination.0, after, limit.cast_signed()],
            placed_row,
        )
    }

    /// The same page, each with what the last listing has under exactly its key.
    pub fn placed_and_listed(
        &self,
        destination: DestinationId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<(PlacedRow, Option<ListedRow>)>> {
        let sql = format!(
            "SELECT {COLUMNS}, l.key, l.size, l.version, l.sums FROM {TABLES}
             LEFT JOIN listing l ON l.destination_id = p.destination_id AND l.key = p.key
             WHERE p.destination_id = ?1 AND p.id > ?2 ORDER BY p.id LIMIT ?3"
        );
        self.rows(&sql, params![destination.0, after, limit.cast_signed()], |row| {
            let listed = match row.get::<_, Option<String>>(LISTED_AT)? {
                Some(_) => Some(listed_row(row, LISTED_AT)?),
                None => None,
            };
            Ok((placed_row(row)?, listed))
        })
    }

    /// Gives, folded, each key that was placed and that the last listing has, in whatever case.
    pub fn placed_and_listed_folds(
        &self,
        destination: DestinationId,
        mut on_fold: impl FnMut(&str),
    ) -> Result<()> {
        self.read(|c| {
            let mut placed = c.prepare_cached("SELECT key FROM placed WHERE destination_id = ?1")?;
            let mut listed =
                c.prepare_cached("SELECT 1 FROM listing WHERE destination_id = ?1 AND fold = ?2")?;
            let mut rows = placed.query([destination.0])?;
            while let Some(row) = rows.next()? {
                let fold = key::fold(&row.get::<_, String>(0)?);
                if listed.exists(params![destination.0, fold])? {
                    on_fold(&fold);
                }
            }
            Ok(())
        })
    }

    /// A page of placed objects, of those of a pilot.
    pub fn pilot_page(
        &self,
        destination: DestinationId,
        pilot: i64,
        after: i64,
        limit: u64,
    ) -> Result<Vec<PlacedRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE p.destination_id = ?1 AND p.id > ?2
             AND EXISTS (SELECT 1 FROM pilot_file l WHERE l.pilot_id = ?4 AND l.file_id = p.file_id)
             ORDER BY p.id LIMIT ?3"
        );
        self.rows(
            &sql,
            params![destination.0, after, limit.cast_signed(), pilot],
            placed_row,
        )
    }

    /// Placed by us and in no marker yet.
    pub fn unmarked(&self, destination: DestinationId, limit: u64) -> Result<Vec<PlacedRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES}
             WHERE p.destination_id = ?1 AND p.marker IS NULL AND p.origin = 'sent' ORDER BY p.id LIMIT ?2"
        );
        self.rows(&sql, params![destination.0, limit.cast_signed()], placed_row)
    }

    fn rows<T>(
        &self,
        sql: &str,
        params: &[&dyn rusqlite::ToSql],
        of: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.read(|c| {
            let mut query = c.prepare_cached(sql)?;
            let mut rows = query.query(params)?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(of(row)?);
            }
            Ok(made)
        })
    }

    /// Replaces receipts: `good` were read back just now, `bad` have none any more.
    pub fn put_receipts(&self, good: &[ReceiptRow], bad: &[i64], now: i64) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO receipt (placed_id, grade, version, made_at) VALUES (?1, ?2, ?3, ?4)",
            )?;
            let mut state = tx.prepare_cached(
                "UPDATE step SET state = ?2 WHERE state IN ('placed', 'verified') AND EXISTS (SELECT 1 FROM placed p
                   JOIN plan n ON n.id = step.plan_id AND n.destination_id = p.destination_id
                   WHERE p.id = ?1 AND p.file_id = step.file_id) AND file_id = (SELECT file_id FROM placed WHERE id = ?1)",
            )?;
            for one in good {
                insert.execute(params![one.placed, one.grade, one.version, now])?;
                state.execute(params![one.placed, "verified"])?;
            }
            let mut delete = tx.prepare_cached("DELETE FROM receipt WHERE placed_id = ?1")?;
            for id in bad {
                delete.execute([id])?;
                state.execute(params![id, "placed"])?;
            }
            Ok(())
        })
    }

    pub fn verify_totals(&self, destination: DestinationId) -> Result<VerifyTotals> {
        self.read(|c| {
            let tally = |sql: &str| {
                c.query_row(sql, [destination.0], |row| {
                    Ok(Tally { files: unsigned(row.get(0)?), bytes: unsigned(row.get(1)?) })
                })
            };
            Ok(VerifyTotals {
                expected: tally("SELECT count(*), coalesce(sum(size), 0) FROM placed WHERE destination_id = ?1")?,
                receipts: tally(
                    "SELECT count(*), coalesce(sum(size), 0) FROM placed p JOIN receipt r ON r.placed_id = p.id
                     WHERE destination_id = ?1",
                )?,
            })
        })
    }

    /// How what stands at the destination was proven: files by grade.
    pub fn receipt_grades(&self, destination: DestinationId) -> Result<Vec<(String, u64)>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT r.grade, count(*) FROM placed p JOIN receipt r ON r.placed_id = p.id
                 WHERE p.destination_id = ?1 GROUP BY r.grade ORDER BY r.grade",
            )?;
            let rows = query.query_map([destination.0], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn forget_placed(&self, ids: &[i64], what: &str, now: i64) -> Result<()> {
        self.write(|tx| {
            let mut delete = tx.prepare_cached("DELETE FROM placed WHERE id = ?1")?;
            for id in ids {
                delete.execute([id])?;
            }
            note(tx, now, what, &format!("{}", ids.len()))
        })
    }

    /// Folders that this project made at the destination, deepest first.
    pub fn made_dirs(&self, destination: DestinationId) -> Result<Vec<Vec<u8>>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT path FROM made_dir WHERE destination_id = ?1 ORDER BY length(path) DESC, path",
            )?;
            Ok(query
                .query_map([destination.0], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn add_made_dirs(&self, destination: DestinationId, dirs: &[Vec<u8>]) -> Result<()> {
        self.write(|tx| {
            for dir in dirs {
                tx.prepare_cached("INSERT OR IGNORE INTO made_dir (destination_id, path) VALUES (?1, ?2)")?
                    .execute(params![destination.0, dir])?;
            }
            Ok(())
        })
    }

    pub fn forget_made_dir(&self, destination: DestinationId, path: &[u8]) -> Result<()> {
        self.write(|tx| {
            let sql = "DELETE FROM made_dir WHERE destination_id = ?1 AND path = ?2";
            Ok(tx.execute(sql, params![destination.0, path]).map(|_| ())?)
        })
    }
}

fn placed_row(row: &Row<'_>) -> Result<PlacedRow> {
    let origin: String = row.get(7)?;
    Ok(PlacedRow {
        id: row.get(0)?,
        key: row.get(1)?,
        file: FileId(row.get(2)?),
        sha256: digest(row.get(3)?)?,
        size: unsigned(row.get(4)?),
        mtime_ns: row.get(5)?,
        version: row.get(6)?,
        origin: word(
            [Origin::Sent, Origin::Found]
                .into_iter()
                .find(|one| one.as_str() == origin),
            &origin,
        )?,
        from: row.get(8)?,
        captured: row.get(9)?,
        camera: row.get(10)?,
        kind: row.get(11)?,
        original: row.get(12)?,
        sums: row.get(13)?,
        refused_wrong: row.get(14)?,
        root: row.get(15)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::walked;
    use crate::{ScannedFile, WalkedFile};

    #[test]
    fn what_was_placed_is_told_with_what_the_listing_has_of_it() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 1).expect("source");
        let walked = WalkedFile {
            excluded: true,
            ..walked("a.jpg", 1)
        };
        let path = walked.path.clone();
        catalog
            .put_scanned(source, 1, vec![ScannedFile::Excluded(walked)])
            .expect("put");
        let file = catalog
            .known_file(source, &path)
            .expect("read")
            .expect("a file")
            .id;
        let [here, other] =
            ["here", "other"].map(|url| catalog.destination(url, "{}", 1).expect("destination"));
        let landed = ["A.jpg", "b.jpg", "c.jpg"].map(|key| Landed {
            step: None,
            key: key.to_owned(),
            file,
            sha256: Sha256([1; 32]),
            size: 10,
            mtime_ns: 0,
            version: "placed".to_owned(),
            origin: Origin::Sent,
            made_dirs: Vec::new(),
            sums: String::new(),
            refused_wrong: false,
        });
        catalog.put_placed(here, &landed, 1).expect("put");
        let listed = |key: &str| ListedRow {
            key: key.to_owned(),
            size: 10,
            version: "listed".to_owned(),
            sums: "md5=1".to_owned(),
        };
        catalog
            .put_listing(here, &[listed("a.jpg"), listed("b.jpg")])
            .expect("list");
        catalog.put_listing(other, &[listed("c.jpg")]).expect("list");

        let page = catalog.placed_and_listed(here, 0, 2).expect("page");
        let told: Vec<_> = page.iter().map(|(row, told)| (row.key.as_str(), told)).collect();
        assert_eq!(told, [("A.jpg", &None), ("b.jpg", &Some(listed("b.jpg")))]);
        let rest = catalog.placed_and_listed(here, page[1].0.id, 2).expect("page");
        assert!(matches!(rest.as_slice(), [(row, None)] if row.key == "c.jpg"));
        let mut folds = Vec::new();
        catalog
            .placed_and_listed_folds(here, |fold| folds.push(fold.to_owned()))
            .expect("folds");
        folds.sort();
        assert_eq!(folds, ["a.jpg", "b.jpg"].map(key::fold));
    }
}
