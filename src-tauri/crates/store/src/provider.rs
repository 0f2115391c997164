//! The requests of one kind of storage. What makes a library safe there (asking before writing, trying again, comparing,
//! hashing) is not here but in `objects`, the same for all.
//!
//! Each method is one attempt unless it says otherwise. Keys are relative to the destination's own prefix or folder.

use crate::about::About;
use crate::destination::{Listed, Payload, Remote};
use crate::error::Result;
use crate::flow::Flow;
use crate::known::Known;
use crate::sums::{Algo, Sums};
use async_trait::async_trait;
use bytes::Bytes;

/// Hears of every object; says whether to go on.
pub(crate) type OnObject<'a> = dyn FnMut(Listed) -> bool + Send + 'a;

#[async_trait]
pub(crate) trait Provider: Send + Sync {
    /// Up to this size a file is one request, held in memory by each worker.
    fn one_request(&self) -> u64;

    /// Digests besides SHA-256 that the storage compares or tells, computed in the one read of a file of this size.
    fn wanted(&self, size: u64, known: &Known) -> Vec<Algo>;

    /// Whether all that we store there is marked by our digest beside it: what is not is somebody else's.
    fn marks_its_own(&self) -> bool {
        false
    }

    /// What was learnt of the storage before, or just now.
    fn know(&self, _: &Known) {}

    /// One question, answered now: does it answer, and are we let in?
    async fn reach(&self, key: &str) -> Result<()>;

    /// Whether the bucket, folder or account is there; errors say nothing about it. Tries again by itself.
    async fn is_there(&self) -> Result<bool>;

    /// Every object, our own markers too; an error ends it, and it is never short without one. Tries again by itself.
    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()>;

    async fn look(&self, key: &str) -> Result<Option<Remote>>;

    /// The bytes `from..to`, all of them.
    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>>;

    /// Writes a file of up to [`Provider::one_request`] under a name that must be free. `None` when the reply does not
    /// tell what was stored.
    async fn write(&self, key: &str, body: Bytes, about: &About, known: &Known) -> Result<Option<Remote>>;

    /// Sends a larger file, in a session of the flow's ledger where the storage has sessions. Tries its requests again by
    /// itself. Gives the sums it computed on the way.
    async fn upload(
        &self,
        key: &str,
        payload: &Payload,
        about: About,
        known: &Known,
        flow: &Flow,
    ) -> Result<(Option<Remote>, Sums)>;

    /// Whether an object may be one that we wrote for an original of this modification time, where nothing tells its
    /// SHA-256 and it has to be known again by the storage's own digest. Without a mark of ours it is a stranger's, also
    /// with the same bytes.
    fn may_be_ours(&self, _there: &Remote, _mtime_ns: i64) -> bool {
        false
    }

    /// Deletes what `look` just told of.
    async fn delete(&self, key: &str, there: &Remote) -> Result<()>;

    /// As [`Provider::delete`], for good, of what a test of the destination made a moment ago over this very connection; where
    /// that is not sure, or nothing is kept anyway, as any other.
    async fn erase(&self, key: &str, there: &Remote) -> Result<()> {
        self.delete(key, there).await
    }

    /// Gives up a session of the ledger.
    async fn abandon(&self, key: &str, session: &str) -> Result<()>;

    /// Tries out, with small objects named after `key`, what is not to be believed, and removes them again.
    async fn learn(&self, key: &str) -> Result<Known>;

    /// Whether a version changes with the bytes whatever somebody does. Sizes and times can be put back.
    fn versions_are_firm(&self) -> bool {
        true
    }

    /// What an account takes in a day, where that is documented.
    fn daily_bytes(&self) -> Option<u64> {
        None
    }

    /// Who we are there, for a person to recognise and for the catalog to compare; `None` where nobody says.
    async fn account(&self) -> Result<Option<Person>> {
        Ok(None)
    }
}

/// An account, as its provider names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub free_bytes: Option<u64>,
}
