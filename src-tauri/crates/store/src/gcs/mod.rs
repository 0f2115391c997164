//! Google Cloud Storage, by its own JSON requests: a name that must be free is generation 0, digests go along with the
//! bytes, and large files go in sessions that go on where they were.

mod api;
mod upload;

use crate::about::About;
use crate::destination::{Listed, Payload, Remote};
use crate::error::{ErrorKind, Result};
use crate::flow::{Flow, stopped};
use crate::google::assertion;
use crate::json::Caller;
use crate::known::Known;
use crate::pages::Pages;
use crate::provider::{OnObject, Provider};
use crate::retry::patiently;
use crate::session::Session;
use crate::sums::{Algo, Sums};
use crate::tokens::Tokens;
use crate::trial;
use crate::wire::Account;
use api::Api;
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;

/// Beyond, a file goes in a session.
const ONE_REQUEST: u64 = 8 << 20;
const PAGE: u32 = 1000;
const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_write";
const WANTED: [Algo; 2] = [Algo::Md5, Algo::Crc32c];

pub(crate) struct Gcs {
    api: Api,
}

impl Gcs {
    /// `secret` is a service account's key file; at an endpoint on this machine, also a token.
    pub fn connect(
        (bucket, prefix, endpoint): (&str, &str, &str),
        secret: &str,
        account: &Arc<Account>,
    ) -> Result<Self> {
        let base = api::base(endpoint)?;
        let url = crate::google::hosts::trusted(&base)?;
        let (tokens, claim) = assertion::claim(secret, SCOPE, &url)?;
        let caller = Caller::new(account, Tokens::new(account, &tokens, claim));
        Ok(Self {
            api: Api::new(caller, &base, bucket, prefix),
        })
    }

    /// Writes small objects that a sound server refuses, beside one that it takes.
    async fn try_out(&self, key: &str) -> Result<Known> {
        let [first, (other, its)] = trial::objects(&WANTED);
        let (bytes, wrong) = trial::with_wrong(Algo::Md5, &first);
        self.api.insert(key, first.0, &first.1).await?;
        let replaced = self.api.insert(key, other, &its).await;
        let took_wrong = self.api.insert(&format!("{key}-md5"), bytes, &wrong).await;
        Ok(Known {
            refuses_to_replace: trial::is_refused(replaced, ErrorKind::Exists),
            refuses_wrong_md5: trial::is_refused(took_wrong, ErrorKind::BadDigest),
            ..Known::default()
        })
    }
}

#[async_trait]
impl Provider for Gcs {
    fn one_request(&self) -> u64 {
        ONE_REQUEST
    }

    fn wanted(&self, _: u64, _: &Known) -> Vec<Algo> {
        WANTED.to_vec()
    }

    async fn reach(&self, key: &str) -> Result<()> {
        self.api.look(key).await.map(|_| ())
    }

    async fn is_there(&self) -> Result<bool> {
        match patiently(&Flow::of_line(), || self.api.page(1, "")).await {
            Ok(_) => Ok(true),
            Err(gone) if gone.kind == ErrorKind::NoSuchPlace => Ok(false),
            Err(other) => Err(other),
        }
    }

    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        let mut pages = Pages::default();
        loop {
            let page = patiently(&Flow::of_line(), || self.api.page(PAGE, pages.token())).await?;
            let told = page.items.len();
            for item in page.items {
                let Some(key) = self.api.key(&item.name) else {
                    continue;
                };
                let remote = item.remote()?;
                let listed = Listed {
                    key: key.to_owned(),
                    size: remote.size,
                    version: remote.version,
                    sums: remote.sums,
                };
                if !on_object(listed) {
                    return Err(stopped());
                }
            }
            if !pages.turn(page.next_page_token, told)? {
                return Ok(());
            }
        }
    }

    async fn look(&self, key: &str) -> Result<Option<Remote>> {
        self.api.look(key).await
    }

    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        self.api.read(key, from, to).await
    }

    async fn write(&self, key: &str, body: Bytes, about: &About, _: &Known) -> Result<Option<Remote>> {
        self.api.insert(key, body, about).await.map(Some)
    }

    async fn upload(
        &self,
        key: &str,
        payload: &Payload,
        about: About,
        _: &Known,
        flow: &Flow,
    ) -> Result<(Option<Remote>, Sums)> {
        let (there, sums) = crate::chunks::upload(&self.api, key, payload, about, &WANTED, flow).await?;
        Ok((Some(there), sums))
    }

    async fn delete(&self, key: &str, there: &Remote) -> Result<()> {
        self.api.delete(key, &there.version).await
    }

    async fn abandon(&self, _: &str, session: &str) -> Result<()> {
        let Some(session) = Session::parse(session) else {
            return Ok(());
        };
        match self.api.resumable().give_up(&session.upload).await {
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
            other => other,
        }
    }

    async fn learn(&self, key: &str) -> Result<Known> {
        let known = self.try_out(key).await;
        trial::remove(key, &["", "-md5"], |key| async move {
            self.api.delete(&key, "").await
        })
        .await;
        known
    }
}

/// Reads `bytes` as a page of a listing.
pub(crate) fn taste(bytes: &[u8]) {
    let page = serde_json::from_slice::<api::Page>(bytes);
    for item in page.iter().flat_map(|page| &page.items) {
        item.remote().ok();
    }
}
