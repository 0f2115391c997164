//! An account of Google Drive, on the double of it.

use crate::homes::facts::{Fact, Facts};
use crate::homes::home::{temp, write};
use crate::homes::site::{Room, Site, held};
use albumen_store::{Grant, Secret, SignedIn, Spec};
use albumen_testkit::double::drive::{Drive, FOLDER, Object};
use albumen_testkit::double::oauth::{CLIENT_ID, CLIENT_SECRET};
use albumen_testkit::http::{Answer, Ask};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

pub struct Account {
    pub drive: Arc<Drive>,
    /// Goes after the double that works in it.
    _work: TempDir,
}

impl Account {
    pub fn new() -> Self {
        let work = temp();
        Self {
            drive: Arc::new(Drive::start(&work.path().join("objects"))),
            _work: work,
        }
    }

    pub fn at(&self, folder: &str, api: &str) -> Spec {
        Spec::Drive {
            folder: folder.to_owned(),
            at: SignedIn {
                account: self.drive.oauth().account(),
                api: api.to_owned(),
            },
        }
    }

    fn shelf(&self, name: &str) -> Shelf {
        Shelf {
            drive: self.drive.clone(),
            path: format!("/{name}/"),
        }
    }

    /// Somebody puts the folder of this name into the trash.
    pub fn trash_folder(&self, name: &str) {
        let q = format!("name='{name}' and mimeType='{FOLDER}' and trashed=false");
        let found = self.ask(
            "GET",
            "/drive/v3/files",
            &[("q", &q), ("fields", "files(id)")],
            &Value::Null,
        );
        let found: Value = serde_json::from_slice(&found.body).expect("a listing is JSON");
        let id = found["files"][0]["id"].as_str().expect("a folder");
        self.drive.trash_as_stranger(id);
    }

    /// A plain request with a token of its own.
    fn ask(&self, method: &str, path: &str, query: &[(&str, &str)], body: &Value) -> Answer {
        ask(&self.drive, method, path, query, body)
    }

    /// A file of no bytes, or a folder, as any program makes it.
    fn create(&self, about: &Value) -> Value {
        let made = self.ask("POST", "/drive/v3/files", &[("fields", "*")], about);
        assert!(
            made.is_good(),
            "nothing can be stored: {} {}",
            made.status,
            made.text()
        );
        serde_json::from_slice(&made.body).expect("a file is JSON")
    }
}

fn ask(drive: &Drive, method: &str, path: &str, query: &[(&str, &str)], body: &Value) -> Answer {
    let token = format!("Bearer {}", drive.oauth().sign_in());
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
    ];
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let ask = Ask {
        method,
        path,
        query,
        headers: &headers,
        body: body.as_bytes(),
    };
    drive.client().ask(ask).expect("an answer")
}

/// Drive keeps milliseconds.
fn time_of(object: &Object) -> Option<String> {
    let time: jiff::Timestamp = object.modified_time.parse().ok()?;
    Some(format!("{}.{:09}", time.as_second(), time.subsec_nanosecond()))
}

pub fn grant(refresh_token: String) -> Secret {
    Secret::Grant(Grant {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        refresh_token,
    })
}

impl Site for Account {
    fn spec(&self, room: &str) -> Spec {
        self.at(room, &self.drive.endpoint())
    }

    fn nowhere(&self, room: &str) -> Spec {
        self.at(&format!("{room}-nowhere"), &self.drive.endpoint())
    }

    fn silent(&self, room: &str) -> Spec {
        // Port 9 is below those that are given out, and nobody serves it.
        self.at(room, "http://127.0.0.1:9")
    }

    fn secret(&self) -> Option<Secret> {
        Some(grant(self.drive.oauth().refresh_token()))
    }

    fn wrong_secret(&self) -> Option<Secret> {
        Some(grant("1//nobody-gave-this-out".to_owned()))
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        let room = self.shelf(name);
        // Leaves its folder behind.
        room.write("first", b"");
        room.remove("first");
        Box::new(room)
    }

