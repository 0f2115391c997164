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
    /// it out: the plan of a home that is away is older than the last scan.
    pub fn standing(&self, home: DestinationId, homes: &[DestinationId]) -> Result<Standing> {
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
               WHERE t.file_id = f.id AND t.key IS NULL AND t.outcome IN ('duplicate', 'excluded', 'unsupported')))",
            among.join(",")
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
