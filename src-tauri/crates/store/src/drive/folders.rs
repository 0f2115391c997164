//! Folders by path. Drive knows them by id only, and finds a new one by its name only after a while.
//!
//! Invariants: one task at a time looks for or makes the folder of a path; a path keeps the id that its folder is to get, or
//! got, also when everything else is forgotten, until that folder is seen to be gone: no search may know it yet. Twins,
//! which two machines can make at the same moment, are all looked into; new files go into the oldest.

use super::api::Api;
use super::file::{File, by_age};
use super::ids::Ids;
use crate::error::{Error, ErrorKind, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Default)]
pub(super) struct Folders {
    slots: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Slot>>>>,
    /// Ids by path, asked for before the folders are made.
    reserved: Mutex<HashMap<String, String>>,
}

#[derive(Default)]
struct Slot {
    /// The oldest first; empty while it is not known to be there.
    found: Vec<String>,
    /// Whether a search filled it; what was met on the way up from a file may be one of several.
    searched: bool,
}

impl Folders {
    /// Ids of the folders of a path from the root; none when there is none.
    pub async fn find(&self, api: &Api, path: &str) -> Result<Vec<String>> {
        self.walk(api, None, path).await
    }

    /// The folder that new files of a path go into, made where it is missing.
    pub async fn make(&self, api: &Api, ids: &Ids, path: &str) -> Result<String> {
        let found = self.walk(api, Some(ids), path).await?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| Error::new(ErrorKind::Other, "Drive made no folder."))
    }

    /// Whether a file is in a folder of that path, found out from the file upwards: no search may know the folders yet that
    /// another run made a moment ago. They are known from then on.
    pub async fn holds(&self, api: &Api, path: &str, file: &File) -> Result<bool> {
        let mut ids = file.parents.clone();
        let mut here = path;
        let mut met = Vec::new();
        loop {
            let Some(id) = ids.first().cloned() else {
                return Ok(false);
            };
            let slot = self.slots().entry(here.to_owned()).or_default().clone();
            if slot.lock().await.found.contains(&id) {
                break;
            }
            let name = here.rsplit('/').next().unwrap_or_default();
            match api.get(&id).await? {
                Some(folder) if folder.name == name && !folder.trashed => ids = folder.parents,
                _ => return Ok(false),
            }
            met.push((here, id));
            match here.rsplit_once('/') {
                Some((above, _)) => here = above,
                None => break,
            }
        }
        for (here, id) in met {
            let slot = self.slots().entry(here.to_owned()).or_default().clone();
            let mut slot = slot.lock().await;
            if !slot.found.contains(&id) {
                slot.found.push(id);
            }
        }
        Ok(true)
    }

    /// Something of it was removed or put into the trash: everything is looked up again.
    pub fn forget(&self) {
        self.slots().clear();
    }

    async fn walk(&self, api: &Api, ids: Option<&Ids>, path: &str) -> Result<Vec<String>> {
        let mut parents = vec!["root".to_owned()];
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            let here = path.get(..end).unwrap_or_default();
            let name = here.rsplit('/').next().unwrap_or_default();
            let slot = self.slots().entry(here.to_owned()).or_default().clone();
            let mut slot = slot.lock().await;
            if slot.found.is_empty() || !slot.searched {
                let searched = match look(api, &parents, name).await {
                    // The folder above went away behind our back.
                    Err(gone) if gone.kind == ErrorKind::NotThere => {
                        self.forget();
                        return Err(Error::new(
                            ErrorKind::Unreachable,
                            "A folder was moved or removed.",
                        ));
                    }
                    found => found?,
                };
                let met = std::mem::replace(&mut slot.found, searched);
                for id in met {
                    if !slot.found.contains(&id) {
                        slot.found.push(id);
                    }
                }
                slot.searched = true;
            }
            if slot.found.is_empty() {
                let Some(ids) = ids else {
                    return Ok(Vec::new());
                };
                let id = self.made(api, ids, here, &parents).await?;
                // Another machine may have made it at the same moment: both take the older one.
                slot.found = look(api, &parents, name).await?;
                if !slot.found.contains(&id) {
                    slot.found.push(id);
                }
            }
            parents.clone_from(&slot.found);
        }
        Ok(parents)
    }

    /// Makes the folder of a path, or finds the one that a try before this one made; gives its id.
    async fn made(&self, api: &Api, ids: &Ids, path: &str, parents: &[String]) -> Result<String> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let parent = parents.first().map(String::as_str).unwrap_or_default();
        loop {
            let id = self.reserve(api, ids, path).await?;
            match api.make_folder(&id, name, parent).await {
                Ok(()) => return Ok(id),
                Err(gone) if gone.kind == ErrorKind::NotThere => {
                    self.forget();
                    return Err(Error::new(
                        ErrorKind::Unreachable,
                        "A folder was moved or removed.",
                    ));
                }
                Err(made) if made.kind == ErrorKind::Exists => {}
                Err(failed) => return Err(failed),
            }
            let is_here = |folder: &File| {
                !folder.trashed
                    && folder.name == name
                    && folder.parents.iter().any(|its| parents.contains(its))
            };
            if api.get(&id).await?.as_ref().is_some_and(is_here) {
                return Ok(id);
            }
            // Moved, renamed or removed: its id is used up, unless another task has another one by now.
            let mut reserved = self.reserved();
            if reserved.get(path) == Some(&id) {
                reserved.remove(path);
            }
        }
    }

    async fn reserve(&self, api: &Api, ids: &Ids, path: &str) -> Result<String> {
        if let Some(id) = self.reserved().get(path) {
            return Ok(id.clone());
        }
        let fresh = ids.fresh(api).await?;
        Ok(self.reserved().entry(path.to_owned()).or_insert(fresh).clone())
    }

    fn reserved(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<Slot>>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn look(api: &Api, parents: &[String], name: &str) -> Result<Vec<String>> {
    let mut found: Vec<File> = Vec::new();
    for parent in parents {
        found.extend(api.named(parent, name, true).await?);
    }
    by_age(&mut found);
    Ok(found.into_iter().map(|folder| folder.id).collect())
}