    fn facts(&self) -> Facts {
        let folder = self.create(&json!({"name": "facts", "mimeType": FOLDER}));
        let parents = json!([folder["id"]]);
        let digest = "0123456789abcdef";
        let about = json!({"name": "case", "parents": parents, "modifiedTime": "2014-05-13T16:53:20.123456789Z",
            "appProperties": {"albumenSha": digest}});
        let one = self.create(&about);
        let shelf = self.shelf("facts");
        let has_twin = self.create(&about)["id"] != one["id"] && shelf.objects("case").len() == 2;
        self.create(&json!({"name": "CASE", "parents": parents}));
        let long = "f".repeat(200);
        let kept = self.create(&json!({"name": long, "parents": parents, "appProperties": {"a": digest}}));
        let below = self.create(&json!({"name": "case", "mimeType": FOLDER, "parents": parents}));
        let system = self.create(&json!({"name": "desktop.ini", "parents": parents}));
        let wrong = Ask {
            method: "GET",
            path: "/drive/v3/about",
            query: &[("fields", "user")],
            headers: &[("authorization", "Bearer wrong")],
            body: b"",
        };
        let stranger = self.drive.client().ask(wrong).expect("an answer");
        held([
            (Fact::RefusesToReplace, !has_twin),
            (Fact::RefusesToReplaceInParts, !has_twin),
            (Fact::LooksAtKeys, stranger.status == 401),
            (Fact::KeepsMetadata, one["appProperties"]["albumenSha"] == digest),
            (Fact::KeepsTimes, one["modifiedTime"] == about["modifiedTime"]),
            (Fact::KeepsSeconds, time_of(&shelf.objects("case")[0]).is_some()),
            (Fact::KeepsNamesOfSystems, system["id"].is_string()),
            (Fact::ListsVersions, one["headRevisionId"].is_string()),
            (Fact::TellsCases, shelf.objects("CASE").len() == 1),
            (Fact::KeepsNothing, one["size"] == "0"),
            (Fact::ListsUploads, false),
            (
                Fact::KeepsLongKeys,
                kept["name"] == long && kept["appProperties"]["a"] == digest,
            ),
            (Fact::AnswersBelowObjects, below["id"].is_string()),
            (Fact::OutlivesTwoWriters, true),
            // A folder is made by its first file.
            (Fact::KnowsItsPlaces, false),
            (Fact::MustBeMade, false),
            (Fact::IsFar, true),
        ])
    }
}

/// A folder, looked into past the client.
pub struct Shelf {
    drive: Arc<Drive>,
    /// From the root, with a slash at either end.
    path: String,
}

impl Shelf {
    fn objects(&self, key: &str) -> Vec<Object> {
        let ids = self.drive.ids_of(&format!("{}{key}", self.path));
        ids.iter().filter_map(|id| self.drive.object(id)).collect()
    }

    /// The only one.
    fn object(&self, key: &str) -> Option<Object> {
        let mut all = self.objects(key);
        assert!(all.len() < 2, "twins of {key}: {all:?}");
        all.pop()
    }
}

impl Room for Shelf {
    fn read(&self, key: &str) -> Option<Vec<u8>> {
        self.drive.stored(&self.object(key)?.id)
    }

    fn keys(&self) -> Vec<String> {
        let all = self.drive.list();
        all.iter()
            .filter_map(|path| path.strip_prefix(&self.path).map(str::to_owned))
            .collect()
    }

    fn write(&self, key: &str, bytes: &[u8]) {
        match self.object(key) {
            Some(there) => self.drive.replace_as_stranger(&there.id, bytes),
            None => {
                self.drive.put_as_stranger(&format!("{}{key}", self.path), bytes);
            }
        }
    }

    /// What Drive says of it stays as it was.
    fn rot(&self, key: &str, bytes: &[u8]) {
        match self.object(key) {
            Some(there) if there.size == bytes.len() as u64 => write(&there.file, bytes),
            _ => self.write(key, bytes),
        }
    }

    fn remove(&self, key: &str) {
        let there = self.object(key).expect("something to remove");
        assert!(self.drive.remove(&there.id));
    }

    fn time_of(&self, key: &str) -> Option<String> {
        time_of(&self.object(key)?)
    }

    fn write_with_claim(&self, key: &str, bytes: &[u8], sha256: &str) {
        self.write(key, bytes);
        let path = format!("/drive/v3/files/{}", self.object(key).expect("it was put").id);
        let claimed = ask(
            &self.drive,
            "PATCH",
            &path,
            &[],
            &json!({"appProperties": {"albumenSha": sha256}}),
        );
        assert!(claimed.is_good(), "{} {}", claimed.status, claimed.text());
    }
}
