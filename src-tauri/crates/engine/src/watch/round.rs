//! One round: scan, plan and move to every home, prove what is new there.
//!
//! Invariant: what a home is behind is counted from what the catalog knows to be placed and proven there, so a home that was
//! away catches up by the next round that reaches it, and nothing is sent twice.

use super::dirty::Dirty;
use super::{Told, Watch};
use crate::api::{AppError, HomeRound, JobKind, Round, stamp};
use crate::engine::{Engine, Outcome, held};
use crate::job::JobHandle;
use crate::moving::{HomeMoved, MoveOptions};
use crate::presence::Absence;
use crate::scan::{Differences, Where};
use albumen_catalog::DestinationRow;
use albumen_migrate::verify::How;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

impl Engine {
    /// As [`Engine::start_scan`], without files that changed a moment ago.
    fn start_settled_scan(
        &self,
        at: &Where,
        settle: Duration,
        met: &Arc<Mutex<Differences>>,
    ) -> Result<JobHandle, AppError> {
        let (met, at) = (met.clone(), at.clone());
        self.start(JobKind::Scan, move |engine, control| {
            *held(&met) = engine.scan(&at, Absence::Doubted, Some(settle), control)?;
            engine.note_standing()?;
            Ok(Outcome::Scanned(Box::new(engine.profile()?)))
        })
    }
}

impl Watch<'_> {
    pub(super) fn round(&mut self, tell: &mut dyn FnMut(Told<'_>)) -> Result<Round, AppError> {
        self.engine.refuse_another(self.options.only)?;
        // Before the scan: what changes while it looks is heard.
        if !self.options.once {
            let roots = self.engine.source_paths()?.into_iter().map(|(_, root)| root);
            if let Some(why) = self.ears.open(&roots.collect::<Vec<_>>()) {
                tell(Told::Deaf(&why));
            }
        }
        // Taken before the scan looks: what comes meanwhile is for the next round.
        self.dirty.join(self.ears.take());
        let at = self.where_to_look()?;
        let begun = Instant::now();
        let met = Arc::new(Mutex::new(Differences::default()));
        self.done(|| self.engine.start_settled_scan(&at, self.options.settle, &met))?;
        let met = *held(&met);
        if matches!(at, Where::Everywhere) {
            self.looked_everywhere = Some(begun);
        }
        if met.unsettled == 0 {
            self.dirty = Dirty::default();
        }
        let mut round = Round {
            new: met.new,
            changed: met.changed,
            renamed: met.renamed,
            removed: met.removed,
            behind: met.unsettled,
            looked: met.looked,
            ..Round::default()
        };
        let is_as_before = met.is_nothing() && self.behind == Some(0) && self.away.is_empty();
        if !is_as_before && !self.is_stopped() {
            let mut open = 0;
            let moved = self.send()?;
            let homes = self.engine.home_rows()?;
            for (row, moved) in homes.iter().zip(moved) {
                open = open.max(self.home(row, &homes, moved, &mut round)?);
            }
            round.behind += open;
        }
        if self.is_stopped() {
            return Err(crate::scan::stopped());
        }
        if round.homes.is_empty() {
            round.homes = self.as_they_are()?;
        }
        Ok(round)
    }

    /// The folders where something changed; everything, where that is not known for sure, when it is time, and after a round
    /// that did not bring all into step.
    fn where_to_look(&self) -> Result<Where, AppError> {
        let since = self.looked_everywhere.map(|last| last.elapsed());
        let is_due = since.is_none_or(|since| since >= self.options.every) || self.failed;
        let sources = self.engine.source_paths()?;
        Ok(match self.dirty.parts(&sources) {
            Some(parts) if !is_due => Where::Only(parts),
            _ => Where::Everywhere,
        })
    }

    fn send(&self) -> Result<Vec<HomeMoved>, AppError> {
        let moving = MoveOptions {
            workers: self.options.workers,
            bandwidth: self.options.bandwidth,
            replan: Some(self.options.plan.clone()),
            // Not anew in every round.
            exports: false,
            // A home on a slow line keeps no photo from the other.
            most: Some(self.options.every),
            in_step: Some(self.options.patience),
        };
        match self.done(|| self.engine.start_moves(moving.clone()))? {
            Outcome::MovedHomes(moved) if !moved.is_empty() => Ok(moved),
            _ => Err(crate::scan::stopped()),
        }
    }

    /// Proves what was sent to one home, and gives how many files are still to come there. With one home alone, what is wrong
    /// with it ends the round.
    fn home(
        &self,
        row: &DestinationRow,
        homes: &[DestinationRow],
        moved: HomeMoved,
        round: &mut Round,
    ) -> Result<u64, AppError> {
        let proven = moved.ended.and_then(|moved| {
            let (verified, unproven) = self.verify(row)?;
            Ok((moved, verified, unproven))
        });
        let standing = self.engine.standing(row, homes)?;
        let (sent, gone, open, trouble) = match proven {
            Ok((moved, verified, unproven)) => {
                let balance = &moved.balance;
                let failed = balance.failed.files + unproven;
                round.sent = round.sent.plus(moved.sent);
                round.verified += verified;
                round.failed = round.failed.max(failed);
                let open = balance.copy.files.saturating_sub(balance.copied.files) + failed;
                (moved.sent, moved.gone, open, None)
            }
            Err(error) if homes.len() == 1 => return Err(error),
            Err(error) => {
                let unproven = standing.wanted.files.saturating_sub(standing.proven.files);
                // The round that was cut short for the other home's sake is none of its own.
                let trouble = Some(error).filter(|error| error.code != "stopped");
                self.engine.note_trouble(row.id, trouble.as_ref());
                (albumen_model::Tally::default(), 0, unproven, trouble)
            }
        };
        round.homes.push(HomeRound {
            label: moved.label,
            url: row.url.clone(),
            sent,
            gone,
            behind: standing.behind(),
            behind_since: self.engine.behind_since(row.id)?.map(stamp),
            proven: standing.proven,
            trouble,
        });
        Ok(open)
    }

    /// The homes, where nothing was to do.
    fn as_they_are(&self) -> Result<Vec<HomeRound>, AppError> {
        let homes = self.engine.homes()?.into_iter();
        Ok(homes
            .map(|home| HomeRound {
                label: home.destination.label,
                url: home.destination.url,
                sent: albumen_model::Tally::default(),
                gone: 0,
                behind: home.behind,
                behind_since: home.behind_since,
                proven: home.proven,
                trouble: home.trouble,
            })
            .collect())
    }

    /// Proves what has no receipt yet. Gives what was proven, and what was not.
    fn verify(&self, row: &DestinationRow) -> Result<(u64, u64), AppError> {
        let totals = self.engine.inner.catalog.verify_totals(row.id)?;
        if totals.receipts == totals.expected {
            return Ok((0, 0));
        }
        match self.done(|| self.engine.start_verify_of(row.clone(), How::New))? {
            Outcome::Verified(result) => Ok((result.ok.files, result.expected.files - result.ok.files)),
            _ => Ok((0, 0)),
        }
    }
}
