//! A bucket of Google Cloud Storage, on an emulator.

use crate::homes::facts::{Fact, Facts};
use crate::homes::home::temp;
use crate::homes::site::{Room, Site, held};
use albumen_store::{Secret, Spec};
use albumen_testkit::http::{Answer, send};
use albumen_testkit::proxy::Proxy;
use albumen_testkit::servers::{Bucket, Gcs, Objects, gcs_emulator};
use serde_json::{Value, json};
use std::io;
use tempfile::TempDir;

pub struct Emulated {
    server: Gcs,
    /// Where the code under test finds it.
    pub endpoint: String,
    /// Goes after the server that works in it.
    _work: TempDir,
}

impl Emulated {
    pub fn start() -> Option<Self> {
        let work = temp();
        let server = gcs_emulator(work.path())?;
        Some(Self {
            endpoint: server.endpoint(),
            server,
            _work: work,
        })
    }

    /// Reached through a connection that fails on demand.
    pub fn behind_a_proxy() -> Option<(Self, Proxy)> {
        let direct = Self::start()?;
        let proxy = Proxy::to(&direct.endpoint);
        let endpoint = proxy.endpoint();
        Some((Self { endpoint, ..direct }, proxy))
    }

    fn at(&self, bucket: &str, prefix: &str, endpoint: &str) -> Spec {
        Spec::Gcs {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            endpoint: endpoint.to_owned(),
        }
    }

    fn prefix(&self, name: &str) -> Prefix {
        Prefix {
            bucket: self.server.client(),
            name: name.to_owned(),
        }
    }
}

impl Site for Emulated {
    fn spec(&self, room: &str) -> Spec {
        self.at(self.server.bucket(), room, &self.endpoint)
    }

    fn nowhere(&self, room: &str) -> Spec {
        let bucket = format!("{}-nowhere", self.server.bucket());
        self.at(&bucket, room, &self.endpoint)
    }

    fn silent(&self, room: &str) -> Spec {
        // Port 9 is below those that are given out, and nobody serves it.
        self.at(self.server.bucket(), room, "http://127.0.0.1:9")
    }

    fn secret(&self) -> Option<Secret> {
        Some(Secret::ServiceAccount {
            json: self.server.token().to_owned(),
        })
    }

    fn wrong_secret(&self) -> Option<Secret> {
        Some(Secret::ServiceAccount {
            json: "another".to_owned(),
        })
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        Box::new(self.prefix(name))
    }

    fn facts(&self) -> Facts {
        let room = self.prefix("facts");
        let digest = "0123456789abcdef";
        let notes = json!({"sha256": digest, "mtime": "1400000000.123456789"});
        let put = room.put("case", b"one", &notes, "");
        assert!(
            put.is_good(),
            "nothing can be stored: {} {}",
            put.status,
            put.text()
        );
        let again = room.put("case", b"two", &notes, "&ifGenerationMatch=0");
        room.write("CASE", b"three");
        let cases = room.read("case") != room.read("CASE");
        room.write("nothing", b"");
        let nothing = room.read("nothing");
        let below = room.try_put("case/below", b"one", &notes, "");
        let long = vec!["f".repeat(200); 5].join("/");
        let long = &long[..1_000 - "facts".len()];
        let stored = room.try_put(long, b"one", &notes, "");
        let keeps_long = stored.is_ok() && room.note(long, "sha256").as_deref() == Some(digest);
        let list = format!("/storage/v1/b/{}/o?prefix=facts", room.bucket.name);
        let listed = json_of(&room.bucket.ask("GET", &list, &[], b""));
        let wrong = [("authorization", "Bearer wrong")];
        let stranger = room.bucket.ask("GET", &list, &wrong, b"");
        let nobodys = Bucket {
            name: "pictures-of-nobody".to_owned(),
            ..room.bucket.clone()
        };
        let gone = nobodys.ask("GET", "/storage/v1/b/pictures-of-nobody/o", &[], b"");
        held([
            (Fact::RefusesToReplace, again.status == 412),
            (Fact::RefusesToReplaceInParts, room.in_a_session().status == 412),
            (Fact::LooksAtKeys, matches!(stranger.status, 401 | 403)),
            (
                Fact::KeepsMetadata,
                room.note("case", "sha256").as_deref() == Some(digest),
            ),
            (Fact::KeepsTimes, room.time_of("case").is_some()),
            (Fact::KeepsSeconds, room.time_of("case").is_some()),
            (
                Fact::KeepsNamesOfSystems,
                room.put("desktop.ini", b"one", &notes, "").is_good(),
            ),
            (Fact::ListsVersions, listed["items"][0]["generation"].is_string()),
            (Fact::TellsCases, cases),
            (Fact::KeepsNothing, nothing.is_some_and(|bytes| bytes.is_empty())),
            (Fact::ListsUploads, false),
            (Fact::KeepsLongKeys, keeps_long),
            (
                Fact::AnswersBelowObjects,
                below.is_ok_and(|answer| answer.status < 500),
            ),
            (Fact::OutlivesTwoWriters, true),
            (Fact::KnowsItsPlaces, gone.status == 404),
            (Fact::MustBeMade, !nobodys.put("case", b"one").is_good()),
            (Fact::IsFar, true),
        ])
    }
}

