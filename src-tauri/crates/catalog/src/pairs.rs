//! Pairs of photos that were looked at, confirmed or not. A file that is read anew loses its pairs by a trigger, so what
//! stands here is true of the bytes as they are known.

use crate::row::word;
use crate::{Catalog, Result};
use albumen_model::{AssetId, Relation};
use rusqlite::params;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairRow {
    pub a: AssetId,
    pub b: AssetId,
    pub distance: u8,
    /// Shows `b` the way `a` is shown (EXIF 1 to 8).
    pub turn: u8,
    /// None: they were looked at and are different pictures.
    pub relation: Option<Relation>,
}

impl Catalog {
    pub fn pairs(&self) -> Result<Vec<PairRow>> {
        self.read(|c| {
            let mut query = c.prepare("SELECT a, b, distance, turn, relation FROM pair ORDER BY a, b")?;
            let mut rows = query.query([])?;
            let mut made = Vec::new();
            while let Some(row) = rows.next()? {
                let relation: Option<String> = row.get(4)?;
                made.push(PairRow {
                    a: AssetId(row.get(0)?),
                    b: AssetId(row.get(1)?),
                    distance: row.get(2)?,
                    turn: row.get(3)?,
                    relation: relation
                        .map(|text| word(Relation::parse(&text), &text))
                        .transpose()?,
                });
            }
            Ok(made)
        })
    }

    /// What the second look said of these two, if it was asked.
    pub fn pair(&self, x: AssetId, y: AssetId) -> Result<Option<PairRow>> {
        let (a, b) = (x.0.min(y.0), x.0.max(y.0));
        Ok(self.pairs_where(a, b)?.pop())
    }

    fn pairs_where(&self, a: i64, b: i64) -> Result<Vec<PairRow>> {
        self.read(|c| {
            let mut query =
                c.prepare_cached("SELECT distance, turn, relation FROM pair WHERE a = ?1 AND b = ?2")?;
            let rows = query.query_map([a, b], |row| {
                let relation: Option<String> = row.get(2)?;
                Ok(PairRow {
                    a: AssetId(a),
                    b: AssetId(b),
                    distance: row.get(0)?,
                    turn: row.get(1)?,
                    relation: relation.as_deref().and_then(Relation::parse),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Adds what was found now to what is known.
    pub fn put_pairs(&self, pairs: &[PairRow]) -> Result<()> {
        for batch in pairs.chunks(20_000) {
            self.write(|tx| {
                let mut put = tx.prepare_cached(
                    "INSERT OR REPLACE INTO pair (a, b, distance, turn, relation) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?;
                for pair in batch {
                    put.execute(params![
                        pair.a.0,
                        pair.b.0,
                        pair.distance,
                        pair.turn,
                        pair.relation.map(Relation::as_str)
                    ])?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
