//! Beside the way: keeps the destination in step with sources that still change. Each round is the whole way as one would go
//! it by hand: scan, plan, move, and verify what is new.
//!
//! Invariants: a round draws no conclusion that a scan would not: a source that is away or shrunken, and a destination that
//! is away, end the round as a finding, and the watch goes on. A file counts once it has stood unchanged for the settle
//! time. Nothing is ever removed: the copy of a file that is gone stays. Stopped or killed anywhere, the next watch goes on.

mod ears;

use crate::api::{AppError, JobKind, PlanOptions};
use crate::engine::{Engine, Outcome, held};
use crate::job::JobHandle;
use crate::moving::{MoveOptions, MoveSummary};
use crate::presence::Absence;
use crate::scan::Differences;
use albumen_migrate::verify::How;
use albumen_model::Tally;
use ears::{Ears, Heard};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often a wait looks whether it is to end.
const BLINK: Duration = Duration::from_millis(100);
/// The first wait after a round that failed, and the longest.
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(300);

#[derive(Debug, Clone)]
pub struct WatchOptions {
    pub plan: PlanOptions,
    pub workers: usize,
    /// Bytes a second.
    pub bandwidth: Option<u64>,
    /// How long a file must have stood unchanged.
    pub settle: Duration,
    /// A round comes at least this often, as events can be lost.
    pub every: Duration,
    /// One round, and then the end.
    pub once: bool,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    pub new: u64,
    pub changed: u64,
    pub renamed: u64,
    /// Files that are in no source any more. Their copies stay.
    pub removed: u64,
    pub sent: Tally,
    /// They are tried again.
    pub failed: u64,
    /// Files whose copy is proven by this round.
    pub verified: u64,
    /// Files of the sources whose copy is still to come: failed, or written to a moment ago.
    pub behind: u64,
}