/// What is below one prefix, by plain requests.
struct Prefix {
    bucket: Bucket,
    name: String,
}

impl Prefix {
    fn key(&self, key: &str) -> String {
        format!("{}/{key}", self.name)
    }

    /// In one request, with notes.
    fn put(&self, key: &str, bytes: &[u8], notes: &Value, query: &str) -> Answer {
        self.try_put(key, bytes, notes, query).expect("an answer")
    }

    /// An error when the server breaks over it.
    fn try_put(&self, key: &str, bytes: &[u8], notes: &Value, query: &str) -> io::Result<Answer> {
        let about = json!({"name": self.key(key), "metadata": notes});
        let mut body = format!(
            "--edge\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{about}\r\n\
             --edge\r\nContent-Type: image/jpeg\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let target = format!("{}{query}", self.bucket.upload(&self.key(key), "multipart"));
        let kind = [("content-type", "multipart/related; boundary=edge")];
        send(&self.bucket.address, "POST", &target, &kind, &body)
    }

    /// What the end of a session says whose name was taken after it began.
    fn in_a_session(&self) -> Answer {
        let begin = format!(
            "{}&ifGenerationMatch=0",
            self.bucket.upload(&self.key("session"), "resumable")
        );
        let begun = self.bucket.ask("POST", &begin, &[], b"");
        let address = begun.header("location").expect("where to send the bytes");
        let at = address.find("/upload/").expect("a path");
        self.write("session", b"another's");
        let range = [("content-range", "bytes 0-2/3")];
        self.bucket.ask("PUT", &address[at..], &range, b"one")
    }

    fn note(&self, key: &str, name: &str) -> Option<String> {
        let head = self.bucket.head(&self.key(key));
        let note = json_of(&head)["metadata"][name].as_str().map(str::to_owned);
        note.filter(|_| head.is_good())
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

impl Room for Prefix {
    fn read(&self, key: &str) -> Option<Vec<u8>> {
        let got = self.bucket.get(&self.key(key));
        got.is_good().then_some(got.body)
    }

    fn keys(&self) -> Vec<String> {
        let prefix = self.key("");
        let all = self.bucket.keys(&prefix);
        let mut keys: Vec<String> = all
            .iter()
            .filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned))
            .collect();
        keys.sort();
        keys
    }

    fn write(&self, key: &str, bytes: &[u8]) {
        let put = Objects::put(&self.bucket, &self.key(key), bytes);
        assert!(put.is_good(), "{} {}", put.status, put.text());
    }

    fn remove(&self, key: &str) {
        assert!(self.bucket.delete(&self.key(key)).is_good());
    }

    fn write_with_claim(&self, key: &str, bytes: &[u8], sha256: &str) {
        let put = self.put(key, bytes, &json!({"sha256": sha256}), "");
        assert!(put.is_good(), "{} {}", put.status, put.text());
    }

    fn time_of(&self, key: &str) -> Option<String> {
        self.note(key, "mtime")
    }
}
