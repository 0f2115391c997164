//! Thumbnails, by file id. Where their file turns out to be damaged, there are none, and those that come next start it over.

use crate::open::held;
use crate::renames::Thumbs;
use crate::schema::{empty_thumbs, is_damage, open_thumbs};
use crate::{Catalog, Result};
use albumen_model::FileId;
use rusqlite::{Connection, OptionalExtension, params};

impl Catalog {
    pub fn thumb(&self, id: FileId) -> Result<Option<Vec<u8>>> {
        let thumbs = held(&self.thumbs);
        let mut query = thumbs.prepare_cached("SELECT jpeg FROM thumb WHERE file_id = ?1")?;
        match query.query_row([id.0], |row| row.get(0)).optional() {
            Err(error) if is_damage(&error) => Ok(None),
            found => Ok(found?),
        }
    }

    pub fn has_thumb(&self, id: FileId) -> Result<bool> {
        let thumbs = held(&self.thumbs);
        let mut query = thumbs.prepare_cached("SELECT 1 FROM thumb WHERE file_id = ?1")?;
        match query.exists([id.0]) {
            Err(error) if is_damage(&error) => Ok(false),
            found => Ok(found?),
        }
    }

    pub fn put_thumbs(&self, made: &[(FileId, Vec<u8>)]) -> Result<()> {
        let mut thumbs = held(&self.thumbs);
        match put(&mut thumbs, made) {
            Err(error) if is_damage(&error) => {
                // Closed before it is emptied.
                *thumbs = Connection::open_in_memory()?;
                empty_thumbs(self.path());
                *thumbs = open_thumbs(self.path(), false)?;
                Ok(put(&mut thumbs, made)?)
            }
            done => Ok(done?),
        }
    }

    /// Takes up the pictures that are to go to other rows, and away from those whose they are no more.
    pub(crate) fn lift_thumbs(&self, moving: &mut Thumbs) -> Result<()> {
        for (from, to) in &moving.moves {
            moving.held.extend(self.thumb(*from)?.map(|jpeg| (*to, jpeg)));
        }
        let thumbs = held(&self.thumbs);
        for id in &moving.stale {
            match thumbs.execute("DELETE FROM thumb WHERE file_id = ?1", [id.0]) {
                Err(error) if !is_damage(&error) => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

fn put(thumbs: &mut Connection, made: &[(FileId, Vec<u8>)]) -> rusqlite::Result<()> {
    let tx = thumbs.transaction()?;
    for (id, jpeg) in made {
        tx.prepare_cached("INSERT OR REPLACE INTO thumb (file_id, jpeg) VALUES (?1, ?2)")?
            .execute(params![id.0, jpeg])?;
    }
    tx.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalog with thumbnails, of whose file `damage` spoils the bytes.
    fn damaged(damage: impl Fn(&mut Vec<u8>)) -> (tempfile::TempDir, Catalog) {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("c.db");
        let catalog = Catalog::open(&path).expect("open");
        let made: Vec<_> = (1..50).map(|id| (FileId(id), vec![7; 3000])).collect();
        catalog.put_thumbs(&made).expect("put");
        drop(catalog);
        let file = dir.path().join("c.db.thumbs");
        let mut bytes = std::fs::read(&file).expect("read");
        damage(&mut bytes);
        std::io::Write::write_all(&mut std::fs::File::create(&file).expect("create"), &bytes).expect("write");
        let catalog = Catalog::open(&path).expect("open again");
        (dir, catalog)
    }

    #[test]
    fn damaged_thumbnails_are_none_and_are_started_over() {
        for (from, to, is_whole) in [(0, 0, true), (0, 4096, false), (4096, 16_384, false)] {
            let (dir, catalog) = damaged(|bytes| bytes[from..to].fill(0x5a));
            assert_eq!(catalog.has_thumb(FileId(3)).expect("asked"), is_whole);
            assert_eq!(catalog.thumb(FileId(3)).expect("asked").is_some(), is_whole);
            catalog.put_thumbs(&[(FileId(9), b"new".to_vec())]).expect("put");
            drop(catalog);
            let again = Catalog::open(&dir.path().join("c.db")).expect("open");
            assert_eq!(again.thumb(FileId(9)).expect("asked").expect("kept"), b"new");
        }
    }
}
