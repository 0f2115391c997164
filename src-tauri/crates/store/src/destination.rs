//! One door for every kind of destination.

use crate::ErrorKind;
use crate::error::{Error, Result};
use crate::flow::{Flow, stopped};
use crate::folder::Folder;
use crate::known::Known;
use crate::objects::Objects;
use crate::probe::Facts;
use crate::provider::{OnObject, Person};
use crate::secret::Secret;
use crate::spec::Spec;
use crate::sums::Sums;
use crate::wire::PacerView;
use albumen_files::{Original, open_below};
use albumen_model::{Identity, Kind, NameLimits, RelPath, Sha256};
use std::path::{Path, PathBuf};

/// An object at the destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    pub size: u64,
    /// Changes when the object is replaced or edited; empty where the destination does not say.
    pub version: String,
    /// SHA-256 that was stored beside it as metadata. A claim, never a proof.
    pub claimed: Option<Sha256>,
    /// What the destination itself computed of the bytes it holds.
    pub sums: Sums,
}

/// An object as a listing tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    pub size: u64,
    pub version: String,
    pub sums: Sums,
}

/// One file to send.
#[derive(Debug, Clone)]
pub struct Payload {
    pub root: PathBuf,
    pub path: RelPath,
    pub identity: Identity,
    pub sha256: Sha256,
    /// What the scan found it to be; `Other` where nobody looked.
    pub kind: Kind,
    /// Capture time, as the catalog writes it; goes along where the destination holds notes.
    pub captured: Option<String>,
    /// Where the original was, for people.
    pub from: Option<String>,
}

impl Payload {
    /// The original, if it is there and as it was fingerprinted.
    pub fn open(&self) -> Result<Original> {
        match open_below(&self.root, self.path.as_path()) {
            Ok((file, identity)) if identity == self.identity => Ok(Original::new(file, &identity)),
            Ok(_) => Err(source_changed()),
            // What is missing is the original, and not something at the destination.
            Err(gone) if gone.is_not_found() => {
                Err(Error::new(ErrorKind::SourceUnreadable, "The original is gone."))
            }
            Err(other) => Err(other.into()),
        }
    }
}

pub(crate) fn source_changed() -> Error {
    Error::new(
        ErrorKind::SourceChanged,
        "The original changed after it was scanned.",
    )
}

pub(crate) fn source_unreadable(error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::SourceUnreadable,
        format!("The original cannot be read: {error}."),
    )
}

/// What a put did.
#[derive(Debug, Default)]
pub struct Put {
    pub version: String,
    /// Folders that had to be made, outermost first.
    pub made_dirs: Vec<PathBuf>,
    /// The object was there already from an earlier try of ours whose answer was lost; nothing was replaced.
    pub adopted: bool,
    /// The destination was seen to refuse bytes that are not those of their digest, and took these with theirs.
    pub refused_wrong: bool,
    /// Digests of the bytes that were sent, by the algorithms the destination tells.
    pub sums: Sums,
}

pub enum Destination {
    Folder(Folder),
    Objects(Box<Objects>),
}

impl Destination {
    /// Asks nothing of the far side yet.
    pub fn connect(spec: &Spec, secret: Option<Secret>) -> Result<Self> {
        Ok(match crate::connect::connect(spec, secret)? {
            Self::Objects(objects) => Self::Objects(Box::new(objects.with_limits(spec.name_limits()))),
            folder @ Self::Folder(_) => folder,
        })
    }

    /// How long names may be below it.
    pub fn name_limits(&self) -> NameLimits {
        match self {
            Self::Folder(folder) => crate::limits::of_folder(folder.root()),
            Self::Objects(objects) => objects.limits(),
        }
    }

    /// What was learnt of it before; without, it is asked more than it has to be.
    #[must_use]
    pub fn with_known(self, known: Known) -> Self {
        if let Self::Objects(objects) = &self {
            objects.know(known);
        }
        self
    }

    /// Tries out, with a few small objects that are removed again, what the destination refuses; `None` for a disk.
    pub async fn learn(&self) -> Result<Option<Known>> {
        self.learn_by(&Self::new_trial()).await
    }

    /// As [`Self::learn`], by a key of [`Self::new_trial`] that the caller noted.
    pub async fn learn_by(&self, key: &str) -> Result<Option<Known>> {
        match self {
            Self::Folder(_) => Ok(None),
            Self::Objects(objects) => objects.learn(key).await.map(Some),
        }
    }

    /// A key that no trial had before.
    pub fn new_trial() -> String {
        crate::probe::trial_key("learn")
    }

    /// Removes what a trial by this key left that was killed.
    pub async fn remove_trial(&self, key: &str) -> Result<()> {
        for end in crate::trial::ENDS {
            let key = format!("{key}{end}");
            if let Some(left) = self.head(&key, &Flow::free()).await? {
                self.delete_if(&key, &left.version).await?;
            }
        }
        Ok(())
    }

