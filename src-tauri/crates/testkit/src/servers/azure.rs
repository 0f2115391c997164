//! A server of Azure's blobs. It keeps them in files that hold many at once: what it stored is asked for with requests
//! that are signed by hand.

use super::{Objects, Running, command, folder, installed, start};
use crate::date;
use crate::http::{self, Answer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::path::{Path, PathBuf};

/// The account that every such server knows, and its published key: both are in Azurite's documentation.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const VERSION: &str = "2021-12-02";

/// Stops when it is dropped.
pub struct Azure {
    running: Running,
    folder: PathBuf,
}

/// Azurite's blobs over `work/blobs`. It refuses headers that it does not know how to honour, as the service would not.
pub fn azurite(work: &Path) -> Option<Azure> {
    let program = installed("azurite/node_modules/.bin", "azurite-blob")?;
    let folder = folder(work, "blobs");
    let running = start(work, |address| {
        let (host, port) = (address.ip().to_string(), address.port().to_string());
        let options = [
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--silent",
            "--blobHost",
            &host,
            "--blobPort",
            &port,
            "--location",
        ];
        let mut command = command(&program, options);
        command.push(folder.clone().into());
        command
    });
    Some(Azure {
        running,
        folder: folder.join("__blobstorage__"),
    })
}

impl Azure {
    /// With the account as the first part of the path, as this server wants it.
    pub fn endpoint(&self) -> String {
        format!("{}/{ACCOUNT}", self.running.endpoint())
    }

    pub fn account(&self) -> &'static str {
        ACCOUNT
    }

    /// In Base64.
    pub fn key(&self) -> &'static str {
        KEY
    }

    /// Where the bytes lie, of many blobs behind each other in every file. What is changed there, at the same length, is
    /// what the server gives out, with the digest of before.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes it, if it is not there.
    pub fn create_container(&self, name: &str) -> Container {
        let container = Container {
            address: self.running.address.to_string(),
            name: name.to_owned(),
        };
        let made = container.ask("PUT", "", &[("restype", "container")], &[], b"");
        assert!(
            made.is_good() || made.status == 409,
            "{} {}",
            made.status,
            made.text()
        );
        container
    }
}

/// One container, for questions beside the code under test.
#[derive(Debug, Clone)]
pub struct Container {
    /// `127.0.0.1:PORT`
    pub address: String,
    pub name: String,
}

impl Container {
    /// A signed request about a blob, or about the container when the key is empty. All is given as it is meant; the
    /// names of headers in lower case.
    pub fn ask(
        &self,
        method: &str,
        key: &str,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut path = format!("/{ACCOUNT}/{}", self.name);
        if !key.is_empty() {
            path.push('/');
            path.push_str(&http::path(key));
        }
        let date = date::of_http(date::now());
        let mut all = vec![("x-ms-date", date.as_str()), ("x-ms-version", VERSION)];
        all.extend(headers);
        let signed = sign(method, &path, query, &all, body.len());
        all.push(("authorization", &signed));
        let target = format!("{path}{}", http::query(query));
        http::send(&self.address, method, &target, &all, body).expect("an answer of the Azure server")
    }
}

impl Objects for Container {
    fn put(&self, key: &str, bytes: &[u8]) -> Answer {
        self.ask("PUT", key, &[], &[("x-ms-blob-type", "BlockBlob")], bytes)
    }

    fn get(&self, key: &str) -> Answer {
        self.ask("GET", key, &[], &[], b"")
    }

    fn head(&self, key: &str) -> Answer {
        self.ask("HEAD", key, &[], &[], b"")
    }

    fn delete(&self, key: &str) -> Answer {
        self.ask("DELETE", key, &[], &[], b"")
    }

    fn keys(&self, prefix: &str) -> Vec<String> {
        let (mut keys, mut marker) = (Vec::new(), String::new());
        loop {
            let query = [
                ("restype", "container"),
                ("comp", "list"),
                ("prefix", prefix),
                ("marker", &marker),
            ];
            let page = self.ask("GET", "", &query, &[], b"");
            assert!(page.is_good(), "{} {}", page.status, page.text());
            keys.extend(page.elements("Name"));
            match page.elements("NextMarker").pop() {
                Some(next) if !next.is_empty() => marker = next,
                _ => return keys,
            }
        }
    }
}

/// The `Authorization` of a request with the account's key (SharedKey), over the encoded path and what `headers` say.
/// <https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key>
fn sign(method: &str, path: &str, query: &[(&str, &str)], headers: &[(&str, &str)], length: usize) -> String {
    let value = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| *name == wanted);
        found.map_or("", |(_, value)| *value)
    };
    let length = if length == 0 {
        String::new()
    } else {
        length.to_string()
    };
    let mut lines = vec![
        method.to_owned(),
        value("content-encoding").to_owned(),
        value("content-language").to_owned(),
        length,
        value("content-md5").to_owned(),
        value("content-type").to_owned(),
        value("date").to_owned(),
        value("if-modified-since").to_owned(),
        value("if-match").to_owned(),
        value("if-none-match").to_owned(),
        value("if-unmodified-since").to_owned(),
        value("range").to_owned(),
    ];
    let mut own: Vec<String> = headers
        .iter()
        .filter(|(name, _)| name.starts_with("x-ms-"))
        .map(|(name, value)| format!("{name}:{value}"))
        .collect();
    own.sort();
    lines.extend(own);
    lines.push(format!("/{ACCOUNT}{path}"));
    let mut query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{name}:{value}"))
        .collect();
    query.sort();
    lines.extend(query);
    let key = BASE64.decode(KEY).expect("the key is Base64");
    let signature = BASE64.encode(http::hmac(&key, lines.join("\n").as_bytes()));
    format!("SharedKey {ACCOUNT}:{signature}")
}
