//! How far each home of a library is: told by what is placed and proven there, and by nothing that would have to be kept
//! beside it. So the queue of what is still to come survives whatever the placed files and the receipts survive.

use crate::row::unsigned;
use crate::{Catalog, Result};
use albumen_model::{DestinationId, Tally};

/// Of the files that are to be at a home: all, those that are there, and of these those with a receipt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    pub wanted: Tally,
    pub there: Tally,
    pub proven: Tally,
}

/// What a destination is not to have because a plan left it out, with the bytes that it has still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// All of it, also what is not in the part that the plan was made for.
    AsPlanned,
    /// Duplicates and what is no photo: a plan for a part says nothing of the rest.
    ForGood,
}

impl LeftOut {
    fn outcomes(self) -> &'static str {
        match self {
            Self::AsPlanned => "'duplicate', 'excluded', 'unsupported'",
            Self::ForGood => "'duplicate', 'unsupported'",
        }
    }
}

impl Standing {
    /// Still to be sent.
    pub fn behind(&self) -> Tally {
        Tally {
            files: self.wanted.files.saturating_sub(self.there.files),
            bytes: self.wanted.bytes.saturating_sub(self.there.bytes),
        }
    }
}

impl Catalog {
    /// Files that the plan leaves as somebody left them at the destination: they were placed there, and are not any more.
    pub fn left_gone(&self, plan: i64) -> Result<u64> {
        self.read(|c| {
            let sql =
                "SELECT count(*) FROM step WHERE plan_id = ?1 AND outcome = 'excluded' AND key IS NOT NULL";
            Ok(unsigned(c.query_row(sql, [plan], |row| row.get(0))?))
        })
    }

    /// How far `home` is. Wanted is every live file that was read and belongs to a photo, unless a plan for one of `homes` leaves
    /// it out. A plan may be older than the last scan, where a home is away: what changed since is wanted again.
    pub fn standing(
        &self,
        home: DestinationId,
        homes: &[DestinationId],
        left_out: LeftOut,
    ) -> Result<Standing> {
        let among: Vec<String> = homes.iter().map(|home| home.0.to_string()).collect();
        let sql = format!(
            "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(there), 0), coalesce(sum(size * there), 0),
               coalesce(sum(proven), 0), coalesce(sum(size * proven), 0)
             FROM (SELECT f.size,
               EXISTS (SELECT 1 FROM placed q WHERE q.file_id = f.id AND q.destination_id = ?1
                 AND q.sha256 = f.sha256) AS there,
               EXISTS (SELECT 1 FROM placed q JOIN receipt r ON r.placed_id = q.id WHERE q.file_id = f.id
                 AND q.destination_id = ?1 AND q.sha256 = f.sha256) AS proven
             FROM file f JOIN source s ON s.id = f.source_id AND s.removed = 0
             JOIN file p ON p.id = coalesce(f.asset_id, f.id)
             WHERE f.gone = 0 AND f.sha256 IS NOT NULL AND f.excluded = 0 AND p.excluded = 0 AND p.kind <> 'other'
             AND NOT EXISTS (SELECT 1 FROM step t JOIN plan n ON n.id = t.plan_id
               AND n.destination_id IN ({}) AND n.complete = 1
               WHERE t.file_id = f.id AND t.key IS NULL AND t.outcome IN ({})
               AND (t.sha256 IS NULL OR t.sha256 = f.sha256)))",
            among.join(","),
            left_out.outcomes()
        );
        self.read(|c| {
            Ok(c.prepare_cached(&sql)?.query_row([home.0], |row| {
                let tally = |at: usize| -> rusqlite::Result<Tally> {
                    Ok(Tally {
                        files: unsigned(row.get(at)?),
                        bytes: unsigned(row.get(at + 1)?),
                    })
                };
                Ok(Standing {
                    wanted: tally(0)?,
                    there: tally(2)?,
                    proven: tally(4)?,
                })
            })?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::photo as read;
    use crate::{Landed, NewStep, Origin};
    use albumen_model::{AssetId, FileId, Outcome, Sha256, StepState};

    fn step(file: FileId, content: u8, outcome: Outcome, key: Option<&str>) -> NewStep {
        NewStep {
            file,
            asset: AssetId(file.0),
            outcome,
            state: StepState::None,
            key: key.map(str::to_owned),
            fold: None,
            size: 10,
            why: String::new(),
            shard: None,
            instead: None,
            sha256: Some(Sha256([content; 32])),
        }
    }

    #[test]
    fn what_a_plan_left_out_is_behind_once_it_changes() {
        let dir = tempfile::tempdir().expect("temp dir");
        let catalog = Catalog::open(&dir.path().join("c.db")).expect("open");
        let source = catalog.add_source(b"/photos", 1).expect("source");
        let there = read(&catalog, source, "there.jpg", 1);
        let copy = read(&catalog, source, "copy.jpg", 1);
        let other = read(&catalog, source, "other.jpg", 2);
        let home = catalog.destination("file:///D", "{}", 1).expect("destination");
        let landed = Landed {
            step: None,
            key: "there.jpg".to_owned(),
            file: there,
            sha256: Sha256([1; 32]),
            size: 10,
            mtime_ns: 0,
            version: String::new(),
            origin: Origin::Found,
            made_dirs: Vec::new(),
            sums: String::new(),
            refused_wrong: false,
        };
        catalog.put_placed(home, &[landed], 1).expect("placed");
        let plan = catalog.begin_plan(home, "{}", 0, 1).expect("plan");
        let steps = [
            step(there, 1, Outcome::AlreadyThere, Some("there.jpg")),
            step(copy, 1, Outcome::Duplicate, None),
            step(other, 2, Outcome::Excluded, None),
        ];
        catalog.put_steps(plan, &steps).expect("steps");
        let behind = |left_out| {
            let standing = catalog.standing(home, &[home], left_out).expect("standing");
            standing.behind().files
        };
        assert_eq!(
            behind(LeftOut::AsPlanned),
            2,
            "a plan that is not whole says nothing"
        );
        catalog.complete_plan(plan).expect("complete");
        assert_eq!(behind(LeftOut::AsPlanned), 0);
        assert_eq!(behind(LeftOut::ForGood), 1, "another part of the sources");

        read(&catalog, source, "copy.jpg", 3);
        assert_eq!(behind(LeftOut::AsPlanned), 1, "a duplicate until it was edited");
        read(&catalog, source, "there.jpg", 4);
        assert_eq!(behind(LeftOut::AsPlanned), 2, "there as it was, and not as it is");
        read(&catalog, source, "other.jpg", 5);
        assert_eq!(behind(LeftOut::AsPlanned), 3);
        assert_eq!(behind(LeftOut::ForGood), 3);
    }
}
