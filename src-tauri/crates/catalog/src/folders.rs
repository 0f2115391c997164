//! Folders as the review sees them: what the person said of them, and which hold the same photos.

use crate::row::{unsigned, word};
use crate::settings::{note, touch};
use crate::{Catalog, Error, Result};
use albumen_model::{AssetId, FolderMark};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

#[derive(Debug, Clone)]
pub struct FolderRow {
    pub id: i64,
    pub display: String,
    pub mark: Option<FolderMark>,
    /// Assets in the folder itself, and how many of them are in a group.
    pub assets: u64,
    pub grouped: u64,
}

#[derive(Debug, Clone)]
pub struct FolderPairRow {
    pub a: FolderRow,
    pub b: FolderRow,
    /// Assets in `a` with a copy in `b`, in so many groups, and their size.
    pub copies: u64,
    pub groups: u64,
    pub bytes: u64,
    pub open: u64,
}

/// A gallery's worth; nobody reads more.
const MOST_FOLDERS: u32 = 500;
const MOST_PAIRS: u32 = 200;

const FOLDER: &str = "SELECT d.id, d.display, d.mark,
   (SELECT count(*) FROM file f WHERE f.source_id = d.source_id AND f.folder = d.path AND f.gone = 0
      AND f.excluded = 0 AND f.id = f.asset_id AND f.kind <> 'other') AS assets,
   (SELECT count(*) FROM group_member m WHERE m.folder_id = d.id) AS grouped
 FROM folder d JOIN source s ON s.id = d.source_id AND s.removed = 0";

