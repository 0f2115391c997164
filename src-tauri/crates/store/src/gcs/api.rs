//! The requests of Cloud Storage's JSON interface ("JSON API reference", Objects) below one bucket and prefix.

use crate::about::{About, Names};
use crate::destination::Remote;
use crate::error::{Error, ErrorKind, Result};
use crate::google::{self, hosts, related, resumable};
use crate::json::{self, Caller};
use crate::percent;
use crate::sums::{Algo, Sums};
use crate::version::{Version, word};
use albumen_model::Sha256;
use bytes::Bytes;
use http::Request;
use opendal::Buffer;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

const FIELDS: &str = "name,size,md5Hash,crc32c,generation,metadata";
/// "Objects", naming requirements.
const LONGEST_NAME: usize = 1024;
/// All metadata of an object together may have 8 KiB.
const LONGEST_NOTE: usize = 2048;
const NOTES: Names = Names {
    sha256: "sha256",
    mtime: "mtime",
    captured: "captured",
    from: "from",
};

pub(super) struct Api {
    caller: Caller,
    /// Scheme and host.
    base: String,
    bucket: String,
    /// Empty, or with a slash at its end.
    prefix: String,
}

/// An object, as it is described there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    pub name: String,
    size: String,
    #[serde(default)]
    md5_hash: Option<String>,
    #[serde(default)]
    crc32c: Option<String>,
    #[serde(default)]
    generation: String,
    #[serde(default)]
    metadata: Option<HashMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    #[serde(default)]
    pub items: Vec<Item>,
    #[serde(default)]
    pub next_page_token: Option<String>,
}

impl Item {
    pub fn remote(&self) -> Result<Remote> {
        let size = self
            .size
            .parse()
            .map_err(|_| Error::new(ErrorKind::Other, "The storage tells no size."))?;
        let mut sums = Sums::default();
        for (algo, text) in [(Algo::Md5, &self.md5_hash), (Algo::Crc32c, &self.crc32c)] {
            if let Some(text) = text {
                sums = sums.with_base64(algo, text);
            }
        }
        let claimed = self.metadata.as_ref().and_then(|notes| notes.get(NOTES.sha256));
        Ok(Remote {
            size,
            version: Version::default()
                .with("generation", &self.generation)
                .with("size", size)
                .text(),
            claimed: claimed.and_then(|text| Sha256::from_hex(text)),
            sums,
        })
    }
}

impl Api {
    pub fn new(caller: Caller, base: &str, bucket: &str, prefix: &str) -> Self {
        let prefix = match prefix {
            "" => String::new(),
            named => format!("{named}/"),
        };
        Self {
            caller,
            base: base.to_owned(),
            bucket: percent::part(bucket).to_string(),
            prefix,
        }
    }

