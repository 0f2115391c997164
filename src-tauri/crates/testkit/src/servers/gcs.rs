//! A server of Google Cloud Storage's JSON interface, which keeps objects as files. It looks at no token and at no
//! precondition, and lists everything in one page.

use super::{Objects, Running, command, folder, installed, start};
use crate::http::{self, Answer};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The bucket that is there from the start.
const BUCKET: &str = "pictures";

/// Runs it, with two changes: by itself it listens to one connection until that ends, and an idle one of a client's pool
/// keeps all others waiting for ever. Here each has a thread; requests are still served one after the other. And it would
/// write down all it knows with every object, for a restart that never comes.
const SERVE: &str = "
import http.server, threading
from gcp_storage_emulator import __main__, server, storage

storage.Storage._write_config_to_file = lambda self: None
turn, handle = threading.Lock(), server.Router.handle

def handle_in_turn(self, method):
    with turn:
        handle(self, method)

server.Router.handle = handle_in_turn
http.server.ThreadingHTTPServer.request_queue_size = 128
http.server.HTTPServer = http.server.ThreadingHTTPServer
__main__.main()
";

/// Stops when it is dropped; the folder stays.
pub struct Gcs {
    running: Running,
    folder: PathBuf,
}

/// `gcp-storage-emulator` over `work/objects`, with one bucket.
pub fn gcs_emulator(work: &Path) -> Option<Gcs> {
    let program = installed("servers/bin", "gcp-storage-emulator")?.with_file_name("python");
    let folder = folder(work, "objects");
    let running = start(work, |address| {
        let (host, port) = (address.ip().to_string(), address.port().to_string());
        let mut command = command(&program, ["-c", SERVE, "--data-dir"]);
        command.push(folder.clone().into());
        let options = [
            "start",
            "-q",
            "-H",
            &host,
            "--port",
            &port,
            "--default-bucket",
            BUCKET,
        ];
        command.extend(options.map(Into::into));
        command
    });
    Some(Gcs {
        running,
        folder: folder.join(".cloudstorage").join(BUCKET),
    })
}

impl Gcs {
    pub fn endpoint(&self) -> String {
        self.running.endpoint()
    }

    /// Anything will do.
    pub fn token(&self) -> &'static str {
        "a-token-of-the-tests-only"
    }

    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// Where an object is the file of its name, and what the server gives out. Sizes and digests are kept apart from it:
    /// they stay as they were when a file is changed here.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn client(&self) -> Bucket {
        Bucket {
            address: self.running.address.to_string(),
            name: BUCKET.to_owned(),
        }
    }
}

/// One bucket, for questions beside the code under test.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// `127.0.0.1:PORT`
    pub address: String,
    pub name: String,
}

impl Bucket {
    /// A plain request. `target` is path and query as they go over the wire.
    pub fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        http::send(&self.address, method, target, headers, body).expect("an answer of the GCS server")
    }

    /// Path of an object's description; with `?alt=media`, of its bytes.
    pub fn path(&self, key: &str) -> String {
        format!("/storage/v1/b/{}/o/{}", self.name, http::escape(key))
    }

    /// Path and query of an upload; `kind` is `media`, `multipart` or `resumable`.
    pub fn upload(&self, key: &str, kind: &str) -> String {
        let key = http::escape(key);
        format!(
            "/upload/storage/v1/b/{}/o?uploadType={kind}&name={key}",
            self.name
        )
    }
}

impl Objects for Bucket {
    fn put(&self, key: &str, bytes: &[u8]) -> Answer {
        let plain = [("content-type", "application/octet-stream")];
        if !bytes.is_empty() {
            return self.ask("POST", &self.upload(key, "media"), &plain, bytes);
        }
        // Without a body this server breaks the connection of an upload at once.
        let begun = self.ask("POST", &self.upload(key, "resumable"), &[], b"");
        let session = begun.header("location").expect("where to send the bytes");
        let prefix = format!("http://{}", self.address);
        let session = session
            .strip_prefix(&prefix)
            .expect("a session at the same server");
        self.ask("PUT", session, &[("content-range", "bytes */0")], b"")
    }

    fn get(&self, key: &str) -> Answer {
        self.ask("GET", &format!("{}?alt=media", self.path(key)), &[], b"")
    }

    fn head(&self, key: &str) -> Answer {
        self.ask("GET", &self.path(key), &[], b"")
    }

    fn delete(&self, key: &str) -> Answer {
        self.ask("DELETE", &self.path(key), &[], b"")
    }

    fn keys(&self, prefix: &str) -> Vec<String> {
        let (mut keys, mut token) = (Vec::new(), String::new());
        loop {
            let query = format!("prefix={}&pageToken={token}", http::escape(prefix));
            let listed = self.ask("GET", &format!("/storage/v1/b/{}/o?{query}", self.name), &[], b"");
            assert!(listed.is_good(), "{} {}", listed.status, listed.text());
            let page: Value = serde_json::from_slice(&listed.body).expect("a listing is JSON");
            let items = page["items"].as_array().into_iter().flatten();
            keys.extend(items.filter_map(|item| Some(item["name"].as_str()?.to_owned())));
            match page["nextPageToken"].as_str() {
                Some(next) => token = http::escape(next),
                None => return keys,
            }
        }
    }
}
