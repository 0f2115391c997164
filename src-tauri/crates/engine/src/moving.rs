//! Stage 6, move: runs the plan. Started again, it goes on: what stands there is known and not sent twice.

use crate::api::{AppError, Balance, JobKind, PlanOptions, Tally, What};
use crate::destination::spec_of;
use crate::engine::{Engine, Outcome};
use crate::exports::Exports;
use crate::job::JobHandle;
use crate::plan::Asked;
use albumen_catalog::DestinationRow;
use albumen_files::clock::now_ms;
use albumen_migrate::{Control, transfer};
use albumen_model::DestinationId;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug, Clone)]
pub struct MoveOptions {
    pub workers: usize,
    /// Bytes a second.
    pub bandwidth: Option<u64>,
    /// Plan anew first (the command line); the window runs the plan that was shown.
    pub replan: Option<PlanOptions>,
    /// Leave the library's list and a copy of the catalog at the destination.
    pub exports: bool,
    /// With two homes, how long the one that is done waits for the other.
    pub most: Option<Duration>,
    /// While in step: what somebody removed at a home is not sent again. Of two homes, one that does not answer is waited for
    /// so long, and then left for the next round.
    pub in_step: Option<Duration>,
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
    /// Files that somebody removed or changed at the destination since, and that were left so.
    pub gone: u64,
    pub stopped: bool,
    /// How it went at the other home, if there is one.
    pub others: Vec<HomeMoved>,
}

/// How it went at one home, whatever the others did.
#[derive(Debug, Clone)]
pub struct HomeMoved {
    pub id: i64,
    pub label: String,
    pub ended: Result<MoveSummary, AppError>,
}

/// Looks so often whether the homes are done.
const LOOK: Duration = Duration::from_millis(100);

impl Engine {
    /// To all homes, at the same time. What stops it at one does not stop it at the other; the outcome is that of the chosen
    /// one.
    pub fn start_migrate(&self, options: MoveOptions) -> Result<JobHandle, AppError> {
        self.start(JobKind::Migrate, move |engine, control| {
            let mut all = engine.move_to_homes(&options, control)?.into_iter();
            let Some(first) = all.next() else {
                return Err(no_destination());
            };
            let mut summary = first.ended?;
            summary.others = all.collect();
            Ok(Outcome::Moved(Box::new(summary)))
        })
    }

    /// As [`Engine::start_migrate`], and fails at no home's failure.
    pub(crate) fn start_moves(&self, options: MoveOptions) -> Result<JobHandle, AppError> {
        self.start(JobKind::Migrate, move |engine, control| {
            Ok(Outcome::MovedHomes(engine.move_to_homes(&options, control)?))
        })
    }

    /// Within a job: plans where that is asked for, and sends. The chosen home is the first.
    pub(crate) fn move_to_homes(
        &self,
        options: &MoveOptions,
        control: &Arc<Control>,
    ) -> Result<Vec<HomeMoved>, AppError> {
        self.require_sources()?;
        let homes = self.home_rows()?;
        let Some(first) = homes.first() else {
            return Err(no_destination());
        };
        // The window moves by the plan that was shown; the second home is planned as that one was.
        let as_first = match (&options.replan, homes.len()) {
            (None, 2..) => Some(self.plan_to_follow(first)?),
            (replan, _) => replan.clone(),
        };
        let moved = if homes.len() == 1 {
            vec![self.move_to(first, options, control)]
        } else {
            control.set_stage("Moving to two homes");
            let moved = self.move_beside(&homes, options, as_first.as_ref(), control);
            control.end_parts();
            moved
        };
        let mut all = Vec::new();
        let mut words = Vec::new();
        for (home, ended) in homes.iter().zip(moved) {
            let ended = ended.map(|mut summary| {
                if options.exports && !summary.stopped {
                    summary.exports = self.exports_to(home, options, control);
                }
                summary
            });
            let trouble = ended.as_ref().err().filter(|error| error.code != "stopped");
            self.note_trouble(home.id, trouble);
            let label = spec_of(home)?.label();
            if let Ok(summary) = &ended {
                words.push((label.clone(), summary_words(summary)));
            }
            all.push(HomeMoved {
                id: home.id.0,
                label,
                ended,
            });
        }
        self.note_standing()?;
        self.tell_changed(&[What::Plan, What::Verification]);
        self.say(&match words.as_slice() {
            [(_, words)] if homes.len() == 1 => words.clone(),
            each => {
                let each = each.iter().map(|(label, words)| format!("{label}: {words}"));
                each.collect::<Vec<_>>().join(" ")
            }
        });
        Ok(all)
    }