    pub fn resumable(&self) -> resumable::Resumable<'_> {
        resumable::Resumable {
            caller: &self.caller,
            base: &self.base,
        }
    }

    /// The key of an object's name, if it is below our prefix.
    pub fn key<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&self.prefix)
            .filter(|key| !key.is_empty() && !key.ends_with('/'))
    }

    /// Address of an object; of its bytes with `alt=media`.
    fn object(&self, key: &str, query: &str) -> String {
        let name = format!("{}{key}", self.prefix);
        let name = percent::part(&name);
        format!("{}/storage/v1/b/{}/o/{name}?{query}", self.base, self.bucket)
    }

    /// Where new objects go. Generation 0 is that of an object that is not there: nothing is replaced.
    fn uploads(&self, kind: &str) -> String {
        format!(
            "{}/upload/storage/v1/b/{}/o?uploadType={kind}&ifGenerationMatch=0&fields={FIELDS}",
            self.base, self.bucket
        )
    }

    /// What is stored with an object, by which the server also checks the bytes where they are known already.
    fn about(&self, key: &str, about: &About) -> Result<Value> {
        let name = format!("{}{key}", self.prefix);
        if is_refused(&name) {
            return Err(Error::new(
                ErrorKind::NameRefused,
                format!("Cloud Storage takes no such name: {name}"),
            ));
        }
        // It also goes out in headers.
        let notes = about.notes(&NOTES, LONGEST_NOTE).into_iter();
        let notes: Map<String, Value> = notes
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let mut whole = json!({"name": name, "contentType": about.content_type, "metadata": notes});
        for (field, algo) in [("md5Hash", Algo::Md5), ("crc32c", Algo::Crc32c)] {
            if let Some(sum) = about.sums.base64(algo) {
                whole[field] = json!(sum);
            }
        }
        Ok(whole)
    }

    pub async fn insert(&self, key: &str, bytes: Bytes, about: &About) -> Result<Remote> {
        let described = self.about(key, about)?;
        let (kind, body) = related::body(&described, about.content_type, bytes, &about.sha256);
        let request = Request::post(self.uploads("multipart")).header(http::header::CONTENT_TYPE, kind);
        let reply = self.caller.ask(request, body).await.map_err(no_bucket)?;
        json::read::<Item>(&reply.into_body())?.remote()
    }

    /// Opens a session for a large file; gives its address.
    pub async fn begin(&self, key: &str, about: &About) -> Result<String> {
        let described = self.about(key, about)?;
        self.resumable()
            .begin(
                &self.uploads("resumable"),
                &described,
                about.content_type,
                about.size,
            )
            .await
            .map_err(no_bucket)
    }

    pub async fn look(&self, key: &str) -> Result<Option<Remote>> {
        let request = Request::get(self.object(key, &format!("fields={FIELDS}")));
        match self.caller.ask(request, Buffer::new()).await {
            Ok(reply) => json::read::<Item>(&reply.into_body())?.remote().map(Some),
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(None),
            Err(other) => Err(other),
        }
    }

    pub async fn page(&self, most: u32, token: &str) -> Result<Page> {
        let encoded = |text: &str| percent::part(text).to_string();
        let mut address = format!(
            "{}/storage/v1/b/{}/o?prefix={}&maxResults={most}&fields=items({FIELDS}),nextPageToken",
            self.base,
            self.bucket,
            encoded(&self.prefix)
        );
        if !token.is_empty() {
            address.push_str(&format!("&pageToken={}", encoded(token)));
        }
        let reply = self.caller.ask(Request::get(address), Buffer::new()).await;
        json::read(&reply.map_err(no_bucket)?.into_body())
    }

    pub async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        let range = format!("bytes={from}-{}", to.saturating_sub(1));
        let request = Request::get(self.object(key, "alt=media")).header(http::header::RANGE, range);
        let reply = self.caller.ask(request, Buffer::new()).await?;
        google::bytes(reply, to)
    }

    /// Deletes one state of an object. What is gone already, by a try before this one, is fine.
    pub async fn delete(&self, key: &str, version: &str) -> Result<()> {
        let query = word(version, "generation")
            .map(|generation| format!("ifGenerationMatch={generation}"))
            .unwrap_or_default();
        let request = Request::delete(self.object(key, &query));
        match self.caller.ask(request, Buffer::new()).await {
            Ok(_) => Ok(()),
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
            Err(other) if other.kind == ErrorKind::Exists => Err(Error::new(
                ErrorKind::Changed,
                format!("`{key}` was changed after it was placed."),
            )),
            Err(other) => Err(other),
        }
    }

    /// Both sums in the form of the header that goes with the last bytes of an upload.
    pub fn hash_header(sums: &Sums) -> Option<String> {
        let named = [("crc32c", Algo::Crc32c), ("md5", Algo::Md5)]
            .into_iter()
            .filter_map(|(name, algo)| Some(format!("{name}={}", sums.base64(algo)?)));
        let all: Vec<String> = named.collect();
        (!all.is_empty()).then(|| all.join(","))
    }

    /// Reads what an upload's last answer says of the object.
    pub fn told(body: &Buffer) -> Result<Remote> {
        json::read::<Item>(body)?.remote()
    }
}

/// Whatever is created or listed, only the bucket can be missing.
fn no_bucket(error: Error) -> Error {
    match error.kind {
        ErrorKind::NotThere => Error::of(ErrorKind::NoSuchPlace),
        _ => error,
    }
}

fn is_refused(name: &str) -> bool {
    name.len() > LONGEST_NAME
        || name.contains(['\r', '\n'])
        || matches!(name, "." | "..")
        || name.starts_with(".well-known/acme-challenge/")
}

/// Scheme and host, as they go before all paths.
pub(super) fn base(endpoint: &str) -> Result<String> {
    let url = hosts::trusted(endpoint)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_documented_as_refused_are_not_sent() {
        let long = "n".repeat(LONGEST_NAME + 1);
        for name in [long.as_str(), "a\nb", "..", ".well-known/acme-challenge/x"] {
            assert!(is_refused(name), "{name}");
        }
        assert!(!is_refused("2024/a..b/.well-known/photo.jpg"));
    }

    #[test]
    fn an_object_is_told_with_its_generation_and_sums() {
        let text = br#"{"name":"a","size":"3","md5Hash":"kAFQmDzST7DWlj99KOF/cg==","crc32c":"Nks/tw==","generation":"7"}"#;
        let item: Item = serde_json::from_slice(text).expect("an item");
        let remote = item.remote().expect("a whole item");
        assert_eq!((remote.size, remote.version.as_str()), (3, "generation=7;size=3"));
        assert_eq!(
            remote.sums.to_string(),
            "md5=900150983cd24fb0d6963f7d28e17f72;crc32c=364b3fb7"
        );
    }
}
