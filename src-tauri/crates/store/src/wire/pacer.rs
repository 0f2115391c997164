//! When the next request of an account may go. Every worker asks here, so that one refusal slows all of them.
//!
//! Requests are spaced evenly, at the documented rate of the provider to begin with ([`Pace`]). As long as that is below
//! the most it may be, it doubles every second until the first refusal; then it falls to what the far side really took,
//! and creeps up again (additive increase, multiplicative decrease, Chiu and Jain 1989). Of many refusals of requests that were under way together only the first one counts. Writes and
//! reads are paced apart, as providers count them apart; a `Retry-After` stops both.

use crate::wire::line::Line;
use http::Method;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Writes and reads a second.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub start: [f64; 2],
    pub most: [f64; 2],
}

impl Pace {
    /// Of a provider that documents none.
    pub const UNKNOWN: Self = Self {
        start: [100.0, 200.0],
        most: [3500.0, 5500.0],
    };
    /// What is documented is begun with: nothing is gained by finding it out.
    pub const fn documented(writes: f64, reads: f64) -> Self {
        Self {
            start: [writes, reads],
            most: [writes, reads],
        }
    }
}

const LEAST: f64 = 0.2;
/// What is kept of the rate that was seen to be taken.
const CUT: f64 = 0.85;
/// Growth a second: while nothing is known of the limit, below the last known one, and above it. The first limit is a
/// guess from a burst and may be far too low: above that one, every second dares more (as CUBIC does, RFC 9438).
const SEEK: f64 = 2.0;
const CREEP: f64 = 1.03;
const DARE: f64 = 0.01;
/// The rate that was taken is counted over this time.
const WINDOW: Duration = Duration::from_secs(1);
/// First and longest silence after a refusal that names none.
const PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Failures in a row of an account that stop everybody for a while: its storage is away. The while doubles each time that
/// somebody who waited for it fails again; what was under way together counts as one.
const BROKEN: u32 = 5;
/// A worker that waits looks so often whether it is still wanted.
const LOOK: Duration = Duration::from_millis(250);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Write,
    Read,
}

impl Op {
    pub fn of(method: &Method) -> Self {
        let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if reads || method.as_str() == "PROPFIND" {
            Self::Read
        } else {
            Self::Write
        }
    }
}

/// Of one request that may go.
#[derive(Debug)]
pub(super) struct Ticket {
    epoch: u64,
    breaks: u32,
}

/// How an account is used, for people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PacerView {
    /// Writes a second that are tried now.
    pub rate: f64,
    /// Requests that were told to slow down, and all others.
    pub refused: u64,
    pub accepted: u64,
    /// How long nobody may send.
    pub waits: Duration,
}

#[derive(Debug)]
struct Lane {
    rate: f64,
    most: f64,
    /// The rate that was refused last; none as long as nothing was.
    ceiling: Option<f64>,
    /// The next request goes no sooner.
    next: Instant,
    grown: Instant,
    /// For so many seconds no second refusal came above the ceiling.
    dared: u32,
    /// Counts refusals that were answered by slowing down.
    epoch: u64,
    pause: Duration,
    taken: VecDeque<Instant>,
}

#[derive(Debug)]
struct State {
    lanes: [Lane; 2],
    /// Nobody sends before.
    gate: Instant,
    /// Since when nothing but refusals came; a job that was paused for an hour has not been refused for an hour.
    refusing: Option<Instant>,
    failures: u32,
    /// How often in a row everybody was stopped for failures.
    breaks: u32,
    refused: u64,
    accepted: u64,
}

#[derive(Debug)]
pub(super) struct Pacer(Mutex<State>);

impl Pacer {
    pub fn new(pace: Pace) -> Self {
        let now = Instant::now();
        let lane = |at: usize| Lane {
            rate: pace.start[at],
            most: pace.most[at],
            ceiling: None,
            next: now,
            grown: now,
            dared: 0,
            epoch: 0,
            pause: PAUSE,
            taken: VecDeque::new(),
        };
        Self(Mutex::new(State {
            lanes: [lane(0), lane(1)],
            gate: now,
            refusing: None,
            failures: 0,
            breaks: 0,
            refused: 0,
            accepted: 0,
        }))
    }

    /// Waits for this request's turn; `None` when it is not wanted any more.
    pub async fn permit(&self, op: Op, line: &Line) -> Option<Ticket> {
        loop {
            let turn = {
                let mut state = self.held();
                let gate = state.gate;
                let lane = &mut state.lanes[op as usize];
                let turn = lane.next.max(gate).max(Instant::now());
                lane.next = turn + Duration::from_secs_f64(1.0 / lane.rate);
                turn
            };
            while Instant::now() < turn {
                if !line.goes_on() {
                    return None;
                }
                sleep_until(turn.min(Instant::now() + LOOK)).await;
            }
            let state = self.held();
            if state.gate <= Instant::now() {
                let (epoch, breaks) = (state.lanes[op as usize].epoch, state.breaks);
                return Some(Ticket { epoch, breaks });
            }
        }
    }

