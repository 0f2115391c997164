//! Stage 6, its end: the library's list and a copy of the catalog are left at the destination, and those of before go.
//!
//! Invariants: what is placed decides whether anything is left, never the time, so that a second run leaves nothing; a name is
//! noted, like a marker's, before anything has it; what was left before goes when all of the new stands, and only while it is
//! as it was left.

use crate::ledger::Sessions;
use crate::rollback::take_back_noted;
use crate::transfer::{adopt, announce};
use crate::{Control, Error, Result, budget};
use albumen_catalog::Catalog;
use albumen_files::identity_of;
use albumen_model::{DestinationId, Kind, RelPath, Sha256};
use albumen_store::{Destination, ErrorKind, Flow, Payload, Put, Rate, exports, same_version};
use serde::{Deserialize, Serialize};
use sha2::Digest;
use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub const STAGE: &str = "Leaving the list at the destination";

/// Of one file, that others may have had.
const MOST_NAMES: u32 = 16;

/// One file that is left, or is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// `library.csv`; so it is called in the folder where it was made.
    pub name: String,
    pub key: String,
    pub sha256: String,
    pub size: u64,
}

/// What is to be left.
#[derive(Debug)]
pub struct Due {
    /// Stands for all that is placed.
    pub of: String,
    /// What a run that was cut off had made of it.
    pub made: Vec<Export>,
}

/// What the catalog keeps of it.
#[derive(Debug, Serialize, Deserialize)]
struct Noted {
    of: String,
    files: Vec<Export>,
    /// Keys of what this catalog left before, while they are to be removed.
    #[serde(default)]
    old: Vec<String>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum State {
    /// Not all of them are made.
    Making,
    /// All are made, and not all stand.
    Leaving,
    Left,
}

/// How one stands at the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    AsLeft,
    /// Changed by somebody, or damaged.
    AsAnother,
    NotThere,
    /// That cannot be told without reading it.
    Untold,
}

pub struct Exports<'a> {
    pub catalog: &'a Arc<Catalog>,
    pub destination: &'a Arc<Destination>,
    pub id: DestinationId,
    pub control: &'a Arc<Control>,
    /// Bytes a second.
    pub rate: Option<Arc<Rate>>,
    pub now: fn() -> i64,
}

/// Whether a run began to leave something and did not come to its end.
pub fn is_begun(catalog: &Catalog, id: DestinationId) -> Result<bool> {
    Ok(noted(catalog, id)?.is_some_and(|noted| noted.state != State::Left))
}

/// Keys of what this catalog left, and no other one.
fn of_this_catalog(catalog: &Catalog, id: DestinationId) -> Result<HashSet<String>> {
    Ok(noted(catalog, id)?.map_or_else(HashSet::new, |noted| {
        let files = noted.files.into_iter().map(|file| file.key);
        files.chain(noted.old).collect()
    }))
}

/// After a roll back nothing is left.
pub(crate) fn forget(catalog: &Catalog, id: DestinationId) -> Result<()> {
    match noted(catalog, id)? {
        Some(_) => Ok(catalog.set_setting(&setting(id), "")?),
        None => Ok(()),
    }
}

fn setting(id: DestinationId) -> String {
    format!("exports:{}", id.0)
}

