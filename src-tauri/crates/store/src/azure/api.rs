//! The requests of Azure's blob storage, through the account's wire ("Blob service REST API" of its reference).

use super::sign::Signer;
use crate::error::{Error, ErrorKind, Result, plain};
use crate::percent;
use crate::range::{shorter, total};
use crate::secret::Keys;
use crate::wire::{Account, Line, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use opendal::{Buffer, HttpTransporter};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const VERSION: &str = "2021-12-02";

pub(super) type Headers = Vec<(&'static str, String)>;
type Query<'a> = [(&'static str, String)];

/// Where a container is; without an endpoint, at Azure itself.
pub(crate) struct Container<'a> {
    pub name: &'a str,
    pub prefix: &'a str,
    pub endpoint: &'a str,
}

pub(super) struct Api {
    wire: HttpTransporter,
    signer: Signer,
    /// Scheme and host.
    host: String,
    /// Encoded path of the container.
    container: String,
    /// With a slash at its end, unless it is empty.
    prefix: String,
}

impl Api {
    pub fn new(container: &Container<'_>, keys: &Keys, account: &Arc<Account>) -> Result<Self> {
        let endpoint = match container.endpoint {
            "" => format!("https://{}.blob.core.windows.net", keys.access),
            given => given.to_owned(),
        };
        let url = url::Url::parse(&endpoint)
            .map_err(|_| Error::new(ErrorKind::NoSuchPlace, format!("`{endpoint}` is no address.")))?;
        let host = url[..url::Position::BeforePath].to_owned();
        let above = url.path().trim_end_matches('/');
        Ok(Self {
            wire: HttpTransporter::new(Wire(account.clone())),
            signer: Signer::new(&keys.access, &keys.secret)?,
            host,
            container: format!("{above}/{}", percent::part(container.name)),
            prefix: match container.prefix {
                "" => String::new(),
                prefix => format!("{prefix}/"),
            },
        })
    }

    /// Writes a blob whose name must be free; Azure compares the MD5.
    pub async fn put(&self, key: &str, body: Bytes, md5: String, mut headers: Headers) -> Result<HeaderMap> {
        headers.push(("x-ms-blob-type", "BlockBlob".to_owned()));
        headers.push(("if-none-match", "*".to_owned()));
        headers.push(("content-md5", md5));
        let reply = self.ask(Method::PUT, Some(key), &[], headers, body).await?;
        Ok(reply.into_parts().0.headers)
    }

    /// Sends a block, to be committed later. `id` is in Base64.
    pub async fn block(&self, key: &str, id: &str, body: Bytes, md5: String) -> Result<()> {
        let query = [("comp", "block".to_owned()), ("blockid", id.to_owned())];
        let headers = vec![("content-md5", md5)];
        self.ask(Method::PUT, Some(key), &query, headers, body)
            .await
            .map(drop)
    }

    /// Ids and sizes of the blocks that wait to be committed.
    pub async fn blocks(&self, key: &str) -> Result<Vec<(String, u64)>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct All {
            #[serde(default)]
            uncommitted_blocks: Option<Blocks>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Blocks {
            #[serde(default)]
            block: Vec<Block>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Block {
            name: String,
            size: u64,
        }
        let query = [
            ("comp", "blocklist".to_owned()),
            ("blocklisttype", "uncommitted".to_owned()),
        ];
        let reply = self
            .ask(Method::GET, Some(key), &query, Vec::new(), Bytes::new())
            .await?;
        let all: All = read(reply.into_body())?;
        let blocks = all.uncommitted_blocks.map(|blocks| blocks.block);
        Ok(blocks
            .unwrap_or_default()
            .into_iter()
            .map(|block| (block.name, block.size))
            .collect())
    }

    /// Makes the blob of its blocks, under a name that must be free. Only now does it appear.
    pub async fn commit(&self, key: &str, ids: &[String], mut headers: Headers) -> Result<HeaderMap> {
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        // Base64 needs no escapes.
        text.extend(ids.iter().map(|id| format!("<Uncommitted>{id}</Uncommitted>")));
        text.push_str("</BlockList>");
        headers.push(("if-none-match", "*".to_owned()));
        let query = [("comp", "blocklist".to_owned())];
        let reply = self
            .ask(Method::PUT, Some(key), &query, headers, text.into())
            .await?;
        Ok(reply.into_parts().0.headers)
    }

    pub async fn head(&self, key: &str) -> Result<HeaderMap> {
        let reply = self
            .ask(Method::HEAD, Some(key), &[], Vec::new(), Bytes::new())
            .await?;
        Ok(reply.into_parts().0.headers)
    }

    pub async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        let range = format!("bytes={from}-{}", to.saturating_sub(1));
        let reply = self
            .ask(Method::GET, Some(key), &[], vec![("range", range)], Bytes::new())
            .await?;
        if total(reply.headers()).is_some_and(|total| total < to) {
            return Err(shorter());
        }
        Ok(reply.into_body().to_vec())
    }

