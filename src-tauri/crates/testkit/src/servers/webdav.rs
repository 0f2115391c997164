//! A WebDAV server, which keeps files as files.

use super::{Running, command, folder, installed, start};
use crate::http::{self, Answer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::path::{Path, PathBuf};

const USER: &str = "albumen";
const PASSWORD: &str = "a password of the tests only";

/// Stops when it is dropped; the files stay.
pub struct Webdav {
    running: Running,
    folder: PathBuf,
}

/// `rclone serve webdav` over `work/files`, with the MD5 of a file as its ETag.
pub fn rclone_webdav(work: &Path) -> Option<Webdav> {
    let program = installed("servers/bin", "rclone")?;
    let folder = folder(work, "files");
    let running = start(work, |address| {
        let address = address.to_string();
        let options = [
            "serve",
            "webdav",
            "--config=",
            "--etag-hash=MD5",
            "--user",
            USER,
            "--pass",
            PASSWORD,
            "--addr",
            &address,
        ];
        let mut command = command(&program, options);
        command.push(folder.clone().into());
        command
    });
    Some(Webdav { running, folder })
}

impl Webdav {
    pub fn endpoint(&self) -> String {
        self.running.endpoint()
    }

    pub fn user(&self) -> &'static str {
        USER
    }

    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Where the files lie. The server remembers for minutes what it looked up: change nothing behind its back that it
    /// is to see.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A plain request of the user; `path` begins with `/` and is given as it is meant.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let basic = format!("Basic {}", BASE64.encode(format!("{USER}:{PASSWORD}")));
        let mut all = vec![("authorization", basic.as_str())];
        all.extend(headers);
        let address = self.running.address.to_string();
        http::send(&address, method, &http::path(path), &all, body).expect("an answer of the WebDAV server")
    }
}
