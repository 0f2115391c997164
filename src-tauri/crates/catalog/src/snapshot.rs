//! A copy of the catalog, to be kept elsewhere: everything that it knows, but what opens uploads for anybody and what any run
//! makes anew (the last listings; thumbnails lie in a file of their own).
//!
//! Invariant: the copy is of one moment, whole, one file without a log, and holds no trace of what was left out.

use crate::open::{connect, make_private};
use crate::{Catalog, Error, Result};
use rusqlite::Connection;
use std::path::Path;

impl Catalog {
    /// Writes the copy to `to`, by way of `by`; neither may hold anything. `settings` are the copy's own, by name.
    pub fn copy_to(&self, by: &Path, to: &Path, settings: &[(&str, &str)]) -> Result<()> {
        write_into(&connect(self.path(), true)?, by)?;
        {
            let copy = Connection::open(by).map_err(|error| Error::opening(by, error))?;
            copy.pragma_update(None, "journal_mode", "OFF")?;
            copy.pragma_update(None, "synchronous", "OFF")?;
            copy.execute_batch("DELETE FROM upload; DELETE FROM listing;")?;
            let mut set = copy.prepare("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?;
            for (key, value) in settings {
                set.execute([key, value])?;
            }
            drop(set);
            // What was deleted is still in its pages: they stay behind.
            write_into(&copy, to)
        }
    }
}

/// A copy without free pages. It is of its owner alone.
fn write_into(from: &Connection, to: &Path) -> Result<()> {
    let name = to
        .to_str()
        .ok_or_else(|| Error::Open(to.to_owned(), "its name is not UTF-8".to_owned()))?;
    make_private(to);
    from.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ListedRow;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn a_copy_is_whole_says_the_same_and_opens_no_upload() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 1).expect("source");
        let home = catalog.destination("s3://b", "{}", 1).expect("destination");
        catalog
            .put_upload(home, "a.mov", "canary-of-a-session", 1)
            .expect("a session");
        let listed = ListedRow {
            key: "canary-of-a-listing".to_owned(),
            size: 1,
            version: String::new(),
            sums: String::new(),
        };
        catalog.put_listing(home, &[listed]).expect("a listing");
        let (by, to) = (dir.path().join("by"), dir.path().join("copy.db"));
        catalog.copy_to(&by, &to, &[("said", "so")]).expect("copied");
        let bytes = std::fs::read(&to).expect("the copy");
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|at| at == text);
        assert!(holds(b"/photos") && !holds(b"canary"));
        assert_eq!(std::fs::metadata(&to).expect("there").mode() & 0o777, 0o600);
        for end in ["-wal", "-journal"] {
            assert!(!crate::open::beside(&to, end).exists(), "{end}");
        }
        let check: String = Connection::open(&to)
            .and_then(|copy| copy.query_row("PRAGMA integrity_check", [], |row| row.get(0)))
            .expect("checked");
        assert_eq!(check, "ok");
        let copy = Catalog::open(&to).expect("it is a catalog");
        assert_eq!(copy.sources().expect("sources")[0].id, source);
        assert_eq!(copy.setting("said").expect("read").as_deref(), Some("so"));
        assert!(copy.uploads(home).expect("read").is_empty());
        // The catalog itself keeps all of that.
        assert_eq!(catalog.setting("said").expect("read"), None);
        assert_eq!(catalog.uploads(home).expect("read").len(), 1);
        // What is there is not written over.
        assert!(catalog.copy_to(&by, &to, &[]).is_err());
    }
}
