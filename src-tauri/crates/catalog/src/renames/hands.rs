//! The change of hands itself, row by row, within a transaction.

use super::Rename;
use crate::Result;
use crate::settings::note;
use albumen_model::FileId;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params, params_from_iter};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Pictures that go along, from row to row.
#[derive(Default)]
pub(crate) struct Thumbs {
    /// The row it was made for, and the one that has it from now on.
    pub moves: Vec<(FileId, FileId)>,
    /// Rows whose picture is not theirs any more.
    pub stale: Vec<FileId>,
    pub held: Vec<(FileId, Vec<u8>)>,
}

/// All that a row holds but its number and who it belongs to.
pub(super) fn columns(tx: &Transaction<'_>) -> Result<Vec<String>> {
    let mut query =
        tx.prepare_cached("SELECT name FROM pragma_table_info('file') WHERE name NOT IN ('id', 'asset_id')")?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

type Held = Vec<Value>;

/// The row ?1 before it was overwritten.
const WAS: &str = "FROM former WHERE id = ?1 AND sha256 = (SELECT was FROM met WHERE file_id = ?1)";

/// Rows that change hands together.
pub(super) struct Hands<'a> {
    tx: &'a Transaction<'a>,
    columns: &'a [String],
    /// From the row whose content it is to the row that gets it.
    goes: BTreeMap<i64, i64>,
    rows: BTreeMap<i64, Held>,
    notes: BTreeMap<i64, String>,
    /// Rows whose former content is known, and no more there.
    with_past: BTreeSet<i64>,
}

impl<'a> Hands<'a> {
    pub(super) fn new(tx: &'a Transaction<'a>, columns: &'a [String], part: &[Rename]) -> Result<Self> {
        let goes: BTreeMap<i64, i64> = part.iter().map(|one| (one.arrival.0, one.former.0)).collect();
        let all: BTreeSet<i64> = goes.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let mut hands = Self {
            tx,
            columns,
            goes,
            rows: BTreeMap::new(),
            notes: BTreeMap::new(),
            with_past: BTreeSet::new(),
        };
        let names = columns.join(", ");
        for id in all {
            let row = tx
                .prepare_cached(&format!("SELECT {names} FROM file WHERE id = ?1"))?
                .query_row([id], |row| (0..columns.len()).map(|at| row.get(at)).collect())?;
            hands.rows.insert(id, row);
            let note: Option<String> = tx
                .prepare_cached("SELECT json FROM metadata WHERE file_id = ?1")?
                .query_row([id], |row| row.get(0))
                .optional()?;
            hands.notes.extend(note.map(|note| (id, note)));
            let past = "SELECT 1 FROM met WHERE file_id = ?1 AND was IS NOT NULL";
            if tx.prepare_cached(past)?.exists([id])? {
                hands.with_past.insert(id);
            }
        }
        Ok(hands)
    }

    pub(super) fn change(mut self, now: i64, thumbs: &mut Thumbs) -> Result<()> {
        let ids: Vec<i64> = self.rows.keys().copied().collect();
        for id in &ids {
            // Paths are unique: all step aside before one is given.
            self.tx
                .prepare_cached("UPDATE file SET path = ?2 WHERE id = ?1")?
                .execute(params![id, format!("\0{id}").into_bytes()])?;
        }
        let told: Vec<_> = self.goes.iter().map(|(from, to)| (*from, *to)).collect();
        for (from, to) in told {
            self.tell(from, to, now)?;
        }
        let mut free: Vec<i64> = self
            .goes
            .keys()
            .filter(|id| !self.is_taken(**id))
            .copied()
            .collect();
        self.rehouse(&mut free)?;
        self.move_problems(&ids)?;
        let goes: Vec<_> = self.goes.iter().map(|(from, to)| (*from, *to)).collect();
        for (from, to) in goes {
            self.write(from, to)?;
            if self.holds_other(to) {
                thumbs.stale.push(FileId(to));
            }
            thumbs.moves.push((FileId(from), FileId(to)));
        }
        for id in free {
            thumbs.stale.push(FileId(id));
            if self.with_past.contains(&id) {
                self.park(id)?;
            } else {
                self.delete(id)?;
            }
        }
        for id in &ids {
            for sql in [
                "DELETE FROM first_look WHERE file_id = ?1",
                "DELETE FROM former WHERE id = ?1 AND sha256 IS (SELECT was FROM met WHERE file_id = ?1)",
                "DELETE FROM met WHERE file_id = ?1",
            ] {
                self.tx.prepare_cached(sql)?.execute([id])?;
            }
        }
        Ok(())
    }

