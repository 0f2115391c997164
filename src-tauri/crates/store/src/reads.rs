//! Listings, looks, reads and deletes through `opendal`, for the storages whose services are sound in these (S3, Azure,
//! WebDAV, SFTP). Writes never go through here.

use crate::destination::{Listed, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::provider::OnObject;
use crate::sums::Sums;
use crate::version::Version;
use crate::wire::{Account, Line, Wire};
use albumen_model::Sha256;
use opendal::layers::RetryLayer;
use opendal::{HttpTransporter, OperationContext, Operator};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct Reads {
    /// One question, one answer.
    asking: Operator,
}

/// Waits between the tries of one page: the first, the longest, and how many.
const FIRST: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(10);
const TRIES: usize = 7;

impl Reads {
    /// Sends everything through the account's wire.
    pub fn over_http(operator: Operator, account: &Arc<Account>) -> Self {
        let wire = HttpTransporter::new(Wire(account.clone()));
        Self::new(operator.with_context(OperationContext::new().with_http_transport(wire)))
    }

    pub fn new(asking: Operator) -> Self {
        Self { asking }
    }

    /// For listings, whose pages are tried again one by one, as long as the verb this task is in wants to wait.
    fn listing(&self) -> Operator {
        let retry = RetryLayer::new()
            .with_jitter()
            .with_min_delay(FIRST)
            .with_max_delay(LONGEST)
            .with_max_times(tries_within(Line::current().unanswered()));
        self.asking.clone().layer(retry)
    }

    pub async fn reach(&self, key: &str) -> Result<()> {
        let asked = async {
            match self.asking.stat(key).await {
                Err(error) if error.kind() != opendal::ErrorKind::NotFound => Err(Error::from(error)),
                _ => Ok(()),
            }
        };
        Line::impatient().during(asked).await
    }

    /// Listing is the one request that tells a missing bucket from a missing object.
    pub async fn is_there(&self) -> Result<bool> {
        let first = async {
            let mut lister = self.listing().lister_with("").recursive(true).await?;
            next_entry(&mut lister).await
        };
        match first.await {
            Ok(_) => Ok(true),
            Err(gone) if gone.kind == ErrorKind::NoSuchPlace => Ok(false),
            Err(other) => Err(other),
        }
    }

    pub async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        let mut lister = self.listing().lister_with("").recursive(true).await?;
        while let Some(entry) = next_entry(&mut lister).await? {
            let (key, meta) = entry.into_parts();
            if key.ends_with('/') || key.is_empty() {
                continue;
            }
            let listed = Listed {
                key,
                size: meta.content_length(),
                version: version(&meta),
                sums: sums(&meta),
            };
            if !on_object(listed) {
                return Err(crate::flow::stopped());
            }
        }
        Ok(())
    }

    pub async fn look(&self, key: &str) -> Result<Option<Remote>> {
        match self.asking.stat(key).await {
            Ok(meta) if meta.is_dir() => Ok(None),
            Ok(meta) => {
                let claimed = meta
                    .user_metadata()
                    .and_then(|all| all.get("sha256"))
                    .and_then(Sha256::from_hex);
                Ok(Some(Remote {
                    size: meta.content_length(),
                    version: version(&meta),
                    claimed,
                    sums: sums(&meta),
                }))
            }
            Err(gone) if gone.kind() == opendal::ErrorKind::NotFound => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    pub async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        Ok(self.asking.read_with(key).range(from..to).await?.to_vec())
    }

    pub async fn delete(&self, key: &str) -> Result<()> {
        Ok(self.asking.delete(key).await?)
    }
}

/// How often a page is asked for again, so that the waits, without their jitter, take no longer than this.
fn tries_within(patience: Option<Duration>) -> usize {
    let Some(patience) = patience else {
        return TRIES;
    };
    let waits = std::iter::successors(Some(FIRST), |wait| Some((*wait * 2).min(LONGEST))).take(TRIES);
    let ends = waits.scan(Duration::ZERO, |sum, wait| {
        *sum += wait;
        Some(*sum)
    });
    ends.take_while(|end| *end <= patience).count()
}

/// The next entry of a listing.
async fn next_entry(lister: &mut opendal::Lister) -> Result<Option<opendal::Entry>> {
    let next =
        std::future::poll_fn(|context| futures_core::Stream::poll_next(Pin::new(&mut *lister), context));
    next.await.transpose().map_err(Error::from)
}

/// Etag, size and time together: some servers give no etag, or one that is not of the bytes.
fn version(meta: &opendal::Metadata) -> String {
    // In whole seconds: listings are finer than looks.
    let time = meta
        .last_modified()
        .map(|at| at.into_inner().as_second().to_string())
        .unwrap_or_default();
    Version::default()
        .with("etag", meta.etag().unwrap_or_default())
        .with("size", meta.content_length())
        .with("time", time)
        .text()
}

/// What the storage computed of the bytes it holds.
fn sums(meta: &opendal::Metadata) -> Sums {
    let sums = Sums::default().with_etag(meta.etag().unwrap_or_default());
    match meta.content_md5() {
        Some(md5) => sums.with_base64(crate::sums::Algo::Md5, md5),
        None => sums,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_as_long_as_somebody_waits() {
        let within = |seconds| tries_within(Some(Duration::from_secs(seconds)));
        assert_eq!(
            (tries_within(None), within(0), within(1), within(15)),
            (7, 0, 2, 5)
        );
        assert_eq!(within(3600), TRIES);
    }
}
