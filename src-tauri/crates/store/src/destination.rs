//! One door for every kind of destination.

use crate::ErrorKind;
use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::objects::Objects;
use crate::probe::Facts;
use crate::spec::{Keys, Spec};
use albumen_model::{Identity, RelPath, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Sees bytes as they move; waits to hold a bandwidth, and answers false to stop.
pub type Meter = Arc<dyn Fn(u64) -> bool + Send + Sync>;

/// An object at the destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    pub size: u64,
    /// Changes when the object is replaced or edited; empty where the destination does not say.
    pub version: String,
    /// SHA-256 that was stored beside it as metadata. A claim, never a proof.
    pub claimed: Option<Sha256>,
}

/// One file to send.
#[derive(Debug, Clone)]
pub struct Payload {
    pub root: PathBuf,
    pub path: RelPath,
    pub identity: Identity,
    pub sha256: Sha256,
}

/// What a put did.
#[derive(Debug)]
pub struct Put {
    pub version: String,
    /// Folders that had to be made, outermost first.
    pub made_dirs: Vec<PathBuf>,
    /// The object was there already from an earlier try of ours whose answer was lost; nothing was replaced.
    pub adopted: bool,
}

pub enum Destination {
    Folder(Folder),
    Objects(Objects),
}

impl Destination {
    pub fn connect(spec: &Spec, keys: Option<Keys>) -> Result<Self> {
        match spec {
            Spec::Folder { path } => Ok(Self::Folder(Folder::new(PathBuf::from(path)))),
            Spec::S3 { .. } => {
                let keys = keys.ok_or_else(|| {
                    Error::new(ErrorKind::Denied, "No access key is known for this bucket.")
                })?;
                Ok(Self::Objects(Objects::connect(spec, &keys)?))
            }
        }
    }

    /// The root of a folder destination.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder.root()),
            Self::Objects(_) => None,
        }
    }

    /// Tries out what the job will need: write, refuse to overwrite, read back, delete.
    pub async fn probe(&self) -> Facts {
        crate::probe::probe(self).await
    }

    /// One question without retries: somebody who types an endpoint wants to know now.
    pub(crate) async fn reach(&self, key: &str) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.head(key).map(|_| ()),
            Self::Objects(objects) => objects.reach(key).await,
        }
    }

    /// Whether the place as a whole is there. A disk that is away or a bucket that is gone says nothing about its files.
    pub async fn is_there(&self) -> Result<bool> {
        match self {
            Self::Folder(folder) => Ok(folder.root().is_dir()),
            Self::Objects(objects) => objects.is_there().await,
        }
    }

    /// Gives every object but our own markers; any error ends the listing.
    pub async fn list(&self, on_object: &mut (dyn FnMut(String, u64, String) -> bool + Send)) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.list(on_object),
            Self::Objects(objects) => objects.list(on_object).await,
        }
    }

    pub async fn head(&self, key: &str) -> Result<Option<Remote>> {
        match self {
            Self::Folder(folder) => folder.head(key),
            Self::Objects(objects) => objects.head(key).await,
        }
    }

    /// Sends one file under a name that must be free. The bytes are hashed on the way; when they are not those of the
    /// fingerprint, nothing appears under the name.
    pub async fn put(&self, key: &str, payload: &Payload, meter: Meter) -> Result<Put> {
        match self {
            Self::Folder(folder) => folder.put(key, payload, meter).await,
            Self::Objects(objects) => objects.put(key, payload, meter).await,
        }
    }

    /// Places a small object of our own (a marker). One that is there already with these bytes is fine.
    pub async fn put_bytes(&self, key: &str, bytes: Vec<u8>) -> Result<Put> {
        match self {
            Self::Folder(folder) => folder.put_bytes(key, &bytes),
            Self::Objects(objects) => objects.put_bytes(key, bytes).await,
        }
    }

    /// Reads the whole object back and hashes it; with its version at the time.
    pub async fn digest(&self, key: &str, meter: Meter) -> Result<(Sha256, u64, String)> {
        match self {
            Self::Folder(folder) => folder.digest(key, meter).await,
            Self::Objects(objects) => objects.digest(key, meter).await,
        }
    }

    /// Brings an object back to a local folder under `below`, whole and with the expected digest or not at all.
    pub async fn fetch(&self, key: &str, to: Fetch, meter: Meter) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.fetch(key, to, meter).await,
            Self::Objects(objects) => objects.fetch(key, to, meter).await,
        }
    }

    /// Deletes the object if it is still this version of it.
    pub async fn delete_if(&self, key: &str, version: &str) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.delete_if(key, version),
            Self::Objects(objects) => objects.delete_if(key, version).await,
        }
    }

    /// Removes what a killed run may have left under a temporary name.
    pub fn sweep(&self, key: &str) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.sweep(key),
            Self::Objects(_) => Ok(()),
        }
    }
}

/// Where a fetched object goes.
#[derive(Debug, Clone)]
pub struct Fetch {
    pub root: PathBuf,
    pub path: RelPath,
    pub sha256: Sha256,
    pub size: u64,
    pub mtime_ns: i64,
    pub mode: u32,
}