    fn is_taken(&self, id: i64) -> bool {
        self.goes.values().any(|to| *to == id)
    }

    /// The row had another content when it was given this one, or is of this change only.
    fn holds_other(&self, to: i64) -> bool {
        self.with_past.contains(&to) || !self.rows.contains_key(&to) || self.goes.contains_key(&to)
    }

    /// What a row holds that is wanted for a file of before, and that is no other file's, needs a row of its own.
    fn rehouse(&mut self, free: &mut Vec<i64>) -> Result<()> {
        let given: Vec<_> = self.goes.iter().map(|(from, to)| (*from, *to)).collect();
        for (from, id) in given {
            let is_held =
                self.text(id, "gone") == "0" && self.value(id, "sha256") != self.value(from, "sha256");
            if self.goes.contains_key(&id) || !is_held {
                continue;
            }
            let blank = free.iter().position(|row| !self.with_past.contains(row));
            let home = match blank {
                Some(at) => free.swap_remove(at),
                None => {
                    self.tx.execute(
                        "INSERT INTO file (source_id, path, display, folder, dev, ino, size, mtime_ns, ctime_ns, mode, scan)
                         SELECT source_id, ?2, display, folder, dev, ino, size, mtime_ns, ctime_ns, mode, scan
                         FROM file WHERE id = ?1",
                        params![id, format!("\0for {id}").into_bytes()],
                    )?;
                    self.tx.last_insert_rowid()
                }
            };
            self.goes.insert(id, home);
        }
        Ok(())
    }

    fn at(&self, column: &str) -> usize {
        self.columns
            .iter()
            .position(|name| name == column)
            .unwrap_or_default()
    }

    fn value(&self, id: i64, column: &str) -> &Value {
        const NONE: &Value = &Value::Null;
        self.rows.get(&id).map_or(NONE, |row| &row[self.at(column)])
    }

    /// Of a whole number or a text.
    fn text(&self, id: i64, column: &str) -> String {
        match self.value(id, column) {
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            _ => String::new(),
        }
    }

    /// Writes down where the file was and where it is.
    fn tell(&self, from: i64, to: i64, now: i64) -> Result<()> {
        let place = |id| {
            let path = match self.value(id, "path") {
                Value::Blob(path) => path.clone(),
                _ => Vec::new(),
            };
            Place {
                source: self.text(id, "source_id").parse().unwrap_or_default(),
                path,
                display: self.text(id, "display"),
            }
        };
        tell(self.tx, to, (place(to), place(from)), now)
    }

    /// Gives the content of one row to another. What is equal is not written: pairs that were looked at stay.
    fn write(&self, from: i64, to: i64) -> Result<()> {
        let (Some(content), before) = (self.rows.get(&from), self.rows.get(&to)) else {
            return Ok(());
        };
        let differs = |at: &usize| {
            self.columns[*at] == "path" || before.is_none_or(|before| before[*at] != content[*at])
        };
        let changed: Vec<usize> = (0..self.columns.len()).filter(differs).collect();
        let set: Vec<String> = changed
            .iter()
            .map(|at| format!("{} = ?", self.columns[*at]))
            .collect();
        let values = changed.iter().map(|at| &content[*at]);
        self.tx
            .prepare_cached(&format!("UPDATE file SET {} WHERE id = ?", set.join(", ")))?
            .execute(params_from_iter(values.chain([&Value::Integer(to)])))?;
        // Copies that were tied to the content a moment ago go along.
        self.tx
            .prepare_cached("UPDATE placed SET file_id = ?2 WHERE file_id = ?1 AND sha256 = ?3")?
            .execute(params![from, to, content[self.at("sha256")]])?;
        self.tx
            .prepare_cached("DELETE FROM metadata WHERE file_id = ?1")?
            .execute([to])?;
        if let Some(json) = self.notes.get(&from) {
            self.tx
                .prepare_cached("INSERT INTO metadata (file_id, json) VALUES (?1, ?2)")?
                .execute(params![to, json])?;
        }
        Ok(())
    }

    /// What is wrong with content goes along with it.
    fn move_problems(&self, ids: &[i64]) -> Result<()> {
        let tx = self.tx;
        for id in ids {
            match self.goes.get(id) {
                Some(to) => tx
                    .prepare_cached("UPDATE problem SET file_id = -?2 WHERE file_id = ?1")?
                    .execute([id, to])?,
                None => tx
                    .prepare_cached("DELETE FROM problem WHERE file_id = ?1")?
                    .execute([id])?,
            };
        }
        for to in self.goes.values() {
            tx.prepare_cached("UPDATE problem SET file_id = ?1 WHERE file_id = -?1")?
                .execute([to])?;
        }
        Ok(())
    }

