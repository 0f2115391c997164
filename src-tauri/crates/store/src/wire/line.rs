//! Who is sending: the verb of the destination a request belongs to, found again below `opendal` by the task it runs in.

use crate::wire::Said;
use crate::wire::rate::Rate;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) const STOPPED: &str = "stopped while waiting for the storage";

/// Who waits looks so often whether it is still wanted.
const LOOK: Duration = Duration::from_millis(200);

tokio::task_local! {
    static CURRENT: Arc<Line>;
}

type GoesOn = Box<dyn Fn() -> bool + Send + Sync>;

/// What one verb wants while its requests are under way, and what it heard last.
pub struct Line {
    goes_on: GoesOn,
    patience: Duration,
    /// How long, in all, a storage that does not answer is asked again; as long as is sensible where nothing is said.
    unanswered: Option<Duration>,
    up: Option<Arc<Rate>>,
    down: Option<Arc<Rate>>,
    said: Mutex<Option<Said>>,
}

impl Line {
    /// Waits for a busy storage as long as `goes_on` says so.
    pub fn new(goes_on: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            goes_on: Box::new(goes_on),
            patience: Duration::MAX,
            unanswered: None,
            up: None,
            down: None,
            said: Mutex::new(None),
        }
    }

    /// For somebody who waits in front of the window: told at once that the storage is busy.
    pub fn impatient() -> Self {
        Self {
            patience: Duration::ZERO,
            ..Self::new(|| true)
        }
    }

    pub fn with_rates(mut self, up: Option<Arc<Rate>>, down: Option<Arc<Rate>>) -> Self {
        (self.up, self.down) = (up, down);
        self
    }

    pub fn asking_for(mut self, unanswered: Option<Duration>) -> Self {
        self.unanswered = unanswered;
        self
    }

    /// Runs a verb.
    pub async fn during<T>(self, verb: impl Future<Output = T>) -> T {
        CURRENT.scope(Arc::new(self), verb).await
    }

    /// What the far side said to the last request of the verb this task is in; nothing when nobody answered.
    pub fn heard() -> Option<Said> {
        let line = CURRENT.try_with(Arc::clone).ok()?;
        let said = line.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.clone()
    }

    /// The verb this task is in; outside of any, one that waits.
    pub(crate) fn current() -> Arc<Self> {
        CURRENT
            .try_with(Arc::clone)
            .unwrap_or_else(|_| Arc::new(Self::new(|| true)))
    }

    /// Waits; false as soon as the verb this task is in is not wanted any more.
    pub(crate) async fn rest(time: Duration) -> bool {
        Self::current().hold(time).await
    }

    /// Waits; false as soon as this is not wanted any more.
    pub(crate) async fn hold(self: Arc<Self>, mut time: Duration) -> bool {
        while !time.is_zero() && self.goes_on() {
            let piece = time.min(LOOK);
            tokio::time::sleep(piece).await;
            time -= piece;
        }
        self.goes_on()
    }

    /// The same for a thread.
    pub(crate) fn hold_thread(&self, mut time: Duration) -> bool {
        while !time.is_zero() && self.goes_on() {
            let piece = time.min(LOOK);
            std::thread::sleep(piece);
            time -= piece;
        }
        self.goes_on()
    }

    pub(crate) fn goes_on(&self) -> bool {
        (self.goes_on)()
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    pub(crate) fn unanswered(&self) -> Option<Duration> {
        self.unanswered
    }

    pub(super) fn hear(&self, said: Option<Said>) {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = said;
    }

    /// How long to wait after so many bytes went, to stay below the bandwidth.
    pub(crate) fn sent(&self, bytes: u64) -> Duration {
        self.up
            .as_ref()
            .map_or(Duration::ZERO, |rate| rate.reserve(bytes))
    }

    pub(crate) fn got(&self, bytes: u64) -> Duration {
        self.down
            .as_ref()
            .map_or(Duration::ZERO, |rate| rate.reserve(bytes))
    }
}
