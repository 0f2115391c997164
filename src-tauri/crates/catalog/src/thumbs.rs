//! Thumbnails, by file id.

use crate::open::held;
use crate::{Catalog, Result};
use albumen_model::FileId;
use rusqlite::{OptionalExtension, params};

impl Catalog {
    pub fn thumb(&self, id: FileId) -> Result<Option<Vec<u8>>> {
        let thumbs = held(&self.thumbs);
        let mut query = thumbs.prepare_cached("SELECT jpeg FROM thumb WHERE file_id = ?1")?;
        Ok(query.query_row([id.0], |row| row.get(0)).optional()?)
    }

    pub fn has_thumb(&self, id: FileId) -> Result<bool> {
        let thumbs = held(&self.thumbs);
        let mut query = thumbs.prepare_cached("SELECT 1 FROM thumb WHERE file_id = ?1")?;
        Ok(query.exists([id.0])?)
    }

    pub fn put_thumbs(&self, made: &[(FileId, Vec<u8>)]) -> Result<()> {
        let mut thumbs = held(&self.thumbs);
        let tx = thumbs.transaction()?;
        for (id, jpeg) in made {
            tx.prepare_cached("INSERT OR REPLACE INTO thumb (file_id, jpeg) VALUES (?1, ?2)")?
                .execute(params![id.0, jpeg])?;
        }
        tx.commit()?;
        Ok(())
    }
}
