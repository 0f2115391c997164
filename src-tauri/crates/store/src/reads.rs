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
    /// For listings, whose pages are tried again one by one.
    listing: Operator,
}

impl Reads {
    /// Sends everything through the account's wire.
    pub fn over_http(operator: Operator, account: &Arc<Account>) -> Self {
        let wire = HttpTransporter::new(Wire(account.clone()));
        Self::new(operator.with_context(OperationContext::new().with_http_transport(wire)))
    }

    pub fn new(asking: Operator) -> Self {
        let retry = RetryLayer::new()
            .with_jitter()
            .with_min_delay(Duration::from_millis(300))
            .with_max_delay(Duration::from_secs(10))
            .with_max_times(7);
        let listing = asking.clone().layer(retry);
        Self { asking, listing }
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
            let mut lister = self.listing.lister_with("").recursive(true).await?;
            next_entry(&mut lister).await
        };
        match first.await {
            Ok(_) => Ok(true),
            Err(gone) if gone.kind == ErrorKind::NoSuchPlace => Ok(false),
            Err(other) => Err(other),
        }
    }

    pub async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        let mut lister = self.listing.lister_with("").recursive(true).await?;
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
