//! Dropbox API v2, as `api.dropboxapi.com` and `content.dropboxapi.com`: sign-in, upload sessions, batch commits, metadata,
//! listings, downloads, deletion. Both hosts are [`Double::endpoint`]; a call to the wrong one is not noticed.
//!
//! **Operations** (names for [`When::op`](super::When::op), [`Double::count`]): the function as in its path, so
//! `files/upload`, `files/upload_session/start`, `…/append_v2`, `…/finish`, `…/finish_batch_v2`, `files/download`,
//! `files/get_metadata`, `files/list_folder`, `files/list_folder/continue`, `files/create_folder_v2`, `files/delete_v2`,
//! `users/get_current_account`, `users/get_space_usage`; and `oauth.authorize`, `oauth.token`, `oauth.revoke`.
//! [`Asked::arg`](super::Asked::arg) is the argument's JSON with names decoded.
//!
//! **Strict**: POST only; unknown functions, fields and URL parameters are 400 text. RPC takes `application/json` (a function
//! without argument: `null`, or neither body nor type). Content takes `application/octet-stream` and a `Dropbox-API-Arg`
//! that is JSON of printable ASCII. Scopes are checked per function. `client_modified` has whole seconds and `Z`. A path
//! begins with `/`, its names end neither in a space nor a dot and have at most 255 UTF-16 units. `limit` is 1 to 2000;
//! the root is `""`.
//!
//! **Sessions**: a call is kept whole or not at all; `offset` must be what is stored (409 `incorrect_offset`); a closed one
//! takes nothing more; over 150 MiB a call is `payload_too_large`; a wrong `content_hash` keeps nothing. An append to a
//! session that another call is writing to is `incorrect_offset` too (what Dropbox says there is not documented). A
//! committed session is `not_found`. `finish_batch_v2` wants closed sessions; one batch works at a time.
//!
//! **Conflicts**: names are equal when their lower case in NFC is. Mode `add` onto equal content answers the old file,
//! and onto other content `path/conflict/file`. `strict_conflict: true` is a conflict in both cases: "This also forces a
//! conflict even when the target path refers to a file with identical contents" (documentation of `CommitInfo`). So a client
//! that lost a reply and commits again meets a conflict, and has to compare.
//!
//! **From memory**: the words of 400; the tags of a refused `parent_rev` (`path_write/conflict/file`); which names are
//! `disallowed_name`; that a recursive listing of a folder begins with the folder itself; the order of listings (by path).
//! **Not played**: concurrent sessions, `start_batch`, the async `finish_batch`, `upload_session/append` (v1), copies, moves,
//! shared folders, property groups (taken, not kept), old revisions, `/2/check/*`.

mod api;
mod commit;
mod errors;
mod names;
mod session;
mod tree;

pub(crate) use errors::bad_token;
pub use errors::{rate_limited, refused, unauthorized};

use super::oauth::{Kind, OAuth};
use super::sums::ContentHash;
use super::{Core, Double, append, lock, open_at, rot, start};
use serde_json::Value;
use session::Session;
use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Scopes of the registered app.
pub const SCOPES: &str = "account_info.read files.metadata.read files.content.read files.content.write";
const CALL_LIMIT: u64 = 150 << 20;

/// The double. Stops when it is dropped.
pub struct Dropbox {
    double: Double,
    play: Arc<Playing>,
}

struct Playing {
    oauth: OAuth,
    state: Mutex<State>,
}

/// What is stored, by folded path.
struct State {
    entries: BTreeMap<String, Entry>,
    sessions: HashMap<String, Session>,
    cursors: HashMap<String, Cursor>,
    /// Folded paths in the order they changed.
    changes: Vec<String>,
    page_size: usize,
    call_limit: u64,
    reset_next: bool,
    stale_listings: usize,
    stale_entries: Vec<(String, Value)>,
    committing: bool,
    commit_takes: Duration,
    batches: u64,
    twins: u64,
}

enum Entry {
    File(Stored),
    Folder(Folder),
}

#[derive(Clone)]
struct Stored {
    /// As it is shown.
    display: String,
    file: PathBuf,
    size: u64,
    hash: String,
    id: String,
    rev: String,
    client_modified: String,
    server_modified: String,
}

struct Folder {
    display: String,
    id: String,
}

#[derive(Clone)]
struct Cursor {
    listing: Listing,
}

#[derive(Clone)]
struct Listing {
    left: Vec<Value>,
    limit: usize,
    folder: String,
    recursive: bool,
    /// Changes this listing knows.
    seen: usize,
}

/// An object as it is stored, seen past the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// As it is shown.
    pub path: String,
    /// Where its bytes lie.
    pub file: PathBuf,
    pub size: u64,
    /// As the API says it; rot does not change it.
    pub content_hash: String,
    pub rev: String,
    pub client_modified: String,
}

impl Deref for Dropbox {
    type Target = Double;

    fn deref(&self) -> &Double {
        &self.double
    }
}

