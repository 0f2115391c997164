//! Anything that speaks S3, through `opendal`.
//!
//! Reads, listings and deletes may be retried by the library. Writes are not: after an error of unknown effect the far
//! side is asked first ([`Objects::is_ours`]), and only then the file is sent again from its start.

use crate::destination::{Fetch, Meter, Payload, Put, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::folder::{blocking, place_at};
use crate::spec::{Keys, Spec};
use albumen_files::{open_below, place_stream};
use albumen_model::{Sha256, key::MARKER_FOLDER};
use backon::{ExponentialBuilder, Retryable};
use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::{OperationContext, Operator, services};
use sha2::Digest;
use std::collections::HashMap;
use std::io::Read;
use std::pin::Pin;
use std::time::Duration;

/// Up to this size a file is one request, held in memory by each worker.
const ONE_REQUEST: u64 = 16 << 20;
/// S3 takes at most 10,000 parts; staying below leaves room.
const MOST_PARTS: u64 = 9_000;
const PART: u64 = 8 << 20;
const READ: u64 = 4 << 20;

pub struct Objects {
    /// For writes: no retries inside.
    writing: Operator,
    /// For everything that can be repeated freely.
    reading: Operator,
}

impl Objects {
    pub fn connect(spec: &Spec, keys: &Keys) -> Result<Self> {
        let Spec::S3 {
            bucket,
            prefix,
            endpoint,
            region,
        } = spec
        else {
            return Err(Error::new(ErrorKind::Other, "not an S3 destination"));
        };
        // Two crates in the tree could bring a TLS provider; ours is chosen once for the process.
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        let builder = services::S3::default()
            .bucket(bucket)
            .region(region)
            .endpoint(endpoint)
            .root(&format!("/{prefix}/"))
            .access_key_id(&keys.access)
            .secret_access_key(&keys.secret)
            .disable_config_load()
            .disable_ec2_metadata();
        let transport = opendal_http_transport_reqwest::ReqwestTransport::default();
        let context = OperationContext::new().with_http_transport(opendal::HttpTransporter::new(transport));
        let timeout = TimeoutLayer::new()
            .with_timeout(Duration::from_secs(30))
            .with_io_timeout(Duration::from_secs(300));
        let writing = Operator::new(builder)?.with_context(context).layer(timeout);
        let retry = RetryLayer::new()
            .with_jitter()
            .with_min_delay(Duration::from_millis(300))
            .with_max_delay(Duration::from_secs(10))
            .with_max_times(7);
        let reading = writing.clone().layer(retry);
        Ok(Self { writing, reading })
    }

    pub async fn reach(&self, key: &str) -> Result<()> {
        match self.writing.stat(key).await {
            Err(error) if error.kind() != opendal::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Listing is the one request that tells a missing bucket from a missing object.
    pub async fn is_there(&self) -> Result<bool> {
        let first = async {
            let mut lister = self.reading.lister_with("").recursive(true).await?;
            next_entry(&mut lister).await
        };
        match first.await {
            Ok(_) => Ok(true),
            Err(gone) if gone.kind == ErrorKind::NoSuchPlace => Ok(false),
            Err(other) => Err(other),
        }
    }

    pub async fn list(&self, on_object: &mut (dyn FnMut(String, u64, String) -> bool + Send)) -> Result<()> {
        let mut lister = self.reading.lister_with("").recursive(true).await?;
        let ours = format!("{MARKER_FOLDER}/");
        loop {
            let Some(entry) = next_entry(&mut lister).await? else {
                return Ok(());
            };
            let (path, meta) = entry.into_parts();
            if path.ends_with('/') || path.starts_with(&ours) {
                continue;
            }
            let version = meta.etag().unwrap_or_default().to_owned();
            if !on_object(path, meta.content_length(), version) {
                return Err(Error::new(ErrorKind::Stopped, "stopped"));
            }
        }
    }

    pub async fn head(&self, key: &str) -> Result<Option<Remote>> {
        match self.reading.stat(key).await {
            Ok(meta) => {
                let claimed = meta
                    .user_metadata()
                    .and_then(|all| all.get("sha256"))
                    .and_then(Sha256::from_hex);
                Ok(Some(Remote {
                    size: meta.content_length(),
                    version: version(&meta),
                    claimed,
                }))
            }
            Err(gone) if gone.kind() == opendal::ErrorKind::NotFound => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    pub async fn put(&self, key: &str, payload: &Payload, meter: Meter) -> Result<Put> {
        let attempt = || async {
            match self.put_once(key, payload, &meter).await {
                Ok(()) => Ok(false),
                Err(failed) => match failed.kind {
                    // The name was free when planned: either someone else took it, or an earlier try of ours landed.
                    ErrorKind::Exists | ErrorKind::Unreachable | ErrorKind::Other | ErrorKind::NotThere
                        if self.is_ours(key, payload).await? =>
                    {
                        Ok(true)
                    }
                    _ => Err(failed),
                },
            }
        };
        let backoff = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(500))
            .with_max_delay(Duration::from_secs(20))
            .with_max_times(7);
        let adopted = attempt
            .retry(backoff)
            .when(|error: &Error| matches!(error.kind, ErrorKind::Unreachable))
            .await?;
        let there = self.head(key).await?.ok_or_else(|| {
            Error::new(
                ErrorKind::Unreachable,
                "The storage said it stored the file, but it is not there.",
            )
        })?;
        if there.size != payload.identity.size {
            return Err(Error::new(
                ErrorKind::Changed,
                "What is stored under this name has another size.",
            ));
        }
        Ok(Put {
            version: there.version,
            made_dirs: Vec::new(),
            adopted,
        })
    }

    /// Asks the far side whether an upload whose answer was lost is there: same size and our digest beside it.
    async fn is_ours(&self, key: &str, payload: &Payload) -> Result<bool> {
        let there = self.head(key).await?;
        Ok(there.is_some_and(|one| one.size == payload.identity.size && one.claimed == Some(payload.sha256)))
    }

    async fn put_once(&self, key: &str, payload: &Payload, meter: &Meter) -> Result<()> {
        // Not every server that speaks S3 honours a conditional write, so the question is asked first as well.
        if self.head(key).await?.is_some() {
            return Err(Error::new(
                ErrorKind::Exists,
                "Something has this name at the destination already.",
            ));
        }
        let (mut file, identity) = open_below(&payload.root, payload.path.as_path())?;
        let changed = || {
            Error::new(
                ErrorKind::SourceChanged,
                "The original changed after it was scanned.",
            )
        };
        if identity != payload.identity {
            return Err(changed());
        }
        let metadata = HashMap::from([
            ("sha256".to_owned(), payload.sha256.to_string()),
            ("mtime".to_owned(), rclone_time(identity.mtime_ns)),
        ]);
        let unreadable = |error: std::io::Error| {
            Error::new(
                ErrorKind::SourceUnreadable,
                format!("The original cannot be read: {error}."),
            )
        };
        if identity.size <= ONE_REQUEST {
            let (bytes, sha256) = blocking(move || {
                let mut bytes = Vec::with_capacity(usize::try_from(identity.size).unwrap_or(0));
                file.by_ref()
                    .take(ONE_REQUEST + 1)
                    .read_to_end(&mut bytes)
                    .map_err(unreadable)?;
                let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
                Ok((bytes, sha256))
            })
            .await?;
            if sha256 != payload.sha256 {
                return Err(changed());
            }
            if !meter(bytes.len() as u64) {
                return Err(Error::new(ErrorKind::Stopped, "stopped"));
            }
            self.writing
                .write_with(key, bytes)
                .user_metadata(metadata)
                .if_not_exists(true)
                .await?;
            return Ok(());
        }
        let part = PART.max(identity.size.div_ceil(MOST_PARTS));
        let part = usize::try_from(part).unwrap_or(usize::MAX);
        let mut writer = self
            .writing
            .writer_with(key)
            .chunk(part)
            .user_metadata(metadata)
            .if_not_exists(true)
            .await?;
        let mut hasher = sha2::Sha256::new();
        let sent = async {
            loop {
                let (back, piece) = blocking(move || {
                    let mut piece = Vec::with_capacity(part);
                    file.by_ref()
                        .take(part as u64)
                        .read_to_end(&mut piece)
                        .map_err(unreadable)?;
                    Ok((file, piece))
                })
                .await?;
                file = back;
                if piece.is_empty() {
                    break;
                }
                hasher.update(&piece);
                let n = piece.len() as u64;
                writer.write(piece).await?;
                if !meter(n) {
                    return Err(Error::new(ErrorKind::Stopped, "stopped"));
                }
            }
            if Sha256(hasher.finalize_reset().into()) == payload.sha256 {
                Ok(())
            } else {
                Err(changed())
            }
        }
        .await;
        match sent {
            // Only now does the object appear under its name.
            Ok(()) => writer.close().await.map(|_| ()).map_err(Error::from),
            Err(failed) => {
                // An upload that cannot be aborted is left to the bucket's own sweep; the reason shown is the first.
                if let Err(left) = writer.abort().await {
                    tracing::warn!(key, "an unfinished upload could not be aborted: {left}");
                }
                Err(failed)
            }
        }
    }

    pub async fn put_bytes(&self, key: &str, bytes: Vec<u8>) -> Result<Put> {
        let size = bytes.len() as u64;
        let written = if self.head(key).await?.is_some() {
            Err(Error::new(ErrorKind::Exists, "It is there already."))
        } else {
            self.writing
                .write_with(key, bytes)
                .if_not_exists(true)
                .await
                .map(|_| ())
                .map_err(Error::from)
        };
        match (written, self.head(key).await?) {
            (Ok(()), Some(there)) => Ok(Put {
                version: there.version,
                made_dirs: Vec::new(),
                adopted: false,
            }),
            (Err(_), Some(there)) if there.size == size => Ok(Put {
                version: there.version,
                made_dirs: Vec::new(),
                adopted: true,
            }),
            (Err(failed), _) => Err(failed),
            (Ok(()), None) => Err(Error::new(
                ErrorKind::Unreachable,
                "It was stored and is not there.",
            )),
        }
    }

    pub async fn digest(&self, key: &str, meter: Meter) -> Result<(Sha256, u64, String)> {
        let gone = || Error::new(ErrorKind::NotThere, "It is not at the destination.");
        let there = self.head(key).await?.ok_or_else(gone)?;
        let mut hasher = sha2::Sha256::new();
        let mut at = 0;
        while at < there.size {
            let piece = self.read(key, at, there.size).await?;
            at += piece.len() as u64;
            if !meter(piece.len() as u64) {
                return Err(Error::new(ErrorKind::Stopped, "stopped"));
            }
            hasher.update(&piece);
        }
        Ok((Sha256(hasher.finalize().into()), at, there.version))
    }

    async fn read(&self, key: &str, from: u64, size: u64) -> Result<Vec<u8>> {
        let to = size.min(from + READ);
        let piece = self.reading.read_with(key).range(from..to).await?.to_vec();
        if piece.len() as u64 == to - from {
            Ok(piece)
        } else {
            Err(Error::new(
                ErrorKind::Unreachable,
                "The storage sent fewer bytes than asked for.",
            ))
        }
    }

    pub async fn fetch(&self, key: &str, to: Fetch, meter: Meter) -> Result<()> {
        let (sender, receiver) = std::sync::mpsc::sync_channel::<std::io::Result<Vec<u8>>>(2);
        let (sha256, size, mtime_ns, mode) = (to.sha256, to.size, to.mtime_ns, to.mode);
        let placing = blocking(move || {
            // A channel that ends early ends the file early, and a short file never gets its name.
            let mut next = || receiver.recv().ok().transpose();
            place_at(&to, |folder, name| {
                place_stream(folder, name, (sha256, size), mtime_ns, Some(mode), &mut next).map(|_| ())
            })
        });
        let reading = async {
            let mut at = 0;
            while at < size {
                let piece = self.read(key, at, size).await?;
                at += piece.len() as u64;
                meter(piece.len() as u64);
                let sender = sender.clone();
                if blocking(move || Ok(sender.send(Ok(piece)).is_err())).await? {
                    break;
                }
            }
            drop(sender);
            Ok::<(), Error>(())
        };
        let (placed, read) = tokio::join!(placing, reading);
        read?;
        placed
    }

    pub async fn delete_if(&self, key: &str, expected: &str) -> Result<()> {
        match self.head(key).await? {
            None => Err(Error::new(ErrorKind::NotThere, "It is not at the destination.")),
            Some(there) if there.version == expected => Ok(self.reading.delete(key).await?),
            Some(_) => Err(Error::new(
                ErrorKind::Changed,
                format!("`{key}` was changed after it was placed."),
            )),
        }
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
    let modified = meta
        .last_modified()
        .map(|at| format!("{at:?}"))
        .unwrap_or_default();
    format!(
        "{} {} {modified}",
        meta.etag().unwrap_or_default(),
        meta.content_length()
    )
}

/// Seconds with nine digits, as rclone stores modification times.
fn rclone_time(ns: i64) -> String {
    format!(
        "{}.{:09}",
        ns.div_euclid(1_000_000_000),
        ns.rem_euclid(1_000_000_000)
    )
}
