//! Anything that speaks S3. `opendal` carries listings, reads and deletes; writes are our own requests (`api`, `upload`),
//! because a photo library wants digests checked by the server and large files that go on where they were.

mod api;
mod dialect;
mod upload;

pub(crate) use dialect::{DIALECT, by_status, xml};

use crate::about::{About, Names};
use crate::destination::{Payload, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use crate::known::Known;
use crate::provider::{OnObject, Provider};
use crate::reads::Reads;
use crate::secret::Keys;
use crate::sums::{Algo, Sums};
use crate::trial;
use crate::version::Version;
use crate::wire::Account;
use api::{Api, Headers};
use async_trait::async_trait;
use bytes::Bytes;
use opendal::{Operator, services};
use std::sync::Arc;

/// Beyond, a file goes in parts that can be gone on with.
const ONE_REQUEST: u64 = 8 << 20;
/// All metadata of an object together may have 2 KiB.
const LONGEST_NOTE: usize = 1024;
const NOTES: Names = Names {
    sha256: "x-amz-meta-sha256",
    mtime: "x-amz-meta-mtime",
    captured: "x-amz-meta-captured",
    from: "x-amz-meta-from",
};

/// Where a bucket is.
pub(crate) struct Bucket<'a> {
    pub name: &'a str,
    pub prefix: &'a str,
    pub endpoint: &'a str,
    pub region: &'a str,
}

pub(crate) struct S3 {
    api: Api,
    reads: Reads,
}

impl S3 {
    pub fn connect(bucket: &Bucket<'_>, keys: &Keys, account: &Arc<Account>) -> Result<Self> {
        let builder = services::S3::default()
            .bucket(bucket.name)
            .region(bucket.region)
            .endpoint(bucket.endpoint)
            .root(&format!("/{}/", bucket.prefix))
            .access_key_id(&keys.access)
            .secret_access_key(&keys.secret)
            .disable_config_load()
            .disable_ec2_metadata();
        Ok(Self {
            api: Api::new(account.clone(), bucket, keys),
            reads: Reads::over_http(Operator::new(builder)?, account),
        })
    }

    /// Writes two small objects that a sound server refuses, beside one that it takes.
    async fn try_out(&self, key: &str) -> Result<Known> {
        let none = Known::default();
        let [first, (other, its)] = trial::objects(&[Algo::Md5]);
        let wrong = |algo| trial::with_wrong(algo, &first);
        let ((for_sha256, wrong_sha256), (for_md5, wrong_md5)) = (wrong(Algo::Sha256), wrong(Algo::Md5));
        self.write(key, first.0.clone(), &first.1, &none).await?;
        let replaced = self.write(key, other, &its, &none).await;
        let took_sha256 = self
            .write(&format!("{key}-sha256"), for_sha256, &wrong_sha256, &none)
            .await;
        let took_md5 = self
            .write(&format!("{key}-md5"), for_md5, &wrong_md5, &none)
            .await;
        Ok(Known {
            refuses_to_replace: trial::is_refused(replaced, ErrorKind::Exists),
            refuses_wrong_sha256: trial::is_refused(took_sha256, ErrorKind::BadDigest),
            refuses_wrong_md5: trial::is_refused(took_md5, ErrorKind::BadDigest),
            ..Known::default()
        })
    }
}

#[async_trait]
impl Provider for S3 {
    fn one_request(&self) -> u64 {
        ONE_REQUEST
    }

    /// Where SHA-256 is not looked at, MD5 usually is: as `Content-MD5`, and as the etag of a single request.
    fn wanted(&self, size: u64, known: &Known) -> Vec<Algo> {
        if size > ONE_REQUEST || known.refuses_wrong_sha256 {
            Vec::new()
        } else {
            vec![Algo::Md5]
        }
    }

    async fn reach(&self, key: &str) -> Result<()> {
        self.reads.reach(key).await
    }

    async fn is_there(&self) -> Result<bool> {
        self.reads.is_there().await
    }

    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        self.reads.list(on_object).await
    }

    async fn look(&self, key: &str) -> Result<Option<Remote>> {
        sound(key)?;
        self.reads.look(key).await
    }

    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        sound(key)?;
        self.reads.read(key, from, to).await
    }

    async fn write(&self, key: &str, body: Bytes, about: &About, _: &Known) -> Result<Option<Remote>> {
        sound(key)?;
        let mut headers = notes(about);
        if let Some(md5) = about.sums.base64(Algo::Md5) {
            headers.push(("content-md5", md5));
        }
        let reply = self.api.put(key, body, about.sha256, headers).await?;
        let etag = reply.get(http::header::ETAG).and_then(|etag| etag.to_str().ok());
        Ok(etag.filter(|etag| !etag.is_empty()).map(|etag| Remote {
            size: about.size,
            version: Version::default()
                .with("etag", etag)
                .with("size", about.size)
                .text(),
            claimed: Some(about.sha256),
            sums: Sums::default().with_etag(etag),
        }))
    }

    async fn upload(
        &self,
        key: &str,
        payload: &Payload,
        about: About,
        _: &Known,
        flow: &Flow,
    ) -> Result<(Option<Remote>, Sums)> {
        sound(key)?;
        let etag = upload::upload(&self.api, key, payload, &notes(&about), flow).await?;
        Ok((None, Sums::default().with(Algo::Etag, etag)))
    }

    async fn delete(&self, key: &str, _: &Remote) -> Result<()> {
        sound(key)?;
        self.reads.delete(key).await
    }

    async fn abandon(&self, key: &str, session: &str) -> Result<()> {
        upload::abandon(&self.api, key, session).await
    }

    async fn learn(&self, key: &str) -> Result<Known> {
        let known = self.try_out(key).await;
        trial::remove(key, &["", "-sha256", "-md5"], |key| async move {
            self.reads.delete(&key).await
        })
        .await;
        known
    }
}

/// A name that begins or ends with a space would be looked at under another one: `opendal` trims paths.
fn sound(key: &str) -> Result<()> {
    if key.trim() == key {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::NameRefused,
        "The storage's library takes no name that begins or ends with a space: choose a layout with a folder first.",
    ))
}

/// What goes along as headers.
fn notes(about: &About) -> Headers {
    let mut headers = vec![("content-type", about.content_type.to_owned())];
    headers.extend(about.notes(&NOTES, LONGEST_NOTE));
    headers
}

/// Reads `bytes` as an error and as a list of uploads.
pub(crate) fn taste(bytes: &[u8]) {
    xml(bytes);
    api::taste(bytes);
}
