//! From a key to its file: by the id it was given here, or by a search whose answers are asked for by their ids.

use super::Drive;
use super::file::{self, File};
use crate::destination::Remote;
use crate::error::{Error, ErrorKind, Result};
use crate::provider::Provider;
use crate::version::word;

impl Drive {
    /// Path of a key's folder from the root, and the file's name.
    pub(super) fn split<'a>(&self, key: &'a str) -> (String, &'a str) {
        match key.rsplit_once('/') {
            Some((folder, name)) => (format!("{}/{folder}", self.top), name),
            None => (self.top.clone(), key),
        }
    }

    /// The file at a key.
    pub(super) async fn find(&self, key: &str) -> Result<Option<File>> {
        self.right_account().await?;
        let (path, name) = self.split(key);
        if let Some(id) = self.ids.ours.of(key) {
            match self.api.get(&id).await? {
                Some(file)
                    if !file.trashed
                        && file.name == name
                        && self.folders.holds(&self.api, &path, &file).await? =>
                {
                    return Ok(Some(file));
                }
                // Moved, renamed or removed: its id is used up.
                Some(_) => self.ids.ours.forget(key),
                // Not made yet.
                None => {}
            }
        }
        file::only(self.named(&path, name).await?)
    }

    /// All files of a name in a folder. What a search tells may be gone, so each is asked for by its id.
    async fn named(&self, path: &str, name: &str) -> Result<Vec<File>> {
        let parents = self.folders.find(&self.api, path).await?;
        let is_here = |file: &File| {
            !file.trashed && file.name == name && file.parents.iter().any(|its| parents.contains(its))
        };
        let mut found = Vec::new();
        for parent in &parents {
            let named = self.api.named(parent, name, false).await;
            for one in named.map_err(|error| self.without_folder(error))? {
                if let Some(file) = self.api.get(&one.id).await?
                    && is_here(&file)
                {
                    found.push(file);
                }
            }
        }
        Ok(found)
    }

    /// Two programs may write one marker at the same moment: the older one stays, and the younger is taken back.
    pub(super) async fn only_marker(&self, key: &str, ours: &Remote) -> Result<()> {
        let (path, name) = self.split(key);
        let mut all = self.named(&path, name).await?;
        file::by_age(&mut all);
        match all.first() {
            Some(oldest) if word(&ours.version, "id") != Some(oldest.id.as_str()) => {
                self.delete(key, ours).await?;
                Err(Error::of(ErrorKind::Exists))
            }
            _ => Ok(()),
        }
    }
}