    /// Only if it is still the version with this etag.
    pub async fn delete(&self, key: &str, etag: Option<&str>) -> Result<()> {
        let headers = etag
            .map(|etag| ("if-match", etag.to_owned()))
            .into_iter()
            .collect();
        self.ask(Method::DELETE, Some(key), &[], headers, Bytes::new())
            .await
            .map(drop)
    }

    /// A page of the listing, and where the next one begins.
    pub async fn page(&self, marker: &str, most: u32) -> Result<Page> {
        let mut query = vec![
            ("restype", "container".to_owned()),
            ("comp", "list".to_owned()),
            ("maxresults", most.to_string()),
        ];
        for (name, value) in [("prefix", self.prefix.as_str()), ("marker", marker)] {
            if !value.is_empty() {
                query.push((name, value.to_owned()));
            }
        }
        let reply = self
            .ask(Method::GET, None, &query, Vec::new(), Bytes::new())
            .await?;
        let page: Listing = read(reply.into_body())?;
        let blobs = page.blobs.map(|blobs| blobs.blob).unwrap_or_default();
        let blobs = blobs.into_iter().map(|blob| {
            let name = blob.name.plain()?;
            let key = name.strip_prefix(&self.prefix).map(str::to_owned);
            Some((key?, blob.properties))
        });
        Ok(Page {
            blobs: blobs.collect::<Option<_>>().ok_or_else(|| {
                Error::new(ErrorKind::Other, "The storage listed a name that cannot be read.")
            })?,
            next: page.next_marker.filter(|next| !next.is_empty()),
        })
    }

    /// `None` for the container itself.
    async fn ask(
        &self,
        method: Method,
        key: Option<&str>,
        query: &Query<'_>,
        headers: Headers,
        body: Bytes,
    ) -> Result<Response<Buffer>> {
        let other = |words: String| Error::new(ErrorKind::Other, words);
        let mut path = self.container.clone();
        if let Some(key) = key {
            let whole = format!("{}{key}", self.prefix);
            path.push_str(&format!("/{}", percent::path(&whole)));
        }
        let mut headers: BTreeMap<&str, String> = headers.into_iter().collect();
        headers.insert("x-ms-version", VERSION.to_owned());
        headers.insert("x-ms-date", now()?);
        if !body.is_empty() {
            headers.insert("content-length", body.len().to_string());
        }
        let signed = self.signer.sign(method.as_str(), &path, query, &headers)?;
        headers.insert("authorization", signed);
        headers.insert("content-length", body.len().to_string());
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", percent::part(value)))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request =
            Request::builder()
                .method(method)
                .uri(format!("{}{path}{mark}{}", self.host, query.join("&")));
        for (name, value) in &headers {
            let value = HeaderValue::from_str(value).map_err(|error| other(error.to_string()))?;
            request = request.header(*name, value);
        }
        let request = request
            .body(Buffer::from(body))
            .map_err(|error| other(error.to_string()))?;
        let reply = self.wire.send(request).await?;
        if reply.status().is_success() {
            return Ok(reply);
        }
        let said = Line::heard().unwrap_or_default();
        let kind = said.kind.unwrap_or(ErrorKind::Other);
        Err(Error::new(kind, plain(&said.words(), kind)))
    }
}

