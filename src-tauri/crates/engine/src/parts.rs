//! Beside the way, several machines that share a migration: how far each part is, and the report on all of them.
//!
//! Invariant: what another machine did is known by the destination's listing and its markers, never by its word.

use crate::api::{AppError, JobKind, Part, Tally};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use albumen_catalog::PlanRow;
use albumen_migrate::plan::{Options, Share};
use albumen_model::{Outcome as What, StepState};
use std::collections::BTreeMap;

impl Engine {
    /// Reads in what all machines left at the chosen destination, and plans anew by it, as it was planned last: then the
    /// report is one on the whole library. Writes nothing there.
    pub fn start_merge(&self) -> Result<JobHandle, AppError> {
        self.start(JobKind::Plan, move |engine, control| {
            let planned = engine.plan_summary()?.ok_or_else(|| {
                AppError::usage(
                    "There is no plan for this destination, so no file has an outcome.",
                    "Plan first, with the options of the other machines.",
                )
            })?;
            let summary = engine.plan_by(&planned.options, true, control)?;
            Ok(Outcome::Planned(Box::new(summary)))
        })
    }

    /// The parts of the plan for the chosen destination; none where it is the plan of one machine alone.
    pub fn parts(&self) -> Result<Vec<Part>, AppError> {
        let Some(row) = self.inner.catalog.chosen_destination()? else {
            return Ok(Vec::new());
        };
        match self.inner.catalog.plan(row.id)? {
            Some(plan) => self.parts_of(&plan),
            None => Ok(Vec::new()),
        }
    }

    pub(crate) fn parts_of(&self, plan: &PlanRow) -> Result<Vec<Part>, AppError> {
        let options: Options = serde_json::from_str(&plan.options).unwrap_or_default();
        let Some(share) = options.share else {
            return Ok(Vec::new());
        };
        let mut parts: BTreeMap<u32, Part> = BTreeMap::new();
        // A machine may have nothing to do.
        parts.insert(share.part(), empty(share, share.part()));
        self.inner.catalog.shared_steps(plan.id, |step| {
            let number = share.part_of(&step.primary);
            let part = parts.entry(number).or_insert_with(|| empty(share, number));
            part.wanted.add(step.size);
            match (step.outcome, step.state) {
                (What::Failed, _) | (_, StepState::Failed) => part.failed.add(step.size),
                (What::AlreadyThere, _) | (_, StepState::Placed | StepState::Verified) => {
                    part.there.add(step.size);
                }
                _ => part.open.add(step.size),
            }
        })?;
        Ok(parts.into_values().collect())
    }
}

fn empty(share: Share, part: u32) -> Part {
    Part {
        part,
        of: share.of(),
        is_own: part == share.part(),
        wanted: Tally::default(),
        there: Tally::default(),
        failed: Tally::default(),
        open: Tally::default(),
    }
}
