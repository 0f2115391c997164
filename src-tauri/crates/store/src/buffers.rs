//! Memory that one small file after the other is read into: the system clears every page it hands out, which costs more than
//! reading into pages that are there. Lives as long as its destination.

use bytes::Bytes;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// More than this many files are seldom under way, and none of these is larger than one request.
const MOST: usize = 16;

#[derive(Default)]
pub(crate) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    /// An empty one with room for `size` bytes.
    pub fn take(self: &Arc<Self>, size: usize) -> Lent {
        let mut bytes = self.all().pop().unwrap_or_default();
        bytes.clear();
        bytes.reserve_exact(size);
        Lent {
            bytes,
            home: Arc::downgrade(self),
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Goes back when nobody reads it any more.
pub(crate) struct Lent {
    pub bytes: Vec<u8>,
    home: Weak<Buffers>,
}

impl Lent {
    pub fn filled(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(home) = self.home.upgrade() else { return };
        let mut all = home.all();
        if all.len() < MOST {
            all.push(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_any_more_is_used_again() {
        let buffers = Arc::new(Buffers::default());
        let mut lent = buffers.take(1000);
        lent.bytes.extend_from_slice(b"one");
        let at = lent.bytes.as_ptr();
        let whole = lent.filled();
        let part = whole.slice(1..);
        drop(whole);
        assert_ne!(buffers.take(1000).bytes.as_ptr(), at, "it is read yet");
        assert_eq!(part, b"ne"[..]);
        buffers.all().clear();
        drop(part);
        let again = buffers.take(900);
        assert_eq!((again.bytes.as_ptr(), again.bytes.len()), (at, 0));
    }
}
