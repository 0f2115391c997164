//! A library's home, and the originals that go there.

use super::site::{Room, Site};
use albumen_model::{Identity, Kind, RelPath, Sha256};
use albumen_store::{Destination, Fetch, Flow, Payload, Put, Secret, Spec};
use sha2::Digest;
use std::fs::{File, FileTimes};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};
use tempfile::TempDir;

/// Every original's modification time; whole seconds would hide a cut fraction.
pub const TAKEN_NS: i64 = 1_400_000_000_123_456_789;

/// What a case works on.
pub struct Home {
    pub destination: Destination,
    /// What is stored, past the code under test.
    pub outside: Box<dyn Room>,
    site: Arc<dyn Site>,
    room: String,
    /// Originals, and what is fetched.
    local: TempDir,
    made: AtomicUsize,
}

impl Home {
    pub fn new(site: Arc<dyn Site>, room: &str) -> Self {
        Self {
            outside: site.room(room),
            destination: connect(&site.spec(room), site.secret()),
            site,
            room: room.to_owned(),
            local: temp(),
            made: AtomicUsize::new(0),
        }
    }

    /// Another program that works on the same home.
    pub fn again(&self) -> Destination {
        connect(&self.site.spec(&self.room), self.site.secret())
    }

    /// The same home asked for with the right name and a wrong secret.
    pub fn with_wrong_secret(&self) -> Destination {
        connect(&self.site.spec_of_stranger(&self.room), self.site.wrong_secret())
    }

    /// The same home asked for by nobody who is known.
    pub fn with_unknown_key(&self) -> Destination {
        connect(&self.site.spec_of_stranger(&self.room), self.site.unknown_key())
    }

    /// A home beside this one, whose name begins with the name of this one.
    pub fn neighbour(&self) -> Destination {
        connect(&self.site.spec(&format!("{} too", self.room)), self.site.secret())
    }

    /// A home in a bucket that nobody made; for a folder, one that nobody made.
    pub fn nowhere(&self) -> Destination {
        connect(&self.site.nowhere(&self.room), self.site.secret())
    }

    /// A home at an address where nobody answers.
    pub fn silent(&self) -> Destination {
        connect(&self.site.silent(&self.room), self.site.secret())
    }

    /// An original with these bytes, as a scan would have seen it.
    pub fn original(&self, bytes: &[u8]) -> Payload {
        let name = format!("original-{}.jpg", self.made.fetch_add(1, Ordering::Relaxed));
        let path = self.local.path().join(&name);
        write(&path, bytes);
        let time = UNIX_EPOCH + Duration::from_nanos(TAKEN_NS.unsigned_abs());
        let file = File::options().write(true).open(&path).expect("open an original");
        file.set_times(FileTimes::new().set_modified(time))
            .expect("set its time");
        Payload {
            root: self.local.path().to_owned(),
            path: RelPath::new(Path::new(&name)),
            identity: identity(&path),
            sha256: sha256(bytes),
            kind: Kind::Jpeg,
            captured: None,
            from: None,
        }
    }

    /// An original with these bytes, sent there.
    pub async fn put(&self, key: &str, bytes: &[u8]) -> albumen_store::Result<Put> {
        let original = self.original(bytes);
        self.destination.put(key, &original, &through()).await
    }

    /// Exactly these are stored, each with its own bytes.
    pub fn holds(&self, files: &[(&str, &[u8])]) {
        let mut keys: Vec<&str> = files.iter().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        assert_eq!(self.outside.keys(), keys);
        for (key, bytes) in files {
            assert!(self.outside.read(key).as_deref() == Some(*bytes), "{key}");
        }
    }

    /// Where `payload` lies.
    pub fn path_of(&self, payload: &Payload) -> PathBuf {
        payload.root.join(payload.path.as_path())
    }

    /// A new name on this machine to bring `bytes` back to.
    pub fn bring_back(&self, bytes: &[u8]) -> Fetch {
        let name = format!("fetched-{}.jpg", self.made.fetch_add(1, Ordering::Relaxed));
        Fetch {
            root: self.local.path().to_owned(),
            path: RelPath::new(Path::new(&name)),
            sha256: sha256(bytes),
            size: bytes.len() as u64,
            mtime_ns: TAKEN_NS,
            mode: 0o640,
        }
    }

    /// What came back, and nothing for a name that did not appear.
    pub fn fetched(&self, to: &Fetch) -> Option<Vec<u8>> {
        std::fs::read(to.root.join(to.path.as_path())).ok()
    }

    /// Names on this machine that belong to nothing that was asked for.
    pub fn leftovers(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.local.path()).expect("list");
        let names = names.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned());
        let asked_for = |name: &String| name.starts_with("original-") || name.starts_with("fetched-");
        names.filter(|name| !asked_for(name)).collect()
    }
}

fn connect(spec: &Spec, secret: Option<Secret>) -> Destination {
    Destination::connect(&spec.clone().checked().expect("a whole spec"), secret).expect("connect")
}

/// A meter that only lets through.
pub fn through() -> Flow {
    Flow::free()
}

pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}

/// Bytes of which no two pieces are alike; another `seed`, other bytes.
pub fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

pub fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("make a folder");
    File::create(path)
        .and_then(|mut file| file.write_all(bytes))
        .expect("write a file");
}

fn identity(path: &Path) -> Identity {
    let meta = std::fs::symlink_metadata(path).expect("look at an original");
    Identity {
        dev: meta.dev(),
        ino: meta.ino(),
        size: meta.size(),
        mtime_ns: meta.mtime() * 1_000_000_000 + meta.mtime_nsec(),
        ctime_ns: meta.ctime() * 1_000_000_000 + meta.ctime_nsec(),
        mode: meta.mode() & 0o7777,
    }
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("a path of the tests is UTF-8").to_owned()
}

pub fn temp() -> TempDir {
    tempfile::tempdir().expect("temp dir")
}
