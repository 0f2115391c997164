//! What the person said of conflicts: which of two versions under one name stays. Saved at once, step by step, until the repair
//! does it.
//!
//! Invariant: a choice is of one version of what stands there; somebody who writes there again is asked anew.

use crate::differences::{COLUMNS, DifferenceRow, REPAIRED, TABLES, difference};
use crate::row::unsigned;
use crate::{Catalog, Result};
use albumen_model::DestinationId;
use rusqlite::{OptionalExtension, Transaction, params};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The original replaces what stands there.
    Source,
    /// What stands there keeps the name, the original goes beside it.
    Both,
    /// Nothing is done: it stays on the list.
    Leave,
}

impl Choice {
    pub const ALL: [Self; 3] = [Self::Source, Self::Both, Self::Leave];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Both => "both",
            Self::Leave => "leave",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Of the conflicts that are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChoiceTotals {
    pub conflicts: u64,
    pub source: u64,
    pub both: u64,
    pub leave: u64,
    /// That can be taken back.
    pub steps: u64,
}

/// Which conflict is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    After(i64),
    Before(i64),
    /// This one, or the first after it that is still open.
    At(i64),
}

/// Open conflicts `d` of a destination.
const OPEN: &str = "d.destination_id = ?1 AND d.differs = 'different' AND d.done <> ?2";
const OF_IT: &str = "o.destination_id = d.destination_id AND o.key = d.key AND o.version = d.version";

impl Catalog {
    /// Says it of one conflict; false where it is not open.
    pub fn choose(&self, destination: DestinationId, difference: i64, choice: Choice) -> Result<bool> {
        self.write(|tx| {
            let step = next_step(tx, destination)?;
            let sql = format!(
                "INSERT INTO choice (destination_id, key, version, step, choice)
                 SELECT d.destination_id, d.key, d.version, ?3, ?4 FROM difference d WHERE {OPEN} AND d.id = ?5"
            );
            let said = tx.execute(
                &sql,
                params![destination.0, REPAIRED, step, choice.as_str(), difference],
            )?;
            Ok(said > 0)
        })
    }

    /// Says it of all of which nothing was said yet, as one step; of how many.
    pub fn choose_rest(&self, destination: DestinationId, choice: Choice) -> Result<u64> {
        self.write(|tx| {
            let step = next_step(tx, destination)?;
            let sql = format!(
                "INSERT INTO choice (destination_id, key, version, step, choice)
                 SELECT d.destination_id, d.key, d.version, ?3, ?4 FROM difference d
                 WHERE {OPEN} AND NOT EXISTS (SELECT 1 FROM choice o WHERE {OF_IT})"
            );
            let said = tx.execute(&sql, params![destination.0, REPAIRED, step, choice.as_str()])?;
            Ok(said as u64)
        })
    }

    /// Takes the last step back; the conflict it concerned, the first of them if there were several.
    pub fn unchoose(&self, destination: DestinationId) -> Result<Option<i64>> {
        self.write(|tx| {
            let step = next_step(tx, destination)? - 1;
            let sql = format!(
                "SELECT min(d.id) FROM difference d JOIN choice o ON {OF_IT} WHERE {OPEN} AND o.step = ?3"
            );
            let concerned = tx.query_row(&sql, params![destination.0, REPAIRED, step], |row| row.get(0))?;
            tx.execute(
                "DELETE FROM choice WHERE destination_id = ?1 AND step = ?2",
                params![destination.0, step],
            )?;
            Ok(concerned)
        })
    }

    /// Drops what was said of objects that are no conflicts any more.
    pub fn forget_choices(&self, destination: DestinationId) -> Result<()> {
        self.write(|tx| {
            let sql = format!(
                "DELETE FROM choice AS o WHERE o.destination_id = ?1
                 AND NOT EXISTS (SELECT 1 FROM difference d WHERE {OPEN} AND {OF_IT})"
            );
            Ok(tx.execute(&sql, params![destination.0, REPAIRED]).map(|_| ())?)
        })
    }