/// What a watch says meanwhile.
pub enum Told<'a> {
    Round(&'a Round),
    /// A round could not be done; said once, however often it is tried again.
    Trouble(&'a AppError),
    /// Changes are not heard of, for this reason: only the rounds that come by themselves see them.
    Deaf(&'a str),
}

/// What the watch is at.
enum State {
    /// Something changed: it may not be finished.
    Settling(Instant),
    Round,
    /// In step; waits for a change, or for the time.
    Listening(Instant),
    /// The last round failed; changes do not hurry the next one.
    BackingOff(Instant),
}

impl Engine {
    /// Watches until `stop` is set, and says whether the destination was in step at the end of the last round. An error that
    /// no waiting mends ends it.
    pub fn watch(
        &self,
        options: &WatchOptions,
        stop: &AtomicBool,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<bool, AppError> {
        let mut watch = Watch {
            engine: self,
            options,
            stop,
            ears: Ears::default(),
            behind: None,
            trouble: None,
            back_off: FIRST_BACK_OFF,
        };
        let mut state = State::Settling(Instant::now() + options.settle);
        while !watch.is_stopped() {
            state = match state {
                State::Settling(until) | State::BackingOff(until) => {
                    watch.wait(until);
                    State::Round
                }
                State::Listening(until) => match watch.listen(until) {
                    true => State::Settling(Instant::now() + options.settle),
                    false => State::Round,
                },
                // The person paused: nothing begins by itself, also after a restart.
                State::Round if self.is_paused()? => {
                    watch.wait(Instant::now() + FIRST_BACK_OFF);
                    State::Round
                }
                State::Round => {
                    let ended = watch.round(tell);
                    if options.once && !watch.is_stopped() {
                        return ended
                            .inspect(|round| tell(Told::Round(round)))
                            .map(|round| round.behind == 0);
                    }
                    watch.after(ended, tell)?
                }
            };
        }
        Ok(watch.behind == Some(0))
    }

    /// As [`Engine::start_scan`], without files that changed a moment ago.
    fn start_settled_scan(
        &self,
        settle: Duration,
        met: &Arc<Mutex<Differences>>,
    ) -> Result<JobHandle, AppError> {
        let met = met.clone();
        self.start(JobKind::Scan, move |engine, control| {
            *held(&met) = engine.scan(Absence::Doubted, Some(settle), control)?;
            Ok(Outcome::Scanned(Box::new(engine.profile()?)))
        })
    }
}

struct Watch<'a> {
    engine: &'a Engine,
    options: &'a WatchOptions,
    stop: &'a AtomicBool,
    ears: Ears,
    /// Of the last round.
    behind: Option<u64>,
    trouble: Option<(String, String)>,
    back_off: Duration,
}

impl Watch<'_> {
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn wait(&self, until: Instant) {
        while !self.is_stopped() && Instant::now() < until {
            std::thread::sleep(BLINK.min(until.saturating_duration_since(Instant::now())));
        }
    }

    /// True when something changed before the time.
    fn listen(&self, until: Instant) -> bool {
        while !self.is_stopped() && Instant::now() < until {
            if self.ears.hear(BLINK) == Heard::Change {
                return true;
            }
        }
        false
    }

    /// A job to its end; it is told to stop when the watch is.
    fn done(&self, job: JobHandle) -> Result<Outcome, AppError> {
        loop {
            if let Some(ended) = job.wait_for(BLINK) {
                return ended;
            }
            if self.is_stopped() {
                self.engine.cancel();
            }
        }
    }

    fn round(&mut self, tell: &mut dyn FnMut(Told<'_>)) -> Result<Round, AppError> {
        // Before the scan: what changes while it looks is heard.
        if !self.options.once {
            let roots = self.engine.source_paths()?.into_iter().map(|(_, root)| root);
            if let Some(why) = self.ears.open(&roots.collect::<Vec<_>>()) {
                tell(Told::Deaf(&why));
            }
        }
        let met = Arc::new(Mutex::new(Differences::default()));
        self.done(self.engine.start_settled_scan(self.options.settle, &met)?)?;
        let met = *held(&met);
        let mut round = Round {
            new: met.new,
            changed: met.changed,
            renamed: met.renamed,
            removed: met.removed,
            behind: met.unsettled,
            ..Round::default()
        };
        let is_as_before = met == Differences::default() && self.behind == Some(0);
        if !is_as_before && !self.is_stopped() {
            let moved = self.send()?;
            let balance = &moved.balance;
            round.sent = moved.sent;
            let (verified, unproven) = self.verify()?;
            round.verified = verified;
            round.failed = balance.failed.files + unproven;
            round.behind += balance.copy.files.saturating_sub(balance.copied.files) + round.failed;
        }
        if self.is_stopped() {
            return Err(crate::scan::stopped());
        }
        Ok(round)
    }

    fn send(&self) -> Result<MoveSummary, AppError> {
        let moving = MoveOptions {
            workers: self.options.workers,
            bandwidth: self.options.bandwidth,
            replan: Some(self.options.plan.clone()),
            // Not anew in every round.
            exports: false,
        };
        match self.done(self.engine.start_migrate(moving)?)? {
            Outcome::Moved(summary) => Ok(*summary),
            _ => Err(crate::scan::stopped()),
        }
    }

    /// Proves what has no receipt yet. Gives what was proven, and what was not.
    fn verify(&self) -> Result<(u64, u64), AppError> {
        let (id, _) = self.engine.connected()?;
        let totals = self.engine.inner.catalog.verify_totals(id)?;
        if totals.receipts == totals.expected {
            return Ok((0, 0));
        }
        match self.done(self.engine.start_verify(How::New)?)? {
            Outcome::Verified(result) => Ok((result.ok.files, result.expected.files - result.ok.files)),
            _ => Ok((0, 0)),
        }
    }

    /// Each wait is twice the one before.
    fn back_off(&mut self) -> Duration {
        let now = self.back_off;
        self.back_off = (now * 2).min(LONGEST_BACK_OFF).min(self.options.every);
        now
    }

    /// What comes after a round.
    fn after(
        &mut self,
        ended: Result<Round, AppError>,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<State, AppError> {
        let now = Instant::now();
        match ended {
            Ok(round) => {
                tell(Told::Round(&round));
                self.trouble = None;
                self.behind = Some(round.behind);
                if round.failed > 0 {
                    return Ok(State::Listening(now + self.back_off().max(self.options.settle)));
                }
                self.back_off = FIRST_BACK_OFF;
                Ok(match round.behind {
                    0 => State::Listening(now + self.options.every),
                    _ => State::Settling(now + self.options.settle.max(FIRST_BACK_OFF)),
                })
            }
            Err(_) if self.is_stopped() => Ok(State::BackingOff(now)),
            Err(error) if !may_pass(&error) => Err(error),
            Err(error) => {
                let said = (error.code.clone(), error.message.clone());
                if self.trouble.as_ref() != Some(&said) {
                    tell(Told::Trouble(&error));
                    self.trouble = Some(said);
                }
                // What was away may be another one when it is back.
                (self.behind, self.ears) = (None, Ears::default());
                Ok(State::BackingOff(now + self.back_off()))
            }
        }
    }
}

/// Sources and destinations come back, and disks get room; a wrong key or a damaged catalog stays what it is.
fn may_pass(error: &AppError) -> bool {
    let code = error.code.as_str();
    code.starts_with("source_")
        || code.starts_with("destination_")
        || ["failed", "plan_stale"].contains(&code)
}
