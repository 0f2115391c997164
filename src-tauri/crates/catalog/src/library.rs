//! The library as it stands at a destination: a row a placed file, whatever became of its original, and then the duplicates
//! that were left out, each with the copy that stands for it. The report begins at the files that were found; this list at
//! what is there.

use crate::report::{COPIES, FILE, FILES, FOUND, REMOVALS, STEPS, Says, columns, report_row};
use crate::row::digest;
use crate::{Catalog, ReportRow, Result};
use albumen_model::{DestinationId, Sha256};
use rusqlite::params;

/// Of a placed file: what was placed, and not what its original is by now. It says the same in every run.
const PLACED: Says = Says {
    outcome: "CASE p.origin WHEN 'found' THEN 'alreadyThere' ELSE 'copy' END",
    state: "CASE WHEN r.placed_id IS NOT NULL THEN 'verified' ELSE 'placed' END",
    key: "p.key",
    size: "p.size",
    sha256: "p.sha256",
    why: "''",
    mtime_ns: "p.mtime_ns",
};

impl Catalog {
    /// Hands on every row, at one moment of the catalog. Ends with the first that `on_row` refuses, and says whether all were
    /// taken.
    pub fn library_rows(
        &self,
        plan: i64,
        destination: DestinationId,
        mut on_row: impl FnMut(ReportRow) -> bool,
    ) -> Result<bool> {
        let placed = format!(
            "{} FROM placed p CROSS JOIN file f ON f.id = p.file_id CROSS JOIN source s ON s.id = f.source_id
             {STEPS} LEFT JOIN receipt r ON r.placed_id = p.id {REMOVALS}
             WHERE p.destination_id = ?2 ORDER BY p.id",
            columns(&PLACED)
        );
        let left_out = format!(
            "{} {FILES} {STEPS} {COPIES} {REMOVALS}
             WHERE {FOUND} AND t.outcome = 'duplicate' AND p.id IS NULL ORDER BY f.id",
            columns(&FILE)
        );
        self.read(|c| {
            for sql in [placed, left_out] {
                let mut query = c.prepare(&sql)?;
                let mut rows = query.query(params![plan, destination.0])?;
                while let Some(row) = rows.next()? {
                    if !on_row(report_row(row)?) {
                        return Ok(false);
                    }
                }
            }
            Ok(true)
        })
    }

    /// Gives name and digest of everything that this catalog sent, in the order of the names: not of what a marker told, and
    /// not of what was found there.
    pub fn placed_digests(
        &self,
        destination: DestinationId,
        mut on_one: impl FnMut(&str, &Sha256),
    ) -> Result<()> {
        self.read(|c| {
            let mut query =
                c.prepare(
                "SELECT key, sha256 FROM placed WHERE destination_id = ?1 AND origin = 'sent' AND version <> ''
                 ORDER BY key",
            )?;
            let mut rows = query.query([destination.0])?;
            while let Some(row) = rows.next()? {
                on_one(&row.get::<_, String>(0)?, &digest(row.get(1)?)?);
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::walked;
    use crate::{Landed, NewStep, Origin, ScannedFile};
    use albumen_model::{AssetId, FileId, Outcome, StepState};

    fn landed(file: i64, key: &str, byte: u8, origin: Origin) -> Landed {
        Landed {
            step: None,
            key: key.to_owned(),
            file: FileId(file),
            sha256: Sha256([byte; 32]),
            size: 10,
            mtime_ns: 5,
            version: "v".to_owned(),
            origin,
            made_dirs: Vec::new(),
            sums: String::new(),
            refused_wrong: false,
        }
    }

    #[test]
    fn what_stands_is_listed_once_and_a_duplicate_with_what_stands_for_it() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 1).expect("source");
        let scan = catalog.begin_scan(source).expect("scan");
        let files = (1..=3u64).map(|number| {
            let walked = walked(&format!("{number}.jpg"), number);
            ScannedFile::Unreadable(walked, "It is locked.".to_owned())
        });
        catalog
            .put_scanned(source, scan, files.collect())
            .expect("scanned");
        let home = catalog.destination("file:///D", "{}", 1).expect("destination");
        let plan = catalog.begin_plan(home, "{}", 0, 1).expect("plan");
        let step = |id: i64, outcome, instead| NewStep {
            file: FileId(id),
            asset: AssetId(id),
            outcome,
            state: StepState::None,
            key: None,
            fold: None,
            size: 10,
            why: "because".to_owned(),
            shard: None,
            instead,
            sha256: None,
        };
        let steps = [
            step(1, Outcome::AlreadyThere, None),
            step(2, Outcome::Duplicate, Some(AssetId(1))),
            step(3, Outcome::Excluded, None),
        ];
        catalog.put_steps(plan, &steps).expect("steps");
        catalog.complete_plan(plan).expect("complete");
        // One original was copied in two versions of itself; both stand.
        let all = [
            landed(1, "a.jpg", 1, Origin::Sent),
            landed(1, "a~2.jpg", 2, Origin::Found),
        ];
        catalog.put_placed(home, &all, 3).expect("placed");
        let mut told = Vec::new();
        let whole = catalog.library_rows(plan, home, |row| {
            told.push((row.key, row.outcome, row.sha256, row.why, row.instead));
            true
        });
        assert!(whole.expect("rows"));
        let key = |text: &str| Some(text.to_owned());
        let of = |key, outcome, byte: u8| (key, Some(outcome), Some(Sha256([byte; 32])), String::new(), None);
        assert_eq!(
            told,
            [
                of(key("a.jpg"), Outcome::Copy, 1),
                of(key("a~2.jpg"), Outcome::AlreadyThere, 2),
                (
                    None,
                    Some(Outcome::Duplicate),
                    None,
                    "because".to_owned(),
                    key("a~2.jpg")
                ),
            ]
        );
        let mut names = Vec::new();
        catalog
            .placed_digests(home, |key, sha256| names.push((key.to_owned(), sha256.0[0])))
            .expect("digests");
        assert_eq!(names, [("a.jpg".to_owned(), 1)], "the other was found there");
        let seen = catalog.library_rows(plan, home, |_| false);
        assert!(!seen.expect("rows"), "the reader can end it");
    }
}
