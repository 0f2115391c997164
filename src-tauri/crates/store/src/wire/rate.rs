//! Bytes a second over all workers, changeable while they run. Whoever takes bytes learns how long to wait, so that nothing
//! is queued and nobody holds a lock while waiting.

use albumen_model::Cells;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What may go at once after a rest.
const BURST: Duration = Duration::from_millis(250);

/// A limit. Rates below a byte a second count as one.
#[derive(Debug)]
pub struct Rate(Mutex<Cells>, Instant);

impl Rate {
    pub fn new(bytes_per_second: u64) -> Self {
        Self(Mutex::new(Cells::new(bytes_per_second)), Instant::now())
    }

    pub fn set(&self, bytes_per_second: u64) {
        self.held().set(bytes_per_second);
    }

    /// Takes `bytes` and says how long to wait before more are taken.
    pub fn reserve(&self, bytes: u64) -> Duration {
        let now = self.1.elapsed();
        let mut cells = self.held();
        cells.reserve(now, bytes);
        cells.ends(now).saturating_sub(BURST)
    }

    fn held(&self) -> MutexGuard<'_, Cells> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_bytes_is_a_second_of_waiting() {
        let rate = Rate::new(1000);
        let waits: Vec<f64> = (0..8).map(|_| rate.reserve(500).as_secs_f64()).collect();
        assert!(waits[0] < 0.3, "a burst goes at once: {waits:?}");
        assert!((waits[7] - 3.75).abs() < 0.05, "{waits:?}");
        rate.set(1_000_000);
        assert!(
            rate.reserve(1000).as_secs_f64() - waits[7] < 0.05,
            "the new rate holds at once"
        );
    }
}
