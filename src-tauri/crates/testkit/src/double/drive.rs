//! Google Drive API v3 with the scope `drive.file`: sign-in, ids, search, uploads in one request and resumable, downloads,
//! trash. All hosts are [`Double::endpoint`].
//!
//! **Operations** (names for [`When::op`](super::When::op), [`Double::count`]):
//!
//! | | |
//! |---|---|
//! | `about.get`, `files.generateIds`, `files.list`, `files.get`, `files.update`, `files.delete` | `/drive/v3/…` |
//! | `files.create` | POST `/drive/v3/files`: a folder, or a file of no bytes |
//! | `files.download` | `files.get` with `alt=media` |
//! | `upload.multipart`, `upload.start` | POST `/upload/drive/v3/files`, `uploadType=multipart`, `resumable` |
//! | `upload.put`, `upload.query`, `upload.cancel` | PUT, PUT with `bytes */N`, DELETE to the address of a session |
//! | `upload.replace` | PATCH `/upload/drive/v3/files/ID?uploadType=media`: counted as an overwrite |
//! | `oauth.authorize`, `oauth.token`, `oauth.revoke` | see [`oauth`](super::oauth) |
//!
//! [`Asked::arg`](super::Asked::arg) is path, query and metadata; of a session's requests the file's name and `Content-Range`.
//!
//! **Strict**: unknown parameters, metadata fields and names in `fields` are 400. Without `fields` an answer has `kind`, `id`,
//! `name`, `mimeType` and no sums; `about` must have `fields`. Only a body of `multipart/related` is taken, with JSON first, at
//! most 5 MiB of media, as the documents say of its use. An id must come from `generateIds` and be unused (409
//! `fileIdInUse`, at the start of a session too). A file has one parent. `modifiedTime` is RFC 3339 with an offset; app
//! properties are at most 30, key and value at most 124 bytes. `pageSize` is 1 to 1000; a `pageToken` goes with its `q`.
//! `q` knows `'ID' in parents`, `name = `, `mimeType =`/`!=`, `trashed =`, `appProperties has {…}`, joined by `and`.
//!
//! **Traps**: twins are legal; `name =` folds case; a search may lag ([`Drive::set_search_lag`]), be stale or incomplete; a
//! lookup by id never is. `drive.file` hides what other apps made, also as parents. Sums come from what arrived, also after
//! rot. Trash of a folder is trash of all in it, and uses up room.
//!
//! **Sessions**: the address is a key of its own and needs no token. Chunks are multiples of 256 KiB but for the last; what is
//! kept of a cut chunk, too. A chunk that begins elsewhere is not taken: 308 with the true `Range`, none at 0. Asked again
//! when it is done, a session answers 200 with the file. Expired it is 404.
//!
//! **From memory**: the status of a chunk at the wrong place (308 here), of a chunk of a wrong size (400), of too many or too
//! long properties (400), of an id that was not generated (400), of multipart over 5 MiB (413; Drive may well take it); the words of the messages;
//! the order of listings (newest first). **Not played**: shared drives, `orderBy`, other spaces, copies, exports, revisions,
//! changes, `uploadType=media` for new files, resumable updates, permissions.

mod api;
mod errors;
mod fields;
mod files;
mod meta;
mod query;
mod resumable;
mod stranger;
mod upload;

pub(super) use errors::refusal;
pub use errors::{TOO_FAST, TOO_MUCH_TODAY, error};

use super::oauth::{Kind, OAuth};
use super::sums::{DriveSums, sha256_hex};
use super::{Core, Double, append, lock, open_at, start};
use resumable::Session;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Scopes that can be asked for.
pub const SCOPES: &str = "https://www.googleapis.com/auth/drive.file https://www.googleapis.com/auth/drive.appdata \
    openid email profile";
/// MIME type of a folder.
pub const FOLDER: &str = "application/vnd.google-apps.folder";
/// Id behind the alias `root`.
pub const ROOT: &str = "0AtheRootOfThisDriveUk9PVA";

/// The double. Stops when it is dropped.
pub struct Drive {
    double: Double,
    play: Arc<Playing>,
}

struct Playing {
    oauth: OAuth,
    state: Mutex<State>,
}

