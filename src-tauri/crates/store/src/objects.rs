//! Anything that speaks S3. `opendal` carries listings, reads and deletes; writes are our own requests (`s3`, `upload`),
//! because a photo library wants digests checked by the server and large files that go on where they were.
//!
//! Writes are never repeated blindly: after an error of unknown effect the far side is asked first ([`Objects::is_ours`]),
//! and only then the file is sent again.

use crate::destination::{Fetch, Payload, Put, Remote, source_changed, source_unreadable};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use crate::folder::{blocking, place_at};
use crate::retry::patiently;
use crate::s3::Api;
use crate::spec::{Keys, Spec};
use crate::upload;
use crate::wire::{Account, Line, PacerView, Patience, Wire};
use albumen_files::place_stream;
use albumen_model::{Sha256, key::MARKER_FOLDER};
use opendal::layers::RetryLayer;
use opendal::{HttpTransporter, OperationContext, Operator, services};
use sha2::Digest;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Up to this size a file is one request, held in memory by each worker.
const ONE_REQUEST: u64 = 8 << 20;
const READ: u64 = 4 << 20;

pub struct Objects {
    account: Arc<Account>,
    api: Api,
    /// For one question without a second try.
    asking: Operator,
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
        let account =
            Account::new(Patience::USUAL).map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
        let builder = services::S3::default()
            .bucket(bucket)
            .region(region)
            .endpoint(endpoint)
            .root(&format!("/{prefix}/"))
            .access_key_id(&keys.access)
            .secret_access_key(&keys.secret)
            .disable_config_load()
            .disable_ec2_metadata();
        let wire = HttpTransporter::new(Wire(account.clone()));
        let context = OperationContext::new().with_http_transport(wire);
        let asking = Operator::new(builder)?.with_context(context);
        let retry = RetryLayer::new()
            .with_jitter()
            .with_min_delay(Duration::from_millis(300))
            .with_max_delay(Duration::from_secs(10))
            .with_max_times(7);
        let reading = asking.clone().layer(retry);
        let api = Api::new(account.clone(), endpoint, bucket, prefix, region, keys);
        Ok(Self {
            account,
            api,
            asking,
            reading,
        })
    }

    pub fn pace(&self) -> PacerView {
        self.account.pace()
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
        match Line::new(|| true).during(self.first()).await {
            Ok(_) => Ok(true),
            Err(gone) if gone.kind == ErrorKind::NoSuchPlace => Ok(false),
            Err(other) => Err(other),
        }
    }

    async fn first(&self) -> Result<Option<opendal::Entry>> {
        let mut lister = self.reading.lister_with("").recursive(true).await?;
        next_entry(&mut lister).await
    }

    async fn answers(&self) -> bool {
        self.first().await.is_ok()
    }

    pub async fn list(&self, on_object: &mut (dyn FnMut(String, u64, String) -> bool + Send)) -> Result<()> {
        Line::new(|| true).during(self.list_all(on_object)).await
    }

    async fn list_all(&self, on_object: &mut (dyn FnMut(String, u64, String) -> bool + Send)) -> Result<()> {
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

    /// As one verb of its own; within another one, [`Self::look`].
    pub async fn head(&self, key: &str) -> Result<Option<Remote>> {
        Line::new(|| true).during(self.look(key)).await
    }

    async fn look(&self, key: &str) -> Result<Option<Remote>> {
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

    pub async fn put(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<Put> {
        flow.line().during(self.put_and_look(key, payload, flow)).await
    }

    async fn put_and_look(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<Put> {
        // A large file tries its requests again one by one: around them, every budget of time would be spent many times.
        let put = if payload.identity.size > ONE_REQUEST {
            self.put_or_find(key, payload, flow).await
        } else {
            patiently(flow, || self.put_or_find(key, payload, flow)).await
        };
        let adopted = match put {
            // A storage that fails on this one file for minutes and answers otherwise: the others can still be sent.
            Err(failed) if failed.kind == ErrorKind::Unreachable && self.answers().await => {
                return Err(Error::new(ErrorKind::Other, failed.message));
            }
            done => done?,
        };
        let there = self.look(key).await?.ok_or_else(|| {
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

    /// True when what is there turned out to be ours already.
    async fn put_or_find(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<bool> {
        let Err(failed) = self.put_once(key, payload, flow).await else {
            return Ok(false);
        };
        // The name was free when planned: either someone else took it, or an earlier try of ours landed. Servers tell a
        // finished upload that is finished again by many words.
        let may_be_ours = matches!(
            failed.kind,
            ErrorKind::Exists
                | ErrorKind::Unreachable
                | ErrorKind::Other
                | ErrorKind::NotThere
                | ErrorKind::Denied
        );
        if may_be_ours && self.is_ours(key, payload).await.unwrap_or(false) {
            upload::close(key, flow);
            return Ok(true);
        }
        Err(failed)
    }

    /// Asks the far side whether an upload whose answer was lost is there: same size and our digest beside it.
    async fn is_ours(&self, key: &str, payload: &Payload) -> Result<bool> {
        let there = self.look(key).await?;
        Ok(there.is_some_and(|one| one.size == payload.identity.size && one.claimed == Some(payload.sha256)))
    }

    async fn put_once(&self, key: &str, payload: &Payload, flow: &Flow) -> Result<()> {
        // Not every server that speaks S3 honours a conditional write, so the question is asked first as well.
        if self.look(key).await?.is_some() {
            return Err(Error::new(
                ErrorKind::Exists,
                "Something has this name at the destination already.",
            ));
        }
        let identity = payload.identity;
        let beside = vec![
            ("content-type", payload.content_type().to_owned()),
            ("x-amz-meta-sha256", payload.sha256.to_string()),
            ("x-amz-meta-mtime", rclone_time(identity.mtime_ns)),
        ];
        if identity.size > ONE_REQUEST {
            return upload::upload(&self.api, key, payload, &beside, flow).await;
        }
        let mut file = payload.open()?;
        let (bytes, sha256) = blocking(move || {
            let mut bytes = Vec::with_capacity(usize::try_from(identity.size).unwrap_or(0));
            file.by_ref()
                .take(ONE_REQUEST + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| source_unreadable(&error))?;
            let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
            Ok((bytes, sha256))
        })
        .await?;
        if sha256 != payload.sha256 {
            return Err(source_changed());
        }
        flow.moved(bytes.len() as u64)?;
        self.api.put(key, bytes, sha256, beside).await
    }

    /// Gives up an upload that was begun.
    pub async fn abandon(&self, key: &str, session: &str) -> Result<()> {
        Line::new(|| true)
            .during(upload::abandon(&self.api, key, session))
            .await
    }

    pub async fn put_bytes(&self, key: &str, bytes: Vec<u8>) -> Result<Put> {
        Line::new(|| true).during(self.put_own(key, bytes)).await
    }

    async fn put_own(&self, key: &str, bytes: Vec<u8>) -> Result<Put> {
        let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
        let written = patiently(&Flow::free(), || self.put_own_once(key, &bytes, sha256)).await;
        let there = self.look(key).await?;
        match (written, there) {
            (Ok(()), Some(there)) => Ok(Put {
                version: there.version,
                made_dirs: Vec::new(),
                adopted: false,
            }),
            // An answer of ours was lost, or it was written before: whose bytes they are is read, not believed.
            (Err(failed), Some(_)) => match self.digest_of(key, &Flow::free()).await? {
                (same, _, version) if same == sha256 => Ok(Put {
                    version,
                    made_dirs: Vec::new(),
                    adopted: true,
                }),
                _ => Err(failed),
            },
            (Err(failed), None) => Err(failed),
            (Ok(()), None) => Err(Error::new(
                ErrorKind::Unreachable,
                "It was stored and is not there.",
            )),
        }
    }

    async fn put_own_once(&self, key: &str, bytes: &[u8], sha256: Sha256) -> Result<()> {
        if self.look(key).await?.is_some() {
            return Err(Error::new(ErrorKind::Exists, "It is there already."));
        }
        self.api.put(key, bytes.to_vec(), sha256, Vec::new()).await
    }

    pub async fn digest(&self, key: &str, flow: &Flow) -> Result<(Sha256, u64, String)> {
        flow.line().during(self.digest_of(key, flow)).await
    }

    async fn digest_of(&self, key: &str, flow: &Flow) -> Result<(Sha256, u64, String)> {
        let gone = || Error::new(ErrorKind::NotThere, "It is not at the destination.");
        let there = self.look(key).await?.ok_or_else(gone)?;
        let mut hasher = sha2::Sha256::new();
        let mut at = 0;
        while at < there.size {
            let piece = self.read(key, at, there.size).await?;
            at += piece.len() as u64;
            flow.moved(piece.len() as u64)?;
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

    pub async fn fetch(&self, key: &str, to: Fetch, flow: &Flow) -> Result<()> {
        flow.line().during(self.fetch_to(key, to, flow)).await
    }

    async fn fetch_to(&self, key: &str, to: Fetch, flow: &Flow) -> Result<()> {
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
                flow.moved(piece.len() as u64)?;
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
        Line::new(|| true).during(self.delete_same(key, expected)).await
    }

    async fn delete_same(&self, key: &str, expected: &str) -> Result<()> {
        match self.look(key).await? {
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
