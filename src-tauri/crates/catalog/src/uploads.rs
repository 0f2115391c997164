//! Upload sessions of large files that are under way: what the store needs to go on after a restart. The words are the
//! store's own; here they are only kept.

use crate::{Catalog, Result};
use albumen_model::DestinationId;
use rusqlite::{OptionalExtension, params};

impl Catalog {
    pub fn upload(&self, destination: DestinationId, key: &str) -> Result<Option<String>> {
        self.read(|c| {
            Ok(
                c.prepare_cached("SELECT session FROM upload WHERE destination_id = ?1 AND key = ?2")?
                    .query_row(params![destination.0, key], |row| row.get(0))
                    .optional()?,
            )
        })
    }

    /// Committed when it returns.
    pub fn put_upload(&self, destination: DestinationId, key: &str, session: &str, now: i64) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO upload (destination_id, key, session, begun_at) VALUES (?1, ?2, ?3, ?4)",
                params![destination.0, key, session, now],
            )?;
            Ok(())
        })
    }

    pub fn end_upload(&self, destination: DestinationId, key: &str) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "DELETE FROM upload WHERE destination_id = ?1 AND key = ?2",
                params![destination.0, key],
            )?;
            Ok(())
        })
    }

    /// All that were begun and neither ended nor given up.
    pub fn uploads(&self, destination: DestinationId) -> Result<Vec<(String, String)>> {
        self.read(|c| {
            let mut query =
                c.prepare("SELECT key, session FROM upload WHERE destination_id = ?1 ORDER BY key")?;
            let rows = query.query_map([destination.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_kept_over_a_restart_until_it_ends() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let catalog = Catalog::open(&path).expect("open");
        let id = catalog.destination("s3://b", "{}", 1).expect("destination");
        catalog.put_upload(id, "a/b.mov", "{1}", 2).expect("put");
        catalog.put_upload(id, "a/b.mov", "{2}", 3).expect("put");
        drop(catalog);
        let catalog = Catalog::open(&path).expect("open again");
        assert_eq!(
            catalog.upload(id, "a/b.mov").expect("read").as_deref(),
            Some("{2}")
        );
        assert_eq!(
            catalog.uploads(id).expect("read"),
            [("a/b.mov".to_owned(), "{2}".to_owned())]
        );
        catalog.end_upload(id, "a/b.mov").expect("end");
        assert_eq!(catalog.upload(id, "a/b.mov").expect("read"), None);
    }
}
