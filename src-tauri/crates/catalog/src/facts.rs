//! What the phases ask beside plan, placed files and receipts: what was written lately, what others have at a destination, which
//! files have a copy there.

use crate::row::unsigned;
use crate::{Catalog, Result};
use albumen_model::DestinationId;

impl Catalog {
    /// Live files that were written since then, by their own times.
    pub fn files_since(&self, mtime_ns: i64) -> Result<u64> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE f.gone = 0 AND f.excluded = 0 AND f.mtime_ns >= ?1";
            Ok(unsigned(c.query_row(sql, [mtime_ns], |row| row.get(0))?))
        })
    }

    /// Objects of the last listing that nobody of ours placed.
    pub fn others_there(&self, id: DestinationId) -> Result<u64> {
        self.read(|c| {
            let sql =
                "SELECT count(*) FROM listing l WHERE l.destination_id = ?1 AND l.key NOT LIKE '.albumen/%'
                 AND NOT EXISTS (SELECT 1 FROM placed p WHERE p.destination_id = ?1 AND p.key = l.key)
                 AND NOT EXISTS (SELECT 1 FROM written w WHERE w.destination_id = ?1 AND w.key = l.key)";
            Ok(unsigned(c.query_row(sql, [id.0], |row| row.get(0))?))
        })
    }

    /// Live files with a copy at the destination: where each is, how large, and when it was written.
    pub fn each_copied(
        &self,
        id: DestinationId,
        mut on_file: impl FnMut(&[u8], &[u8], u64, i64) -> bool,
    ) -> Result<()> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT s.path, f.path, f.size, f.mtime_ns FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
                 WHERE f.gone = 0 AND EXISTS (SELECT 1 FROM placed p WHERE p.file_id = f.id AND p.destination_id = ?1
                   AND p.sha256 = f.sha256) ORDER BY f.id",
            )?;
            let mut rows = query.query([id.0])?;
            while let Some(row) = rows.next()? {
                let (root, path) = (row.get_ref(0)?.as_blob(), row.get_ref(1)?.as_blob());
                let (Ok(root), Ok(path)) = (root, path) else {
                    continue;
                };
                if !on_file(root, path, unsigned(row.get(2)?), row.get(3)?) {
                    break;
                }
            }
            Ok(())
        })
    }
}
