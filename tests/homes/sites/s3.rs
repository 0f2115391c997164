//! Buckets on servers that speak S3.

use super::folder::Folder;
use crate::homes::facts::{Fact, Facts};
use crate::homes::home::{temp, write};
use crate::homes::site::{Room, Site, held};
use albumen_store::{Keys, Secret, Spec};
use albumen_testkit::http::{Answer, Ask, Client};
use albumen_testkit::{s3, servers};
use std::path::PathBuf;
use tempfile::TempDir;

const BUCKET: &str = "pictures";

pub struct Buckets {
    client: Client,
    /// Where the bucket lies on this machine, unless the server keeps it in memory.
    folder: Option<PathBuf>,
    /// Whether what is changed on its disk is what it gives out.
    rots: bool,
    /// rclone's server may end every reading of an object early, for as long as it runs, after two wrote it at once.
    outlives_two_writers: bool,
    /// Stopped before the folder it works in goes.
    _server: Box<dyn Send + Sync>,
    _work: TempDir,
}

impl Buckets {
    pub fn s3s_fs() -> Self {
        let work = temp();
        let folder = work.path().join("buckets");
        let server = s3::Server::start(&folder);
        server.create_bucket(BUCKET);
        Self {
            client: server.client(),
            folder: Some(folder.join(BUCKET)),
            rots: true,
            outlives_two_writers: true,
            _server: Box::new(server),
            _work: work,
        }
    }

    pub fn rclone() -> Option<Self> {
        let work = temp();
        Some(Self {
            outlives_two_writers: false,
            ..Self::served(servers::rclone_s3(work.path())?, work)
        })
    }

    pub fn moto() -> Option<Self> {
        let work = temp();
        Some(Self::served(servers::moto(work.path())?, work))
    }

    /// Servers of other people remember what they looked up on their disk.
    fn served(server: servers::Server, work: TempDir) -> Self {
        server.create_bucket(BUCKET);
        Self {
            client: server.client(),
            folder: server.folder().map(|folder| folder.join(BUCKET)),
            rots: false,
            outlives_two_writers: true,
            _server: Box::new(server),
            _work: work,
        }
    }

    fn at(&self, bucket: &str, prefix: &str, address: &str) -> Spec {
        Spec::S3 {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: format!("http://{address}"),
            region: "us-east-1".to_owned(),
        }
    }

    fn keys(&self, access: Option<&str>, secret: Option<&str>) -> Option<Secret> {
        let (its_access, its_secret) = self.client.keys.clone()?;
        Some(Secret::Keys(Keys {
            access: access.map_or(its_access, str::to_owned),
            secret: secret.map_or(its_secret, str::to_owned),
        }))
    }

    fn bucket(&self, name: &str) -> Bucket {
        Bucket {
            folder: self.folder.as_ref().map(|folder| Folder(folder.join(name))),
            rots: self.rots,
            client: self.client.clone(),
            prefix: name.to_owned(),
        }
    }
}

impl Site for Buckets {
    fn spec(&self, room: &str) -> Spec {
        self.at(BUCKET, room, &self.client.address)
    }

    fn nowhere(&self, room: &str) -> Spec {
        self.at(&format!("{BUCKET}-nowhere"), room, &self.client.address)
    }

    fn silent(&self, room: &str) -> Spec {
        // Port 9 is below those that are given out, and nobody serves it.
        self.at(BUCKET, room, "127.0.0.1:9")
    }

    fn secret(&self) -> Option<Secret> {
        self.keys(None, None)
    }

    fn wrong_secret(&self) -> Option<Secret> {
        self.keys(None, Some("wrong"))
    }

    fn unknown_key(&self) -> Option<Secret> {
        self.keys(Some("AKIANOBODY"), None)
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        Box::new(self.bucket(name))
    }

    fn facts(&self) -> Facts {
        let room = self.bucket("facts");
        let digest = "0123456789abcdef";
        let notes = [
            ("x-amz-meta-sha256", digest),
            ("x-amz-meta-mtime", "1400000000.123456789"),
        ];
        let put = room.ask("PUT", "case", &notes, b"one");
        assert!(
            put.is_good(),
            "nothing can be stored: {} {}",
            put.status,
            put.text()
        );
        let head = room.ask("HEAD", "case", &[], b"");
        let again = room.ask("PUT", "case", &[("if-none-match", "*")], b"two");
        room.ask("PUT", "CASE", &[], b"three");
        let cases = room.read("case") != room.read("CASE");
        room.ask("PUT", "nothing", &[], b"");
        let nothing = room.ask("GET", "nothing", &[], b"");
        let listed = room.page("").elements("ETag");
        let below = room.ask("PUT", "case/below", &[], b"one");
        let long = vec!["f".repeat(200); 5].join("/");
        let long = &long[..1_000 - BUCKET.len() - "facts".len()];
        room.ask("PUT", long, &notes, b"one");
        let long = room.ask("HEAD", long, &[], b"");
        let mut stranger = self.bucket("facts");
        let keys = stranger.client.keys.take();
        stranger.client.keys = keys.map(|(access, _)| (access, "wrong".to_owned()));
        let nobodys = |method, body: &[u8]| {
            let ask = Ask {
                method,
                path: "/pictures-of-nobody/facts/case",
                body,
                ..Ask::default()
            };
            self.client.ask(ask).expect("an answer")
        };
        let (completed, lists_uploads) = room.in_parts();
        held([
            (Fact::RefusesToReplace, again.status == 412),
            (Fact::RefusesToReplaceInParts, completed.status == 412),
            (
                Fact::LooksAtKeys,
                stranger.ask("GET", "case", &[], b"").status == 403,
            ),
            (
                Fact::KeepsMetadata,
                head.header("x-amz-meta-sha256") == Some(digest),
            ),
            (Fact::KeepsTimes, head.header("x-amz-meta-mtime").is_some()),
            (Fact::KeepsSeconds, head.header("x-amz-meta-mtime").is_some()),
            (
                Fact::KeepsNamesOfSystems,
                room.ask("PUT", "desktop.ini", &[], b"one").is_good(),
            ),
            (Fact::ListsVersions, listed.iter().any(|etag| !etag.is_empty())),
            (Fact::TellsCases, cases),
            (Fact::KeepsNothing, nothing.is_good() && nothing.body.is_empty()),
            (Fact::ListsUploads, lists_uploads),
            (
                Fact::KeepsLongKeys,
                long.header("x-amz-meta-sha256") == Some(digest),
            ),
            (Fact::AnswersBelowObjects, below.status < 500),
            (Fact::OutlivesTwoWriters, self.outlives_two_writers),
            // In this order: asking may make it.
            (Fact::KnowsItsPlaces, nobodys("GET", b"").status == 404),
            (Fact::MustBeMade, !nobodys("PUT", b"one").is_good()),
            (Fact::IsFar, true),
        ])
    }
}

