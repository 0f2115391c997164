//! A large file in a resumable session of Drive, under an id that was reserved before: the session of the ledger names
//! both, `ID ADDRESS`. However often it is begun again, there is one file.

use super::Drive;
use super::file::File;
use crate::about::About;
use crate::chunks::{Chunked, Where};
use crate::destination::Remote;
use crate::error::{Error, ErrorKind, Result};
use crate::google::resumable::Kept;
use async_trait::async_trait;
use bytes::Bytes;

/// Id and address.
fn parts(session: &str) -> Result<(&str, &str)> {
    session
        .split_once(' ')
        .ok_or_else(|| Error::new(ErrorKind::NotThere, "This is no session of Drive."))
}

#[async_trait]
impl Chunked for Drive {
    async fn begin(&self, key: &str, about: &About) -> Result<String> {
        let (id, described) = self.described(key, about).await?;
        let begun = self.api.begin(&described, about.content_type, about.size).await;
        let address = begun.map_err(|error| self.without_folder(error))?;
        Ok(format!("{id} {address}"))
    }

    async fn ask(&self, key: &str, session: &str, about: &About) -> Result<Where> {
        let Ok((id, address)) = parts(session) else {
            return Ok(Where::Gone);
        };
        self.ids.ours.remember(key, id);
        let kept = self.api.resumable().ask(address, about.size).await;
        self.stands(key, id, about, kept.map_err(super::api::today)?)
            .await
    }

    async fn send(&self, key: &str, session: &str, from: u64, body: Bytes, about: &About) -> Result<Where> {
        let (id, address) = parts(session)?;
        // Drive does not ask whether the name is free. It was when the file began; that may be hours ago.
        if from + body.len() as u64 == about.size
            && let Some(there) = self.find(key).await?
        {
            if there.id == id {
                return self.accepted(key, there, about).await.map(Where::Done);
            }
            return Err(Error::of(ErrorKind::Exists));
        }
        let kept = self
            .api
            .resumable()
            .send(address, from, body, about.size, None)
            .await;
        self.stands(key, id, about, kept.map_err(super::api::today)?)
            .await
    }

    async fn finish(&self, key: &str, session: &str, about: &About) -> Result<Remote> {
        match Chunked::ask(self, key, session, about).await? {
            Where::Done(there) => Ok(there),
            Where::At(_) | Where::Gone => Err(Error::new(
                ErrorKind::Unreachable,
                "Drive has all bytes and has not made them a file yet.",
            )),
        }
    }

    /// Sessions end by themselves after a week; Drive documents no other end.
    async fn give_up(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

impl Drive {
    /// A session that is gone may be one that ended well, and its answer was lost: the id tells.
    async fn stands(&self, key: &str, id: &str, about: &About, kept: Kept) -> Result<Where> {
        match kept {
            Kept::Bytes(kept) => Ok(Where::At(kept)),
            Kept::Whole(told) => self.ended(key, crate::json::read(&told)?, about).await,
            Kept::Gone => match self.api.get(id).await? {
                Some(file) => self.ended(key, file, about).await,
                None => Ok(Where::Gone),
            },
        }
    }

    /// In the trash, with a folder that somebody put there meanwhile, it has to be sent again.
    async fn ended(&self, key: &str, file: File, about: &About) -> Result<Where> {
        if file.trashed {
            self.in_the_trash(key, &file).await?;
            return Ok(Where::Gone);
        }
        self.accepted(key, file, about).await.map(Where::Done)
    }
}
