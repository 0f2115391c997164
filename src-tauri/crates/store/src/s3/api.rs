//! The requests of S3 that `opendal` does not send, or not the way a photo library needs them: writes that the server checks
//! against our digest, and multipart uploads that go on after a restart. All through the account's wire.
//!
//! Bodies are announced by digest, not signed: the server then hashes them once, and refuses what arrived wrong.

use super::Bucket;
use crate::error::{Error, ErrorKind, Result, plain};
use crate::percent;
use crate::secret::Keys;
use crate::wire::{Account, Line, Wire};
use albumen_model::Sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use opendal::{Buffer, HttpTransporter};
use reqsign_core::SignRequest as _;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(crate) struct Api {
    wire: HttpTransporter,
    /// Address of the bucket.
    bucket: String,
    /// Of all keys; empty, or with a slash at its end.
    prefix: String,
    signer: reqsign_aws_v4::RequestSigner,
    credential: reqsign_aws_v4::Credential,
}

/// An upload that somebody began.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Unfinished {
    pub key: String,
    pub upload_id: String,
    /// RFC 3339.
    #[serde(default)]
    pub initiated: String,
}

/// A part the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub number: u32,
    pub size: u64,
    /// Where it says one: the MD5 of the part, for most.
    pub etag: Option<String>,
}

