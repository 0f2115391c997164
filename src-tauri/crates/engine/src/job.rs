//! Jobs: one at a time, on a thread of its own, watched by a ticker that reports at most ten times a second.

use crate::api::{AppError, Event, JobKind, JobState, JobStatus, Pace, WorkerState};
use crate::engine::{Engine, Outcome, held};
use albumen_migrate::Control;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const LOOK: Duration = Duration::from_millis(20);
const TICK: Duration = Duration::from_millis(100);
/// Rates are averaged over this long: steadier than a moment, quicker than the whole run.
const WINDOW: Duration = Duration::from_secs(5);

static NEXT: AtomicU64 = AtomicU64::new(1);

/// How long a watch may take to finish what it has in hand.
const LONGEST_WAY: Duration = Duration::from_secs(60);

pub(crate) struct Running {
    pub control: Arc<Control>,
    is_for_watch: bool,
}

/// As long as it is held, no watch begins a job.
pub(crate) struct Quiet {
    engine: Engine,
}

impl Drop for Quiet {
    fn drop(&mut self) {
        self.engine.inner.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A job that was started; [`JobHandle::wait`] is for callers that have nothing else to do.
pub struct JobHandle {
    done: Receiver<Result<Outcome, AppError>>,
}

impl JobHandle {
    pub fn wait(self) -> Result<Outcome, AppError> {
        self.done.recv().unwrap_or_else(|_| Err(died()))
    }
}

impl JobHandle {
    /// How it ended, if it does so by then.
    pub(crate) fn wait_for(&self, time: Duration) -> Option<Result<Outcome, AppError>> {
        match self.done.recv_timeout(time) {
            Ok(ended) => Some(ended),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(died())),
        }
    }
}

fn died() -> AppError {
    AppError::new(
        "job_died",
        "The job ended without a word.",
        "Your originals are untouched.",
        "Start again; it goes on where it was.",
    )
}

impl Engine {
    /// Starts `work` on its own thread, unless another job runs.
    pub(crate) fn start(
        &self,
        kind: JobKind,
        work: impl FnOnce(&Engine, &Arc<Control>) -> Result<Outcome, AppError> + Send + 'static,
    ) -> Result<JobHandle, AppError> {
        let control = Arc::new(Control::default());
        let quiet = (!self.is_for_watch).then(|| self.make_way());
        {
            let mut running = held(&self.inner.running);
            let gives_way = self.is_for_watch && self.inner.waiting.load(Ordering::SeqCst) > 0;
            if running.is_some() || gives_way {
                return Err(busy());
            }
            *running = Some(Running {
                control: control.clone(),
                is_for_watch: self.is_for_watch,
            });
        }
        drop(quiet);
        *held(&self.inner.words) = None;
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let (done_in, done) = channel();
        let (end_in, end) = channel::<()>();
        let (engine, ticking) = (self.clone(), control.clone());
        let mut watch = Watch::new(id, kind, ticking, self.is_for_watch);
        self.begin_power(kind, &control);
        *held(&self.inner.last) = Some(watch.state(JobStatus::Running, None));
        let ticker = std::thread::spawn(move || {
            while matches!(end.recv_timeout(TICK), Err(RecvTimeoutError::Timeout)) {
                engine.look_at_power(kind, &watch.control);
                engine.publish(watch.state(watch.status(), None));
            }
            watch
        });
        let engine = self.clone();
        std::thread::spawn(move || {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                engine.settle_removals()?;
                engine.hold_source_load()?;
                work(&engine, &control)
            }));
            let result = result.unwrap_or_else(|_| {
                Err(AppError::new(
                    "internal",
                    "Something in Albumen itself went wrong.",
                    "Your originals are untouched. What was placed stays.",
                    "Start again; please report it if it happens again.",
                ))
            });
            drop(end_in);
            let stopped = control.is_stopping();
            let (status, error) = match &result {
                Ok(_) if stopped => (JobStatus::Cancelled, None),
                Ok(_) => (JobStatus::Done, None),
                Err(error) if error.code == "stopped" => (JobStatus::Cancelled, None),
                Err(error) => (JobStatus::Failed, Some(error.clone())),
            };
            let last = ticker.join().ok().map(|mut watch| watch.state(status, error));
            *held(&engine.inner.running) = None;
            if let Some(last) = last {
                engine.publish(last);
            }
            // Whoever waits may end the program at once: its own engine is the last then, and closes the catalog.
            drop(engine);
            // Nobody may be waiting: the window follows events.
            done_in.send(result).ok();
        });
        Ok(JobHandle { done })
    }

    /// For what must not happen beside a job, and is no job itself.
    #[must_use = "a watch may begin as soon as it is dropped"]
    pub(crate) fn refuse_while_busy(&self) -> Result<Quiet, AppError> {
        let quiet = self.make_way();
        if held(&self.inner.running).is_some() {
            return Err(busy());
        }
        Ok(quiet)
    }

    /// The job of a watch is stopped and waited for: it goes on where it was, and what the person wants comes first.
    fn make_way(&self) -> Quiet {
        self.inner.waiting.fetch_add(1, Ordering::SeqCst);
        let begun = Instant::now();
        let quiet = Quiet { engine: self.clone() };
        while begun.elapsed() < LONGEST_WAY {
            match held(&self.inner.running).as_ref() {
                Some(running) if running.is_for_watch => running.control.stop(),
                _ => return quiet,
            }
            std::thread::sleep(LOOK);
        }
        quiet
    }

    /// One sentence that stays on the job when it has ended.
    pub(crate) fn say(&self, words: &str) {
        *held(&self.inner.words) = Some(words.to_owned());
    }

    fn publish(&self, mut state: JobState) {
        state.message = held(&self.inner.words).clone();
        *held(&self.inner.last) = Some(state.clone());
        self.tell(Event::Job(Box::new(state)));
    }

    /// The running job, or how the last one of this session ended.
    pub fn job(&self) -> Option<JobState> {
        held(&self.inner.last).clone()
    }

    /// Also of what begins by itself; it outlives a restart.
    pub fn pause(&self) {
        self.with_running(Control::pause);
        self.note_pause(true);
    }

    /// Also what waits by itself: the person says that it is to go on anyway.
    pub fn resume(&self) {
        self.note_pause(false);
        self.with_running(|control| {
            control.resume();
            self.go_on_anyway(control);
        });
    }

    /// Finishes what is in flight and stops.
    pub fn cancel(&self) {
        self.with_running(Control::stop);
    }

    fn with_running(&self, act: impl Fn(&Control)) {
        if let Some(running) = held(&self.inner.running).as_ref() {
            act(&running.control);
        }
    }
}