    /// The options of the plan that the person saw, while it still says what is so.
    fn plan_to_follow(&self, home: &DestinationRow) -> Result<PlanOptions, AppError> {
        let row = self.inner.catalog.plan(home.id)?.ok_or_else(no_plan)?;
        self.refuse_stale(row.revision)?;
        Ok(self.plan_summary()?.ok_or_else(no_plan)?.options)
    }

    /// Each home on a thread of its own. Where one is done and another still is not after `most`, that one begins no new file.
    fn move_beside(
        &self,
        homes: &[DestinationRow],
        options: &MoveOptions,
        replan: Option<&PlanOptions>,
        control: &Arc<Control>,
    ) -> Vec<Result<MoveSummary, AppError>> {
        let begun = Instant::now();
        std::thread::scope(|scope| {
            let running: Vec<_> = homes
                .iter()
                .enumerate()
                .map(|(at, home)| {
                    let own = MoveOptions {
                        // The plan of the chosen home is the one that was shown, or made anew with the others.
                        replan: match at {
                            0 => options.replan.clone(),
                            _ => replan.cloned(),
                        },
                        ..options.clone()
                    };
                    let part = control.part();
                    if let Some(patience) = options.in_step {
                        part.set_patience(patience);
                    }
                    let moving = part.clone();
                    (part, scope.spawn(move || self.move_to(home, &own, &moving)))
                })
                .collect();
            while running.iter().any(|(_, thread)| !thread.is_finished()) {
                std::thread::sleep(LOOK);
                let one_is_done = running.iter().any(|(_, thread)| thread.is_finished());
                if one_is_done && options.most.is_some_and(|most| begun.elapsed() >= most) {
                    running.iter().for_each(|(part, _)| part.end());
                }
            }
            let ended = running.into_iter().map(|(_, thread)| thread.join());
            ended
                .map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// To one home.
    fn move_to(
        &self,
        home: &DestinationRow,
        options: &MoveOptions,
        control: &Arc<Control>,
    ) -> Result<MoveSummary, AppError> {
        if let Some(replan) = &options.replan {
            if options.in_step.is_some() {
                // An empty disk in its place is no sign that everything was removed.
                let (id, destination) = self.connected_to(home)?;
                let is_it = albumen_migrate::require_home(&self.inner.catalog, &destination, id, control);
                self.inner.runtime.block_on(is_it)?;
            }
            let asked = Asked {
                options: replan,
                merge: false,
                keep_gone: options.in_step.is_some(),
            };
            self.plan_for(home, &asked, control)?;
        }
        let (id, destination) = self.connected_to(home)?;
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
        Ok(MoveSummary {
            sent: summary.sent,
            adopted: summary.adopted,
            failed: summary.failed,
            markers: summary.markers,
            left: self.inner.catalog.open_work(plan, 0)?,
            exports: Exports::Off,
            written: summary.written,
            not_written: summary.not_written,
            balance: self.inner.catalog.balance(plan)?,
            gone: self.inner.catalog.left_gone(plan)?,
            stopped: summary.stopped,
            others: Vec::new(),
        })
    }

    /// One home after the other: they are made in one place.
    fn exports_to(&self, home: &DestinationRow, options: &MoveOptions, control: &Arc<Control>) -> Exports {
        let (id, destination) = match self.connected_to(home) {
            Ok(connected) => connected,
            Err(error) => return Exports::Failed(error),
        };
        let rates = self.hold_rates(id, options.bandwidth);
        self.leave_exports(id, &destination, Some(rates.up.clone()), control)
    }

    /// A plan made before the last scan or decision may say things that are no longer so.
    fn refuse_stale(&self, revision: i64) -> Result<(), AppError> {
        if revision == self.inner.catalog.revision()? {
            return Ok(());
        }
        Err(AppError::new(
            "plan_stale",
            "Photos or decisions changed after this plan was made.",
            "Nothing was sent.",
            "Plan again and look at the new plan.",
        ))
    }
}

impl Engine {
    /// The plan for this destination, as long as it says what is so.
    pub(crate) fn current_plan(&self, id: DestinationId) -> Result<i64, AppError> {
        let plan = self.inner.catalog.plan(id)?.ok_or_else(no_plan)?;
        self.refuse_stale(plan.revision)?;
        Ok(plan.id)
    }
}

fn no_plan() -> AppError {
    AppError::usage("There is no plan.", "Make a plan first.")
}

fn no_destination() -> AppError {
    AppError::usage("No destination is chosen.", "Choose where the photos should go.")
}

fn summary_words(summary: &MoveSummary) -> String {
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
    if let Exports::Failed(error) = &summary.exports {
        words += &format!(" {}", error.message);
    }
    words
}
