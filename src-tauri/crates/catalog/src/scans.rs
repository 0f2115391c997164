//! Scans: what is known of a source, page by page beside the walk, and what a scan concludes at its end.
//!
//! An unchanged source is written to only by the time of its scan. Until a scan has ended nothing is concluded from
//! what it did not see, so one that is killed anywhere leaves a catalog from which the next one goes on.

use crate::files::{KnownFile, PRINT};
use crate::row::{identity, spread, unsigned};
use crate::settings::{note, touch};
use crate::{Catalog, Result};
use albumen_model::{FileId, RelPath, SourceId};
use rusqlite::{OptionalExtension, Row, params};

/// A problem with an entry that is no file we take, as the last walk found it.
#[derive(Debug, Clone)]
pub struct KnownProblem {
    pub id: i64,
    pub display: String,
    pub code: String,
    pub what: String,
}

impl Catalog {
    /// The number of the scan of `source` that begins now. Written with its first change, if there is one.
    pub fn begin_scan(&self, source: SourceId) -> Result<i64> {
        self.read(|c| {
            let sql = "SELECT scan + 1 FROM source WHERE id = ?1";
            Ok(c.query_row(sql, [source.0], |row| row.get(0))?)
        })
    }

    /// True when a scan of `source` has come to its end before.
    pub fn was_scanned(&self, source: SourceId) -> Result<bool> {
        self.read(|c| {
            let sql = "SELECT scanned_at IS NOT NULL FROM source WHERE id = ?1";
            Ok(c.query_row(sql, [source.0], |row| row.get(0))?)
        })
    }

