//! The requests of WebDAV (RFC 4918), through the account's wire.
//!
//! `opendal`'s service is not used: it answers "nothing there" for a folder that could not be listed, and reads an etag
//! that merely looks like a digest as one.

use super::propfind::{self, Entry};
use crate::error::{Error, ErrorKind, Result, plain};
use crate::percent;
use crate::range::{shorter, total};
use crate::wire::{Account, Line, Streamed, Wire};
use albumen_model::key::fold;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use opendal::raw::oio::ReadStream as _;
use opendal::{Buffer, HttpBody, HttpTransporter};
use std::sync::Arc;

pub(super) struct Api {
    wire: HttpTransporter,
    /// The folder's address, without a slash at its end.
    base: String,
    /// Its path on the server, decoded.
    path: String,
    authorization: Option<HeaderValue>,
}

pub(super) enum Body {
    None,
    Bytes(Bytes),
    File(Streamed),
}

impl Api {
    pub fn new(address: &str, user: &str, password: &str, account: &Arc<Account>) -> Result<Self> {
        let base = address.trim_end_matches('/').to_owned();
        let path = propfind::path(&base)
            .ok_or_else(|| Error::new(ErrorKind::Denied, "The address is not one of WebDAV."))?;
        let basic = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        let mut authorization = HeaderValue::from_str(&basic)
            .map_err(|error| Error::new(ErrorKind::Denied, error.to_string()))?;
        authorization.set_sensitive(true);
        Ok(Self {
            wire: HttpTransporter::new(Wire(account.clone())),
            base,
            path,
            authorization: (!user.is_empty()).then_some(authorization),
        })
    }

    /// `None` if it is not there; a folder too. The key is empty for the folder of the library itself.
    pub async fn look(&self, key: &str) -> Result<Option<Entry>> {
        let mut found = match self.propfind(key, "0").await {
            Err(gone) if gone.kind == ErrorKind::NotThere => return Ok(None),
            found => found?,
        };
        let wanted = self.path_of(key);
        let at = found.iter().position(|one| one.path == wanted);
        match (at, found.len()) {
            (Some(at), _) => Ok(Some(found.swap_remove(at))),
            // Under another spelling of its path, behind a proxy that maps paths.
            (None, 1) => Ok(found.pop()),
            _ => Err(Error::new(
                ErrorKind::Other,
                "The storage told of something else than was asked for.",
            )),
        }
    }

    /// The children of a folder, by their names.
    pub async fn children(&self, folder: &str) -> Result<Vec<(String, Entry)>> {
        let above = self.path_of(folder);
        let mut children = Vec::new();
        let mut is_folder = true;
        for entry in self.propfind(folder, "1").await? {
            match name_in(&entry.path, &above).map(str::to_owned) {
                Some(itself) if itself.is_empty() => is_folder = entry.is_folder,
                Some(name) => children.push((name, entry)),
                None => {
                    return Err(Error::new(
                        ErrorKind::Other,
                        format!(
                            "The storage listed `{}` in `{above}`, where it is not.",
                            entry.path
                        ),
                    ));
                }
            }
        }
        if is_folder {
            Ok(children)
        } else {
            Err(Error::new(ErrorKind::Exists, plain("", ErrorKind::Exists)))
        }
    }

    async fn propfind(&self, key: &str, depth: &'static str) -> Result<Vec<Entry>> {
        // Servers send a folder without its slash elsewhere.
        let mut address = self.address(key);
        if depth == "1" || key.is_empty() {
            address.push('/');
        }
        let headers = [("depth", depth), ("content-type", "application/xml")];
        let body = Body::Bytes(Bytes::from_static(propfind::ASKED.as_bytes()));
        let reply = self.ask("PROPFIND", &address, &headers, body).await?;
        if reply.status() != StatusCode::MULTI_STATUS {
            return Err(Error::new(
                ErrorKind::Other,
                "What answers at this address is not WebDAV.",
            ));
        }
        propfind::read(&reply.into_body().to_buffer().await?.to_vec())
    }

    pub async fn make_folder(&self, key: &str) -> Result<()> {
        let address = format!("{}/", self.address(key));
        self.ask("MKCOL", &address, &[], Body::None).await.map(drop)
    }

    pub async fn put(&self, key: &str, content_type: &str, body: Body) -> Result<()> {
        let headers = [("content-type", content_type)];
        self.ask("PUT", &self.address(key), &headers, body)
            .await
            .map(drop)
    }

