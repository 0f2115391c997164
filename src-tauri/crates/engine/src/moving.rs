//! Stage 6, move: runs the plan. Started again, it goes on: what stands there is known and not sent twice.

use crate::api::{AppError, Balance, JobKind, PlanOptions, Tally, What};
use crate::engine::{Engine, Outcome};
use crate::exports::Exports;
use crate::job::JobHandle;
use albumen_files::clock::now_ms;
use albumen_migrate::{Control, transfer};
use albumen_model::DestinationId;
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Clone)]
pub struct MoveOptions {
    pub workers: usize,
    /// Bytes a second.
    pub bandwidth: Option<u64>,
    /// Plan anew first (the command line); the window runs the plan that was shown.
    pub replan: Option<PlanOptions>,
    /// Leave the library's list and a copy of the catalog at the destination.
    pub exports: bool,
}

#[derive(Debug, Clone)]
pub struct MoveSummary {
    pub sent: Tally,
    /// Landed before, in a run that was cut off.
    pub adopted: Tally,
    pub failed: u64,
    pub markers: u64,
    /// What this machine has to copy and did not.
    pub left: Tally,
    pub exports: Exports,
    /// XMP files that were written beside the copies, and how many could not be.
    pub written: Tally,
    pub not_written: u64,
    pub balance: Balance,
}

impl Engine {
    pub fn start_migrate(&self, options: MoveOptions) -> Result<JobHandle, AppError> {
        self.start(JobKind::Migrate, move |engine, control| {
            let moved = engine.move_now(&options, control)?;
            Ok(Outcome::Moved(Box::new(moved)))
        })
    }

    /// Within a job: plans where that is asked for, and sends.
    pub(crate) fn move_now(
        &self,
        options: &MoveOptions,
        control: &Arc<Control>,
    ) -> Result<MoveSummary, AppError> {
        self.require_sources()?;
        if let Some(options) = &options.replan {
            self.make_plan(options, control)?;
        }
        let (id, destination) = self.connected()?;
        self.learn(id, &destination)?;
        let rates = self.hold_rates(id, options.bandwidth);
        let plan = self.current_plan(id)?;
        let work = transfer::Options {
            workers: albumen_files::workers_allowed(options.workers),
            rate: Some(rates.up.clone()),
            pilot: None,
        };
        let moving = transfer::transfer(
            self.inner.catalog.clone(),
            destination.clone(),
            id,
            plan,
            work,
            control.clone(),
            now_ms,
        );
        let begun = Instant::now();
        let summary = self.inner.runtime.block_on(moving);
        if let Ok(done) = &summary {
            self.note_speed(id, done.sent.bytes, begun.elapsed())?;
        }
        // What was verified before is not all that stands there now.
        if !matches!(&summary, Ok(done) if done.sent.files + done.written.files == 0) {
            self.forget_verification(id)?;
        }
        self.tell_changed(&[What::Plan, What::Verification]);
        let summary = summary?;
        let exports = if options.exports && !summary.stopped {
            self.leave_exports(id, &destination, Some(rates.up.clone()), control)
        } else {
            Exports::Off
        };
        self.tell_changed(&[What::Plan]);
        self.say(&summary_words(&summary, &exports));
        Ok(MoveSummary {
            sent: summary.sent,
            adopted: summary.adopted,
            failed: summary.failed,
            markers: summary.markers,
            left: self.inner.catalog.open_work(plan, 0)?,
            exports,
            written: summary.written,
            not_written: summary.not_written,
            balance: self.inner.catalog.balance(plan)?,
        })
    }
}

impl Engine {
    /// The plan for this destination. One that was made before the last scan or decision may say things that are no longer so.
    pub(crate) fn current_plan(&self, id: DestinationId) -> Result<i64, AppError> {
        let missing = || AppError::usage("There is no plan.", "Make a plan first.");
        let plan = self.inner.catalog.plan(id)?.ok_or_else(missing)?;
        if plan.revision != self.inner.catalog.revision()? {
            return Err(AppError::new(
                "plan_stale",
                "Photos or decisions changed after this plan was made.",
                "Nothing was sent.",
                "Plan again and look at the new plan.",
            ));
        }
        Ok(plan.id)
    }
}

fn summary_words(summary: &transfer::Summary, exports: &Exports) -> String {
    let mut words = format!("{} files were sent.", summary.sent.files);
    if summary.adopted.files > 0 {
        words += &format!(
            " {} had arrived before and were not sent again.",
            summary.adopted.files
        );
    }
    if summary.written.files > 0 {
        words += &format!(" {} XMP files were written beside them.", summary.written.files);
    }
    if summary.not_written > 0 {
        words += &format!(" {} XMP files could not be written.", summary.not_written);
    }
    if summary.failed > 0 {
        words += &format!(
            " {} could not be sent; they are listed with their reasons.",
            summary.failed
        );
    }
    if let Exports::Failed(error) = exports {
        words += &format!(" {}", error.message);
    }
    words
}
