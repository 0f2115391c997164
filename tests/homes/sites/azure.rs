//! A container on a server that speaks Azure's blob storage.

use crate::homes::facts::{Fact, Facts};
use crate::homes::home::temp;
use crate::homes::site::{Room, Site, held};
use albumen_store::{Keys, Secret, Spec};
use albumen_testkit::http::{self, Answer};
use albumen_testkit::proxy::Proxy;
use albumen_testkit::servers::{self, Azure, Container, Objects};
use tempfile::TempDir;

const CONTAINER: &str = "pictures";

pub struct Blobs {
    container: Container,
    /// Where the code under test finds it.
    endpoint: String,
    server: Azure,
    _work: TempDir,
}

impl Blobs {
    pub fn azurite() -> Option<Self> {
        let work = temp();
        let server = servers::azurite(work.path())?;
        Some(Self {
            container: server.create_container(CONTAINER),
            endpoint: server.endpoint(),
            server,
            _work: work,
        })
    }

    /// Reached through a connection that fails on demand.
    pub fn behind_a_proxy() -> Option<(Self, Proxy)> {
        let direct = Self::azurite()?;
        let proxy = Proxy::to(&direct.endpoint);
        let endpoint = format!("{}/{}", proxy.endpoint(), direct.server.account());
        Some((Self { endpoint, ..direct }, proxy))
    }

    fn at(&self, container: &str, room: &str, endpoint: &str) -> Spec {
        Spec::Azure {
            container: container.to_owned(),
            prefix: room.to_owned(),
            endpoint: endpoint.to_owned(),
        }
    }

    fn keys(&self, access: &str, secret: &str) -> Option<Secret> {
        Some(Secret::Keys(Keys {
            access: access.to_owned(),
            secret: secret.to_owned(),
        }))
    }

    fn below(&self, name: &str) -> Below {
        Below {
            container: self.container.clone(),
            prefix: format!("{name}/"),
        }
    }
}

impl Site for Blobs {
    fn spec(&self, room: &str) -> Spec {
        self.at(CONTAINER, room, &self.endpoint)
    }

    fn nowhere(&self, room: &str) -> Spec {
        self.at("pictures-nowhere", room, &self.endpoint)
    }

    fn silent(&self, room: &str) -> Spec {
        // Port 9 is below those that are given out, and nobody serves it.
        let endpoint = format!("http://127.0.0.1:9/{}", self.server.account());
        self.at(CONTAINER, room, &endpoint)
    }

    fn secret(&self) -> Option<Secret> {
        self.keys(self.server.account(), self.server.key())
    }

    fn wrong_secret(&self) -> Option<Secret> {
        self.keys(self.server.account(), "d3Jvbmc=")
    }

    fn unknown_key(&self) -> Option<Secret> {
        self.keys("nobody", self.server.key())
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        Box::new(self.below(name))
    }