    /// The far side took a request, whatever it thinks of it.
    pub fn accepted(&self, op: Op) {
        let now = Instant::now();
        let mut state = self.held();
        state.accepted += 1;
        (state.failures, state.breaks) = (0, 0);
        state.refusing = None;
        state.lanes[op as usize].accepted(now);
    }

    /// Slows everybody down. Returns for how long the account has got nothing but refusals.
    pub fn refused(&self, op: Op, ticket: &Ticket, after: Option<Duration>) -> Duration {
        let now = Instant::now();
        let mut state = self.held();
        state.refused += 1;
        let since = *state.refusing.get_or_insert(now);
        let lane = &mut state.lanes[op as usize];
        if ticket.epoch == lane.epoch {
            let pause = lane.refused(now);
            let gate = now + after.unwrap_or(pause).max(pause);
            state.gate = state.gate.max(gate);
        } else if let Some(after) = after {
            state.gate = state.gate.max(now + after);
        }
        now.saturating_duration_since(since)
    }

    /// Nobody answered. After some in a row everybody waits: a storage that is away is not asked by all at once.
    pub fn failed(&self, ticket: &Ticket) {
        let mut state = self.held();
        state.failures += 1;
        if state.failures >= BROKEN && ticket.breaks == state.breaks {
            let pause = PAUSE * 2u32.saturating_pow(state.breaks.min(10));
            state.breaks += 1;
            state.gate = state.gate.max(Instant::now() + pause.min(LONGEST_PAUSE));
        }
    }

    pub fn view(&self) -> PacerView {
        let state = self.held();
        PacerView {
            rate: state.lanes[0].rate,
            refused: state.refused,
            accepted: state.accepted,
            waits: state.gate.saturating_duration_since(Instant::now()),
        }
    }

