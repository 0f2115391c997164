//! A large file in a resumable session of Cloud Storage. The object appears with the last chunk, if the name is free then.

use super::api::Api;
use crate::about::About;
use crate::chunks::{Chunked, Where};
use crate::destination::Remote;
use crate::error::{Error, ErrorKind, Result};
use crate::google::resumable::Kept;
use async_trait::async_trait;
use bytes::Bytes;

#[async_trait]
impl Chunked for Api {
    async fn begin(&self, key: &str, about: &About) -> Result<String> {
        Api::begin(self, key, about).await
    }

    async fn ask(&self, key: &str, session: &str, about: &About) -> Result<Where> {
        let kept = self.resumable().ask(session, about.size).await?;
        stands(self, key, about, kept).await
    }

    async fn send(&self, key: &str, session: &str, from: u64, body: Bytes, about: &About) -> Result<Where> {
        let is_last = from + body.len() as u64 == about.size;
        let sums = is_last.then(|| Self::hash_header(&about.sums)).flatten();
        let kept = self
            .resumable()
            .send(session, from, body, about.size, sums)
            .await?;
        stands(self, key, about, kept).await
    }

    async fn finish(&self, key: &str, session: &str, about: &About) -> Result<Remote> {
        match Chunked::ask(self, key, session, about).await? {
            Where::Done(there) => Ok(there),
            Where::At(_) | Where::Gone => Err(Error::new(
                ErrorKind::Unreachable,
                "The storage has all bytes and has not made them an object yet.",
            )),
        }
    }

    async fn give_up(&self, session: &str) -> Result<()> {
        self.resumable().give_up(session).await
    }
}

/// A session that is gone may be one that ended well: its answer was lost, and the object is ours.
async fn stands(api: &Api, key: &str, about: &About, kept: Kept) -> Result<Where> {
    match kept {
        Kept::Bytes(kept) => Ok(Where::At(kept)),
        Kept::Whole(told) => Api::told(&told).map(Where::Done),
        Kept::Gone => match api.look(key).await? {
            None => Ok(Where::Gone),
            Some(there) if there.size == about.size && there.claimed == Some(about.sha256) => {
                Ok(Where::Done(there))
            }
            Some(_) => Err(Error::of(ErrorKind::Exists)),
        },
    }
}
