//! Small facts that outlive a restart, and the append-only journal.

use crate::{Catalog, Result};
use rusqlite::{OptionalExtension, Transaction, params};

impl Catalog {
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        self.read(|c| {
            Ok(
                c.query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| {
                    row.get(0)
                })
                .optional()?,
            )
        })
    }

    pub fn set_setting(&self, key: &str, value: &str) -> Result<()> {
        self.write(|tx| set(tx, key, value))
    }

    /// Counts up whenever files, groups or decisions change; a plan made at an older number is stale.
    pub fn revision(&self) -> Result<i64> {
        Ok(self
            .setting("revision")?
            .and_then(|text| text.parse().ok())
            .unwrap_or(0))
    }

    /// One line of history: what was done, and to what (JSON).
    pub fn journal(&self, at: i64, what: &str, detail: &str) -> Result<()> {
        self.write(|tx| note(tx, at, what, detail))
    }
}

pub(crate) fn set(tx: &Transaction<'_>, key: &str, value: &str) -> Result<()> {
    let sql = "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    tx.prepare_cached(sql)?.execute([key, value])?;
    Ok(())
}

pub(crate) fn note(tx: &Transaction<'_>, at: i64, what: &str, detail: &str) -> Result<()> {
    tx.prepare_cached("INSERT INTO journal (at, what, detail) VALUES (?1, ?2, ?3)")?
        .execute(params![at, what, detail])?;
    Ok(())
}

pub(crate) fn touch(tx: &Transaction<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO setting (key, value) VALUES ('revision', '1')
         ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
        [],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::Catalog;

    #[test]
    fn the_journal_only_grows() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        catalog.journal(1, "test", "{}").expect("note");
        assert!(
            catalog
                .write(|tx| Ok(tx.execute("DELETE FROM journal", [])?))
                .is_err()
        );
        assert!(
            catalog
                .write(|tx| Ok(tx.execute("UPDATE journal SET what = 'x'", [])?))
                .is_err()
        );
    }
}