struct Bucket {
    folder: Option<Folder>,
    rots: bool,
    client: Client,
    prefix: String,
}

impl Bucket {
    /// A plain request about the object.
    fn ask(&self, method: &str, key: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let path = format!("/{BUCKET}/{}/{key}", self.prefix);
        let ask = Ask {
            method,
            path: &path,
            headers,
            body,
            ..Ask::default()
        };
        self.client.ask(ask).expect("an answer")
    }

    /// A page of the listing.
    fn page(&self, after: &str) -> Answer {
        let prefix = format!("{}/", self.prefix);
        let after = if after.is_empty() {
            String::new()
        } else {
            format!("{prefix}{after}")
        };
        let page = self.client.ask(Ask {
            method: "GET",
            path: &format!("/{BUCKET}"),
            query: &[("list-type", "2"), ("prefix", &prefix), ("start-after", &after)],
            ..Ask::default()
        });
        let page = page.expect("ask for a page");
        assert!(page.is_good(), "{} {}", page.status, page.text());
        page
    }

    /// What completing an upload in parts says when its name was taken on the way, and whether it was listed until then.
    fn in_parts(&self) -> (Answer, bool) {
        let path = format!("/{BUCKET}/{}/parts", self.prefix);
        let ask = |method, query: &[(&str, &str)], headers: &[(&str, &str)], body: &[u8]| {
            let ask = Ask {
                method,
                path: &path,
                query,
                headers,
                body,
            };
            self.client.ask(ask).expect("an answer")
        };
        let begun = ask("POST", &[("uploads", "")], &[], b"");
        let id = begun.elements("UploadId").pop().expect("an upload has an id");
        let listed = self.unfinished() == 1;
        let sent = ask("PUT", &[("partNumber", "1"), ("uploadId", &id)], &[], b"one part");
        let etag = sent.header("etag").unwrap_or_default();
        self.ask("PUT", "parts", &[], b"another's");
        let body = format!(
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
        );
        let completed = ask(
            "POST",
            &[("uploadId", &id)],
            &[("if-none-match", "*")],
            body.as_bytes(),
        );
        ask("DELETE", &[("uploadId", &id)], &[], b"");
        (completed, listed && self.unfinished() == 0)
    }
}

impl Room for Bucket {
    fn read(&self, key: &str) -> Option<Vec<u8>> {
        if let Some(folder) = &self.folder {
            return folder.read(key);
        }
        let got = self.ask("GET", key, &[], b"");
        got.is_good().then_some(got.body)
    }

    fn keys(&self) -> Vec<String> {
        if let Some(folder) = &self.folder {
            return folder.keys();
        }
        let prefix = format!("{}/", self.prefix);
        let mut keys: Vec<String> = Vec::new();
        loop {
            let page = self.page(keys.last().map_or("", String::as_str));
            let before = keys.len();
            keys.extend(
                page.elements("Key")
                    .iter()
                    .filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned)),
            );
            if keys.len() == before {
                keys.sort();
                return keys;
            }
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) {
        let put = self.ask("PUT", key, &[], bytes);
        assert!(put.is_good(), "{} {}", put.status, put.text());
    }

    fn rot(&self, key: &str, bytes: &[u8]) {
        match self.folder.as_ref().filter(|_| self.rots) {
            Some(Folder(folder)) => write(&folder.join(key), bytes),
            None => self.write(key, bytes),
        }
    }

    fn remove(&self, key: &str) {
        assert!(self.ask("DELETE", key, &[], b"").is_good());
    }

    fn write_with_claim(&self, key: &str, bytes: &[u8], sha256: &str) {
        let put = self.ask("PUT", key, &[("x-amz-meta-sha256", sha256)], bytes);
        assert!(put.is_good(), "{} {}", put.status, put.text());
    }

    fn time_of(&self, key: &str) -> Option<String> {
        let head = self.ask("HEAD", key, &[], b"");
        head.header("x-amz-meta-mtime").map(str::to_owned)
    }

    fn unfinished(&self) -> usize {
        let listed = self.client.ask(Ask {
            method: "GET",
            path: &format!("/{BUCKET}"),
            query: &[("uploads", "")],
            ..Ask::default()
        });
        listed.expect("an answer").elements("UploadId").len()
    }
}
