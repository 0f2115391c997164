//! What markers told of a destination whose own catalog was lost: placed objects that hang on no file yet.
//!
//! Such an object belongs to a file below `/` that is gone and that no scan has seen (`scan = 0`). The plan ties it to the
//! file that is met again. It has no version and no receipt: what stands there is not compared by that, but by its bytes.

use crate::row::{digest, signed};
use crate::settings::{note, touch};
use crate::{Catalog, Result};
use albumen_model::{DestinationId, FileId, Kind, Sha256};
use rusqlite::{OptionalExtension, Transaction, params};

/// One line of a marker that the listing agrees with.
#[derive(Debug, Clone)]
pub struct Recalled {
    pub key: String,
    pub sha256: Sha256,
    pub size: u64,
    /// The original's path, as it was shown.
    pub from: String,
    pub mtime_ns: i64,
    pub kind: Kind,
    pub captured: Option<String>,
    pub camera: Option<String>,
}

/// A placed object that waits for its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untied {
    pub placed: i64,
    pub key: String,
    /// The original's path, as it was shown.
    pub from: String,
}

impl Catalog {
    /// Writes down what one marker tells: `new` objects, and `known` ones that this catalog placed itself. With a `version`
    /// the marker is ours to take back one day.
    pub fn recall(
        &self,
        destination: DestinationId,
        marker: &str,
        version: Option<&str>,
        (new, known): (&[Recalled], &[String]),
        now: i64,
    ) -> Result<()> {
        self.write(|tx| {
            let root = root(tx)?;
            for one in new {
                let file = put_file(tx, root, one)?;
                tx.prepare_cached(
                    "INSERT INTO placed (destination_id, key, file_id, sha256, size, mtime_ns, version, origin, placed_at,
                       marker)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', 'sent', ?7, ?8)
                     ON CONFLICT (destination_id, key) DO UPDATE SET file_id = ?3, sha256 = ?4, size = ?5, mtime_ns = ?6,
                       version = '', marker = ?8",
                )?
                .execute(params![
                    destination.0,
                    one.key,
                    file.0,
                    one.sha256.0.as_slice(),
                    signed(one.size),
                    one.mtime_ns,
                    now,
                    marker
                ])?;
                tx.prepare_cached(
                    "DELETE FROM receipt WHERE placed_id = (SELECT id FROM placed WHERE destination_id = ?1 AND key = ?2)",
                )?
                .execute(params![destination.0, one.key])?;
            }
            for key in known {
                tx.prepare_cached(
                    "UPDATE placed SET marker = ?3 WHERE destination_id = ?1 AND key = ?2 AND marker IS NULL",
                )?
                .execute(params![destination.0, key, marker])?;
            }
            if let Some(version) = version {
                tx.prepare_cached(
                    "INSERT OR REPLACE INTO marker (destination_id, key, version) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![destination.0, marker, version])?;
            }
            if !new.is_empty() {
                note(tx, now, "read in from a marker", marker)?;
                // A plan of before would send them again.
                touch(tx)?;
            }
            Ok(())
        })
    }

    /// What the catalog has under exactly this key, and whether only a marker told of it.
    pub fn placed_under(&self, destination: DestinationId, key: &str) -> Result<Option<(Sha256, bool)>> {
        let found = self.read(|c| {
            let sql = "SELECT p.sha256, f.scan = 0 FROM placed p JOIN file f ON f.id = p.file_id
                       WHERE p.destination_id = ?1 AND p.key = ?2";
            let row = c
                .prepare_cached(sql)?
                .query_row(params![destination.0, key], |row| Ok((row.get(0)?, row.get(1)?)));
            Ok(row.optional()?)
        })?;
        found
            .map(|(sha256, recalled)| Ok((digest(sha256)?, recalled)))
            .transpose()
    }