    pub fn choice_totals(&self, destination: DestinationId) -> Result<ChoiceTotals> {
        self.read(|c| {
            let sql = format!(
                "SELECT (SELECT o.choice FROM choice o WHERE {OF_IT} ORDER BY o.step DESC LIMIT 1), count(*)
                 FROM difference d WHERE {OPEN} GROUP BY 1"
            );
            let mut query = c.prepare_cached(&sql)?;
            let mut rows = query.query(params![destination.0, REPAIRED])?;
            let mut totals = ChoiceTotals::default();
            while let Some(row) = rows.next()? {
                let said: Option<String> = row.get(0)?;
                let many = unsigned(row.get(1)?);
                totals.conflicts += many;
                match said.as_deref().and_then(Choice::parse) {
                    Some(Choice::Source) => totals.source += many,
                    Some(Choice::Both) => totals.both += many,
                    Some(Choice::Leave) => totals.leave += many,
                    None => {}
                }
            }
            totals.steps = unsigned(c.query_row(
                "SELECT count(DISTINCT step) FROM choice WHERE destination_id = ?1",
                [destination.0],
                |row| row.get(0),
            )?);
            Ok(totals)
        })
    }

    /// An open conflict, and how many come before it.
    pub fn conflict(&self, destination: DestinationId, which: Which) -> Result<Option<(DifferenceRow, u64)>> {
        let (of, order, id) = match which {
            Which::After(id) => ("d.id > ?3", "ASC", id),
            Which::At(id) => ("d.id >= ?3", "ASC", id),
            Which::Before(id) => ("d.id < ?3", "DESC", id),
        };
        self.read(|c| {
            let sql =
                format!("SELECT {COLUMNS} FROM {TABLES} WHERE {OPEN} AND {of} ORDER BY d.id {order} LIMIT 1");
            let mut query = c.prepare_cached(&sql)?;
            let found = query.query_row(params![destination.0, REPAIRED, id], |row| Ok(difference(row)));
            let Some(row) = found.optional()?.transpose()? else {
                return Ok(None);
            };
            let sql = format!("SELECT count(*) FROM difference d WHERE {OPEN} AND d.id < ?3");
            let before: i64 = c
                .prepare_cached(&sql)?
                .query_row(params![destination.0, REPAIRED, row.id], |row| row.get(0))?;
            Ok(Some((row, unsigned(before))))
        })
    }

    /// One difference of whatever kind.
    pub fn difference(&self, destination: DestinationId, id: i64) -> Result<Option<DifferenceRow>> {
        self.read(|c| {
            let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE d.destination_id = ?1 AND d.id = ?2");
            let mut query = c.prepare_cached(&sql)?;
            let found = query.query_row(params![destination.0, id], |row| Ok(difference(row)));
            found.optional()?.transpose()
        })
    }

    /// The difference under this key, if one is written down.
    pub fn difference_under(&self, destination: DestinationId, key: &str) -> Result<Option<i64>> {
        self.read(|c| {
            let mut query =
                c.prepare_cached("SELECT id FROM difference WHERE destination_id = ?1 AND key = ?2")?;
            Ok(query
                .query_row(params![destination.0, key], |row| row.get(0))
                .optional()?)
        })
    }
}

fn next_step(tx: &Transaction<'_>, destination: DestinationId) -> Result<i64> {
    let sql = "SELECT coalesce(max(step), 0) + 1 FROM choice WHERE destination_id = ?1";
    Ok(tx.query_row(sql, [destination.0], |row| row.get(0))?)
}

/// It was done.
pub(crate) fn forget_choice(tx: &Transaction<'_>, difference: i64) -> Result<()> {
    let sql = format!(
        "DELETE FROM choice AS o WHERE EXISTS (SELECT 1 FROM difference d WHERE d.id = ?1 AND {OF_IT})"
    );
    Ok(tx.execute(&sql, [difference]).map(|_| ())?)
}
