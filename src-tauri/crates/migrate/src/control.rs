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
    /// What is in hand is finished, however long it takes.
    Ending,
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
    parts: Mutex<Vec<Arc<Control>>>,
    patience: Mutex<Option<Duration>>,
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
            parts: Mutex::new(Vec::new()),
            patience: Mutex::new(None),
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
        let parts = held(&self.parts);
        let run = held(&self.run);
        held(&self.held).clone_from(&reason);
        self.count_rest(*run);
        self.changed.notify_all();
        drop(run);
        for part in parts.iter() {
            part.hold(reason.clone());
        }
    }

    /// Why it waits by itself.
    pub fn held_by(&self) -> Option<String> {
        held(&self.held).clone()
    }

    fn waits(&self, run: Run) -> bool {
        run == Run::Paused || (run == Run::Going && held(&self.held).is_some())
    }

    /// Nothing new is begun; a file in hand is sent to its end, also a large one.
    pub fn end(&self) {
        self.set(Run::Ending, |run| run != Run::Stopping);
    }

    fn set(&self, to: Run, from: fn(Run) -> bool) {
        let parts = held(&self.parts);
        let mut run = held(&self.run);
        if from(*run) {
            *run = to;
            self.count_rest(to);
            self.changed.notify_all();
        }
        drop(run);
        for part in parts.iter() {
            part.set(to, from);
        }
    }

    /// For a part of the job that runs beside others: it is paused and stopped with the job, is as patient, may stop alone, and
    /// its counters are shown with theirs until [`Control::end_parts`].
    pub fn part(&self) -> Arc<Self> {
        let mut parts = held(&self.parts);
        let part = Arc::new(Self::default());
        *held(&part.run) = *held(&self.run);
        held(&part.held).clone_from(&held(&self.held));
        *held(&part.patience) = self.patience();
        parts.push(part.clone());
        part
    }

    /// The parts have ended: what they counted is the job's.
    pub fn end_parts(&self) {
        let (files, bytes) = self.done();
        let (totals, failed, parts) = (self.totals(), self.failed_files(), {
            std::mem::take(&mut *held(&self.parts))
        });
        if parts.is_empty() {
            return;
        }
        self.files_done.store(files, Ordering::Relaxed);
        self.bytes_done.store(bytes, Ordering::Relaxed);
        self.failed.store(failed, Ordering::Relaxed);
        if let Some((files, bytes)) = totals {
            self.files_total.store(files, Ordering::Relaxed);
            self.bytes_total.store(bytes, Ordering::Relaxed);
            self.total_known.store(true, Ordering::Relaxed);
        }
    }

    /// Files and bytes, over all parts.
    pub fn done(&self) -> (u64, u64) {
        let own = (
            self.files_done.load(Ordering::Relaxed),
            self.bytes_done.load(Ordering::Relaxed),
        );
        let parts = held(&self.parts);
        let done = parts.iter().map(|part| part.done());
        done.fold(own, |all, one| (all.0 + one.0, all.1 + one.1))
    }

    /// Files that failed, over all parts.
    pub fn failed_files(&self) -> u64 {
        let parts = held(&self.parts);
        let own = self.failed.load(Ordering::Relaxed);
        own + parts.iter().map(|part| part.failed_files()).sum::<u64>()
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

    /// Of all parts together, once it is known of each.
    pub fn totals(&self) -> Option<(u64, u64)> {
        let parts = held(&self.parts);
        if !parts.is_empty() {
            let each: Option<Vec<_>> = parts.iter().map(|part| part.totals()).collect();
            return each.map(|each| {
                each.iter()
                    .fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
            });
        }
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
        Flow::new(move |_| !seen.is_stopping())
            .while_wanted(move || !wanted.is_stopping())
            .with_patience(self.patience())
    }

    /// How long this job waits, in all, for a storage that does not answer.
    pub fn set_patience(&self, patience: Duration) {
        *held(&self.patience) = Some(patience);
    }

    pub(crate) fn patience(&self) -> Option<Duration> {
        *held(&self.patience)
    }

    /// From now on this destination is the one that is worked with.
    pub fn watch_pace(&self, destination: &Arc<Destination>) {
        let destination = destination.clone();
        *held(&self.pace) = Some(Box::new(move || destination.pace()));
    }

    /// How its account is used; nothing for a disk, or before it is worked with.
    pub fn pace(&self) -> Option<PacerView> {
        let own = held(&self.pace).as_ref().and_then(|pace| pace());
        own.or_else(|| held(&self.parts).iter().find_map(|part| part.pace()))
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
        let mut all = held(&self.workers).clone();
        all.extend(held(&self.parts).iter().flat_map(|part| part.workers()));
        all
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

    #[test]
    fn a_part_follows_the_job_and_may_stop_alone() {
        let job = Arc::new(Control::default());
        job.pause();
        let (one, other) = (job.part(), job.part());
        assert!(one.is_paused());
        job.resume();
        one.stop();
        assert!(!one.go_on_blocking() && other.go_on_blocking() && job.go_on_blocking());
        other.begin("Moving", 3, 30);
        assert_eq!(job.totals(), None, "of the other it is not known");
        one.begin("Moving", 2, 20);
        other.file_done();
        other.bytes(10);
        one.file_failed();
        assert_eq!(
            (job.done(), job.totals(), job.failed_files()),
            ((1, 10), Some((5, 50)), 1)
        );
        other.end();
        assert!(!other.go_on_blocking() && !other.is_stopping());
        job.end_parts();
        assert_eq!(
            (job.done(), job.totals(), job.failed_files()),
            ((1, 10), Some((5, 50)), 1)
        );
    }
}