fn noted(catalog: &Catalog, id: DestinationId) -> Result<Option<Noted>> {
    let text = catalog.setting(&setting(id))?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn words(noted: &Noted) -> Result<String> {
    serde_json::to_string(noted).map_err(|error| Error::Other(error.to_string()))
}

impl Exports<'_> {
    /// What is to be left; nothing when nothing is placed, or what was left last is of just this, and what stands of it is as it was left.
    pub async fn due(&self) -> Result<Option<Due>> {
        let Some(of) = self.placed()? else {
            return Ok(None);
        };
        let none = |of| Ok(Some(Due { of, made: Vec::new() }));
        match noted(self.catalog, self.id)? {
            Some(noted) if noted.of == of && noted.state == State::Left => {
                let versions = self.versions()?;
                for file in &noted.files {
                    // What somebody removed stays away until there is something new to tell.
                    if self.stands(file, &versions).await? == Stands::AsAnother {
                        return none(of);
                    }
                }
                Ok(None)
            }
            Some(noted) if noted.of == of && noted.state == State::Leaving => Ok(Some(Due {
                of,
                made: noted.files,
            })),
            _ => none(of),
        }
    }

    /// A digest over all names and digests of what this catalog sent.
    fn placed(&self) -> Result<Option<String>> {
        let mut hasher = sha2::Sha256::new();
        let mut any = false;
        self.catalog.placed_digests(self.id, |key, sha256| {
            any = true;
            hasher.update(key);
            // No name has a NUL, and every digest is as long.
            hasher.update([0]);
            hasher.update(sha256.0);
        })?;
        Ok(any.then(|| Sha256(hasher.finalize().into()).to_string()))
    }

    /// Writes down that all is to be made anew.
    pub fn begin(&self, of: &str) -> Result<()> {
        self.keep(of, &[], State::Making)
    }

    /// Notes the name of a file that was made, before anything has it at the destination.
    pub fn note(&self, of: &str, made: &mut Vec<Export>, name: &str, whole: (Sha256, u64)) -> Result<()> {
        let key = exports::key(&whole.0, name, 0);
        made.push(Export {
            name: name.to_owned(),
            key: key.clone(),
            sha256: whole.0.to_string(),
            size: whole.1,
        });
        self.keep(of, made, State::Making)?;
        Ok(self.catalog.set_marker(self.id, &key, "", &[])?)
    }

    /// Writes down that all is made.
    pub fn made(&self, of: &str, files: &[Export]) -> Result<()> {
        self.keep(of, files, State::Leaving)
    }

    /// What a copy of the catalog says of this, as name and value of a setting: it cannot name itself.
    pub fn said_in_copy(&self, of: &str, files: &[Export]) -> Result<(String, String)> {
        Ok((setting(self.id), words(&self.next(of, files, State::Left)?)?))
    }

    fn keep(&self, of: &str, files: &[Export], state: State) -> Result<()> {
        let text = words(&self.next(of, files, state)?)?;
        Ok(self.catalog.set_setting(&setting(self.id), &text)?)
    }

    /// What was noted before is old, but for `files`.
    fn next(&self, of: &str, files: &[Export], state: State) -> Result<Noted> {
        let before = of_this_catalog(self.catalog, self.id)?.into_iter();
        let mut old: Vec<String> = before
            .filter(|key| files.iter().all(|file| file.key != *key))
            .collect();
        old.sort();
        Ok(Noted {
            of: of.to_owned(),
            files: files.to_vec(),
            old,
            state,
        })
    }

    /// Leaves `files`, which lie in `folder` under their names. Killed at any moment, the same call goes on.
    pub async fn leave(&self, of: &str, mut files: Vec<Export>, folder: &Path) -> Result<()> {
        let bytes = files.iter().map(|file| file.size).sum();
        self.control.begin(STAGE, files.len() as u64, bytes);
        if let Some(root) = self.destination.folder() {
            let place = root.join(exports::FOLDER);
            announce(self.catalog, self.id, [place].into_iter(), &mut HashSet::new())?;
        }
        let versions = self.versions()?;
        for at in 0..files.len() {
            if !self.control.go_on().await {
                return Err(Error::Stopped);
            }
            if self.stands(&files[at], &versions).await? == Stands::AsLeft {
                self.control.bytes(files[at].size);
            } else {
                self.put(of, &mut files, at, folder).await?;
            }
            self.control.file_done();
        }
        let old = self.take_back_old(of, &files).await?;
        let text = words(&Noted {
            of: of.to_owned(),
            files,
            old,
            state: State::Left,
        })?;
        Ok(self.catalog.set_setting(&setting(self.id), &text)?)
    }

    /// Versions of what is noted, by name; empty before it is there.
    fn versions(&self) -> Result<HashMap<String, String>> {
        Ok(self.catalog.markers(self.id, false)?.into_iter().collect())
    }

    async fn stands(&self, file: &Export, versions: &HashMap<String, String>) -> Result<Stands> {
        let Some(version) = versions.get(&file.key) else {
            return Ok(Stands::NotThere);
        };
        match self.destination.head(&file.key, &self.control.flow()).await {
            Ok(Some(there)) if there.size != file.size => Ok(Stands::AsAnother),
            Ok(Some(_)) if version.is_empty() => Ok(Stands::Untold),
            Ok(Some(there)) if same_version(&there.version, version) => Ok(Stands::AsLeft),
            Ok(Some(_)) => Ok(Stands::AsAnother),
            Ok(None) => Ok(Stands::NotThere),
            Err(error) if error.is_fatal() || error.kind == ErrorKind::Stopped => Err(error.into()),
            Err(_) => Ok(Stands::Untold),
        }
    }

    /// Places one under the first of its names that is free, or has its very bytes already.
    async fn put(&self, of: &str, files: &mut [Export], at: usize, folder: &Path) -> Result<()> {
        let sha256 = Sha256::from_hex(&files[at].sha256)
            .ok_or_else(|| Error::Other("The catalog holds a digest that is none.".to_owned()))?;
        let mut last = None;
        for nth in 0..MOST_NAMES {
            let key = exports::key(&sha256, &files[at].name, nth);
            if key != files[at].key {
                files[at].key.clone_from(&key);
                self.made(of, files)?;
                self.catalog.set_marker(self.id, &key, "", &[])?;
            }
            match self.send(&files[at], sha256, folder).await {
                Ok(put) => {
                    let made = put.made_dirs.iter();
                    let made: Vec<_> = made.map(|dir| dir.as_os_str().as_bytes().to_vec()).collect();
                    self.catalog.add_made_dirs(self.id, &made)?;
                    return Ok(self
                        .catalog
                        .set_marker(self.id, &files[at].key, &put.version, &[])?);
                }
                // Somebody's, or one of ours that was damaged: it stays.
                Err(Error::Store(taken)) if is_taken(&taken) => last = Some(taken),
                Err(failed) => return Err(failed),
            }
        }
        Err(last.map_or(Error::Stopped, Error::Store))
    }

    async fn send(&self, file: &Export, sha256: Sha256, folder: &Path) -> Result<Put> {
        let identity = identity_of(&folder.join(&file.name))
            .map_err(|gone| albumen_store::Error::new(ErrorKind::SourceUnreadable, gone.to_string()))?;
        let payload = Payload {
            root: folder.to_owned(),
            path: RelPath::new(Path::new(&file.name)),
            identity,
            sha256,
            kind: Kind::Other,
            captured: None,
            from: None,
        };
        if let Some(budget) = budget::Budget::of(
            self.destination.daily_bytes(),
            self.catalog,
            self.id,
            (self.now)(),
        )? {
            budget.take(file.size, (self.now)())?;
        }
        let counted = Arc::new(AtomicU64::new(0));
        let flow = self.flow(&counted);
        let sent = match self.destination.put(&file.key, &payload, &flow).await {
            Err(taken) if is_taken(&taken) => {
                let whole = (file.size, sha256);
                adopt(self.destination, &file.key, whole, &self.control.flow(), taken).await
            }
            other => other,
        };
        self.control.unbytes(counted.load(Ordering::Relaxed));
        let put = sent?;
        self.control.bytes(file.size);
        if !put.adopted {
            budget::spend(self.catalog, self.id, file.size, (self.now)())?;
        }
        Ok(put)
    }

    /// A stop ends it between two pieces, wherever it goes; of a large one the session stays.
    fn flow(&self, counted: &Arc<AtomicU64>) -> Flow {
        let (seen, wanted, counted) = (self.control.clone(), self.control.clone(), counted.clone());
        let sessions = Sessions {
            catalog: self.catalog.clone(),
            destination: self.id,
            now: self.now,
        };
        Flow::new(move |n| {
            counted.fetch_add(n, Ordering::Relaxed);
            seen.bytes(n);
            !seen.is_stopping()
        })
        .while_wanted(move || !wanted.is_stopping())
        .with_rates(self.rate.clone(), None)
        .with_ledger(Arc::new(sessions))
    }

    /// Removes what this catalog left before, and gives what cannot be removed now: it is tried again with the next list.
    async fn take_back_old(&self, of: &str, files: &[Export]) -> Result<Vec<String>> {
        let versions = self.versions()?;
        let mut stay = Vec::new();
        for key in self.next(of, files, State::Leaving)?.old {
            let Some(version) = versions.get(&key) else {
                continue;
            };
            let flow = self.control.flow();
            if let Some(session) = self.catalog.upload(self.id, &key)? {
                let upload = (key.as_str(), session.as_str());
                crate::ledger::abandon(self.catalog, self.destination, self.id, upload, &flow).await?;
            }
            match take_back_noted(self.catalog, self.destination, self.id, &key, version, &flow).await {
                Err(Error::Store(left)) => {
                    tracing::warn!(key, "an older list stays: {left}");
                    stay.push(key);
                }
                done => done?,
            }
        }
        Ok(stay)
    }
}

fn is_taken(error: &albumen_store::Error) -> bool {
    matches!(error.kind, ErrorKind::Exists | ErrorKind::MaybeOurs)
}