pub(crate) type Headers = Vec<(&'static str, String)>;

impl Api {
    pub fn new(account: Arc<Account>, bucket: &Bucket<'_>, keys: &Keys) -> Self {
        let prefix = match bucket.prefix {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let credential = reqsign_aws_v4::Credential {
            access_key_id: keys.access.clone(),
            secret_access_key: keys.secret.clone(),
            session_token: None,
            expires_in: None,
        };
        Self {
            wire: HttpTransporter::new(Wire(account)),
            bucket: format!("{}/{}", bucket.endpoint, percent::path(bucket.name)),
            prefix,
            signer: reqsign_aws_v4::RequestSigner::new("s3", bucket.region),
            credential,
        }
    }

    /// Writes an object whose name must be free, where the server honours that. Gives the headers of the reply.
    pub async fn put(
        &self,
        key: &str,
        body: Bytes,
        sha256: Sha256,
        mut headers: Headers,
    ) -> Result<HeaderMap> {
        headers.push(("if-none-match", "*".to_owned()));
        headers.push(("x-amz-checksum-sha256", STANDARD.encode(sha256.0)));
        let reply = self
            .ask(Method::PUT, key, "", headers, Buffer::from(body))
            .await?;
        Ok(reply.into_parts().0.headers)
    }

    /// Begins a multipart upload; gives its id.
    pub async fn begin(&self, key: &str, headers: Headers) -> Result<String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Begun {
            upload_id: String,
        }
        let reply = self
            .ask(Method::POST, key, "uploads=", headers, Buffer::new())
            .await?;
        Ok(read::<Begun>(reply.into_body())?.upload_id)
    }

    /// Sends a part; the same number again replaces it. Gives its etag.
    pub async fn part(
        &self,
        key: &str,
        upload: &str,
        number: u32,
        body: Bytes,
        md5: [u8; 16],
    ) -> Result<String> {
        let query = format!("partNumber={number}&uploadId={}", percent::part(upload));
        let headers = vec![("content-md5", STANDARD.encode(md5))];
        let reply = self
            .ask(Method::PUT, key, &query, headers, Buffer::from(body))
            .await?;
        let etag = reply.headers().get(http::header::ETAG);
        Ok(etag
            .and_then(|etag| etag.to_str().ok())
            .unwrap_or_default()
            .to_owned())
    }

    /// All parts that the server has, in order.
    pub async fn parts(&self, key: &str, upload: &str) -> Result<Vec<Part>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Page {
            #[serde(default)]
            is_truncated: bool,
            #[serde(default)]
            next_part_number_marker: Option<u32>,
            #[serde(default)]
            part: Vec<Row>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Row {
            part_number: u32,
            size: u64,
            #[serde(default, rename = "ETag")]
            etag: Option<String>,
        }
        let mut parts = Vec::new();
        let mut marker = 0;
        loop {
            let query = format!("part-number-marker={marker}&uploadId={}", percent::part(upload));
            let reply = self
                .ask(Method::GET, key, &query, Vec::new(), Buffer::new())
                .await?;
            let page: Page = read(reply.into_body())?;
            parts.extend(page.part.into_iter().map(|row| Part {
                number: row.part_number,
                size: row.size,
                etag: row.etag.filter(|etag| !etag.is_empty()),
            }));
            match page.next_part_number_marker {
                Some(next) if page.is_truncated && next > marker => marker = next,
                _ => return Ok(parts),
            }
        }
    }

    /// Makes the object of its parts, under a name that must be free. Only now does it appear.
    pub async fn finish(&self, key: &str, upload: &str, parts: &[(u32, String)]) -> Result<()> {
        #[derive(Serialize)]
        #[serde(rename = "CompleteMultipartUpload")]
        struct Whole<'a> {
            #[serde(rename = "Part")]
            parts: Vec<One<'a>>,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct One<'a> {
            part_number: u32,
            #[serde(rename = "ETag")]
            etag: &'a str,
        }
        let whole = Whole {
            parts: parts
                .iter()
                .map(|(number, etag)| One {
                    part_number: *number,
                    etag,
                })
                .collect(),
        };
        let text = quick_xml::se::to_string(&whole)
            .map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
        let query = format!("uploadId={}", percent::part(upload));
        let headers = vec![
            ("content-type", "application/xml".to_owned()),
            ("if-none-match", "*".to_owned()),
        ];
        let reply = self
            .ask(Method::POST, key, &query, headers, Buffer::from(text))
            .await?;
        // This one request may fail after its 200: it answers before it is done.
        let text = reply.into_body().to_vec();
        match quick_xml::de::from_str::<Failed>(&String::from_utf8_lossy(&text)) {
            Ok(failed) => Err(Error::new(
                ErrorKind::Unreachable,
                format!("The storage could not put the parts together: {}", failed.code),
            )),
            Err(_) => Ok(()),
        }
    }

    /// Uploads under this very key that were begun and neither finished nor given up; the first page of them.
    pub async fn uploads(&self, key: &str) -> Result<Vec<Unfinished>> {
        let whole = format!("{}{key}", self.prefix);
        let query = format!("prefix={}&uploads=", percent::part(&whole));
        let reply = self
            .ask_at(Method::GET, &self.bucket, &query, Vec::new(), Buffer::new())
            .await?;
        let page: Uploads = read(reply.into_body())?;
        Ok(page.uploads.into_iter().filter(|one| one.key == whole).collect())
    }

    pub async fn abort(&self, key: &str, upload: &str) -> Result<()> {
        let query = format!("uploadId={}", percent::part(upload));
        self.ask(Method::DELETE, key, &query, Vec::new(), Buffer::new())
            .await?;
        Ok(())
    }

    async fn ask(
        &self,
        method: Method,
        key: &str,
        query: &str,
        headers: Headers,
        body: Buffer,
    ) -> Result<Response<Buffer>> {
        let address = format!(
            "{}/{}{}",
            self.bucket,
            percent::path(&self.prefix),
            percent::path(key)
        );
        self.ask_at(method, &address, query, headers, body).await
    }

    async fn ask_at(
        &self,
        method: Method,
        address: &str,
        query: &str,
        headers: Headers,
        body: Buffer,
    ) -> Result<Response<Buffer>> {
        let other = |words: String| Error::new(ErrorKind::Other, words);
        let mark = if query.is_empty() { "" } else { "?" };
        let uri = format!("{address}{mark}{query}");
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            let value = HeaderValue::from_str(&value).map_err(|error| other(error.to_string()))?;
            request = request.header(HeaderName::from_static(name), value);
        }
        let request = request
            .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
            .header(http::header::CONTENT_LENGTH, body.len())
            .body(())
            .map_err(|error| other(error.to_string()))?;
        let (mut head, ()) = request.into_parts();
        let context = reqsign_core::Context::new();
        self.signer
            .sign_request(&context, &mut head, Some(&self.credential), None)
            .await
            .map_err(|error| other(error.to_string()))?;
        let reply = self.wire.send(Request::from_parts(head, body)).await?;
        if reply.status().as_u16() < 300 {
            return Ok(reply);
        }
        let said = Line::heard().unwrap_or_default();
        let kind = said.kind.unwrap_or(ErrorKind::Other);
        Err(Error::new(kind, plain(&said.words(), kind)))
    }
}

/// Uploads that are under way.
#[derive(Deserialize)]
struct Uploads {
    #[serde(default, rename = "Upload")]
    uploads: Vec<Unfinished>,
}

/// Reads `bytes` as such a list, and as the answer to the last request of an upload.
pub(super) fn taste(bytes: &[u8]) -> usize {
    let found = read::<Uploads>(Buffer::from(bytes.to_vec())).map_or(0, |page| page.uploads.len());
    found + usize::from(read::<Failed>(Buffer::from(bytes.to_vec())).is_ok())
}

/// The root of an error's text.
#[derive(Deserialize)]
#[serde(rename = "Error", rename_all = "PascalCase")]
struct Failed {
    code: String,
}

fn read<T: for<'a> Deserialize<'a>>(body: Buffer) -> Result<T> {
    let text = body.to_vec();
    quick_xml::de::from_str(&String::from_utf8_lossy(&text)).map_err(|error| {
        Error::new(
            ErrorKind::Other,
            format!("The storage's answer cannot be read: {error}"),
        )
    })
}
