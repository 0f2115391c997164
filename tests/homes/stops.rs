//! Uploads that are stopped and gone on with: a ledger in memory, flows that end, and what holds after them at every home
//! that can go on where it was.

use super::home::{Home, noise, sha256, through};
use albumen_store::{ErrorKind, Flow, Ledger, Listed};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the catalog keeps of uploads, without a catalog.
#[derive(Default)]
pub struct Notes {
    kept: Mutex<HashMap<String, String>>,
    never_closes: bool,
}

impl Notes {
    fn kept(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As those of a run that was killed just before it would have closed them.
    pub fn that_never_close() -> Self {
        Self {
            never_closes: true,
            ..Self::default()
        }
    }

    pub fn of(&self, key: &str) -> Option<String> {
        self.kept().get(key).cloned()
    }

    pub fn write(&self, key: &str, session: &str) {
        self.kept().insert(key.to_owned(), session.to_owned());
    }

    pub fn open_sessions(&self) -> usize {
        self.kept().len()
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
        if !self.never_closes {
            self.kept().remove(key);
        }
    }
}

/// Stops once so many bytes of the file were read and are there.
pub fn until(bytes: u64, notes: &Arc<Notes>) -> Flow {
    let moved = AtomicU64::new(0);
    Flow::new(move |piece| moved.fetch_add(piece, Ordering::Relaxed) + piece < bytes)
        .with_ledger(notes.clone())
}

/// A large file whose sending is stopped five times, each time as by a kill, arrives by a sixth program and has cost at
/// most 15 % more than its bytes. `sent` is all that went out; `in_between` looks at what is there after every stop.
pub async fn goes_on_where_it_was(home: &Home, sent: impl Fn() -> u64, in_between: impl Fn(&Notes)) {
    const KEY: &str = "2024/movie.mp4";
    let bytes = noise(1, (24 << 20) + 1);
    let original = home.original(&bytes);
    let notes = Arc::new(Notes::default());
    for stop in [2, 6, 11, 17, 21] {
        let stopped = home.again().put(KEY, &original, &until(stop << 20, &notes)).await;
        assert_eq!(stopped.expect_err("stopped").kind, ErrorKind::Stopped);
        assert_eq!(home.outside.read(KEY), None, "not before it is whole");
        in_between(&notes);
    }
    let flow = Flow::free().with_ledger(notes.clone());
    home.again().put(KEY, &original, &flow).await.expect("put");
    home.holds(&[(KEY, &bytes)]);
    assert_eq!(notes.of(KEY), None, "the session is over");
    let sent = sent();
    println!("{sent} bytes for {}", bytes.len());
    assert!(sent * 100 <= bytes.len() as u64 * 115, "{sent} bytes");
}

/// Where files arrive under names of their own, those of a killed run are no photos, and the next put of the same key
/// removes them; what another run or somebody else has there stays.
pub async fn removes_what_a_killed_run_left(home: &Home) {
    const KEY: &str = "2024/movie.mp4";
    let mark = |key: &str| sha256(key.as_bytes()).to_string()[..16].to_owned();
    let ours = format!("2024/.albumen-part-{}-1.2.3", mark(KEY));
    let another = format!("2024/.albumen-part-{}-1.2.3", mark("2024/other.jpg"));
    let strangers = "2024/.albumen-part-of-a-stranger.jpg";
    for key in [ours.as_str(), &another, strangers] {
        home.outside.write(key, b"half");
    }
    let mut listed = Vec::new();
    let mut see = |one: Listed| {
        listed.push(one.key);
        true
    };
    home.destination.list(&through(), &mut see).await.expect("list");
    assert_eq!(listed, [strangers], "what is half is no photo");
    home.put(KEY, b"a movie").await.expect("put");
    assert_eq!(home.outside.keys(), [another.as_str(), strangers, KEY]);
}
