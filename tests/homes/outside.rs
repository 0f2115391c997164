//! A place past the code under test: on the disk of the server where it has one, else with plain requests of our own.

use super::home::{text, write};
use albumen_testkit::http::{Answer, Ask, Client};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;

#[derive(Clone)]
pub struct Outside {
    /// Where its bytes lie on this machine, unless the server keeps them in memory.
    pub folder: Option<PathBuf>,
    /// Whether what is changed on its disk is what it gives out.
    pub rots: bool,
    /// The server, and the path of the bucket and below.
    pub bucket: Option<(Client, String)>,
}

impl Outside {
    pub fn room(&self, name: &str) -> Self {
        Self {
            folder: self.folder.as_ref().map(|folder| folder.join(name)),
            rots: self.rots,
            bucket: self
                .bucket
                .as_ref()
                .map(|(client, path)| (client.clone(), format!("{path}/{name}"))),
        }
    }

    /// The bytes that are stored under the key.
    pub fn read(&self, key: &str) -> Option<Vec<u8>> {
        if let Some(folder) = &self.folder {
            return std::fs::read(folder.join(key)).ok();
        }
        let got = self.ask("GET", key, &[], b"");
        got.is_good().then_some(got.body)
    }

    /// Every key in the place, in order.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = match &self.folder {
            Some(folder) => albumen_testkit::tree::snapshot(folder)
                .into_keys()
                .map(|path| text(&path))
                .collect(),
            None => self.asked_keys(),
        };
        keys.sort();
        keys
    }

    fn asked_keys(&self) -> Vec<String> {
        let (client, path) = self.bucket.as_ref().expect("a folder or a bucket");
        let (bucket, prefix) = path[1..].split_once('/').expect("a room in a bucket");
        let (bucket, prefix) = (format!("/{bucket}"), format!("{prefix}/"));
        let mut keys: Vec<String> = Vec::new();
        loop {
            let after = keys
                .last()
                .map(|last| format!("{prefix}{last}"))
                .unwrap_or_default();
            let query = [("list-type", "2"), ("prefix", &prefix), ("start-after", &after)];
            let page = client.ask(Ask {
                method: "GET",
                path: &bucket,
                query: &query,
                ..Ask::default()
            });
            let page = page.expect("ask for a page");
            assert!(page.is_good(), "{} {}", page.status, page.text());
            let before = keys.len();
            keys.extend(
                page.elements("Key")
                    .iter()
                    .filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned)),
            );
            if keys.len() == before {
                return keys;
            }
        }
    }

    /// Puts an object there as another program does, replacing what has the key.
    pub fn write(&self, key: &str, bytes: &[u8]) {
        match (&self.bucket, &self.folder) {
            (Some(_), _) => {
                let put = self.ask("PUT", key, &[], bytes);
                assert!(put.is_good(), "{} {}", put.status, put.text());
            }
            (None, Some(folder)) => write(&folder.join(key), bytes),
            (None, None) => unreachable!("a folder or a bucket"),
        }
    }

    /// Changes stored bytes as a failing disk does, where there is one.
    pub fn rot(&self, key: &str, bytes: &[u8]) {
        match self.folder.as_ref().filter(|_| self.rots) {
            Some(folder) => write(&folder.join(key), bytes),
            None => self.write(key, bytes),
        }
    }

    pub fn remove(&self, key: &str) {
        match (&self.bucket, &self.folder) {
            (Some(_), _) => assert!(self.ask("DELETE", key, &[], b"").is_good()),
            (None, Some(folder)) => {
                let removed = Command::new("rm").arg("--").arg(folder.join(key)).status();
                assert!(removed.expect("run rm").success());
            }
            (None, None) => unreachable!("a folder or a bucket"),
        }
    }

    /// The modification time of the original that was stored with the object.
    pub fn time_of(&self, key: &str) -> Option<String> {
        let Some(folder) = self.folder.as_ref().filter(|_| self.bucket.is_none()) else {
            let head = self.ask("HEAD", key, &[], b"");
            return head.header("x-amz-meta-mtime").map(str::to_owned);
        };
        let meta = std::fs::metadata(folder.join(key)).ok()?;
        Some(format!("{}.{:09}", meta.mtime(), meta.mtime_nsec()))
    }

    /// A plain request about the object.
    pub fn ask(&self, method: &str, key: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let (client, path) = self.bucket.as_ref().expect("a place that is asked by requests");
        let path = format!("{path}/{key}");
        let ask = Ask {
            method,
            path: &path,
            headers,
            body,
            ..Ask::default()
        };
        client.ask(ask).expect("an answer")
    }

    /// How many uploads in parts the server lists that were begun and neither completed nor aborted.
    pub fn unfinished(&self) -> usize {
        let Some((client, path)) = &self.bucket else {
            return 0;
        };
        let (bucket, _) = path[1..].split_once('/').expect("a room in a bucket");
        let listed = client.ask(Ask {
            method: "GET",
            path: &format!("/{bucket}"),
            query: &[("uploads", "")],
            ..Ask::default()
        });
        listed.expect("an answer").elements("UploadId").len()
    }
}
