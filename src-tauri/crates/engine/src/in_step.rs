//! Beside the way, in the window: keeping in step as a thing that is switched on. It is a [`crate::watch`] on a thread of its own.
//!
//! Invariants: that it is on is in the catalog, so it outlives a restart, and goes on by itself then; its rounds make way for
//! every job that the person starts; it serves the destination that it was switched on for and no other; a roll back switches
//! it off.

use crate::api::{AppError, Event, InStep, InStepAt, PlanOptions, stamp};
use crate::engine::{Engine, held};
use crate::watch::{At, Told, WatchOptions};
use albumen_files::clock::now_ms;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const KEPT: &str = "in_step";
const SETTLE: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_secs(15 * 60);
const PATIENCE: Duration = Duration::from_secs(15);
/// In milliseconds: who looks on does not sit through what a file settles in.
const SETTLE_VARIABLE: &str = "ALBUMEN_SETTLE_MS";

/// How long a file must have stood unchanged in the window, where nothing else is set.
pub fn settle_time(usual: Duration) -> Duration {
    let set = std::env::var(SETTLE_VARIABLE).ok();
    let set = set.and_then(|text| text.parse().ok());
    set.map_or(usual, Duration::from_millis)
}

/// What outlives a restart.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    destination: i64,
    workers: usize,
    paused: bool,
}

/// The watch of this window, if one runs.
#[derive(Default)]
pub(crate) struct Keeping {
    shown: InStep,
    stop: Option<Arc<AtomicBool>>,
}

impl Engine {
    pub fn in_step(&self) -> InStep {
        held(&self.inner.keeping).shown.clone()
    }

    /// Switches it on for the chosen destination, by the options of its plan.
    pub fn keep_in_step(&self, workers: usize) -> Result<InStep, AppError> {
        let destination = self.chosen()?.0;
        if self.plan_summary()?.is_none() {
            return Err(AppError::usage(
                "There is no plan.",
                "Make a plan first: what is new is copied as it says.",
            ));
        }
        let kept = Kept {
            destination,
            workers,
            paused: false,
        };
        self.store(KEPT, &Some(&kept))?;
        self.run_in_step(kept, false);
        Ok(self.in_step())
    }

    /// What is in hand is finished. It stays paused over a restart.
    pub fn pause_in_step(&self) -> Result<InStep, AppError> {
        self.change_kept(true)?;
        self.end_in_step(Some(InStepAt::Paused));
        Ok(self.in_step())
    }

    pub fn resume_in_step(&self) -> Result<InStep, AppError> {
        if let Some(kept) = self.change_kept(false)? {
            self.run_in_step(kept, false);
        }
        Ok(self.in_step())
    }

    /// Switches it off. What was copied stays.
    pub fn stop_in_step(&self) -> Result<InStep, AppError> {
        if self.kept_in_step()?.is_some() {
            self.store(KEPT, &Option::<Kept>::None)?;
        }
        self.end_in_step(None);
        Ok(self.in_step())
    }

    /// At the start of the window: goes on where it was on.
    pub fn take_up_in_step(&self) -> Result<(), AppError> {
        match self.kept_in_step()? {
            Some(kept) if kept.paused => self.end_in_step(Some(InStepAt::Paused)),
            Some(kept) => self.run_in_step(kept, true),
            None => {}
        }
        Ok(())
    }

    fn kept_in_step(&self) -> Result<Option<Kept>, AppError> {
        Ok(self.stored::<Option<Kept>>(KEPT)?.flatten())
    }

    fn change_kept(&self, paused: bool) -> Result<Option<Kept>, AppError> {
        let kept = self.kept_in_step()?.map(|kept| Kept { paused, ..kept });
        if kept.is_some() {
            self.store(KEPT, &kept)?;
        }
        Ok(kept)
    }

    fn end_in_step(&self, at: Option<InStepAt>) {
        let stop = held(&self.inner.keeping).stop.take();
        if let Some(stop) = stop {
            stop.store(true, Ordering::Relaxed);
        }
        self.show_in_step(None, |shown| {
            shown.at = at;
            shown.next_look = None;
            shown.resumed = false;
            if at.is_none() {
                *shown = InStep::default();
            }
        });
    }

