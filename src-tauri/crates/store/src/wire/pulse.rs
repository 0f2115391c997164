//! Whether a request still moves.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The watchdog of one request.
pub(super) struct Pulse {
    stall: Duration,
    reply: Duration,
    /// When it counts as stuck.
    until: Mutex<Instant>,
}

impl Pulse {
    pub fn new(stall: Duration, reply: Duration) -> Self {
        Self {
            stall,
            reply,
            until: Mutex::new(Instant::now() + stall),
        }
    }

    /// Bytes were taken; none more will be for `hold`, by our own will.
    pub fn beat(&self, hold: Duration) {
        self.set(Instant::now() + hold + self.stall);
    }

    pub fn all_sent(&self) {
        self.set(Instant::now() + self.reply);
    }

    pub async fn stalled(&self) {
        loop {
            let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
            if Instant::now() >= until {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }

    fn set(&self, until: Instant) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}