impl Catalog {
    /// Marked folders first, then those with the most grouped photos.
    pub fn folders(&self) -> Result<Vec<FolderRow>> {
        self.write(|tx| {
            // The sources themselves can be marked, too.
            tx.execute(
                "INSERT OR IGNORE INTO folder (source_id, path, display)
                 SELECT id, x'', display FROM source WHERE removed = 0",
                [],
            )?;
            Ok(())
        })?;
        self.read(|c| {
            let sql =
                format!("{FOLDER} ORDER BY d.mark IS NULL, grouped DESC, d.display LIMIT {MOST_FOLDERS}");
            let mut query = c.prepare(&sql)?;
            let rows = query.query_map([], |row| folder(row, 0))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Pairs that share the most photos, each in the direction in which more of the folder is there twice.
    pub fn folder_pairs(&self) -> Result<Vec<FolderPairRow>> {
        self.read(|c| {
            let ids: Vec<(i64, i64, i64, i64, i64)> = {
                let mut query = c.prepare(&format!(
                    "SELECT p.a, p.b, p.copies, p.groups, p.bytes FROM folder_pair p
                     JOIN folder d ON d.id = p.a JOIN source s ON s.id = d.source_id AND s.removed = 0
                     ORDER BY p.copies DESC, p.a, p.b LIMIT {}",
                    2 * MOST_PAIRS
                ))?;
                let rows = query.query_map([], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
                })?;
                rows.collect::<rusqlite::Result<_>>()?
            };
            let mut one = c.prepare(&format!("{FOLDER} WHERE d.id = ?1"))?;
            let mut open = c.prepare(
                "SELECT count(DISTINCT m.group_id) FROM group_member m JOIN group_member n USING (group_id)
                 JOIN duplicate_group g ON g.id = m.group_id AND g.status = 'open'
                 WHERE m.folder_id = ?1 AND n.folder_id = ?2",
            )?;
            let mut made: Vec<FolderPairRow> = Vec::new();
            for (a, b, copies, groups, bytes) in ids {
                if made.len() >= MOST_PAIRS as usize {
                    break;
                }
                let (left, right) = (
                    one.query_row([a], |row| folder(row, 0)).optional()?,
                    one.query_row([b], |row| folder(row, 0)).optional()?,
                );
                let (Some(left), Some(right)) = (left, right) else {
                    continue;
                };
                let pair = FolderPairRow {
                    a: left,
                    b: right,
                    copies: unsigned(copies),
                    groups: unsigned(groups),
                    bytes: unsigned(bytes),
                    open: unsigned(open.query_row([a, b], |row| row.get(0))?),
                };
                // Of the two ways to say it, the one where more of the folder is a copy says more.
                match made.iter_mut().find(|other| other.a.id == b && other.b.id == a) {
                    Some(other) if share(&pair) > share(other) => *other = pair,
                    Some(_) => {}
                    None => made.push(pair),
                }
            }
            made.sort_by_key(|pair| std::cmp::Reverse((pair.copies, share(pair))));
            Ok(made)
        })
    }

    pub fn mark_folder(&self, id: i64, mark: Option<FolderMark>, now: i64) -> Result<()> {
        self.write(|tx| {
            let display: Option<String> = tx
                .query_row("SELECT display FROM folder WHERE id = ?1", [id], |row| row.get(0))
                .optional()?;
            let display = display.ok_or_else(|| Error::Content(format!("no folder {id}")))?;
            let word = mark.map(FolderMark::as_str);
            tx.execute("UPDATE folder SET mark = ?2 WHERE id = ?1", params![id, word])?;
            note(
                tx,
                now,
                "folder marked",
                &format!("{}: {display}", word.unwrap_or("none")),
            )?;
            touch(tx)
        })
    }
}

/// Thousandths of the folder that are copies.
fn share(pair: &FolderPairRow) -> u64 {
    pair.copies * 1000 / pair.a.assets.max(1)
}

fn folder(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<FolderRow> {
    let mark: Option<String> = row.get(first + 2)?;
    Ok(FolderRow {
        id: row.get(first)?,
        display: row.get(first + 1)?,
        mark: mark.as_deref().and_then(FolderMark::parse),
        assets: unsigned(row.get(first + 3)?),
        grouped: unsigned(row.get(first + 4)?),
    })
}

/// The folder a file lies in, known from now on.
pub(crate) fn of_file(tx: &Transaction<'_>, asset: AssetId) -> Result<i64> {
    let find = "SELECT d.id FROM file f JOIN folder d ON d.source_id = f.source_id AND d.path = f.folder WHERE f.id = ?1";
    let found: Option<i64> = tx
        .prepare_cached(find)?
        .query_row([asset.0], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    let (source, path, root): (i64, Vec<u8>, String) = tx
        .prepare_cached("SELECT f.source_id, f.folder, s.display FROM file f JOIN source s ON s.id = f.source_id WHERE f.id = ?1")?
        .query_row([asset.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let display = if path.is_empty() {
        root
    } else {
        format!("{root}/{}", albumen_model::path::display_bytes(&path))
    };
    tx.prepare_cached("INSERT INTO folder (source_id, path, display) VALUES (?1, ?2, ?3) RETURNING id")?
        .query_row(params![source, path, display], |row| row.get(0))
        .map_err(Into::into)
}

/// Counts, for every two folders, the assets of the one that have a copy in the other.
pub(crate) fn count_pairs(tx: &Transaction<'_>) -> Result<()> {
    tx.execute_batch(
        "DELETE FROM folder_pair;
         INSERT INTO folder_pair (a, b, copies, groups, bytes)
         WITH there AS (SELECT DISTINCT group_id, folder_id FROM group_member WHERE relation NOT IN ('burst', 'bracket'))
         SELECT m.folder_id, t.folder_id, count(*), count(DISTINCT m.group_id), sum(f.size)
         FROM group_member m JOIN there t ON t.group_id = m.group_id AND t.folder_id <> m.folder_id
         JOIN file f ON f.id = m.asset_id
         WHERE m.relation NOT IN ('burst', 'bracket') GROUP BY 1, 2;",
    )?;
    Ok(())
}

/// What the person said of folders, for looking up many.
pub(crate) struct Marks(Vec<(i64, Vec<u8>, FolderMark)>);

impl Marks {
    /// The mark of the folder, or of the nearest one above it that has one.
    pub fn of(&self, source: i64, folder: &[u8]) -> Option<FolderMark> {
        let above = |path: &[u8]| {
            path.is_empty()
                || folder == path
                || (folder.starts_with(path) && folder.get(path.len()) == Some(&b'/'))
        };
        let fitting = self.0.iter().filter(|(of, path, _)| *of == source && above(path));
        fitting
            .max_by_key(|(_, path, _)| path.len())
            .map(|(.., mark)| *mark)
    }
}

pub(crate) fn marks(c: &Connection) -> Result<Marks> {
    let mut query = c.prepare_cached("SELECT source_id, path, mark FROM folder WHERE mark IS NOT NULL")?;
    let mut rows = query.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let mark: String = row.get(2)?;
        all.push((row.get(0)?, row.get(1)?, word(FolderMark::parse(&mark), &mark)?));
    }
    Ok(Marks(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_holds_below_and_the_nearest_wins() {
        let marks = Marks(vec![
            (1, b"old".to_vec(), FolderMark::Dump),
            (1, b"old/best".to_vec(), FolderMark::Protected),
            (2, Vec::new(), FolderMark::Protected),
        ]);
        assert_eq!(marks.of(1, b"old/2019"), Some(FolderMark::Dump));
        assert_eq!(marks.of(1, b"old/best/1"), Some(FolderMark::Protected));
        assert_eq!(marks.of(1, b"older"), None);
        assert_eq!(marks.of(2, b"any/where"), Some(FolderMark::Protected));
        assert_eq!(marks.of(3, b"old"), None);
    }
}
