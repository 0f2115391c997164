//! Beside the way: keeps the destination in step with sources that still change. Each round is the whole way as one would go
//! it by hand: scan, plan, move, and verify what is new.
//!
//! Invariants: a round draws no conclusion that a scan would not: a source that is away or shrunken, and a destination that
//! is away, end the round as a finding, and the watch goes on. A file counts once it has stood unchanged for the settle
//! time. Nothing is ever removed: the copy of a file that is gone stays. Stopped or killed anywhere, the next watch goes on.

mod dirty;
mod ears;
mod round;

use crate::api::{AppError, PlanOptions, Round};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use dirty::Dirty;
use ears::{Ears, Heard};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// How long a round waits for one of two homes that does not answer.
    pub patience: Duration,
    /// One round, and then the end.
    pub once: bool,
    /// The destination that it is for; another one that is chosen meanwhile ends it.
    pub only: Option<i64>,
}

/// What a watch says meanwhile.
pub enum Told<'a> {
    Round(&'a Round),
    /// A round could not be done; said once, however often it is tried again.
    Trouble(&'a AppError),
    /// One of two homes could not be brought into step; said once. The other is.
    Away(&'a str, &'a AppError),
    /// Changes are not heard of, for this reason: only the rounds that come by themselves see them.
    Deaf(&'a str),
    /// What it is at from now on.
    At(At),
}

/// As [`State`], with how long until the next round comes by itself.
#[derive(Debug, Clone, Copy)]
pub enum At {
    Settling,
    Round,
    Listening(Duration),
    BackingOff(Duration),
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

impl State {
    fn told(&self) -> At {
        let left = |until: &Instant| until.saturating_duration_since(Instant::now());
        match self {
            Self::Settling(_) => At::Settling,
            Self::Round => At::Round,
            Self::Listening(until) => At::Listening(left(until)),
            Self::BackingOff(until) => At::BackingOff(left(until)),
        }
    }
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
        let engine = self.for_watch();
        let mut watch = Watch {
            engine: &engine,
            options,
            stop,
            ears: Ears::default(),
            dirty: Dirty::default(),
            looked_everywhere: None,
            failed: false,
            behind: None,
            trouble: None,
            away: BTreeMap::new(),
            back_off: FIRST_BACK_OFF,
        };
        let mut state = State::Settling(Instant::now() + options.settle);
        while !watch.is_stopped() {
            tell(Told::At(state.told()));
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
}

struct Watch<'a> {
    engine: &'a Engine,
    options: &'a WatchOptions,
    stop: &'a AtomicBool,
    ears: Ears,
    /// Where something changed since the last round that settled all.
    dirty: Dirty,
    /// When all sources were looked through last.
    looked_everywhere: Option<Instant>,
    /// Files failed in the last round: they are looked at again.
    failed: bool,
    /// Of the last round.
    behind: Option<u64>,
    trouble: Option<(String, String)>,
    /// Homes that could not be brought into step by the last round, and why, as far as it was said.
    away: BTreeMap<String, (String, String)>,
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

    /// A job to its end; it is told to stop when the watch is. What the person started goes first.
    fn done(&self, start: impl Fn() -> Result<JobHandle, AppError>) -> Result<Outcome, AppError> {
        let job = loop {
            match start() {
                Err(error) if error.code == "busy" && !self.is_stopped() => std::thread::sleep(BLINK),
                started => break started?,
            }
        };
        loop {
            if let Some(ended) = job.wait_for(BLINK) {
                return ended;
            }
            if self.is_stopped() {
                self.engine.cancel();
            }
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
                self.failed = round.failed > 0;
                self.tell_away(&round, tell);
                if round.failed > 0 || !self.away.is_empty() {
                    return Ok(State::Listening(now + self.back_off().max(self.options.settle)));
                }
                self.back_off = FIRST_BACK_OFF;
                Ok(match round.behind {
                    0 => State::Listening(now + self.options.every),
                    _ => State::Settling(now + self.options.settle.max(FIRST_BACK_OFF)),
                })
            }
            Err(_) if self.is_stopped() => Ok(State::BackingOff(now)),
            // By the person, for a job of theirs.
            Err(error) if error.code == "stopped" => {
                // What was met may not have been sent.
                self.behind = None;
                Ok(State::Settling(now + self.options.settle))
            }
            Err(error) if !may_pass(&error) => Err(error),
            Err(error) => {
                let said = (error.code.clone(), error.message.clone());
                if self.trouble.as_ref() != Some(&said) {
                    tell(Told::Trouble(&error));
                    self.trouble = Some(said);
                }
                // What was away may be another one when it is back.
                (self.behind, self.ears, self.looked_everywhere) = (None, Ears::default(), None);
                Ok(State::BackingOff(now + self.back_off()))
            }
        }
    }
}

impl Watch<'_> {
    fn tell_away(&mut self, round: &Round, tell: &mut dyn FnMut(Told<'_>)) {
        let mut away = BTreeMap::new();
        for home in &round.homes {
            let Some(error) = &home.trouble else { continue };
            let said = (error.code.clone(), error.message.clone());
            if self.away.get(&home.url) != Some(&said) {
                tell(Told::Away(&home.label, error));
            }
            away.insert(home.url.clone(), said);
        }
        self.away = away;
    }
}

/// Sources and destinations come back, and disks get room; a wrong key or a damaged catalog stays what it is.
fn may_pass(error: &AppError) -> bool {
    let code = error.code.as_str();
    code.starts_with("source_")
        || code.starts_with("destination_")
        || ["failed", "plan_stale"].contains(&code)
}
