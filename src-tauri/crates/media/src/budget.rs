//! Memory of all readers together. However many run at once, what they hold of files and what their decoders may fill
//! stays within two totals; a reader waits until there is room. [`FILES`] is always taken before [`PIXELS`], and who
//! holds pixels waits for nothing, so nobody waits for ever.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

/// Files held whole while their pictures are decoded.
pub static FILES: Budget = Budget::new(160 << 20);
/// What decoders fill. Also the most that one of them may: an 89-megapixel picture in 8 bits, 45 in 16 bits.
pub static PIXELS: Budget = Budget::new(MOST_PIXEL_BYTES);
pub const MOST_PIXEL_BYTES: u64 = 272 << 20;

pub struct Budget {
    total: u64,
    used: Mutex<u64>,
    freed: Condvar,
}

/// Gives its bytes back when dropped.
pub struct Share {
    of: &'static Budget,
    bytes: u64,
}

impl Budget {
    const fn new(total: u64) -> Self {
        Self {
            total,
            used: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    /// Waits until `bytes` are free. What asks for more than there is gets all of it, alone.
    pub fn take(&'static self, bytes: u64) -> Share {
        let bytes = bytes.min(self.total);
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut used = self
            .freed
            .wait_while(used, |used| *used + bytes > self.total)
            .unwrap_or_else(PoisonError::into_inner);
        *used += bytes;
        Share { of: self, bytes }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut used = self.of.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used -= self.bytes;
        self.of.freed.notify_all();
    }
}

/// Room for `bytes` of pixels, or why there will never be.
pub fn pixels(bytes: u64) -> Result<Share, String> {
    if bytes > MOST_PIXEL_BYTES {
        let (needs, has) = (bytes >> 20, MOST_PIXEL_BYTES >> 20);
        return Err(format!(
            "it would take {needs} MiB of memory, and {has} are allowed"
        ));
    }
    if let Some(ask) = ELSEWHERE.get() {
        ask(bytes);
    }
    Ok(PIXELS.take(bytes))
}

static ELSEWHERE: OnceLock<fn(u64)> = OnceLock::new();

/// In a worker: `ask` comes back when the program that counts for all of them has room.
pub fn ask_elsewhere(ask: fn(u64)) {
    ELSEWHERE.get_or_init(|| ask);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn never_more_than_the_total_and_nobody_waits_for_ever() {
        static SMALL: Budget = Budget::new(100);
        static NOW: AtomicU64 = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for worker in 0..8u64 {
                scope.spawn(move || {
                    for round in 0..50 {
                        let bytes = 1 + (worker * 37 + round * 11) % 130;
                        let share = SMALL.take(bytes);
                        assert!(NOW.fetch_add(share.bytes, Ordering::SeqCst) + share.bytes <= 100);
                        NOW.fetch_sub(share.bytes, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(*SMALL.used.lock().expect("lock"), 0);
    }

    #[test]
    fn what_can_never_fit_is_refused_at_once() {
        assert!(pixels(MOST_PIXEL_BYTES + 1).is_err_and(|why| why.contains("272")));
    }
}
