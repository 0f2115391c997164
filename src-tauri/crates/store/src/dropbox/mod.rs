//! Dropbox, by its HTTP API (version 2) and a grant of the person. Files go through upload sessions, whose names are
//! given in batches.
//!
//! Invariant: Dropbox finds a name in any case, and keeps the case it was made with. An object counts as ours only
//! under the very name; one in another case is nobody's to us, and a write over it is refused.

mod api;
mod commit;
mod dialect;
mod file;
mod list;
mod session;

pub(crate) use dialect::DIALECT;

use crate::about::About;
use crate::chunks;
use crate::destination::{Payload, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use crate::json::Caller;
use crate::known::Known;
use crate::provider::{OnObject, Person, Provider};
use crate::retry::patiently;
use crate::secret::Grant;
use crate::spec::SignedIn;
use crate::sums::{Algo, Sums};
use crate::tokens::{Claim, Tokens};
use crate::trial;
use crate::version::word;
use crate::wire::Account;
use api::{Api, about};
use async_trait::async_trait;
use bytes::Bytes;
use commit::Committer;
use file::{File, has_our_time};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Beyond, a file goes in chunks that can be gone on with.
const ONE_REQUEST: u64 = 8 << 20;

pub(crate) struct Dropbox {
    api: Api,
    committer: Committer,
}

/// What `files/get_metadata` finds.
#[derive(Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum Found {
    File(File),
    Folder,
    Deleted,
}

#[derive(Deserialize)]
struct Space {
    used: u64,
    allocation: Allocation,
}

/// Of a person, or of a team, whose members may have a share of their own.
#[derive(Deserialize)]
struct Allocation {
    #[serde(default)]
    allocated: Option<u64>,
    #[serde(default)]
    used: Option<u64>,
    #[serde(default)]
    user_within_team_space_allocated: Option<u64>,
}

impl Space {
    fn free(&self) -> Option<u64> {
        let all = &self.allocation;
        let free = all.allocated?.saturating_sub(all.used.unwrap_or(self.used));
        // 0 is no limit.
        match all.user_within_team_space_allocated {
            Some(share) if share > 0 => Some(free.min(share.saturating_sub(self.used))),
            _ => Some(free),
        }
    }
}

impl Dropbox {
    pub fn connect(folder: &str, at: &SignedIn, grant: Grant, account: &Arc<Account>) -> Self {
        let host = |usual: &str| match at.api.as_str() {
            "" => usual.to_owned(),
            elsewhere => elsewhere.trim_end_matches('/').to_owned(),
        };
        let rpc = host("https://api.dropboxapi.com");
        let tokens = Tokens::new(account, &format!("{rpc}/oauth2/token"), Claim::Grant(grant));
        Self {
            api: Api {
                caller: Caller::new(account, tokens),
                rpc,
                content: host("https://content.dropboxapi.com"),
                folder: folder.to_owned(),
                account: at.account.clone(),
                checked: OnceCell::new(),
            },
            committer: Committer::default(),
        }
    }

    async fn look_at(&self, key: &str) -> Result<Option<Remote>> {
        let found = self
            .api
            .rpc("files/get_metadata", &about(&self.api.path(key)))
            .await;
        match found {
            Ok(Found::File(file)) if file.is_named(key) => Ok(Some(file.remote())),
            Ok(_) => Ok(None),
            Err(gone) if gone.has("not_found") => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    async fn folder_is_there(&self) -> Result<bool> {
        if self.api.folder.is_empty() {
            return self
                .api
                .rpc("users/get_current_account", &Value::Null)
                .await
                .map(|_: Value| true)
                .map_err(Error::from);
        }
        match self.api.rpc("files/get_metadata", &about(&self.api.root())).await {
            Ok(found) => Ok(matches!(found, Found::Folder)),
            Err(gone) if gone.has("not_found") => Ok(false),
            Err(other) => Err(other.into()),
        }
    }

    /// Writes a small object and tries to write another one over it; sends bytes that are not those of their hash.
    async fn try_out(&self, key: &str) -> Result<Known> {
        let none = Known::default();
        let [first, (other, its)] = trial::objects(&[Algo::Dropbox]);
        let (bytes, wrong) = trial::with_wrong(Algo::Dropbox, &first);
        self.write(key, first.0, &first.1, &none).await?;
        let replaced = self.write(key, other, &its, &none).await;
        let took_wrong = self.start(bytes, session::hash_of(&wrong.sums), true).await;
        Ok(Known {
            refuses_to_replace: trial::is_refused(replaced, ErrorKind::Exists),
            refuses_wrong_content_hash: trial::is_refused(took_wrong, ErrorKind::BadDigest),
            ..Known::default()
        })
    }
}

#[async_trait]
impl Provider for Dropbox {
    fn one_request(&self) -> u64 {
        ONE_REQUEST
    }

    fn wanted(&self, _: u64, _: &Known) -> Vec<Algo> {
        vec![Algo::Dropbox]
    }

    async fn reach(&self, key: &str) -> Result<()> {
        self.look_at(key).await.map(|_| ())
    }

    async fn is_there(&self) -> Result<bool> {
        patiently(&Flow::of_line(), || self.folder_is_there()).await
    }

    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        list::list(&self.api, on_object).await
    }

    async fn look(&self, key: &str) -> Result<Option<Remote>> {
        self.look_at(key).await
    }

    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        if from == to {
            return Ok(Vec::new());
        }
        let range = format!("bytes={from}-{}", to - 1);
        let arg = about(&self.api.path(key));
        let got = self
            .api
            .content("files/download", &arg, Bytes::new(), Some(range))
            .await?;
        // Beside the bytes Dropbox tells whose they are.
        let told = got.headers().get("dropbox-api-result");
        if let Some(file) = told.and_then(|told| serde_json::from_slice::<File>(told.as_bytes()).ok()) {
            if !file.is_named(key) {
                return Err(Error::of(ErrorKind::NotThere));
            }
            if file.size < to {
                return Err(Error::new(
                    ErrorKind::Changed,
                    format!("`{key}` is shorter than it should be."),
                ));
            }
        }
        Ok(got.into_body().to_vec())
    }

