//! Azure Blob Storage: conditional puts with an MD5 that the server compares, and blocks for large files.
//!
//! An MD5 that a look tells is the server's own only for what went in one request. For blocks it is what the writer said
//! of them: such a blob has no sums here, and is read back to be proved.

mod api;
mod dialect;
mod sign;
mod upload;

pub(crate) use api::Container;
pub(crate) use dialect::DIALECT;

use crate::about::{About, Names};
use crate::destination::{Listed, Payload, Remote};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::Flow;
use crate::known::Known;
use crate::pages::Pages;
use crate::provider::{OnObject, Provider};
use crate::retry::patiently;
use crate::secret::Keys;
use crate::sums::{Algo, Sums};
use crate::trial;
use crate::version::Version;
use crate::wire::Account;
use albumen_model::Sha256;
use api::{Api, Properties, base64};
use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use std::sync::Arc;

/// Beyond, a file goes in blocks that can be gone on with.
const ONE_REQUEST: u64 = 8 << 20;
/// Azure gives so many names at a time.
const PAGE: u32 = 5000;
const LONGEST_NOTE: usize = 1024;
/// Names of metadata are words of C#: no dashes.
const NOTES: Names = Names {
    sha256: "x-ms-meta-sha256",
    mtime: "x-ms-meta-mtime",
    captured: "x-ms-meta-captured",
    from: "x-ms-meta-from",
};

pub(crate) struct Azure {
    api: Api,
}

impl Azure {
    pub fn connect(container: &Container<'_>, keys: &Keys, account: &Arc<Account>) -> Result<Self> {
        Ok(Self {
            api: Api::new(container, keys, account)?,
        })
    }

    /// Writes two small objects that a sound server refuses, beside one that it takes.
    async fn try_out(&self, key: &str) -> Result<Known> {
        let none = Known::default();
        let [first, (other, its)] = trial::objects(&[Algo::Md5]);
        let (bytes, wrong) = trial::with_wrong(Algo::Md5, &first);
        self.write(key, first.0, &first.1, &none).await?;
        let replaced = self.write(key, other, &its, &none).await;
        let took_md5 = self.write(&format!("{key}-md5"), bytes, &wrong, &none).await;
        Ok(Known {
            refuses_to_replace: trial::is_refused(replaced, ErrorKind::Exists),
            refuses_wrong_md5: trial::is_refused(took_md5, ErrorKind::BadDigest),
            ..Known::default()
        })
    }
}

#[async_trait]
impl Provider for Azure {
    fn one_request(&self) -> u64 {
        ONE_REQUEST
    }

    fn wanted(&self, _: u64, _: &Known) -> Vec<Algo> {
        vec![Algo::Md5]
    }

    async fn reach(&self, _: &str) -> Result<()> {
        self.api.page("", 1).await.map(drop)
    }

    async fn is_there(&self) -> Result<bool> {
        let flow = Flow::of_line();
        match patiently(&flow, || self.api.page("", 1)).await {
            Ok(_) => Ok(true),
            Err(gone) if gone.kind == ErrorKind::NoSuchPlace => Ok(false),
            Err(other) => Err(other),
        }
    }

    async fn list(&self, on_object: &mut OnObject<'_>) -> Result<()> {
        let flow = Flow::of_line();
        let mut pages = Pages::default();
        loop {
            let page = patiently(&flow, || self.api.page(pages.token(), PAGE)).await?;
            let told = page.blobs.len();
            for (key, said) in page.blobs {
                let listed = Listed {
                    version: version(&said.etag, said.size, &said.modified),
                    sums: own_sums(said.size, said.md5.as_deref()),
                    size: said.size,
                    key,
                };
                if !on_object(listed) {
                    return Err(crate::flow::stopped());
                }
            }
            if !pages.turn(page.next, told)? {
                return Ok(());
            }
        }
    }

    async fn look(&self, key: &str) -> Result<Option<Remote>> {
        match self.api.head(key).await {
            Ok(headers) => Ok(Some(remote(&headers)?)),
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(None),
            Err(other) => Err(other),
        }
    }

