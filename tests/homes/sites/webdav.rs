//! A folder on a server that speaks WebDAV.

use super::folder::Folder;
use crate::homes::facts::{Fact, Facts};
use crate::homes::home::temp;
use crate::homes::site::{Room, Site, held};
use albumen_store::{Secret, Spec};
use albumen_testkit::http;
use albumen_testkit::proxy::Proxy;
use albumen_testkit::servers::{self, Webdav};
use std::sync::Arc;
use tempfile::TempDir;

pub struct Dav {
    server: Arc<Webdav>,
    /// Where the code under test finds it.
    endpoint: String,
    _work: TempDir,
}

impl Dav {
    pub fn rclone() -> Option<Self> {
        let work = temp();
        let server = Arc::new(servers::rclone_webdav(work.path())?);
        Some(Self {
            endpoint: server.endpoint(),
            server,
            _work: work,
        })
    }

    /// Reached through a connection that fails on demand.
    pub fn behind_a_proxy() -> Option<(Self, Proxy)> {
        let direct = Self::rclone()?;
        let proxy = Proxy::to(&direct.endpoint);
        let endpoint = proxy.endpoint();
        Some((Self { endpoint, ..direct }, proxy))
    }

    fn at(&self, endpoint: &str, room: &str) -> Spec {
        Spec::Webdav {
            address: format!("{endpoint}/{room}"),
            user: self.server.user().to_owned(),
        }
    }

    fn room_of(&self, name: &str) -> Shared {
        self.server.ask("MKCOL", &format!("/{name}"), &[], b"");
        Shared {
            server: self.server.clone(),
            name: name.to_owned(),
        }
    }
}

impl Site for Dav {
    fn spec(&self, room: &str) -> Spec {
        self.room_of(room);
        self.at(&self.endpoint, room)
    }

    fn nowhere(&self, room: &str) -> Spec {
        self.at(&self.endpoint, &format!("{room}-nowhere"))
    }

    fn silent(&self, room: &str) -> Spec {
        // Port 9 is below those that are given out, and nobody serves it.
        self.at("http://127.0.0.1:9", room)
    }

    fn secret(&self) -> Option<Secret> {
        Some(Secret::Password {
            password: self.server.password().to_owned(),
        })
    }

    fn wrong_secret(&self) -> Option<Secret> {
        Some(Secret::Password {
            password: "wrong".to_owned(),
        })
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        Box::new(self.room_of(name))
    }

    fn facts(&self) -> Facts {
        let room = self.room_of("facts");
        room.write("case", b"one");
        room.write("other", b"two");
        let to = format!("{}/facts/case", self.server.endpoint());
        let moved = room.ask("MOVE", "other", &[("destination", &to), ("overwrite", "F")], b"");
        let stayed = moved.status == 412 && room.read("case").as_deref() == Some(b"one");
        room.write("CASE", b"three");
        let cases = room.read("case") != room.read("CASE");
        let nothing = room.ask("PUT", "nothing", &[], b"");
        let empty = nothing.is_good() && room.read("nothing").is_some_and(|bytes| bytes.is_empty());
        let listed = room
            .ask("PROPFIND", "", &[("depth", "1")], b"")
            .elements("D:getetag");
        let below = room.ask("PUT", "case/below", &[], b"one");
        let long = vec!["f".repeat(200); 4].join("/");
        room.write(&long, b"one");
        let address = self.server.endpoint().replace("http://", "");
        let stranger = http::send(&address, "PROPFIND", "/facts", &[("depth", "0")], b"");
        let nowhere = |method, headers: &[(&str, &str)]| {
            self.server.ask(method, "/facts-nowhere/case", headers, b"one")
        };
        room.write(".albumen-part-x", b"half");
        let lists = room.unfinished() == 1;
        room.remove(".albumen-part-x");
        held([
            (Fact::RefusesToReplace, stayed),
            (Fact::RefusesToReplaceInParts, stayed),
            (Fact::LooksAtKeys, stranger.expect("an answer").status == 401),
            (Fact::KeepsTimes, room.time_of("case").is_some()),
            (Fact::ListsVersions, listed.iter().any(|etag| !etag.is_empty())),
            (Fact::TellsCases, cases),
            (Fact::KeepsNothing, empty),
            (Fact::ListsUploads, lists && room.unfinished() == 0),
            (Fact::KeepsLongKeys, room.read(&long).is_some()),
            (Fact::AnswersBelowObjects, below.status < 500),
            (Fact::OutlivesTwoWriters, true),
            (
                Fact::KnowsItsPlaces,
                nowhere("PROPFIND", &[("depth", "0")]).status == 404,
            ),
            (Fact::MustBeMade, !nowhere("PUT", &[]).is_good()),
            (Fact::IsFar, true),
        ])
    }
}

struct Shared {
    server: Arc<Webdav>,
    name: String,
}

impl Shared {
    fn ask(&self, method: &str, key: &str, headers: &[(&str, &str)], body: &[u8]) -> http::Answer {
        self.server
            .ask(method, &format!("/{}/{key}", self.name), headers, body)
    }

    fn on_disk(&self) -> Folder {
        Folder(self.server.folder().join(&self.name))
    }
}

impl Room for Shared {
    fn read(&self, key: &str) -> Option<Vec<u8>> {
        self.on_disk().read(key)
    }

    fn keys(&self) -> Vec<String> {
        self.on_disk().keys()
    }

    /// By requests: the server remembers what it looked up on its disk.
    fn write(&self, key: &str, bytes: &[u8]) {
        for (at, _) in key.match_indices('/') {
            self.ask("MKCOL", &key[..at], &[], b"");
        }
        let put = self.ask("PUT", key, &[], bytes);
        assert!(put.is_good(), "{} {}", put.status, put.text());
    }

    fn remove(&self, key: &str) {
        assert!(self.ask("DELETE", key, &[], b"").is_good());
    }

    /// What arrives under a name of its own until it is whole.
    fn unfinished(&self) -> usize {
        let keys = self.keys();
        keys.iter().filter(|key| key.contains(".albumen-part-")).count()
    }
}