/// What is stored, by id.
struct State {
    files: HashMap<String, File>,
    /// Generated, used or not.
    ids: HashSet<String>,
    sessions: HashMap<String, Session>,
    /// Token -> the search and what is left of it.
    pages: HashMap<String, (String, Vec<Value>)>,
    requests: u64,
    search_lag: u64,
    stale_listings: usize,
    stale_files: HashMap<String, File>,
    incomplete: usize,
    page_size: usize,
    daily: Option<u64>,
    uploaded: u64,
    /// Paths of what was deleted for good.
    erased: Vec<String>,
}

#[derive(Clone)]
struct File {
    id: String,
    name: String,
    mime_type: String,
    /// None is the root.
    parent: Option<String>,
    modified: String,
    created: String,
    description: Option<String>,
    properties: BTreeMap<String, String>,
    trashed: bool,
    /// Another app made it.
    hidden: bool,
    /// Number of the request that made it; 0: it was always there.
    born: u64,
    serial: u64,
    /// A folder has none.
    content: Option<Content>,
}

#[derive(Clone)]
struct Content {
    file: PathBuf,
    size: u64,
    md5: String,
    sha256: String,
    revision: String,
}

impl Content {
    fn new(core: &Core, file: PathBuf, size: u64, sums: DriveSums) -> Self {
        let (md5, sha256) = sums.hex();
        Self {
            file,
            size,
            md5,
            sha256,
            revision: format!("0B{:038}", core.serial()),
        }
    }

    fn empty(core: &Core) -> Self {
        Self::new(core, core.new_file(), 0, DriveSums::default())
    }

    fn fill(&mut self, bytes: &[u8]) {
        append(&mut open_at(&self.file, 0), bytes);
        let mut sums = DriveSums::default();
        sums.update(bytes);
        self.size = bytes.len() as u64;
        (self.md5, self.sha256) = sums.hex();
    }
}

/// A file as it is stored, seen past the client. Folders are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub id: String,
    /// `/` and the names down from the root.
    pub path: String,
    /// Where its bytes lie.
    pub file: PathBuf,
    pub size: u64,
    /// As the API says them; rot does not change them.
    pub md5: String,
    pub sha256: String,
    pub revision: String,
    pub mime_type: String,
    pub modified_time: String,
    pub app_properties: BTreeMap<String, String>,
    /// Itself; not for a folder it is in.
    pub trashed: bool,
    /// Another app made it: the client does not see it.
    pub hidden: bool,
}

impl Deref for Drive {
    type Target = Double;

    fn deref(&self) -> &Double {
        &self.double
    }
}

impl Drive {
    /// Stores objects in `dir`, which may not exist yet.
    pub fn start(dir: &Path) -> Self {
        let (double, play) = start(dir, |core| {
            let oauth = OAuth::new(Kind::Google, Arc::clone(core), "11112222333344445555", SCOPES);
            let now = shown(now());
            let root = File {
                id: ROOT.to_owned(),
                name: "My Drive".to_owned(),
                mime_type: FOLDER.to_owned(),
                parent: None,
                modified: now.clone(),
                created: now,
                description: None,
                properties: BTreeMap::new(),
                trashed: false,
                hidden: false,
                born: 0,
                serial: core.serial(),
                content: None,
            };
            let state = Mutex::new(State {
                files: HashMap::from([(ROOT.to_owned(), root)]),
                ids: HashSet::new(),
                sessions: HashMap::new(),
                pages: HashMap::new(),
                requests: 0,
                search_lag: 0,
                stale_listings: 0,
                stale_files: HashMap::new(),
                incomplete: 0,
                page_size: 1000,
                daily: None,
                uploaded: 0,
                erased: Vec::new(),
            });
            Playing { oauth, state }
        });
        Self { double, play }
    }

    /// Tokens, consent, the account.
    pub fn oauth(&self) -> &OAuth {
        &self.play.oauth
    }

    /// Every file, the oldest first; trashed and hidden ones too.
    pub fn objects(&self) -> Vec<Object> {
        let state = lock(&self.play.state);
        let mut files: Vec<&File> = state.files.values().collect();
        files.sort_by_key(|file| file.serial);
        files.into_iter().filter_map(|file| state.object(file)).collect()
    }

    /// Paths of what was deleted for good, past the trash, in this order.
    pub fn erased(&self) -> Vec<String> {
        lock(&self.play.state).erased.clone()
    }