pub(super) struct Page {
    /// Keys, and what is said of them.
    pub blobs: Vec<(String, Properties)>,
    pub next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listing {
    #[serde(default)]
    blobs: Option<Blobs>,
    #[serde(default)]
    next_marker: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Blobs {
    #[serde(default)]
    blob: Vec<Blob>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Blob {
    name: Name,
    properties: Properties,
}

/// Names that XML cannot hold come percent-encoded.
#[derive(Deserialize)]
struct Name {
    #[serde(default, rename = "@Encoded")]
    encoded: bool,
    #[serde(default, rename = "$text")]
    text: String,
}

impl Name {
    fn plain(self) -> Option<String> {
        if !self.encoded {
            return Some(self.text);
        }
        let decoded = percent_encoding::percent_decode_str(&self.text).decode_utf8();
        decoded.ok().map(std::borrow::Cow::into_owned)
    }
}

#[derive(Deserialize)]
pub(super) struct Properties {
    #[serde(rename = "Etag", default)]
    pub etag: String,
    #[serde(rename = "Content-Length")]
    pub size: u64,
    #[serde(rename = "Last-Modified", default)]
    pub modified: String,
    #[serde(rename = "Content-MD5", default)]
    pub md5: Option<String>,
}

fn now() -> Result<String> {
    let now = jiff::Timestamp::from_millisecond(albumen_files::clock::now_ms());
    now.and_then(|now| jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now))
        .map_err(|error| Error::new(ErrorKind::ClockSkew, error.to_string()))
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn read<T: for<'a> Deserialize<'a>>(body: Buffer) -> Result<T> {
    let text = body.to_vec();
    let text = String::from_utf8_lossy(&text);
    quick_xml::de::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        Error::new(
            ErrorKind::Other,
            format!("The storage's answer cannot be read: {error}"),
        )
    })
}

/// Reads `bytes` as a page of a listing: how many names of it can be read.
pub(super) fn taste(bytes: &[u8]) -> usize {
    let page: Result<Listing> = read(Buffer::from(bytes.to_vec()));
    let blobs = page.ok().and_then(|page| page.blobs).map(|blobs| blobs.blob);
    let names = blobs.unwrap_or_default().into_iter();
    names.filter_map(|blob| blob.name.plain()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_with_names_that_xml_cannot_hold() {
        let text = "\u{feff}<?xml version=\"1.0\"?><EnumerationResults><Prefix>p/</Prefix><Blobs>\
            <Blob><Name>p/ a&amp;b </Name><Properties><Last-Modified>Sun, 06 Nov 1994 08:49:37 GMT</Last-Modified>\
            <Etag>0x8D</Etag><Content-Length>3</Content-Length><Content-MD5>kAFQmDzST7DWlj99KOF/cg==</Content-MD5>\
            <AccessTier>Hot</AccessTier></Properties><OrMetadata/></Blob>\
            <Blob><Name Encoded=\"true\">p/%EF%BF%BE</Name><Properties><Content-Length>0</Content-Length></Properties></Blob>\
            </Blobs><NextMarker>more</NextMarker></EnumerationResults>";
        let listing: Listing = read(Buffer::from(text)).expect("readable");
        let blobs = listing.blobs.expect("blobs").blob;
        let names: Vec<_> = blobs.into_iter().map(|blob| blob.name.plain()).collect();
        assert_eq!(names, [Some("p/ a&b ".to_owned()), Some("p/\u{fffe}".to_owned())]);
        assert_eq!(listing.next_marker.as_deref(), Some("more"));
        let empty: Listing = read(Buffer::from(
            "<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>",
        ))
        .expect("readable");
        assert!(empty.blobs.is_some_and(|blobs| blobs.blob.is_empty()));
    }
}