    /// Whether anything at the destination waits for its file.
    pub fn has_untied(&self, destination: DestinationId) -> Result<bool> {
        self.read(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM placed p JOIN file f ON f.id = p.file_id
                       WHERE p.destination_id = ?1 AND f.scan = 0)";
            Ok(c.query_row(sql, [destination.0], |row| row.get(0))?)
        })
    }

    /// What of these bytes waits for its file, by key.
    pub fn untied(&self, destination: DestinationId, sha256: &Sha256) -> Result<Vec<Untied>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT p.id, p.key, '/' || f.display FROM file f JOIN placed p ON p.file_id = f.id
                 WHERE f.sha256 = ?2 AND f.scan = 0 AND p.destination_id = ?1 AND p.sha256 = ?2 ORDER BY p.key",
            )?;
            let rows = query.query_map(params![destination.0, sha256.0.as_slice()], |row| {
                Ok(Untied {
                    placed: row.get(0)?,
                    key: row.get(1)?,
                    from: row.get(2)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// These placed objects are the copies of these files.
    pub fn tie(&self, pairs: &[(i64, FileId)]) -> Result<()> {
        self.write(|tx| {
            for (placed, file) in pairs {
                tx.prepare_cached("UPDATE placed SET file_id = ?2 WHERE id = ?1")?
                    .execute([*placed, file.0])?;
            }
            Ok(())
        })
    }
}

/// The source that no list shows.
fn root(tx: &Transaction<'_>) -> Result<i64> {
    tx.execute(
        "INSERT INTO source (path, display, removed) VALUES (x'2f', '', 1) ON CONFLICT (path) DO NOTHING",
        [],
    )?;
    Ok(tx.query_row("SELECT id FROM source WHERE path = x'2f'", [], |row| row.get(0))?)
}

/// A path has one row for each of the contents that it had: behind a NUL, which no path has.
fn put_file(tx: &Transaction<'_>, root: i64, one: &Recalled) -> Result<FileId> {
    let shown = one.from.trim_start_matches('/');
    let mut path = shown.as_bytes().to_vec();
    let there: Option<Vec<u8>> = tx
        .prepare_cached("SELECT coalesce(sha256, x'') FROM file WHERE source_id = ?1 AND path = ?2")?
        .query_row(params![root, path], |row| row.get(0))
        .optional()?;
    if there.is_some_and(|there| there != one.sha256.0) {
        path.push(0);
        path.extend(one.sha256.to_string().into_bytes());
    }
    let folder = shown.rsplit_once('/').map_or("", |(folder, _)| folder);
    let id = tx
        .prepare_cached(
            "INSERT INTO file (source_id, path, display, folder, dev, ino, size, mtime_ns, ctime_ns, mode, scan, gone, kind,
               sha256, captured, camera)
             VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6, 0, 0, 0, 1, ?7, ?8, ?9, ?10)
             ON CONFLICT (source_id, path) DO UPDATE SET gone = gone RETURNING id",
        )?
        .query_row(
            params![
                root,
                path,
                shown,
                folder.as_bytes(),
                signed(one.size),
                one.mtime_ns,
                one.kind.as_str(),
                one.sha256.0.as_slice(),
                one.captured,
                one.camera
            ],
            |row| row.get(0),
        )?;
    Ok(FileId(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(key: &str, from: &str, byte: u8) -> Recalled {
        Recalled {
            key: key.to_owned(),
            sha256: Sha256([byte; 32]),
            size: 5,
            from: from.to_owned(),
            mtime_ns: 7,
            kind: Kind::Jpeg,
            captured: None,
            camera: None,
        }
    }

    #[test]
    fn what_a_marker_told_waits_for_its_file_and_shows_in_no_list() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let home = catalog.destination("file:///D", "{}", 1).expect("destination");
        let two_contents = [told("a.jpg", "/p/a.jpg", 1), told("a~2.jpg", "/p/a.jpg", 2)];
        catalog
            .recall(home, "m", Some("v"), (&two_contents, &[]), 1)
            .expect("recall");
        catalog
            .recall(home, "m", Some("v"), (&two_contents, &[]), 2)
            .expect("twice is once");
        assert!(catalog.has_untied(home).expect("query"));
        assert!(catalog.sources().expect("sources").is_empty());
        let waiting = catalog.untied(home, &Sha256([2; 32])).expect("query");
        let [one] = waiting.as_slice() else {
            panic!("{waiting:?}")
        };
        assert_eq!((one.key.as_str(), one.from.as_str()), ("a~2.jpg", "/p/a.jpg"));
        assert_eq!(
            catalog.placed_under(home, "a.jpg").expect("query"),
            Some((Sha256([1; 32]), true))
        );
        let page = catalog.placed_page(home, 0, 10).expect("page");
        assert_eq!(page.len(), 2);
        assert!(
            page.iter()
                .all(|row| row.from == "/p/a.jpg" && row.version.is_empty())
        );
        assert_eq!(catalog.markers(home, false).expect("markers").len(), 1);
    }
}