    fn facts(&self) -> Facts {
        let room = self.below("facts");
        let digest = "0123456789abcdef";
        let notes = [
            ("x-ms-meta-sha256", digest),
            ("x-ms-meta-mtime", "1400000000.123456789"),
        ];
        let put = room.store("case", &notes, b"one");
        assert!(
            put.is_good(),
            "nothing can be stored: {} {}",
            put.status,
            put.text()
        );
        let head = room.ask("HEAD", "case", &[], &[], b"");
        let again = room.store("case", &[("if-none-match", "*")], b"two");
        let block = [("comp", "block"), ("blockid", "MDAwMQ==")];
        room.ask("PUT", "blocks", &block, &[], b"one block");
        room.store("blocks", &[], b"another's");
        let list = b"<BlockList><Uncommitted>MDAwMQ==</Uncommitted></BlockList>";
        let committed = room.ask(
            "PUT",
            "blocks",
            &[("comp", "blocklist")],
            &[("if-none-match", "*")],
            list,
        );
        room.store("CASE", &[], b"three");
        let cases = room.read("case") != room.read("CASE");
        let empty = room.store("nothing", &[], b"").is_good();
        let listing = [("restype", "container"), ("comp", "list"), ("prefix", "facts/")];
        let listed = self.container.ask("GET", "", &listing, &[], b"").elements("Etag");
        let below = room.store("case/below", &[], b"one");
        let long = vec!["f".repeat(200); 5].join("/");
        let long = &long[..990];
        room.store(long, &notes, b"one");
        let long = room.ask("HEAD", long, &[], &[], b"");
        let path = format!("/{}/{CONTAINER}/facts/case", self.server.account());
        let forged = format!("SharedKey {}:d3Jvbmc=", self.server.account());
        let stranger = http::send(
            &self.container.address,
            "GET",
            &path,
            &[
                ("authorization", &forged),
                ("x-ms-version", "2021-12-02"),
                ("x-ms-date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ],
            b"",
        );
        let nobodys = Container {
            name: "pictures-of-nobody".to_owned(),
            ..self.container.clone()
        };
        held([
            (Fact::RefusesToReplace, matches!(again.status, 409 | 412)),
            (
                Fact::RefusesToReplaceInParts,
                matches!(committed.status, 409 | 412),
            ),
            (Fact::LooksAtKeys, stranger.expect("an answer").status == 403),
            (
                Fact::KeepsMetadata,
                head.header("x-ms-meta-sha256") == Some(digest),
            ),
            (Fact::KeepsTimes, head.header("x-ms-meta-mtime").is_some()),
            (Fact::ListsVersions, listed.iter().any(|etag| !etag.is_empty())),
            (Fact::TellsCases, cases),
            (
                Fact::KeepsNothing,
                empty && room.read("nothing").is_some_and(|bytes| bytes.is_empty()),
            ),
            (
                Fact::KeepsLongKeys,
                long.header("x-ms-meta-sha256") == Some(digest),
            ),
            (Fact::AnswersBelowObjects, below.status < 500),
            (Fact::OutlivesTwoWriters, true),
            (
                Fact::KnowsItsPlaces,
                nobodys.ask("GET", "", &listing, &[], b"").status == 404,
            ),
            (Fact::MustBeMade, !nobodys.put("case", b"one").is_good()),
            (Fact::IsFar, true),
        ])
    }
}

struct Below {
    container: Container,
    prefix: String,
}

impl Below {
    fn ask(
        &self,
        method: &str,
        key: &str,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let key = format!("{}{key}", self.prefix);
        self.container.ask(method, &key, query, headers, body)
    }

    fn store(&self, key: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Answer {
        let mut all = vec![("x-ms-blob-type", "BlockBlob")];
        all.extend(headers);
        self.ask("PUT", key, &[], &all, bytes)
    }
}

impl Room for Below {
    fn read(&self, key: &str) -> Option<Vec<u8>> {
        let got = self.ask("GET", key, &[], &[], b"");
        got.is_good().then_some(got.body)
    }

    fn keys(&self) -> Vec<String> {
        let keys = self.container.keys(&self.prefix);
        let mut keys: Vec<String> = keys
            .iter()
            .filter_map(|key| key.strip_prefix(&self.prefix).map(str::to_owned))
            .collect();
        keys.sort();
        keys
    }

    fn write(&self, key: &str, bytes: &[u8]) {
        let put = self.store(key, &[], bytes);
        assert!(put.is_good(), "{} {}", put.status, put.text());
    }

    fn remove(&self, key: &str) {
        assert!(self.ask("DELETE", key, &[], &[], b"").is_good());
    }

    fn write_with_claim(&self, key: &str, bytes: &[u8], sha256: &str) {
        let put = self.store(key, &[("x-ms-meta-sha256", sha256)], bytes);
        assert!(put.is_good(), "{} {}", put.status, put.text());
    }

    fn time_of(&self, key: &str) -> Option<String> {
        let head = self.ask("HEAD", key, &[], &[], b"");
        head.header("x-ms-meta-mtime").map(str::to_owned)
    }
}
