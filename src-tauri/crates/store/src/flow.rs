//! What a verb tells its caller while it runs, and what the caller tells the verb.

use crate::error::{Error, ErrorKind, Result};
use crate::wire::{Line, Rate};
use std::sync::Arc;
use std::time::Duration;

/// A waiting verb looks so often whether it is still wanted.
const LOOK: Duration = Duration::from_millis(200);

type Sees = Arc<dyn Fn(u64) -> bool + Send + Sync>;

/// Sees bytes as they move, says whether to go on, and holds a bandwidth.
#[derive(Clone)]
pub struct Flow {
    bytes: Sees,
    goes_on: Arc<dyn Fn() -> bool + Send + Sync>,
    up: Option<Arc<Rate>>,
    down: Option<Arc<Rate>>,
    ledger: Option<Arc<dyn Ledger>>,
    patience: Option<Duration>,
}

/// Keeps upload sessions over restarts: a large file goes on where it was. What is kept is the store's own business.
pub trait Ledger: Send + Sync {
    fn open(&self, key: &str) -> Option<String>;
    /// True when it is on disk: only then may a byte be sent that the session is needed for.
    fn save(&self, key: &str, session: &str) -> bool;
    fn close(&self, key: &str);
}

/// To the destination, or back from it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    Up,
    Down,
}

impl Flow {
    /// Nobody watches, nothing limits.
    pub fn free() -> Self {
        Self::new(|_| true)
    }

    /// For a question within a verb: as patient as that one. Who asked the verb ends it.
    pub(crate) fn of_line() -> Self {
        Self::free().with_patience(Line::current().unanswered())
    }

    /// `bytes` hears of each piece that moved and answers false to stop.
    pub fn new(bytes: impl Fn(u64) -> bool + Send + Sync + 'static) -> Self {
        Self {
            bytes: Arc::new(bytes),
            goes_on: Arc::new(|| true),
            up: None,
            down: None,
            ledger: None,
            patience: None,
        }
    }

    /// Asked while nothing moves: a verb that waits for a busy storage gives up when this is false.
    #[must_use]
    pub fn while_wanted(mut self, goes_on: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.goes_on = Arc::new(goes_on);
        self
    }

    #[must_use]
    pub fn with_rates(mut self, up: Option<Arc<Rate>>, down: Option<Arc<Rate>>) -> Self {
        (self.up, self.down) = (up, down);
        self
    }

    /// How long to wait, in all, for a storage that does not answer; as long as is sensible where nothing is said.
    #[must_use]
    pub fn with_patience(mut self, patience: Option<Duration>) -> Self {
        self.patience = patience;
        self
    }

    pub(crate) fn patience(&self) -> Option<Duration> {
        self.patience
    }

    #[must_use]
    pub fn with_ledger(mut self, ledger: Arc<dyn Ledger>) -> Self {
        self.ledger = Some(ledger);
        self
    }

    pub(crate) fn ledger(&self) -> Option<&dyn Ledger> {
        self.ledger.as_deref()
    }

    pub(crate) fn goes_on(&self) -> bool {
        (self.goes_on)()
    }

    /// So many bytes moved; an error when nothing more should.
    pub(crate) fn moved(&self, bytes: u64) -> Result<()> {
        if (self.bytes)(bytes) {
            Ok(())
        } else {
            Err(stopped())
        }
    }

    /// For copies by threads of their own, without a network to hold them: sees bytes and holds the bandwidth.
    pub(crate) fn by_thread(&self, way: Way) -> impl Fn(u64) -> bool + Send + Sync + use<> {
        let flow = self.clone();
        let rate = match way {
            Way::Up => self.up.clone(),
            Way::Down => self.down.clone(),
        };
        move |bytes| {
            let mut hold = rate.as_ref().map_or(Duration::ZERO, |rate| rate.reserve(bytes));
            while !hold.is_zero() && flow.goes_on() {
                let piece = hold.min(LOOK);
                std::thread::sleep(piece);
                hold -= piece;
            }
            (flow.bytes)(bytes)
        }
    }

    /// For requests to the network.
    pub(crate) fn line(&self) -> Line {
        let goes_on = self.goes_on.clone();
        Line::new(move || goes_on())
            .with_rates(self.up.clone(), self.down.clone())
            .asking_for(self.patience)
    }

    /// Waits until nothing is wanted any more.
    pub(crate) async fn ended(&self) {
        while self.goes_on() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits, unless nothing is wanted any more.
    pub(crate) async fn rest(&self, mut time: Duration) -> Result<()> {
        while !time.is_zero() {
            if !self.goes_on() {
                return Err(stopped());
            }
            let piece = time.min(LOOK);
            tokio::time::sleep(piece).await;
            time -= piece;
        }
        Ok(())
    }
}

pub(crate) fn stopped() -> Error {
    Error::new(ErrorKind::Stopped, "stopped")
}
