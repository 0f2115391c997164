//! The handle on a running job: progress out, pause and stop in. Counters are atomics, so reporting never waits for
//! work and work never waits for reporting.

use albumen_store::{Destination, Flow, PacerView};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Going,
    Paused,
    Stopping,
}

/// One worker as the window shows it.
#[derive(Debug, Clone, Default)]
pub struct WorkerView {
    pub current: Option<String>,
    pub bytes: u64,
}

pub struct Control {
    run: Mutex<Run>,
    /// Since when it is paused or waits by itself, and for how long it was before.
    rest: Mutex<(Option<Instant>, Duration)>,
    /// Why it waits by itself, until whoever said so takes it back.
    held: Mutex<Option<String>>,
    changed: Condvar,
    stage: Mutex<String>,
    pub files_done: AtomicU64,
    pub bytes_done: AtomicU64,
    pub failed: AtomicU64,
    files_total: AtomicU64,
    bytes_total: AtomicU64,
    total_known: AtomicBool,
    workers: Mutex<Vec<WorkerView>>,
    pace: Mutex<Option<Pace>>,
}

/// Asked for how the destination's account is used.
type Pace = Box<dyn Fn() -> Option<PacerView> + Send>;

impl Default for Control {
    fn default() -> Self {
        Self {
            run: Mutex::new(Run::Going),
            rest: Mutex::default(),
            held: Mutex::new(None),
            changed: Condvar::new(),
            stage: Mutex::new(String::new()),
            files_done: AtomicU64::new(0),
            bytes_done: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            files_total: AtomicU64::new(0),
            bytes_total: AtomicU64::new(0),
            total_known: AtomicBool::new(false),
            workers: Mutex::new(Vec::new()),
            pace: Mutex::new(None),
        }
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Control {
    pub fn pause(&self) {
        self.set(Run::Paused, |run| run == Run::Going);
    }

    pub fn resume(&self) {
        self.set(Run::Going, |run| run == Run::Paused);
    }

    /// What is in flight is finished, nothing new is begun.
    pub fn stop(&self) {
        self.set(Run::Stopping, |_| true);
    }

    /// Waits for this reason, or for none any more. A pause by hand stays one.
    pub fn hold(&self, reason: Option<String>) {
        let run = held(&self.run);
        *held(&self.held) = reason;
        self.count_rest(*run);
        self.changed.notify_all();
    }

    /// Why it waits by itself.
    pub fn held_by(&self) -> Option<String> {
        held(&self.held).clone()
    }

    fn waits(&self, run: Run) -> bool {
        run == Run::Paused || (run == Run::Going && held(&self.held).is_some())
    }

    fn set(&self, to: Run, from: impl Fn(Run) -> bool) {
        let mut run = held(&self.run);
        if from(*run) {
            *run = to;
            self.count_rest(to);
            self.changed.notify_all();
        }
    }

    fn count_rest(&self, run: Run) {
        let mut rest = held(&self.rest);
        if let Some(since) = rest.0.take() {
            rest.1 += since.elapsed();
        }
        rest.0 = self.waits(run).then(Instant::now);
    }

    /// How long it was paused, all pauses together.
    pub fn rested(&self) -> Duration {
        let rest = held(&self.rest);
        rest.1 + rest.0.map_or(Duration::ZERO, |since| since.elapsed())
    }

    pub fn is_paused(&self) -> bool {
        let run = held(&self.run);
        self.waits(*run)
    }

    pub fn is_stopping(&self) -> bool {
        *held(&self.run) == Run::Stopping
    }

    /// Waits while paused; false when the job is to stop. For threads.
    pub fn go_on_blocking(&self) -> bool {
        let mut run = held(&self.run);
        while self.waits(*run) {
            run = self.changed.wait(run).unwrap_or_else(PoisonError::into_inner);
        }
        *run == Run::Going
    }

    /// Waits while paused; false when the job is to stop. For tasks.
    pub async fn go_on(self: &Arc<Self>) -> bool {
        if !self.is_paused() {
            return !self.is_stopping();
        }
        let control = self.clone();
        tokio::task::spawn_blocking(move || control.go_on_blocking())
            .await
            .unwrap_or(false)
    }

    pub fn set_stage(&self, stage: &str) {
        stage.clone_into(&mut held(&self.stage));
    }

    pub fn stage(&self) -> String {
        held(&self.stage).clone()
    }

    /// Begins a part of the job whose size is known; counters start anew.
    pub fn begin(&self, stage: &str, files: u64, bytes: u64) {
        self.set_stage(stage);
        for (counter, value) in [
            (&self.files_done, 0),
            (&self.bytes_done, 0),
            (&self.files_total, files),
            (&self.bytes_total, bytes),
        ] {
            counter.store(value, Ordering::Relaxed);
        }
        self.total_known.store(true, Ordering::Relaxed);
    }

    /// Begins a part whose size is not known yet: progress is shown without an end.
    pub fn begin_open(&self, stage: &str) {
        self.begin(stage, 0, 0);
        self.total_known.store(false, Ordering::Relaxed);
    }

    pub fn totals(&self) -> Option<(u64, u64)> {
        self.total_known.load(Ordering::Relaxed).then(|| {
            (
                self.files_total.load(Ordering::Relaxed),
                self.bytes_total.load(Ordering::Relaxed),
            )
        })
    }

    pub fn file_done(&self) {
        self.files_done.fetch_add(1, Ordering::Relaxed);
    }

    pub fn file_failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    pub fn bytes(&self, n: u64) {
        self.bytes_done.fetch_add(n, Ordering::Relaxed);
    }

    /// Takes bytes of a file back that has to be sent again or failed, so that the bar never runs ahead.
    pub fn unbytes(&self, n: u64) {
        self.bytes_done.fetch_sub(n, Ordering::Relaxed);
    }

    /// For a verb at the destination: given up when the job is to stop.
    pub fn flow(self: &Arc<Self>) -> Flow {
        let (seen, wanted) = (self.clone(), self.clone());
        Flow::new(move |_| !seen.is_stopping()).while_wanted(move || !wanted.is_stopping())
    }

    /// From now on this destination is the one that is worked with.
    pub fn watch_pace(&self, destination: &Arc<Destination>) {
        let destination = destination.clone();
        *held(&self.pace) = Some(Box::new(move || destination.pace()));
    }

    /// How its account is used; nothing for a disk, or before it is worked with.
    pub fn pace(&self) -> Option<PacerView> {
        held(&self.pace).as_ref().and_then(|pace| pace())
    }

    pub fn set_workers(&self, n: usize) {
        *held(&self.workers) = vec![WorkerView::default(); n];
    }

    pub fn worker_on(&self, worker: usize, current: Option<String>) {
        if let Some(view) = held(&self.workers).get_mut(worker) {
            view.current = current;
        }
    }

    pub fn worker_bytes(&self, worker: usize, n: u64) {
        if let Some(view) = held(&self.workers).get_mut(worker) {
            view.bytes += n;
        }
        self.bytes(n);
    }

    pub fn workers(&self) -> Vec<WorkerView> {
        held(&self.workers).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_waits_goes_on_by_itself_and_can_be_stopped() {
        let control = Arc::new(Control::default());
        control.hold(Some("on battery".to_owned()));
        assert!(control.is_paused());
        let waiting = {
            let control = control.clone();
            std::thread::spawn(move || control.go_on_blocking())
        };
        control.hold(None);
        assert!(waiting.join().expect("thread"));
        control.hold(Some("on battery".to_owned()));
        control.pause();
        control.hold(None);
        assert!(control.is_paused(), "by hand");
        control.hold(Some("on battery".to_owned()));
        control.stop();
        assert!(!control.go_on_blocking() && !control.is_paused());
    }

    #[test]
    fn pause_holds_and_stop_wins() {
        let control = Arc::new(Control::default());
        assert!(control.go_on_blocking());
        control.pause();
        let waiting = {
            let control = control.clone();
            std::thread::spawn(move || control.go_on_blocking())
        };
        control.stop();
        assert!(!waiting.join().expect("thread"));
        control.resume();
        assert!(control.is_stopping(), "a stopped job does not go on");
    }
}