    /// Gives a file another name, which must be free where the server honours that.
    pub async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let to = self.address(to);
        let headers = [("destination", to.as_str()), ("overwrite", "F")];
        let reply = self
            .ask("MOVE", &self.address(from), &headers, Body::None)
            .await?;
        if reply.status() == StatusCode::MULTI_STATUS {
            return Err(Error::new(ErrorKind::Other, "The storage moved it only in part."));
        }
        Ok(())
    }

    /// `etag` guards against deleting what came meanwhile, where the server honours that.
    pub async fn delete(&self, key: &str, etag: Option<&str>) -> Result<()> {
        let guard = etag
            .filter(|etag| etag.starts_with('"'))
            .map(|etag| ("if-match", etag));
        let headers: Vec<(&'static str, &str)> = guard.into_iter().collect();
        self.ask("DELETE", &self.address(key), &headers, Body::None)
            .await
            .map(drop)
    }

    /// The bytes `from..to`, also of a server that only gives whole files.
    pub async fn read(&self, key: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        let range = format!("bytes={from}-{}", to.saturating_sub(1));
        let reply = self
            .ask("GET", &self.address(key), &[("range", &range)], Body::None)
            .await?;
        let is_part = reply.status() == StatusCode::PARTIAL_CONTENT;
        if is_part && total(reply.headers()).is_some_and(|total| total < to) {
            return Err(shorter());
        }
        let mut skip = if is_part { 0 } else { from };
        let wanted = usize::try_from(to - from).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(wanted);
        let mut body = reply.into_body();
        while bytes.len() < wanted {
            let piece = body.read().await?.to_bytes();
            if piece.is_empty() {
                break;
            }
            let gone = usize::try_from(skip).unwrap_or(usize::MAX).min(piece.len());
            skip -= gone as u64;
            let rest = &piece[gone..];
            bytes.extend_from_slice(&rest[..rest.len().min(wanted - bytes.len())]);
        }
        if bytes.len() == wanted {
            Ok(bytes)
        } else {
            Err(shorter())
        }
    }

    fn address(&self, key: &str) -> String {
        if key.is_empty() {
            return self.base.clone();
        }
        format!("{}/{}", self.base, percent::path(key.trim_end_matches('/')))
    }

    fn path_of(&self, key: &str) -> String {
        match key.trim_end_matches('/') {
            "" => self.path.clone(),
            key => format!("{}/{key}", self.path),
        }
    }

    async fn ask(
        &self,
        method: &'static str,
        address: &str,
        headers: &[(&'static str, &str)],
        body: Body,
    ) -> Result<Response<HttpBody>> {
        let other = |words: String| Error::new(ErrorKind::Other, words);
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| other(error.to_string()))?;
        let mut request = Request::builder().method(method).uri(address);
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|error| other(error.to_string()))?;
            request = request.header(HeaderName::from_static(name), value);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(http::header::AUTHORIZATION, authorization);
        }
        let (body, size) = match body {
            Body::None => (Buffer::new(), 0),
            Body::Bytes(bytes) => {
                let size = bytes.len() as u64;
                (Buffer::from(bytes), size)
            }
            Body::File(streamed) => {
                let size = streamed.size;
                request = request.extension(streamed);
                (Buffer::new(), size)
            }
        };
        let request = request
            .header(http::header::CONTENT_LENGTH, size)
            .body(body)
            .map_err(|error| other(error.to_string()))?;
        let reply = self.wire.fetch(request).await?;
        if reply.status().is_success() {
            return Ok(reply);
        }
        let said = Line::heard().unwrap_or_default();
        let kind = said.kind.unwrap_or(ErrorKind::Other);
        Err(Error::new(kind, plain(&said.words(), kind)))
    }
}

/// The name of what lies right in the folder `above`; empty for the folder itself. A server that folds names answers in the
/// spelling that was written first.
fn name_in<'a>(path: &'a str, above: &str) -> Option<&'a str> {
    let same = |path: &str| path == above || fold(path) == fold(above);
    if same(path) {
        return Some("");
    }
    let (folder, name) = path.rsplit_once('/')?;
    (same(folder) && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_folder_is_told_also_where_names_are_folded() {
        assert_eq!(name_in("/d/Trip", "/d/Trip"), Some(""));
        assert_eq!(name_in("/d/Trip/a.jpg", "/d/Trip"), Some("a.jpg"));
        assert_eq!(name_in("/d/Trip", "/d/trip"), Some(""));
        assert_eq!(name_in("/D/r\u{e9}/a.jpg", "/d/re\u{301}"), Some("a.jpg"));
        for elsewhere in ["/d/Trip/a/b.jpg", "/d/Other/a.jpg", "/a.jpg", "a.jpg"] {
            assert_eq!(name_in(elsewhere, "/d/Trip"), None, "{elsewhere}");
        }
    }
}