    /// The file that this row was is no more, and its path is another's: the row stays for its copies, behind a NUL.
    fn park(&self, id: i64) -> Result<()> {
        let mut path: Vec<u8> = self
            .tx
            .prepare_cached(&format!("SELECT path {WAS}"))?
            .query_row([id], |row| row.get(0))?;
        path.extend(format!("\0{id}").into_bytes());
        let but_path = self.columns.iter().filter(|name| *name != "path");
        let names = but_path.map(String::as_str).collect::<Vec<_>>().join(", ");
        self.tx
            .prepare_cached(&format!(
                "UPDATE file SET path = ?2, ({names}) = (SELECT {names} {WAS}) WHERE id = ?1"
            ))?
            .execute(params![id, path])?;
        for sql in [
            "UPDATE file SET gone = 1 WHERE id = ?1",
            "DELETE FROM metadata WHERE file_id = ?1",
        ] {
            self.tx.prepare_cached(sql)?.execute([id])?;
        }
        Ok(())
    }

    fn delete(&self, id: i64) -> Result<()> {
        for sql in [
            "DELETE FROM metadata WHERE file_id = ?1",
            "DELETE FROM step WHERE file_id = ?1",
            "DELETE FROM writing WHERE file_id = ?1",
            "DELETE FROM pair WHERE a = ?1",
            "DELETE FROM pair WHERE b = ?1",
            "UPDATE file SET asset_id = NULL WHERE asset_id = ?1",
            "DELETE FROM file WHERE id = ?1",
        ] {
            self.tx.prepare_cached(sql)?.execute([id])?;
        }
        Ok(())
    }
}

/// Where a file lies, or lay.
struct Place {
    source: i64,
    path: Vec<u8>,
    display: String,
}

/// One that came back to its own path was not renamed.
fn tell(tx: &Transaction<'_>, file: i64, (mut was, is): (Place, Place), now: i64) -> Result<()> {
    // What stands behind a NUL is no part of its name.
    let end = was.path.iter().position(|byte| *byte == 0);
    was.path.truncate(end.unwrap_or(was.path.len()));
    if (was.source, &was.path) == (is.source, &is.path) {
        return Ok(());
    }
    let shown = |place: &Place| -> Result<String> {
        let sql = "SELECT display FROM source WHERE id = ?1";
        let root: String = tx
            .prepare_cached(sql)?
            .query_row([place.source], |row| row.get(0))?;
        Ok(format!("{root}/{}", place.display))
    };
    let (old, new) = (shown(&was)?, shown(&is)?);
    tx.prepare_cached(
        "INSERT INTO renamed (file_id, source_id, path, was, now, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![file, was.source, was.path, old, new, now])?;
    let detail = json!({ "file": file, "from": old, "to": new });
    note(tx, now, "renamed", &detail.to_string())
}

/// The rows stay whose they are; what hangs on the one for the content that is the other's goes there.
pub(super) fn tie(tx: &Transaction<'_>, pair: Rename, now: i64) -> Result<()> {
    let (to, from) = (pair.arrival.0, pair.former.0);
    let place = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Place> {
        Ok(Place {
            source: row.get(0)?,
            path: row.get(1)?,
            display: row.get(2)?,
        })
    };
    let is = tx.query_row(
        "SELECT source_id, path, display FROM file WHERE id = ?1",
        [to],
        place,
    )?;
    let old = "FROM former WHERE id = ?1 AND sha256 = (SELECT sha256 FROM file WHERE id = ?2)";
    let was = tx
        .query_row(
            &format!("SELECT source_id, path, display {old}"),
            [from, to],
            place,
        )
        .optional()?;
    let was = match was {
        Some(was) => was,
        None => tx.query_row(
            "SELECT source_id, path, display FROM file WHERE id = ?1",
            [from],
            place,
        )?,
    };
    for sql in [
        "UPDATE placed SET file_id = ?2 WHERE file_id = ?1 AND sha256 = (SELECT sha256 FROM file WHERE id = ?2)",
        "UPDATE OR IGNORE decision_member SET asset_id = ?2
         WHERE asset_id = ?1 AND sha256 = (SELECT sha256 FROM file WHERE id = ?2)",
        &format!("DELETE {old}"),
    ] {
        tx.execute(sql, [from, to])?;
    }
    tell(tx, to, (was, is), now)
}
