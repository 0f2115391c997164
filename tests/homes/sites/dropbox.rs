//! A Dropbox account at its double.

use crate::homes::facts::{Fact, Facts};
use crate::homes::home::{temp, write};
use crate::homes::site::{Room, Site, held};
use albumen_store::{Grant, Secret, SignedIn, Spec};
use albumen_testkit::double::dropbox::{Dropbox, Object};
use albumen_testkit::double::oauth::CLIENT_ID;
use albumen_testkit::http::{Answer, Ask};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

pub struct Account {
    pub double: Arc<Dropbox>,
    /// The account the library is said to be in; empty for any.
    pub expected: String,
    refresh_token: String,
    _work: TempDir,
}

impl Account {
    pub fn new() -> Self {
        let work = temp();
        let double = Dropbox::start(&work.path().join("objects"));
        Self {
            refresh_token: double.oauth().refresh_token(),
            double: Arc::new(double),
            expected: String::new(),
            _work: work,
        }
    }

    fn at(&self, folder: &str, api: String) -> Spec {
        let account = self.expected.clone();
        Spec::Dropbox {
            folder: folder.to_owned(),
            at: SignedIn { account, api },
        }
    }

    fn grant(client_id: &str, refresh_token: &str) -> Option<Secret> {
        Some(Secret::Grant(Grant {
            client_id: client_id.to_owned(),
            client_secret: String::new(),
            refresh_token: refresh_token.to_owned(),
        }))
    }

    /// A call as any program makes it: of JSON, or with `body` as bytes and the argument as a header.
    fn call(&self, token: &str, function: &str, arg: &Value, body: Option<&[u8]>) -> Answer {
        let (path, arg) = (format!("/2/{function}"), arg.to_string());
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str())];
        match body {
            Some(_) => headers.extend([
                ("dropbox-api-arg", arg.as_str()),
                ("content-type", "application/octet-stream"),
            ]),
            None => headers.push(("content-type", "application/json")),
        }
        let answer = self.double.client().ask(Ask {
            method: "POST",
            path: &path,
            headers: &headers,
            body: body.unwrap_or(arg.as_bytes()),
            ..Ask::default()
        });
        answer.expect("an answer")
    }

    /// Whether a name that is taken is refused to an upload in parts.
    fn refuses_in_parts(&self, token: &str, taken: &str) -> bool {
        let begun = self.call(
            token,
            "files/upload_session/start",
            &json!({"close": true}),
            Some(b"part"),
        );
        let begun: Value = serde_json::from_slice(&begun.body).expect("JSON");
        let entry = json!({
            "cursor": {"session_id": begun["session_id"], "offset": 4},
            "commit": {"path": taken, "mode": "add", "strict_conflict": true},
        });
        let arg = json!({"entries": [entry]});
        let ended = self.call(token, "files/upload_session/finish_batch_v2", &arg, None);
        ended.is_good() && ended.text().contains("conflict")
    }
}

impl Site for Account {
    fn spec(&self, room: &str) -> Spec {
        self.at(room, self.double.endpoint())
    }

    fn nowhere(&self, room: &str) -> Spec {
        self.at(&format!("{room}-nowhere"), self.double.endpoint())
    }

    fn silent(&self, room: &str) -> Spec {
        // Port 9 is below those that are given out, and nobody serves it.
        self.at(room, "http://127.0.0.1:9".to_owned())
    }

    fn secret(&self) -> Option<Secret> {
        Self::grant(CLIENT_ID, &self.refresh_token)
    }

    fn wrong_secret(&self) -> Option<Secret> {
        Self::grant(CLIENT_ID, "a token that nobody gave")
    }

    fn unknown_key(&self) -> Option<Secret> {
        Self::grant("nobody", &self.refresh_token)
    }

    fn room(&self, name: &str) -> Box<dyn Room> {
        let room = Folder {
            double: self.double.clone(),
            name: name.to_owned(),
        };
        // A folder stays when its last file goes.
        room.write("made", b"");
        room.remove("made");
        Box::new(room)
    }

    fn facts(&self) -> Facts {
        let room = self.room("facts");
        let token = self.double.oauth().sign_in();
        let upload = |name: &str, bytes: &[u8]| {
            let arg = json!({
                "path": format!("/facts/{name}"),
                "mode": "add",
                "strict_conflict": true,
                "client_modified": "2014-05-13T16:53:20Z",
            });
            self.call(&token, "files/upload", &arg, Some(bytes))
        };
        let put = upload("case", b"one");
        assert!(
            put.is_good(),
            "nothing can be stored: {} {}",
            put.status,
            put.text()
        );
        let time = room.time_of("case").unwrap_or_default();
        let again = upload("case", b"two");
        let tells_cases = upload("CASE", b"three").is_good();
        let nothing =
            upload("nothing", b"").is_good() && room.read("nothing").is_some_and(|it| it.is_empty());
        let long = vec!["f".repeat(200); 5].join("/");
        let arg = json!({"path": "/facts", "recursive": true});
        let listed = self.call(&token, "files/list_folder", &arg, None);
        let stranger = self.call("nobody's", "files/list_folder", &arg, None);
        held([
            (Fact::RefusesToReplace, again.status == 409),
            (
                Fact::RefusesToReplaceInParts,
                self.refuses_in_parts(&token, "/facts/case"),
            ),
            (Fact::LooksAtKeys, stranger.status == 401),
            (Fact::KeepsSeconds, time.starts_with("1400000000.")),
            (Fact::ListsVersions, listed.text().contains("\"rev\"")),
            (Fact::TellsCases, tells_cases),
            (Fact::KeepsNothing, nothing),
            (Fact::KeepsLongKeys, upload(&long, b"one").is_good()),
            (
                Fact::AnswersBelowObjects,
                upload("case/below", b"one").status < 500,
            ),
            (Fact::OutlivesTwoWriters, true),
            (Fact::KeepsNamesOfSystems, upload("desktop.ini", b"one").is_good()),
            (Fact::IsFar, true),
        ])
    }
}

/// A folder of the account, as its owner sees it in another program.
struct Folder {
    double: Arc<Dropbox>,
    name: String,
}

impl Folder {
    fn path(&self, key: &str) -> String {
        format!("/{}/{key}", self.name)
    }

    /// In that very case.
    fn object(&self, key: &str) -> Option<Object> {
        let path = self.path(key);
        self.double.object(&path).filter(|object| object.path == path)
    }
}

impl Room for Folder {
    fn read(&self, key: &str) -> Option<Vec<u8>> {
        let object = self.object(key)?;
        Some(std::fs::read(object.file).expect("read a stored file"))
    }

    fn keys(&self) -> Vec<String> {
        let below = self.path("");
        let all = self.double.list();
        let mut keys: Vec<String> = all
            .iter()
            .filter_map(|path| path.strip_prefix(&below).map(str::to_owned))
            .collect();
        keys.sort();
        keys
    }

    fn write(&self, key: &str, bytes: &[u8]) {
        self.double.put_as_stranger(&self.path(key), bytes);
    }

    fn rot(&self, key: &str, bytes: &[u8]) {
        match self.object(key) {
            Some(object) if object.size == bytes.len() as u64 => write(&object.file, bytes),
            _ => self.write(key, bytes),
        }
    }

    fn remove(&self, key: &str) {
        assert!(self.double.remove(&self.path(key)), "{key} was there");
    }

    fn time_of(&self, key: &str) -> Option<String> {
        let time: jiff::Timestamp = self.object(key)?.client_modified.parse().ok()?;
        Some(format!("{}.{:09}", time.as_second(), time.subsec_nanosecond()))
    }
}