    /// Up to `many` files of `source` that are there, as far as is known, from all over it.
    pub fn some_files(&self, source: SourceId, many: i64) -> Result<Vec<RelPath>> {
        self.read(|c| {
            // In the order of the rows, each ends at the first that fits: an index of the source would be read whole.
            let sql = "SELECT (SELECT min(id) FROM file WHERE +source_id = ?1), (SELECT max(id) FROM file WHERE +source_id = ?1)";
            let ends = c.query_row(sql, [source.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut next = c.prepare_cached(
                "SELECT path FROM file WHERE id >= ?2 AND +source_id = ?1 AND gone = 0 ORDER BY id LIMIT 1",
            )?;
            let mut found = Vec::new();
            for from in spread(ends, many) {
                let path = next.query_row([source.0, from], |row| row.get(0)).optional()?;
                found.extend(path.map(RelPath));
            }
            found.dedup();
            Ok(found)
        })
    }

    /// The next `limit` files of `source` behind `after`, in the order of their paths' bytes.
    pub fn known_files(&self, source: SourceId, after: &RelPath, limit: usize) -> Result<Vec<KnownFile>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT id, path, dev, ino, size, mtime_ns, ctime_ns, mode, sha256 IS NOT NULL AND print >= ?4, excluded,
                   gone
                 FROM file WHERE source_id = ?1 AND path > ?2 ORDER BY path LIMIT ?3",
            )?;
            let rows = query.query_map(params![source.0, after.0, limit as i64, PRINT], known)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What is known of the files in one folder of `source`, and with `is_deep` of all below it.
    pub fn known_in(&self, source: SourceId, folder: &RelPath, is_deep: bool) -> Result<Vec<KnownFile>> {
        let mut below = folder.0.clone();
        let mut behind = folder.0.clone();
        if !below.is_empty() {
            // `0` comes right after the slash.
            below.push(b'/');
            behind.push(b'0');
        }
        let within = match (is_deep, below.is_empty()) {
            (false, _) => "folder = ?2",
            (true, true) => "?2 = ?2",
            (true, false) => "path > ?4 AND path < ?5",
        };
        let sql = format!(
            "SELECT id, path, dev, ino, size, mtime_ns, ctime_ns, mode, sha256 IS NOT NULL AND print >= ?3, excluded, gone
             FROM file WHERE source_id = ?1 AND {within} AND ?4 = ?4 AND ?5 = ?5"
        );
        self.read(|c| {
            let mut query = c.prepare_cached(&sql)?;
            let rows = query.query_map(params![source.0, folder.0, PRINT, below, behind], known)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Files of `source` that are there, as far as is known.
    pub fn count_live(&self, source: SourceId) -> Result<u64> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM file WHERE source_id = ?1 AND gone = 0";
            Ok(unsigned(
                c.prepare_cached(sql)?.query_row([source.0], |row| row.get(0))?,
            ))
        })
    }

    /// The next `limit` problems with what is no file, behind the one with the id `after`, in the order of the walk.
    pub fn known_problems(&self, source: SourceId, after: i64, limit: usize) -> Result<Vec<KnownProblem>> {
        self.read(|c| {
            let mut query = c.prepare_cached(
                "SELECT id, display, code, what FROM problem
                 WHERE source_id = ?1 AND file_id IS NULL AND id > ?2 ORDER BY id LIMIT ?3",
            )?;
            let rows = query.query_map(params![source.0, after, limit as i64], |row| {
                Ok(KnownProblem {
                    id: row.get(0)?,
                    display: row.get(1)?,
                    code: row.get(2)?,
                    what: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Ends a scan that saw everything: `vanished` are gone, but for those that it came across all the same.
    pub fn finish_scan(&self, source: SourceId, scan: i64, vanished: &[FileId], now: i64) -> Result<()> {
        self.write(|tx| {
            let mut gone = 0;
            for id in vanished {
                gone += tx
                    .prepare_cached("UPDATE file SET gone = 1 WHERE id = ?1 AND scan <> ?2 AND gone = 0")?
                    .execute([id.0, scan])?;
                tx.prepare_cached(
                    "DELETE FROM problem WHERE file_id = ?1 AND EXISTS (SELECT 1 FROM file WHERE id = ?1 AND gone = 1)",
                )?
                .execute([id.0])?;
            }
            if gone > 0 || is_changed(tx, source, scan)? {
                note(tx, now, "scan finished", &format!("{{\"source\":{},\"gone\":{gone}}}", source.0))?;
                touch(tx)?;
            }
            scanned(tx, source, now)
        })
    }

    /// Ends a scan that could not look everywhere: nothing is concluded about files it did not see.
    pub fn finish_scan_keeping(&self, source: SourceId, scan: i64, now: i64) -> Result<()> {
        self.write(|tx| {
            if is_changed(tx, source, scan)? {
                let id = source.0.to_string();
                note(tx, now, "scan finished with unreadable folders", &id)?;
                touch(tx)?;
            }
            scanned(tx, source, now)
        })
    }

    /// True while pairing is made from what is known of the files now, and so are the groups. Triggers take it back.
    pub fn is_settled(&self, source: SourceId) -> Result<bool> {
        self.read(|c| {
            let sql = "SELECT settled FROM source WHERE id = ?1";
            Ok(c.query_row(sql, [source.0], |row| row.get(0))?)
        })
    }

    /// True when every source of the list is settled.
    pub fn all_settled(&self) -> Result<bool> {
        self.read(|c| {
            let sql = "SELECT NOT EXISTS (SELECT 1 FROM source WHERE removed = 0 AND settled = 0)";
            Ok(c.query_row(sql, [], |row| row.get(0))?)
        })
    }

    /// Says that the files of these sources are paired and grouped.
    pub fn settle(&self, sources: &[SourceId]) -> Result<()> {
        self.write(|tx| {
            for source in sources {
                tx.execute("UPDATE source SET settled = 1 WHERE id = ?1", [source.0])?;
            }
            Ok(())
        })
    }
}

fn known(row: &Row<'_>) -> rusqlite::Result<KnownFile> {
    Ok(KnownFile {
        id: FileId(row.get(0)?),
        path: RelPath(row.get(1)?),
        identity: identity(row, 2)?,
        fingerprinted: row.get(8)?,
        excluded: row.get(9)?,
        gone: row.get(10)?,
    })
}

fn is_changed(tx: &rusqlite::Transaction<'_>, source: SourceId, scan: i64) -> Result<bool> {
    let sql = "SELECT scan = ?2 FROM source WHERE id = ?1";
    Ok(tx.query_row(sql, [source.0, scan], |row| row.get(0))?)
}

fn scanned(tx: &rusqlite::Transaction<'_>, source: SourceId, now: i64) -> Result<()> {
    let sql = "UPDATE source SET scanned_at = ?2 WHERE id = ?1";
    tx.execute(sql, [source.0, now])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::walked;
    use crate::{ScannedFile, WalkedFile};

    fn excluded(path: &str) -> ScannedFile {
        ScannedFile::Excluded(WalkedFile {
            excluded: true,
            ..walked(path, 1)
        })
    }

    #[test]
    fn every_change_to_files_unsettles_their_source_and_no_other() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let one = catalog.add_source(b"/one", 0).expect("source");
        let other = catalog.add_source(b"/other", 0).expect("source");
        let settled = |source| catalog.is_settled(source).expect("query");
        assert!(!settled(one), "not before it was scanned");
        let settle = || catalog.settle(&[one, other]).expect("settle");
        settle();
        catalog.put_scanned(one, 1, vec![excluded("a")]).expect("put");
        assert!(!settled(one) && settled(other));
        settle();
        let ids: Vec<FileId> = catalog
            .known_files(one, &RelPath(Vec::new()), 10)
            .expect("known")
            .iter()
            .map(|known| known.id)
            .collect();
        catalog.finish_scan(one, 1, &ids, 5).expect("finish");
        assert!(settled(one), "the scan that saw it does not say it is gone");
        catalog.finish_scan(one, 2, &ids, 6).expect("finish");
        assert!(!settled(one));
        settle();
        catalog.remove_source(other, 7).expect("remove");
        catalog.add_source(b"/other", 8).expect("bring back");
        assert!(!settled(other) && !catalog.all_settled().expect("query"));
    }
}