    async fn write(&self, key: &str, body: Bytes, about: &About, _: &Known) -> Result<Option<Remote>> {
        let session = self.start(body, session::hash_of(&about.sums), true).await?;
        match self.commit(key, &session, about).await {
            // Lost between the two requests, and its name is free: sent anew.
            Err(gone) if gone.kind == ErrorKind::NotThere => {
                Err(Error::new(ErrorKind::Unreachable, "Dropbox lost what was sent."))
            }
            done => done.map(Some),
        }
    }

    async fn upload(
        &self,
        key: &str,
        payload: &Payload,
        about: About,
        _: &Known,
        flow: &Flow,
    ) -> Result<(Option<Remote>, Sums)> {
        let (there, sums) = chunks::upload(self, key, payload, about, &[Algo::Dropbox], flow).await?;
        Ok((Some(there), sums))
    }

    fn may_be_ours(&self, there: &Remote, mtime_ns: i64) -> bool {
        has_our_time(there, mtime_ns)
    }

    async fn delete(&self, key: &str, there: &Remote) -> Result<()> {
        let arg = json!({
            "path": self.api.path(key),
            "parent_rev": word(&there.version, "rev").unwrap_or_default(),
        });
        match self.api.rpc::<Value>("files/delete_v2", &arg).await {
            Ok(_) => Ok(()),
            // It was there just now: an answer of ours was lost.
            Err(gone) if gone.has("not_found") => Ok(()),
            Err(locked) if locked.has("too_many_write_operations") => Err(Error::new(
                ErrorKind::Unreachable,
                "the account is locked by another change",
            )),
            Err(changed) if changed.has("conflict") => Err(Error::new(
                ErrorKind::Changed,
                format!("`{key}` was changed after it was placed."),
            )),
            Err(other) => Err(other.into()),
        }
    }

    /// Sessions end by themselves, after a week.
    async fn abandon(&self, _: &str, _: &str) -> Result<()> {
        Ok(())
    }

    async fn learn(&self, key: &str) -> Result<Known> {
        let known = self.try_out(key).await;
        trial::remove(key, &[""], |key| async move {
            match self.look_at(&key).await? {
                Some(left) => self.delete(&key, &left).await,
                None => Ok(()),
            }
        })
        .await;
        known
    }

    async fn account(&self) -> Result<Option<Person>> {
        let owner = self.api.owner().await?;
        let space: Option<Space> = match self.api.rpc("users/get_space_usage", &Value::Null).await {
            Ok(space) => Some(space),
            Err(unknown) => {
                tracing::info!("Dropbox does not tell its room: {}", Error::from(unknown));
                None
            }
        };
        Ok(Some(Person {
            id: owner.account_id,
            name: owner.email,
            free_bytes: space.and_then(|space| space.free()),
        }))
    }
}

/// Reads `bytes` as a page of a listing, a file, and what is wrong with one.
pub(crate) fn taste(bytes: &[u8]) {
    list::taste(bytes, 0);
    list::taste(bytes, 2);
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        dialect::by_summary(&dialect::summary(&value));
        drop(serde_json::from_value::<Found>(value));
    }
    if let Ok(space) = serde_json::from_slice::<Space>(bytes) {
        space.free();
    }
}
