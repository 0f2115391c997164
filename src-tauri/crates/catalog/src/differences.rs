//! Where a destination was found to differ from what the catalog knows: the rows of one comparison, which are also the plan by
//! which it is repaired; and what was seen there of other people and left alone.

use crate::choices::forget_choice;
use crate::plans::shard_step;
use crate::row::{digest, signed, unsigned, word};
use crate::settings::note;
use crate::{Catalog, Choice, Result, ShardStep};
use albumen_model::{DestinationId, FileId, Sha256, Tally, key};
use rusqlite::{Row, params};
use std::collections::BTreeMap;

/// In what way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Differs {
    /// Placed or told by a marker, and not there.
    Missing,
    /// There under its name with other bytes.
    Different,
    /// There, and nobody of ours placed it.
    Extra,
    /// Placed and whole, and no sound marker tells of it.
    Unlisted,
    /// It cannot be looked at.
    Unreadable,
}

impl Differs {
    pub const ALL: [Self; 5] = [
        Self::Missing,
        Self::Different,
        Self::Extra,
        Self::Unlisted,
        Self::Unreadable,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Different => "different",
            Self::Extra => "extra",
            Self::Unlisted => "unlisted",
            Self::Unreadable => "unreadable",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// One object to write down.
#[derive(Debug, Clone)]
pub struct NewDifference {
    pub key: String,
    pub differs: Differs,
    /// Of ours, if the catalog placed it or read it in.
    pub placed: Option<i64>,
    /// Of what stands there; nothing where nothing does.
    pub size: u64,
    pub version: String,
    /// The original's path, for people.
    pub from: String,
}

#[derive(Debug, Clone)]
pub struct DifferenceRow {
    pub id: i64,
    pub key: String,
    pub differs: Differs,
    pub size: u64,
    pub version: String,
    pub from: String,
    pub placed: Option<i64>,
    /// The SHA-256 of what was placed.
    pub sha256: Option<Sha256>,
    /// What is known of the object that we placed; empty where nothing is.
    pub placed_version: String,
    /// The original as the last scan found it; `None` where it is gone.
    pub original: Option<ShardStep>,
    /// It is still what was placed.
    pub is_same: bool,
    /// As it is now it was placed under another name, too: it was changed and moved again, or a repair was killed.
    pub is_elsewhere: bool,
    /// What the person said of this conflict.
    pub choice: Option<Choice>,
    /// What became of its repair; empty while it is open.
    pub done: String,
}

impl DifferenceRow {
    pub fn is_open(&self) -> bool {
        self.done != REPAIRED
    }
}

pub(crate) const REPAIRED: &str = "repaired";

/// Of a [`DifferenceRow`].
pub(crate) const COLUMNS: &str = "d.id, f.id, s.path, f.path, s.display || '/' || f.display, f.dev, f.ino, f.size, f.mtime_ns,
     f.ctime_ns, f.mode, f.sha256, d.key, f.kind, f.captured, f.camera,
     d.differs, d.size, d.version, d.origin, d.placed_id, p.sha256, d.done,
     f.gone = 0 AND f.sha256 IS NOT NULL AND s.removed = 0, f.sha256 = p.sha256, p.version,
     EXISTS (SELECT 1 FROM placed e WHERE e.destination_id = d.destination_id AND e.file_id = f.id AND e.sha256 = f.sha256
       AND e.id <> p.id),
     (SELECT o.choice FROM choice o WHERE o.destination_id = d.destination_id AND o.key = d.key AND o.version = d.version
       ORDER BY o.step DESC LIMIT 1)";
pub(crate) const TABLES: &str =
    "difference d LEFT JOIN placed p ON p.id = d.placed_id LEFT JOIN file f ON f.id = p.file_id
     LEFT JOIN source s ON s.id = f.source_id";

impl Catalog {
    /// Begins a comparison anew.
    pub fn clear_differences(&self, destination: DestinationId) -> Result<()> {
        self.write(|tx| {
            let sql = "DELETE FROM difference WHERE destination_id = ?1";
            Ok(tx.execute(sql, [destination.0]).map(|_| ())?)
        })
    }

    pub fn put_differences(&self, destination: DestinationId, found: &[NewDifference]) -> Result<()> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO difference (destination_id, key, differs, placed_id, size, version, origin)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (destination_id, key) DO UPDATE SET differs = ?3, placed_id = ?4, size = ?5, version = ?6,
                   origin = ?7, done = ''",
            )?;
            for one in found {
                insert.execute(params![
                    destination.0,
                    one.key,
                    one.differs.as_str(),
                    one.placed,
                    signed(one.size),
                    one.version,
                    one.from
                ])?;
            }
            Ok(())
        })
    }

    /// It is as it was placed after all.
    pub fn forget_difference(&self, destination: DestinationId, key: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "DELETE FROM difference WHERE destination_id = ?1 AND key = ?2
               AND differs IN ('missing', 'different', 'unreadable')";
            Ok(tx.execute(sql, params![destination.0, key]).map(|_| ())?)
        })
    }

    /// Writes down what the last listing has and nobody placed, but for what was looked at before and left alone, and what a
    /// killed run may just have sent.
    pub fn put_extras(&self, destination: DestinationId) -> Result<()> {
        self.write(|tx| {
            let sql = "INSERT OR IGNORE INTO difference (destination_id, key, differs, size, version, origin)
                 SELECT l.destination_id, l.key, 'extra', l.size, l.version, '' FROM listing l
                 WHERE l.destination_id = ?1
                   AND NOT EXISTS (SELECT 1 FROM placed p WHERE p.destination_id = ?1 AND p.key = l.key)
                   AND NOT EXISTS (SELECT 1 FROM written w WHERE w.destination_id = ?1 AND w.key = l.key)
                   AND NOT EXISTS (SELECT 1 FROM intent i JOIN file f ON f.sha256 = i.sha256
                     WHERE i.destination_id = ?1 AND i.key = l.key AND f.size = l.size)
                   AND NOT EXISTS (SELECT 1 FROM stranger s WHERE s.destination_id = ?1 AND s.key = l.key
                     AND s.size = l.size AND s.version = l.version)";
            Ok(tx.execute(sql, [destination.0]).map(|_| ())?)
        })
    }

    /// Takes back extras that are ours under a name in another case.
    pub fn forget_extras_like(&self, destination: DestinationId, folds: &[String]) -> Result<()> {
        self.write(|tx| {
            let mut delete = tx.prepare_cached(
                "DELETE FROM difference WHERE destination_id = ?1 AND differs = 'extra' AND key IN
                   (SELECT key FROM listing WHERE destination_id = ?1 AND fold = ?2)",
            )?;
            for fold in folds {
                delete.execute(params![destination.0, fold])?;
            }
            Ok(())
        })
    }

    /// Writes down as unlisted what was placed by us, is not among the differences, and is told by no marker or by one of `spoilt`.
    pub fn put_unlisted(&self, destination: DestinationId, spoilt: &[String]) -> Result<()> {
        self.write(|tx| {
            let sql = |which: &str| {
                format!(
                    "INSERT OR IGNORE INTO difference (destination_id, key, differs, placed_id, size, version, origin)
                     SELECT p.destination_id, p.key, 'unlisted', p.id, p.size, p.version, s.display || '/' || f.display
                     FROM placed p JOIN file f ON f.id = p.file_id JOIN source s ON s.id = f.source_id
                     WHERE p.destination_id = ?1 AND p.origin = 'sent' AND {which}"
                )
            };
            tx.execute(&sql("p.marker IS NULL"), [destination.0])?;
            let mut of = tx.prepare(&sql("p.marker = ?2"))?;
            for marker in spoilt {
                of.execute(params![destination.0, marker])?;
            }
            Ok(())
        })
    }

    /// Markers that are to be written again: what they told is in none until then.
    pub fn unmark(&self, destination: DestinationId, markers: &[String]) -> Result<()> {
        self.write(|tx| {
            for marker in markers {
                tx.execute(
                    "UPDATE placed SET marker = NULL WHERE destination_id = ?1 AND marker = ?2",
                    params![destination.0, marker],
                )?;
                tx.execute(
                    "UPDATE written SET marker = NULL WHERE destination_id = ?1 AND marker = ?2",
                    params![destination.0, marker],
                )?;
                tx.execute(
                    "DELETE FROM marker WHERE destination_id = ?1 AND key = ?2",
                    params![destination.0, marker],
                )?;
            }
            Ok(())
        })
    }

    /// How many there are, and what stands there in their place, by kind; those that are not repaired.
    pub fn difference_totals(&self, destination: DestinationId) -> Result<BTreeMap<Differs, Tally>> {
        self.read(|c| {
            let mut query = c.prepare(
                "SELECT differs, count(*), sum(size) FROM difference WHERE destination_id = ?1 AND done <> ?2
                 GROUP BY differs",
            )?;
            let mut rows = query.query(params![destination.0, REPAIRED])?;
            let mut totals = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let text: String = row.get(0)?;
                let tally = Tally {
                    files: unsigned(row.get(1)?),
                    bytes: unsigned(row.get(2)?),
                };
                totals.insert(word(Differs::parse(&text), &text)?, tally);
            }
            Ok(totals)
        })
    }

    /// A page after `after`, in the order they were found; of one kind, or of all.
    pub fn differences(
        &self,
        destination: DestinationId,
        of: Option<Differs>,
        after: i64,
        limit: u64,
    ) -> Result<Vec<DifferenceRow>> {
        self.read(|c| {
            let sql = format!(
                "SELECT {COLUMNS} FROM {TABLES}
                 WHERE d.destination_id = ?1 AND d.id > ?2 AND (?3 IS NULL OR d.differs = ?3) ORDER BY d.id LIMIT ?4"
            );
            let mut query = c.prepare_cached(&sql)?;
            let of = of.map(Differs::as_str);
            let mut rows = query.query(params![destination.0, after, of, limit.cast_signed()])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                made.push(difference(row)?);
            }
            Ok(made)
        })
    }

    /// Says what became of a repair: `None` that it is done.
    pub fn difference_done(&self, id: i64, why: Option<&str>, now: i64) -> Result<()> {
        self.write(|tx| {
            if why.is_none() {
                forget_choice(tx, id)?;
            }
            tx.execute(
                "UPDATE difference SET done = ?2 WHERE id = ?1",
                params![id, why.unwrap_or(REPAIRED)],
            )?;
            if why.is_none() {
                let key: String =
                    tx.query_row("SELECT key FROM difference WHERE id = ?1", [id], |row| row.get(0))?;
                note(tx, now, REPAIRED, &key)?;
            }
            Ok(())
        })
    }

    /// Everything is told by a marker again.
    pub fn unlisted_done(&self, destination: DestinationId) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE difference SET done = ?2 WHERE destination_id = ?1 AND differs = 'unlisted'";
            Ok(tx.execute(sql, params![destination.0, REPAIRED]).map(|_| ())?)
        })
    }

    /// What others have there is looked at and left alone: it is no difference until it changes.
    pub fn leave_extras(&self, destination: DestinationId, now: i64) -> Result<u64> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO stranger (destination_id, key, size, version)
                 SELECT destination_id, key, size, version FROM difference WHERE destination_id = ?1
                   AND differs = 'extra' AND done <> ?2",
                params![destination.0, REPAIRED],
            )?;
            let left = tx.execute(
                "UPDATE difference SET done = ?2 WHERE destination_id = ?1 AND differs = 'extra' AND done <> ?2",
                params![destination.0, REPAIRED],
            )?;
            note(tx, now, "left what others have there", &left.to_string())?;
            Ok(left as u64)
        })
    }

    /// What the last listing has under `key` is not ours any more, and stays.
    pub fn leave_to_others(
        &self,
        destination: DestinationId,
        placed: i64,
        key: &str,
        now: i64,
    ) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO stranger (destination_id, key, size, version)
                 SELECT destination_id, key, size, version FROM listing WHERE destination_id = ?1 AND key = ?2",
                params![destination.0, key],
            )?;
            tx.execute("DELETE FROM placed WHERE id = ?1", [placed])?;
            note(tx, now, "left to others", key)
        })
    }

    /// Whether `key` is given away, or one that differs from it by its ending to a file of another photo than `file` is of.
    pub fn is_name_of_others(&self, destination: DestinationId, key: &str, file: FileId) -> Result<bool> {
        let name = key.rfind('/').map_or(0, |slash| slash + 1);
        let stem = &key[..name + key::split_extension(&key[name..]).0.len()];
        let (exact, first, last) = (
            key::fold(key),
            key::fold(&format!("{stem}.")),
            key::fold(&format!("{stem}/")),
        );
        self.read(|c| {
            // A companion was placed there for the same photo.
            let mut query = c.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM listing WHERE destination_id = ?1 AND fold = ?2)
                   OR EXISTS (SELECT 1 FROM placed WHERE destination_id = ?1 AND key = ?5)
                   OR EXISTS (SELECT 1 FROM listing l WHERE l.destination_id = ?1 AND l.fold > ?3 AND l.fold < ?4
                     AND NOT EXISTS (SELECT 1 FROM placed p JOIN file f ON f.id = p.file_id WHERE p.destination_id = ?1
                       AND p.key = l.key AND f.asset_id = (SELECT asset_id FROM file WHERE id = ?6)))
                   OR EXISTS (SELECT 1 FROM placed p JOIN file f ON f.id = p.file_id WHERE p.destination_id = ?1
                     AND p.key > ?7 || '.' AND p.key < ?7 || '/'
                     AND f.asset_id IS NOT (SELECT asset_id FROM file WHERE id = ?6))",
            )?;
            Ok(query.query_row(params![destination.0, exact, first, last, key, file.0, stem], |row| row.get(0))?)
        })
    }

    /// Nothing was sent under this name: somebody else has it.
    pub fn forget_intent(&self, destination: DestinationId, key: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "DELETE FROM intent WHERE destination_id = ?1 AND key = ?2";
            Ok(tx.execute(sql, params![destination.0, key]).map(|_| ())?)
        })
    }

    /// Before a file is sent under a name that no plan gave: what a run that is killed leaves there is known as ours.
    pub fn intend(&self, destination: DestinationId, key: &str, sha256: &Sha256, now: i64) -> Result<()> {
        self.write(|tx| {
            let sql =
                "INSERT OR REPLACE INTO intent (destination_id, key, sha256, at) VALUES (?1, ?2, ?3, ?4)";
            Ok(tx
                .execute(sql, params![destination.0, key, sha256.0.as_slice(), now])
                .map(|_| ())?)
        })
    }
}

pub(crate) fn difference(row: &Row<'_>) -> Result<DifferenceRow> {
    let differs: String = row.get(16)?;
    let is_there: Option<bool> = row.get(23)?;
    let is_same = row.get::<_, Option<bool>>(24)?.unwrap_or(false);
    let choice: Option<String> = row.get(27)?;
    Ok(DifferenceRow {
        id: row.get(0)?,
        key: row.get(12)?,
        differs: word(Differs::parse(&differs), &differs)?,
        size: unsigned(row.get(17)?),
        version: row.get(18)?,
        from: row.get(19)?,
        placed: row.get(20)?,
        sha256: row.get::<_, Option<Vec<u8>>>(21)?.map(digest).transpose()?,
        placed_version: row.get::<_, Option<String>>(25)?.unwrap_or_default(),
        is_same,
        is_elsewhere: row.get(26)?,
        choice: choice.as_deref().and_then(Choice::parse),
        original: is_there.unwrap_or(false).then(|| shard_step(row)).transpose()?,
        done: row.get(22)?,
    })
}