    fn held(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn accepted(&mut self, now: Instant) {
        self.taken.push_back(now);
        self.forget(now);
        if now.saturating_duration_since(self.grown) < WINDOW {
            return;
        }
        self.grown = now;
        self.pause = PAUSE;
        // A rate that nobody uses says nothing about the limit.
        if (self.taken.len() as f64) < 0.7 * self.rate {
            return;
        }
        let faster = match self.ceiling {
            None => self.rate * SEEK,
            Some(ceiling) if self.rate < ceiling => (self.rate * CREEP).min(ceiling),
            Some(_) if self.epoch == 1 => {
                self.dared += 1;
                self.rate * (1.0 + DARE * f64::from(self.dared))
            }
            Some(_) => self.rate * (1.0 + DARE),
        };
        self.rate = faster.min(self.most);
    }

    /// The pause that everybody keeps.
    fn refused(&mut self, now: Instant) -> Duration {
        self.epoch += 1;
        self.forget(now);
        let pause = self.pause;
        if self.taken.is_empty() {
            // Refused altogether: that says nothing about a rate, only that it is too early.
            self.pause = (pause * 2).min(LONGEST_PAUSE);
            return pause;
        }
        let taken = self.taken.len() as f64 / WINDOW.as_secs_f64();
        let known = self.rate.min(taken);
        // A second refusal soon after the first says that what was taken came from a reserve.
        self.ceiling = Some(
            self.ceiling
                .map_or(known, |ceiling| ceiling.min(known).max(0.9 * known)),
        );
        self.rate = (CUT * known).max(LEAST);
        self.grown = now;
        self.pause = PAUSE;
        pause
    }

    fn forget(&mut self, now: Instant) {
        while self
            .taken
            .front()
            .is_some_and(|at| now.saturating_duration_since(*at) > WINDOW)
        {
            self.taken.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// A server that takes `rate` writes a second after a burst of as many, each in `latency`.
    struct Server {
        rate: f64,
        tokens: Mutex<(f64, Instant)>,
        latency: Duration,
    }

    impl Server {
        fn takes(&self) -> bool {
            let mut held = self.tokens.lock().expect("unpoisoned");
            let now = Instant::now();
            let (tokens, since) = *held;
            let tokens = (tokens + now.duration_since(since).as_secs_f64() * self.rate).min(self.rate);
            *held = (if tokens >= 1.0 { tokens - 1.0 } else { tokens }, now);
            tokens >= 1.0
        }
    }

    /// Runs `files` writes by `workers`; gives the seconds it took and the refused requests.
    async fn run(pace: Pace, files: usize, workers: usize, rate: f64, latency: Duration) -> (f64, u64) {
        let server = Arc::new(Server {
            rate,
            tokens: Mutex::new((rate, Instant::now())),
            latency,
        });
        let pacer = Arc::new(Pacer::new(pace));
        let begun = Instant::now();
        let left = Arc::new(std::sync::atomic::AtomicUsize::new(files));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..workers {
            let (server, pacer, left) = (server.clone(), pacer.clone(), left.clone());
            tasks.spawn(async move {
                use std::sync::atomic::Ordering::Relaxed;
                let line = Line::new(|| true);
                while left.fetch_update(Relaxed, Relaxed, |n| n.checked_sub(1)).is_ok() {
                    loop {
                        let ticket = pacer.permit(Op::Write, &line).await.expect("goes on");
                        tokio::time::sleep(server.latency / 2).await;
                        let taken = server.takes();
                        tokio::time::sleep(server.latency / 2).await;
                        if taken {
                            pacer.accepted(Op::Write);
                            break;
                        }
                        pacer.refused(Op::Write, &ticket, None);
                    }
                }
            });
        }
        while tasks.join_next().await.is_some() {}
        (begun.elapsed().as_secs_f64(), pacer.view().refused)
    }

    #[tokio::test(start_paused = true)]
    async fn a_limited_server_is_used_well_and_seldom_refuses() {
        const S3: Pace = Pace::documented(3500.0, 5500.0);
        for (pace, rate, workers, latency, files) in [
            (S3, 30.0, 16, 40, 1000),
            (S3, 5.0, 16, 200, 1000),
            (S3, 200.0, 16, 20, 5000),
            (Pace::UNKNOWN, 30.0, 16, 40, 1000),
            (Pace::UNKNOWN, 30.0, 4, 40, 1000),
            (Pace::UNKNOWN, 200.0, 16, 20, 5000),
        ] {
            let (seconds, refused) = run(pace, files, workers, rate, Duration::from_millis(latency)).await;
            // The burst comes on top.
            let possible = (files as f64 - rate) / rate;
            let used = possible / seconds;
            println!("{rate}/s, {workers} workers: used to {used:.3}, {refused} refused");
            assert!(
                used >= 0.9,
                "{rate}/s, {workers} workers: used to {used:.3}, {refused} refused"
            );
            assert!(
                refused as f64 <= 0.03 * files as f64,
                "{rate}/s, {workers} workers: {refused} refused, used to {used:.3}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_word_to_wait_is_heard_by_all() {
        let pacer = Pacer::new(Pace::UNKNOWN);
        let line = Line::new(|| true);
        let ticket = pacer.permit(Op::Write, &line).await.expect("goes on");
        pacer.refused(Op::Write, &ticket, Some(Duration::from_secs(20)));
        let before = Instant::now();
        pacer.permit(Op::Read, &line).await.expect("goes on");
        assert!(before.elapsed() >= Duration::from_secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn only_time_spent_on_refusals_counts() {
        let pacer = Pacer::new(Pace::UNKNOWN);
        let line = Line::new(|| true);
        // Paused, or reading a large file.
        tokio::time::sleep(Duration::from_secs(3600)).await;
        let ticket = pacer.permit(Op::Write, &line).await.expect("goes on");
        assert_eq!(pacer.refused(Op::Write, &ticket, None), Duration::ZERO);
        tokio::time::sleep(Duration::from_secs(60)).await;
        let ticket = pacer.permit(Op::Write, &line).await.expect("goes on");
        assert!(pacer.refused(Op::Write, &ticket, None) >= Duration::from_secs(60));
        pacer.accepted(Op::Write);
        assert_eq!(pacer.refused(Op::Write, &ticket, None), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_not_wanted_any_more_does_not_wait() {
        let pacer = Pacer::new(Pace::UNKNOWN);
        let ticket = pacer
            .permit(Op::Write, &Line::new(|| true))
            .await
            .expect("goes on");
        pacer.refused(Op::Write, &ticket, Some(Duration::from_secs(500)));
        let before = Instant::now();
        assert!(pacer.permit(Op::Write, &Line::new(|| false)).await.is_none());
        assert!(before.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_storage_that_is_away_is_left_alone_for_a_while() {
        let pacer = Pacer::new(Pace::UNKNOWN);
        let line = Line::new(|| true);
        for again in 0..4 {
            for _ in 0..BROKEN {
                assert_eq!(pacer.view().waits, Duration::ZERO);
                let ticket = pacer.permit(Op::Read, &line).await.expect("goes on");
                pacer.failed(&ticket);
                if again > 0 {
                    break;
                }
            }
            let waits = pacer.view().waits;
            assert_eq!(waits, PAUSE * 2u32.pow(again));
            tokio::time::sleep(waits).await;
        }
        pacer.accepted(Op::Read);
        let ticket = pacer.permit(Op::Read, &line).await.expect("goes on");
        pacer.failed(&ticket);
        assert_eq!(pacer.view().waits, Duration::ZERO, "one failure is none");
    }

    #[tokio::test(start_paused = true)]
    async fn connections_that_break_together_stop_nobody_for_long() {
        let pacer = Pacer::new(Pace::UNKNOWN);
        let line = Line::new(|| true);
        let mut under_way = Vec::new();
        for _ in 0..32 {
            under_way.push(pacer.permit(Op::Write, &line).await.expect("goes on"));
        }
        for ticket in under_way {
            pacer.failed(&ticket);
        }
        assert_eq!(pacer.view().waits, PAUSE);
    }
}
