//! Uploads that are stopped and gone on with: a ledger in memory, and flows that end.

use albumen_store::{Flow, Ledger};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What the catalog keeps of uploads, without a catalog.
#[derive(Default)]
pub struct Notes(Mutex<HashMap<String, String>>);

impl Notes {
    pub fn of(&self, key: &str) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }

    pub fn write(&self, key: &str, session: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key.to_owned(), session.to_owned());
    }
}

impl Ledger for Notes {
    fn open(&self, key: &str) -> Option<String> {
        self.of(key)
    }

    fn save(&self, key: &str, session: &str) -> bool {
        self.write(key, session);
        true
    }

    fn close(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// Stops once so many bytes of the file were read and are there.
pub fn until(bytes: u64, notes: &Arc<Notes>) -> Flow {
    let moved = AtomicU64::new(0);
    Flow::new(move |piece| moved.fetch_add(piece, Ordering::Relaxed) + piece < bytes)
        .with_ledger(notes.clone())
}