    async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        self.api.read(key, from, to).await
    }

    async fn write(&self, key: &str, body: Bytes, about: &About, _: &Known) -> Result<Option<Remote>> {
        let md5 = about
            .sums
            .base64(Algo::Md5)
            .unwrap_or_else(|| base64(&<md5::Md5 as sha2::Digest>::digest(&body)));
        let mut headers = about.notes(&NOTES, LONGEST_NOTE);
        headers.push(("content-type", about.content_type.to_owned()));
        let again = body.clone();
        let reply = match self.api.put(key, body, md5, headers).await {
            Err(taken) if taken.kind == ErrorKind::Exists && self.look(key).await?.is_none() => {
                let mut headers = about.notes(&NOTES, LONGEST_NOTE);
                headers.push(("x-ms-blob-content-type", about.content_type.to_owned()));
                upload::small(&self.api, key, again, &about.sums, headers).await?;
                return Ok(None);
            }
            reply => reply?,
        };
        let said = Properties {
            etag: text(&reply, "etag"),
            size: about.size,
            modified: text(&reply, "last-modified"),
            md5: Some(text(&reply, "content-md5")),
        };
        Ok((!said.etag.is_empty()).then(|| Remote {
            size: about.size,
            version: version(&said.etag, said.size, &said.modified),
            claimed: Some(about.sha256),
            sums: own_sums(said.size, said.md5.as_deref()),
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
        let mut headers = about.notes(&NOTES, LONGEST_NOTE);
        headers.push(("x-ms-blob-content-type", about.content_type.to_owned()));
        let sums = upload::upload(&self.api, key, payload, &headers, flow).await?;
        Ok((None, sums))
    }

    async fn delete(&self, key: &str, there: &Remote) -> Result<()> {
        let etag = there
            .version
            .split(';')
            .find_map(|word| word.strip_prefix("etag="));
        let etag = etag.map(|etag| format!("\"{etag}\""));
        match self.api.delete(key, etag.as_deref()).await {
            Err(other) if other.kind == ErrorKind::Exists => Err(Error::new(
                ErrorKind::Changed,
                format!("`{key}` was changed after it was placed."),
            )),
            done => done,
        }
    }

    /// Azure has no request that drops blocks; it does so itself after a week.
    async fn abandon(&self, _: &str, _: &str) -> Result<()> {
        Ok(())
    }

    async fn learn(&self, key: &str) -> Result<Known> {
        let known = self.try_out(key).await;
        trial::remove(key, &["", "-md5"], |key| async move {
            self.api.delete(&key, None).await
        })
        .await;
        known
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

fn remote(headers: &HeaderMap) -> Result<Remote> {
    let size = text(headers, "content-length").parse().map_err(|_| {
        Error::new(
            ErrorKind::Unreachable,
            "The storage does not tell how large it is.",
        )
    })?;
    let md5 = text(headers, "content-md5");
    Ok(Remote {
        size,
        version: version(&text(headers, "etag"), size, &text(headers, "last-modified")),
        claimed: Sha256::from_hex(&text(headers, NOTES.sha256)),
        sums: own_sums(size, Some(md5.as_str())),
    })
}

/// Only what Azure computed itself.
fn own_sums(size: u64, md5: Option<&str>) -> Sums {
    match md5 {
        Some(md5) if size <= ONE_REQUEST && !md5.is_empty() => Sums::default().with_base64(Algo::Md5, md5),
        _ => Sums::default(),
    }
}

/// Listings give etags without quotes, headers with.
fn version(etag: &str, size: u64, modified: &str) -> String {
    let time = jiff::fmt::rfc2822::parse(modified).map(|at| at.timestamp().as_second().to_string());
    Version::default()
        .with("etag", etag.trim_matches('"'))
        .with("size", size)
        .with("time", time.unwrap_or_default())
        .text()
}

/// Reads `bytes` as a page of a listing.
pub(crate) fn taste(bytes: &[u8]) {
    api::taste(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_and_a_look_tell_the_same_version() {
        let time = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(version("\"0x8D\"", 3, time), version("0x8D", 3, time));
        assert_eq!(version("0x8D", 3, ""), "etag=0x8D;size=3");
    }

    #[test]
    fn what_a_writer_said_of_blocks_is_no_sum() {
        let md5 = Some("kAFQmDzST7DWlj99KOF/cg==");
        assert_eq!(
            own_sums(ONE_REQUEST, md5).to_string(),
            "md5=900150983cd24fb0d6963f7d28e17f72"
        );
        assert_eq!(own_sums(ONE_REQUEST + 1, md5), Sums::default());
    }
}
