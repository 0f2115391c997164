//! S3 servers: rclone, which keeps objects as files, and moto, which keeps them in memory. The third, in this process, is
//! [`crate::s3`].

use super::{Running, command, folder, installed, start};
use crate::http::{Ask, Client};
use std::path::{Path, PathBuf};

const ACCESS_KEY: &str = "AKIAALBUMENTEST";
const SECRET_KEY: &str = "a-secret-of-the-tests-only";

/// An S3 server. Stops when it is dropped; what it stored in a folder stays.
pub struct Server {
    running: Running,
    /// Where a bucket is a folder, to look at only: the server remembers it. None when all is kept in memory.
    folder: Option<PathBuf>,
}

/// `rclone serve s3` over `work/buckets`.
pub fn rclone_s3(work: &Path) -> Option<Server> {
    let program = installed("servers/bin", "rclone")?;
    let folder = folder(work, "buckets");
    let keys = format!("{ACCESS_KEY},{SECRET_KEY}");
    let running = start(work, |address| {
        let address = address.to_string();
        let options = [
            "serve",
            "s3",
            "--config=",
            "--auth-key",
            &keys,
            "--addr",
            &address,
        ];
        let mut command = command(&program, options);
        command.push(folder.clone().into());
        command
    });
    Some(Server {
        running,
        folder: Some(folder),
    })
}

/// `moto_server`: everything in memory, and no look at keys.
pub fn moto(work: &Path) -> Option<Server> {
    let program = installed("servers/bin", "moto_server")?;
    let running = start(work, |address| {
        let (host, port) = (address.ip().to_string(), address.port().to_string());
        command(&program, ["-H", &host, "-p", &port])
    });
    Some(Server {
        running,
        folder: None,
    })
}

impl Server {
    pub fn endpoint(&self) -> String {
        self.running.endpoint()
    }

    pub fn access_key(&self) -> &'static str {
        ACCESS_KEY
    }

    pub fn secret_key(&self) -> &'static str {
        SECRET_KEY
    }

    /// For questions beside the code under test.
    pub fn client(&self) -> Client {
        Client {
            address: self.running.address.to_string(),
            keys: Some((ACCESS_KEY.to_owned(), SECRET_KEY.to_owned())),
        }
    }

    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub fn create_bucket(&self, name: &str) {
        let path = format!("/{name}");
        let made = self.client().ask(Ask {
            method: "PUT",
            path: &path,
            ..Ask::default()
        });
        let made = made.expect("ask for a bucket");
        assert!(made.is_good(), "{} {}", made.status, made.text());
    }
}