fn busy() -> AppError {
    AppError::new(
        "busy",
        "Another job is running.",
        "Nothing was changed.",
        "Wait until it is done, or cancel it.",
    )
}

/// Turns counters into a state: rates over a sliding window, an ETA only when there is something to base it on.
struct Watch {
    id: u64,
    kind: JobKind,
    control: Arc<Control>,
    begun: Instant,
    stage: String,
    samples: VecDeque<(Instant, u64, u64, Vec<u64>)>,
    is_for_watch: bool,
}

impl Watch {
    fn new(id: u64, kind: JobKind, control: Arc<Control>, is_for_watch: bool) -> Self {
        Self {
            id,
            kind,
            control,
            begun: Instant::now(),
            stage: String::new(),
            samples: VecDeque::new(),
            is_for_watch,
        }
    }

    fn status(&self) -> JobStatus {
        if self.control.is_stopping() {
            JobStatus::Stopping
        } else if self.control.is_paused() {
            JobStatus::Paused
        } else {
            JobStatus::Running
        }
    }

    fn state(&mut self, status: JobStatus, error: Option<AppError>) -> JobState {
        let control = &self.control;
        let stage = control.stage();
        if stage != self.stage || status == JobStatus::Paused {
            self.samples.clear();
            self.stage.clone_from(&stage);
        }
        let (files, bytes) = control.done();
        let workers = control.workers();
        let now = Instant::now();
        self.samples.push_back((
            now,
            files,
            bytes,
            workers.iter().map(|worker| worker.bytes).collect(),
        ));
        while self.samples.len() > 2 && self.samples.front().is_some_and(|first| now - first.0 > WINDOW) {
            self.samples.pop_front();
        }
        let (then, files_then, bytes_then, workers_then) =
            self.samples
                .front()
                .cloned()
                .unwrap_or((now, files, bytes, Vec::new()));
        let span = (now - then).as_secs_f64();
        let rate = |now: u64, then: u64| {
            if span > 0.2 {
                now.saturating_sub(then) as f64 / span
            } else {
                0.0
            }
        };
        let totals = control.totals();
        let eta = totals.and_then(|(files_total, bytes_total)| {
            let by_bytes = (rate(bytes, bytes_then), bytes_total.saturating_sub(bytes));
            let by_files = (rate(files, files_then), files_total.saturating_sub(files));
            let (per_second, left) = if bytes_total > 0 { by_bytes } else { by_files };
            (per_second > 0.0 && status == JobStatus::Running)
                .then(|| (left as f64 / per_second).ceil() as u64)
        });
        JobState {
            id: self.id,
            kind: self.kind,
            status,
            stage,
            files_done: files,
            files_total: totals.map(|all| all.0),
            bytes_done: bytes,
            bytes_total: totals.map(|all| all.1),
            bytes_per_second: rate(bytes, bytes_then) as u64,
            eta_seconds: eta,
            elapsed_seconds: self.begun.elapsed().as_secs(),
            failed: control.failed_files(),
            workers: workers
                .into_iter()
                .enumerate()
                .map(|(id, worker)| WorkerState {
                    id: id as u64,
                    current: worker.current,
                    bytes_per_second: rate(
                        worker.bytes,
                        workers_then.get(id).copied().unwrap_or(worker.bytes),
                    ) as u64,
                    bytes: worker.bytes,
                })
                .collect(),
            pace: control.pace().map(|pace| Pace {
                rate: pace.rate,
                refused: pace.refused,
                accepted: pace.accepted,
                waits_ms: u64::try_from(pace.waits.as_millis()).unwrap_or(u64::MAX),
            }),
            held_by: control.held_by(),
            message: None,
            is_for_watch: self.is_for_watch,
            error,
        }
    }
}