    fn run_in_step(&self, kept: Kept, resumed: bool) {
        self.end_in_step(None);
        let stop = Arc::new(AtomicBool::new(false));
        held(&self.inner.keeping).stop = Some(stop.clone());
        self.show_in_step(Some(&stop), |shown| {
            shown.at = Some(InStepAt::Settling);
            shown.resumed = resumed;
        });
        let engine = self.clone();
        std::thread::spawn(move || {
            if let Err(error) = engine.watch_in_step(&kept, &stop) {
                engine.show_in_step(Some(&stop), |shown| {
                    shown.at = Some(InStepAt::Paused);
                    shown.next_look = None;
                    shown.trouble = Some(error);
                });
            }
        });
    }

    fn watch_in_step(&self, kept: &Kept, stop: &Arc<AtomicBool>) -> Result<(), AppError> {
        let options = WatchOptions {
            plan: self.options_in_step(kept)?,
            workers: kept.workers,
            bandwidth: None,
            settle: settle_time(SETTLE),
            every: EVERY,
            patience: PATIENCE,
            once: false,
            only: Some(kept.destination),
        };
        let soon = |within: Duration| {
            let ms = i64::try_from(within.as_millis()).unwrap_or(i64::MAX);
            Some(stamp(now_ms().saturating_add(ms)))
        };
        let mut tell = |told: Told<'_>| {
            self.show_in_step(Some(stop), |shown| match told {
                Told::At(at) => {
                    (shown.at, shown.next_look) = match at {
                        At::Settling => (Some(InStepAt::Settling), None),
                        At::Round => (Some(InStepAt::Round), None),
                        At::Listening(within) => (Some(InStepAt::Listening), soon(within)),
                        At::BackingOff(within) => (Some(InStepAt::Waiting), soon(within)),
                    };
                }
                Told::Round(round) => {
                    shown.last = Some(round.clone());
                    shown.last_at = Some(stamp(now_ms()));
                    shown.trouble = None;
                }
                Told::Trouble(error) => shown.trouble = Some(error.clone()),
                // It stands with its home.
                Told::Away(..) => {}
                Told::Deaf(why) => shown.deaf = Some(why.to_owned()),
            });
        };
        self.watch(&options, stop, &mut tell).map(drop)
    }

    /// The options of the plan that the person saw last.
    fn options_in_step(&self, kept: &Kept) -> Result<PlanOptions, AppError> {
        self.refuse_another(Some(kept.destination))?;
        let plan = self.plan_summary()?;
        plan.map(|plan| plan.options).ok_or_else(|| {
            AppError::usage(
                "The plan that was kept in step by is gone.",
                "Plan again, and switch it on again.",
            )
        })
    }

    /// The person may have chosen another destination meanwhile: nothing goes there that they did not start.
    pub(crate) fn refuse_another(&self, only: Option<i64>) -> Result<(), AppError> {
        let homes = self.home_rows()?;
        if only.is_none_or(|id| homes.iter().any(|row| row.id.0 == id)) {
            return Ok(());
        }
        Err(AppError::new(
            "another_destination",
            "Another destination was chosen since.",
            "Nothing new is copied to either until you say so; what was copied stays.",
            "Choose the former destination again and go on, or switch it on for the new one.",
        ))
    }

    /// Changes what is shown, unless a later watch took over from the one that says so.
    fn show_in_step(&self, by: Option<&Arc<AtomicBool>>, change: impl FnOnce(&mut InStep)) {
        let shown = {
            let mut keeping = held(&self.inner.keeping);
            let is_current = by.is_none_or(|by| {
                let now = keeping.stop.as_ref();
                now.is_some_and(|now| Arc::ptr_eq(now, by))
            });
            if !is_current {
                return;
            }
            change(&mut keeping.shown);
            keeping.shown.clone()
        };
        self.tell(Event::InStep(Box::new(shown)));
    }
}
