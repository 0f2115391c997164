//! Google Drive, where a name is no address: files and folders are known by id, may share a name, and are found by name
//! only after a while. With `drive.file` we see what Albumen made, and nothing else.
//!
//! Invariants: what is deleted goes into the trash, but for what a test of the destination made a moment ago; a file's id is known
//! before the file is made, so that it is made once; names are compared here, exactly, since Drive's search folds case; what a
//! search found is asked for by its id before anybody relies on it; of different files with one name none is picked.

mod api;
mod file;
mod find;
mod folders;
mod ids;
mod list;
mod upload;

use crate::about::About;
use crate::destination::{Payload, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use crate::json::Caller;
use crate::known::Known;
use crate::limits::DRIVE_DAY;
use crate::probe::is_probe;
use crate::provider::{OnObject, Person, Provider};
use crate::retry::patiently;
use crate::secret::Grant;
use crate::spec::SignedIn;
use crate::sums::{Algo, Sums};
use crate::tokens::{Claim, Tokens};
use crate::version::word;
use crate::wire::Account;
use albumen_model::key::MARKER_FOLDER;
use api::Api;
use async_trait::async_trait;
use bytes::Bytes;
use file::{File, SHA256};
use folders::Folders;
use ids::{Ids, Remembered};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// "5 MB or less" in one request ("Upload file data").
const ONE_REQUEST: u64 = 5 << 20;
/// More than there are workers.
const READING: usize = 64;
/// More than one test makes.
const PROBES: usize = 8;
const BASE: &str = "https://www.googleapis.com";
const TOKENS: &str = "https://oauth2.googleapis.com/token";
const WANTED: [Algo; 1] = [Algo::Md5];

pub(crate) struct Drive {
    api: Api,
    /// Names from the root down to our own folder.
    top: String,
    /// The account the library was begun in; empty while nobody knows.
    account: String,
    right_account: OnceCell<()>,
    ids: Ids,
    /// Files that are being read.
    reading: Remembered,
    folders: Folders,
    /// What tests of the destination made over this connection: these alone are ever deleted for good.
    probes: Remembered,
}

impl Drive {
    pub fn connect(folder: &str, at: &SignedIn, grant: Grant, account: &Arc<Account>) -> Self {
        let (base, tokens) = match at.api.as_str() {
            "" => (BASE.to_owned(), TOKENS.to_owned()),
            here => (here.to_owned(), format!("{here}/token")),
        };
        let caller = Caller::new(account, Tokens::new(account, &tokens, Claim::Grant(grant)));
        Self {
            api: Api::new(caller, &base),
            top: folder.to_owned(),
            account: at.account.clone(),
            right_account: OnceCell::new(),
            ids: Ids::new(),
            reading: Remembered::new(READING),
            folders: Folders::default(),
            probes: Remembered::new(PROBES),
        }
    }

    /// Once for each connection: a grant for another account must not move anything.
    async fn right_account(&self) -> Result<()> {
        let ask = || async {
            if !self.account.is_empty() && self.api.who().await?.id != self.account {
                return Err(Error::of(ErrorKind::WrongAccount));
            }
            Ok(())
        };
        self.right_account.get_or_try_init(ask).await.map(|_| ())
    }

    /// Reserves an id and makes the folders; gives the id, and what is said of the file when it is made.
    async fn described(&self, key: &str, about: &About) -> Result<(String, Value)> {
        self.right_account().await?;
        let (path, name) = self.split(key);
        let parent = self.folders.make(&self.api, &self.ids, &path).await?;
        let id = self.ids.reserve(&self.api, key).await?;
        let mut notes = json!({SHA256: about.sha256.to_string()});
        if let Some(captured) = &about.captured {
            notes["albumenCaptured"] = json!(captured);
        }
        let mut described = json!({
            "id": id,
            "name": name,
            "parents": [parent],
            "mimeType": about.content_type,
            "appProperties": notes,
        });
        if let Ok(time) = jiff::Timestamp::from_nanosecond(about.mtime_ns.into()) {
            described["modifiedTime"] = json!(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
        }
        if let Some(from) = &about.from {
            described["description"] = json!(from);
        }
        Ok((id, described))
    }

    /// A folder that is not known any more is looked up, or made, at the next try.
    fn without_folder(&self, error: Error) -> Error {
        if error.kind != ErrorKind::NotThere {
            return error;
        }
        self.folders.forget();
        Error::new(ErrorKind::Unreachable, "The folder was moved or removed.")
    }

    /// It was made in a folder that somebody put into the trash: it stays there, and its key needs another folder and id.
    async fn in_the_trash(&self, key: &str, file: &File) -> Result<()> {
        self.ids.ours.forget(key);
        self.folders.forget();
        // By itself too: with its folder brought back, it would be a twin.
        self.api.trash(&file.id).await
    }

    /// A file that Drive says it made. One with other bytes goes into the trash: its name is needed for the right ones.
    async fn accepted(&self, key: &str, file: File, about: &About) -> Result<Remote> {
        let ours = about.sums.clone().with(Algo::Sha256, about.sha256.to_string());
        let is_whole = |file: &File| {
            Ok::<_, Error>(file.remote()?.size == about.size && ours.agree(&file.sums()) != Some(false))
        };
        if file.trashed {
            self.in_the_trash(key, &file).await?;
            return Err(Error::new(ErrorKind::Unreachable, "The folder is in the trash."));
        }
        if is_whole(&file)? {
            return file.remote();
        }
        let Some(again) = self.api.get(&file.id).await? else {
            return Err(Error::new(
                ErrorKind::Unreachable,
                "Drive made the file and does not know it.",
            ));
        };
        if is_whole(&again)? {
            return again.remote();
        }
        self.api.trash(&again.id).await?;
        self.ids.ours.forget(key);
        Err(Error::of(ErrorKind::BadDigest))
    }
}

#[async_trait]
impl Provider for Drive {
    fn daily_bytes(&self) -> Option<u64> {
        Some(DRIVE_DAY)
    }

    fn one_request(&self) -> u64 {
        ONE_REQUEST
    }

    fn wanted(&self, _: u64, _: &Known) -> Vec<Algo> {
        WANTED.to_vec()
    }

    fn marks_its_own(&self) -> bool {
        true
    }

    async fn reach(&self, _: &str) -> Result<()> {
        let person = self.api.who().await?;
        if self.account.is_empty() || person.id == self.account {
            return Ok(());
        }
        Err(Error::of(ErrorKind::WrongAccount))
    }

    async fn is_there(&self) -> Result<bool> {
        patiently(&Flow::of_line(), || async {
            self.right_account().await?;
            for id in self.folders.find(&self.api, &self.top).await? {
                if self.api.get(&id).await?.is_some_and(|folder| !folder.trashed) {
                    return Ok(true);
                }
            }
            self.folders.forget();
            Ok(false)
        })
        .await
    }

    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        let flow = Flow::of_line();
        let tops = patiently(&flow, || async {
            self.right_account().await?;
            self.folders.find(&self.api, &self.top).await
        })
        .await?;
        list::below(&self.api, tops, on_object).await
    }

    async fn look(&self, key: &str) -> Result<Option<Remote>> {
        self.reading.forget(key);
        self.find(key).await?.map(|file| file.remote()).transpose()
    }

    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        let id = match self.reading.of(key) {
            Some(id) => id,
            None => {
                let file = self.find(key).await?;
                let id = file.ok_or_else(|| Error::of(ErrorKind::NotThere))?.id;
                self.reading.remember(key, &id);
                id
            }
        };
        let read = self.api.read(&id, from, to).await;
        if read.is_err() {
            self.reading.forget(key);
        }
        read
    }

    async fn write(&self, key: &str, body: Bytes, about: &About, _: &Known) -> Result<Option<Remote>> {
        let (id, described) = self.described(key, about).await?;
        let made = self
            .api
            .insert(&described, about.content_type, body, &about.sha256)
            .await
            .map_err(|error| self.without_folder(error))?;
        let there = self.accepted(key, made, about).await?;
        if key.starts_with(MARKER_FOLDER) {
            self.only_marker(key, &there).await?;
        }
        if is_probe(key) {
            self.probes.remember(key, &id);
        }
        Ok(Some(there))
    }

    async fn upload(
        &self,
        key: &str,
        payload: &Payload,
        about: About,
        _: &Known,
        flow: &Flow,
    ) -> Result<(Option<Remote>, Sums)> {
        let (there, sums) = crate::chunks::upload(self, key, payload, about, &WANTED, flow).await?;
        Ok((Some(there), sums))
    }

    async fn delete(&self, key: &str, there: &Remote) -> Result<()> {
        let id = word(&there.version, "id").ok_or_else(|| Error::of(ErrorKind::NotThere))?;
        self.api.trash(id).await?;
        self.ids.ours.forget(key);
        Ok(())
    }

    async fn erase(&self, key: &str, there: &Remote) -> Result<()> {
        let id = word(&there.version, "id").ok_or_else(|| Error::of(ErrorKind::NotThere))?;
        if self.probes.of(key).as_deref() != Some(id) {
            return self.delete(key, there).await;
        }
        match self.api.erase(id).await {
            // Who may not delete for good may still put it into the trash.
            Err(refused) if refused.kind == ErrorKind::Denied => return self.delete(key, there).await,
            erased => erased?,
        }
        self.probes.forget(key);
        self.ids.ours.forget(key);
        Ok(())
    }

    async fn abandon(&self, _: &str, _: &str) -> Result<()> {
        Ok(())
    }

    /// Drive refuses nothing: it allows twins and takes no digests. There is nothing to try out.
    async fn learn(&self, _: &str) -> Result<Known> {
        self.right_account().await?;
        Ok(Known::default())
    }

    async fn account(&self) -> Result<Option<Person>> {
        self.api.who().await.map(Some)
    }
}

/// Reads `bytes` as a page of a listing or search.
pub(crate) fn taste(bytes: &[u8]) {
    let page: api::Page = serde_json::from_slice(bytes).unwrap_or_default();
    for file in &page.files {
        file.remote().ok();
    }
    drop(file::only(page.files));
}