    /// Paths of all files that are neither trashed nor hidden, sorted; twins are there as often as they are.
    pub fn list(&self) -> Vec<String> {
        let live = self
            .objects()
            .into_iter()
            .filter(|object| !object.trashed && !object.hidden);
        let mut paths: Vec<String> = live.map(|object| object.path).collect();
        paths.sort();
        paths
    }

    /// Ids of the files of exactly this path that are neither trashed nor hidden.
    pub fn ids_of(&self, path: &str) -> Vec<String> {
        let state = lock(&self.play.state);
        let name = path.rsplit('/').next().unwrap_or(path);
        let of_that_name = state
            .files
            .values()
            .filter(|file| file.name == name && file.content.is_some() && !file.trashed && !file.hidden);
        let mut found: Vec<&File> = of_that_name.filter(|file| state.path(file) == path).collect();
        found.sort_by_key(|file| file.serial);
        found.into_iter().map(|file| file.id.clone()).collect()
    }

    pub fn object(&self, id: &str) -> Option<Object> {
        let state = lock(&self.play.state);
        state.object(state.files.get(id)?)
    }

    /// The stored bytes of a file.
    pub fn stored(&self, id: &str) -> Option<Vec<u8>> {
        let object = self.object(id)?;
        Some(std::fs::read(object.file).expect("a stored object is on the disk"))
    }

    /// Sessions that are known, done ones too.
    pub fn sessions(&self) -> usize {
        lock(&self.play.state).sessions.len()
    }

    /// All sessions are too old from now on: 404.
    pub fn expire_sessions(&self) {
        lock(&self.play.state).sessions.clear();
    }

    /// Files of a page of a listing, at most; the client's `pageSize` counts too.
    pub fn set_page_size(&self, files: usize) {
        lock(&self.play.state).page_size = files;
    }

    /// A new file is found by a search only after so many further requests; by its id at once.
    pub fn set_search_lag(&self, requests: u64) {
        lock(&self.play.state).search_lag = requests;
    }

    /// The next `n` new searches look at what is there now, whatever happens until then.
    pub fn stale_listings(&self, n: usize) {
        let mut state = lock(&self.play.state);
        state.stale_files = state.files.clone();
        state.stale_listings = n;
    }

    /// The next `n` pages say `incompleteSearch` and lack half.
    pub fn incomplete_searches(&self, n: usize) {
        lock(&self.play.state).incomplete = n;
    }

    /// Once so many bytes were uploaded in all, more are refused with the text of the daily limit ([`TOO_MUCH_TODAY`]);
    /// None: a new day.
    pub fn set_daily_limit(&self, bytes: Option<u64>) {
        let mut state = lock(&self.play.state);
        state.daily = bytes;
        if bytes.is_none() {
            state.uploaded = 0;
        }
    }

    /// Files and folders the app sees that have the name of an older one in the same folder: a photo app makes none.
    pub fn twins(&self) -> u64 {
        let state = lock(&self.play.state);
        let mut seen = HashSet::new();
        let live = state.files.values().filter(|file| !file.trashed && !file.hidden);
        let twins = live.filter(|file| !seen.insert((&file.parent, &file.name)));
        twins.count() as u64
    }
}

impl State {
    fn path(&self, file: &File) -> String {
        match file.parent.as_ref().and_then(|parent| self.files.get(parent)) {
            Some(parent) => format!("{}/{}", self.path(parent), file.name),
            None => String::new(),
        }
    }

    fn object(&self, file: &File) -> Option<Object> {
        let content = file.content.as_ref()?;
        Some(Object {
            id: file.id.clone(),
            path: self.path(file),
            file: content.file.clone(),
            size: content.size,
            md5: content.md5.clone(),
            sha256: content.sha256.clone(),
            revision: content.revision.clone(),
            mime_type: file.mime_type.clone(),
            modified_time: file.modified.clone(),
            app_properties: file.properties.clone(),
            trashed: file.trashed,
            hidden: file.hidden,
        })
    }
}

/// 33 characters, as Drive's ids have.
fn new_id(core: &Core) -> String {
    let sum = sha256_hex(format!("file {}", core.serial()).as_bytes());
    format!("1{}", &sum[..32])
}

fn now() -> jiff::Timestamp {
    crate::date::now().try_into().unwrap_or_default()
}

/// `2026-01-02T03:04:05.678Z`
fn shown(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