    /// Whose account it is, where there are accounts.
    pub async fn account(&self) -> Result<Option<Person>> {
        match self {
            Self::Folder(_) => Ok(None),
            Self::Objects(objects) => objects.account().await,
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
    pub async fn is_there(&self, flow: &Flow) -> Result<bool> {
        match self {
            Self::Folder(folder) => Ok(folder.root().is_dir()),
            Self::Objects(objects) => objects.is_there(flow).await,
        }
    }

    /// Gives every object but our own markers and exports; any error ends the listing.
    pub async fn list(&self, flow: &Flow, on_object: &mut OnObject<'_>) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.list(on_object),
            Self::Objects(objects) => objects.list(flow, on_object).await,
        }
    }

    /// What lies where our markers lie, with versions; any error ends the listing.
    pub async fn markers(&self, flow: &Flow) -> Result<Vec<Listed>> {
        self.own(&[crate::marker::FOLDER], flow).await
    }

    /// What lies in these folders of ours, with versions; any error ends the listing.
    pub async fn own(&self, folders: &[&str], flow: &Flow) -> Result<Vec<Listed>> {
        match self {
            Self::Folder(folder) => folder.own(folders),
            Self::Objects(objects) => objects.own(folders, flow).await,
        }
    }

    /// The bytes of a small object of our own. One of more than `most` bytes is none of ours: an error.
    pub async fn read_small(&self, key: &str, most: u64, flow: &Flow) -> Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => folder.read_small(key, most).await,
            Self::Objects(objects) => objects.read_small(key, most, flow).await,
        }
    }

    pub async fn head(&self, key: &str, flow: &Flow) -> Result<Option<Remote>> {
        match self {
            Self::Folder(folder) => folder.head(key),
            Self::Objects(objects) => objects.head(key, flow).await,
        }
    }

    /// Whether the object is no copy of a file here but that very file: a hard link, or a folder that is mounted twice.
    pub fn is_itself(&self, key: &str, file: &Identity) -> Result<bool> {
        match self {
            Self::Folder(folder) => folder.is_itself(key, file),
            Self::Objects(_) => Ok(false),
        }
    }

    /// Sends one file under a name that must be free. The bytes are hashed on the way; when they are not those of the
    /// fingerprint, nothing appears under the name.
    pub async fn put(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<Put> {
        match self {
            Self::Folder(folder) => folder.put(key, payload, flow).await,
            Self::Objects(objects) => objects.put(key, payload, flow).await,
        }
    }

    /// Places a small object of our own (a marker). One that is there already with these bytes is fine.
    pub async fn put_bytes(&self, key: &str, bytes: Vec<u8>) -> Result<Put> {
        match self {
            Self::Folder(folder) => folder.put_bytes(key, &bytes),
            Self::Objects(objects) => objects.put_bytes(key, bytes.into()).await,
        }
    }

    /// Reads the whole object back and hashes it; with its version at the time.
    pub async fn digest(&self, key: &str, flow: &Flow) -> Result<(Sha256, u64, String)> {
        match self {
            Self::Folder(folder) => folder.digest(key, flow).await,
            Self::Objects(objects) => objects.digest(key, flow).await,
        }
    }

    /// Brings an object back to a local folder under `below`, whole and with the expected digest or not at all.
    pub async fn fetch(&self, key: &str, to: Fetch, flow: &Flow) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.fetch(key, to, flow).await,
            Self::Objects(objects) => objects.fetch(key, to, flow).await,
        }
    }

    /// Deletes the object if it is still this version of it.
    pub async fn delete_if(&self, key: &str, version: &str) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.delete_if(key, version, None).await,
            Self::Objects(objects) => objects.delete_if(key, version).await,
        }
    }

    /// As [`Destination::delete_if`], of what [`Self::probe`] just made (`put`): a trash, where there is one, does not keep it.
    pub async fn erase_probe(&self, key: &str, put: &Put) -> Result<()> {
        match self {
            Self::Objects(objects) if !put.adopted => objects.erase_if(key, &put.version).await,
            _ => self.delete_if(key, &put.version).await,
        }
    }

    /// As [`Destination::delete_if`], for what is known to hold these bytes in this version: on a disk, where anybody may
    /// write at that very moment, they are compared once more when nobody else can reach them by the name.
    pub async fn take_back(&self, key: &str, version: &str, sha256: &Sha256, flow: &Flow) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.delete_if(key, version, Some(*sha256)).await,
            Self::Objects(objects) => self.or_stop(flow, objects.delete_if(key, version)).await,
        }
    }

    /// Runs a verb that does not hear a stop by itself; it is given up, as by a kill, when nothing is wanted any more. At a disk
    /// nobody is waited for: there it is finished.
    pub async fn or_stop<T>(&self, flow: &Flow, verb: impl Future<Output = Result<T>>) -> Result<T> {
        if let Self::Folder(_) = self {
            return verb.await;
        }
        tokio::select! {
            done = verb => done,
            () = flow.ended() => Err(stopped()),
        }
    }

    /// Gives up an upload session of the ledger, for good: its parts are removed at the far side.
    pub async fn abandon(&self, key: &str, session: &str) -> Result<()> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Objects(objects) => objects.abandon(key, session).await,
        }
    }

    /// Whether an object of the same version is surely the same bytes; where not, only reading it back tells.
    pub fn versions_are_firm(&self) -> bool {
        match self {
            // Inode and change time cannot be put back.
            Self::Folder(_) => true,
            Self::Objects(objects) => objects.versions_are_firm(),
        }
    }

    /// What the account takes in a day, where that is known to be limited.
    pub fn daily_bytes(&self) -> Option<u64> {
        match self {
            Self::Folder(_) => None,
            Self::Objects(objects) => objects.daily_bytes(),
        }
    }

    /// How fast the account is used; nothing for a disk.
    pub fn pace(&self) -> Option<PacerView> {
        match self {
            Self::Folder(_) => None,
            Self::Objects(objects) => objects.pace(),
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