impl Dropbox {
    /// Stores objects in `dir`, which may not exist yet.
    pub fn start(dir: &Path) -> Self {
        let (double, play) = start(dir, |core| {
            let oauth = OAuth::new(Kind::Dropbox, Arc::clone(core), "dbid:AAAAtheFirst", SCOPES);
            let state = Mutex::new(State {
                entries: BTreeMap::new(),
                sessions: HashMap::new(),
                cursors: HashMap::new(),
                changes: Vec::new(),
                page_size: 2000,
                call_limit: CALL_LIMIT,
                reset_next: false,
                stale_listings: 0,
                stale_entries: Vec::new(),
                committing: false,
                commit_takes: Duration::ZERO,
                batches: 0,
                twins: 0,
            });
            Playing { oauth, state }
        });
        Self { double, play }
    }

    /// Tokens, consent, the account.
    pub fn oauth(&self) -> &OAuth {
        &self.play.oauth
    }

    /// Every file, by its folded path.
    pub fn objects(&self) -> Vec<Object> {
        let state = lock(&self.play.state);
        state
            .entries
            .values()
            .filter_map(Entry::file)
            .map(object)
            .collect()
    }

    /// Paths of all files as they are shown.
    pub fn list(&self) -> Vec<String> {
        self.objects().into_iter().map(|object| object.path).collect()
    }

    /// The file under a path, in whatever case.
    pub fn object(&self, path: &str) -> Option<Object> {
        let state = lock(&self.play.state);
        state.entries.get(&names::fold(path))?.file().map(object)
    }

    /// The stored bytes of a file.
    pub fn stored(&self, path: &str) -> Option<Vec<u8>> {
        let object = self.object(path)?;
        Some(std::fs::read(object.file).expect("a stored object is on the disk"))
    }

    /// Somebody else writes a file, over the one that is there.
    pub fn put_as_stranger(&self, path: &str, bytes: &[u8]) {
        let core: &Core = &self.double.core;
        let file = core.new_file();
        append(&mut open_at(&file, 0), bytes);
        let mut hash = ContentHash::default();
        hash.update(bytes);
        let size = bytes.len() as u64;
        lock(&self.play.state).put(core, path, file, size, hash.hex(), None);
    }

    /// Turns a byte in the middle on the disk; what the API says of the file stays.
    pub fn rot(&self, path: &str) {
        rot(&self.object(path).expect("a file to rot").file);
    }

    /// Somebody else removes a file; false when there is none.
    pub fn remove(&self, path: &str) -> bool {
        let mut state = lock(&self.play.state);
        let key = names::fold(path);
        state.changes.push(key.clone());
        state.entries.remove(&key).is_some()
    }

    /// Sessions that are neither committed nor expired.
    pub fn sessions(&self) -> usize {
        lock(&self.play.state).sessions.len()
    }

    /// All sessions are too old from now on: `not_found`.
    pub fn expire_sessions(&self) {
        lock(&self.play.state).sessions.clear();
    }

    /// Entries of a page of a listing, at most; the client's `limit` counts too.
    pub fn set_page_size(&self, entries: usize) {
        lock(&self.play.state).page_size = entries;
    }

    /// Bytes of one call, so that a test need not send 150 MiB to have too many.
    pub fn set_call_limit(&self, bytes: u64) {
        lock(&self.play.state).call_limit = bytes;
    }

    /// The next `list_folder/continue` is refused with `reset`.
    pub fn reset_next_cursor(&self) {
        lock(&self.play.state).reset_next = true;
    }

    /// The next `n` new listings show what is there now, whatever happens until then.
    pub fn stale_listings(&self, n: usize) {
        let mut state = lock(&self.play.state);
        let now = state.entries.iter();
        state.stale_entries = now
            .map(|(path, entry)| (path.clone(), state.tagged_metadata(entry)))
            .collect();
        state.stale_listings = n;
    }

    /// Another device of the account is committing a batch, or is done with it.
    pub fn another_commits(&self, does: bool) {
        lock(&self.play.state).committing = does;
    }

    /// How long a batch takes: a second one that comes meanwhile is refused.
    pub fn set_commit_time(&self, takes: Duration) {
        lock(&self.play.state).commit_takes = takes;
    }

    /// Batches that were worked on.
    pub fn batches(&self) -> u64 {
        lock(&self.play.state).batches
    }

    /// Files that got another name than was asked for (`autorename`).
    pub fn twins(&self) -> u64 {
        lock(&self.play.state).twins
    }
}

fn object(file: &Stored) -> Object {
    Object {
        path: file.display.clone(),
        file: file.file.clone(),
        size: file.size,
        content_hash: file.hash.clone(),
        rev: file.rev.clone(),
        client_modified: file.client_modified.clone(),
    }
}

/// `2026-01-02T03:04:05Z`
fn now() -> String {
    let seconds = crate::date::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(seconds.as_secs()).unwrap_or_default();
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}
