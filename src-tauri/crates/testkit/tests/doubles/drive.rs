//! Drive: files by id and by search.

use crate::{ask, json};
use albumen_testkit::double::drive::{Drive, FOLDER, ROOT};
use albumen_testkit::double::sums::sha256_hex;
use albumen_testkit::http::{Answer, Ask};
use serde_json::{Value, json};

pub const JSON: (&str, &str) = ("content-type", "application/json; charset=UTF-8");

pub struct Signed {
    pub drive: Drive,
    pub token: String,
    _dir: tempfile::TempDir,
}

pub fn drive() -> Signed {
    let dir = tempfile::tempdir().unwrap();
    let drive = Drive::start(&dir.path().join("objects"));
    let token = drive.oauth().sign_in();
    Signed {
        drive,
        token,
        _dir: dir,
    }
}

impl Signed {
    pub fn ask(&self, ask_: Ask<'_>) -> Answer {
        ask(&self.drive, &self.token, ask_)
    }

    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        self.ask(Ask {
            method: "GET",
            path: &format!("/drive/v3/{path}"),
            query,
            ..Ask::default()
        })
    }

    fn send(&self, method: &str, path: &str, value: &Value) -> Answer {
        self.ask(Ask {
            method,
            path: &format!("/drive/v3/{path}"),
            query: &[("fields", "*")],
            headers: &[JSON],
            body: value.to_string().as_bytes(),
        })
    }

    pub fn ids(&self, count: &str) -> Vec<String> {
        let answer = json(&self.get("files/generateIds", &[("count", count), ("space", "drive")]));
        let ids = answer["ids"].as_array().unwrap().iter();
        ids.map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    pub fn folder(&self, name: &str, parent: &str) -> String {
        let meta = json!({"name": name, "mimeType": FOLDER, "parents": [parent]});
        let made = json(&self.send("POST", "files", &meta));
        made["id"].as_str().unwrap().to_owned()
    }

    /// One request, as a small photo is sent.
    pub fn multipart(&self, meta: &Value, bytes: &[u8]) -> Answer {
        self.multipart_as("multipart/related; boundary=XyZ", meta, bytes)
    }

    pub fn multipart_as(&self, kind: &str, meta: &Value, bytes: &[u8]) -> Answer {
        let head = format!(
            "--XyZ\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{meta}\r\n--XyZ\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--XyZ--\r\n"].concat();
        self.ask(Ask {
            method: "POST",
            path: "/upload/drive/v3/files",
            query: &[
                ("uploadType", "multipart"),
                ("fields", "id,size,md5Checksum,sha256Checksum,headRevisionId"),
            ],
            headers: &[("content-type", kind)],
            body: &body,
        })
    }

    pub fn put(&self, name: &str, bytes: &[u8]) -> String {
        let made = self.multipart(&json!({"name": name}), bytes);
        assert_eq!(made.status, 200, "{made:?}");
        json(&made)["id"].as_str().unwrap().to_owned()
    }

    fn found(&self, q: &str) -> Vec<String> {
        let answer = self.get("files", &[("q", q), ("fields", "files(name)")]);
        assert_eq!(answer.status, 200, "{answer:?}");
        let answer = json(&answer);
        let files = answer["files"].as_array().unwrap().iter();
        let mut names: Vec<String> = files
            .map(|file| file["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }
}

/// Status and reason of a refusal.
pub fn refusal(answer: &Answer) -> (u16, String) {
    let reason = json(answer)["error"]["errors"][0]["reason"].clone();
    (answer.status, reason.as_str().unwrap().to_owned())
}

fn is(status: u16, reason: &str) -> (u16, String) {
    (status, reason.to_owned())
}

#[test]
fn a_small_file_lands_in_its_folder_with_its_sums_and_comes_back() {
    let signed = drive();
    let year = signed.folder("2020", "root");
    let id = signed.ids("2").remove(0);
    let meta = json!({"id": id, "name": "Ünï 😀.jpg", "parents": [year], "modifiedTime": "2020-02-03T05:05:06+01:00",
        "appProperties": {"albumenSha": "x"}});
    let made = json(&signed.multipart(&meta, b"a photo"));
    assert_eq!((&made["id"], &made["size"]), (&json!(id), &json!("7")));
    assert_eq!(made["sha256Checksum"], sha256_hex(b"a photo"));
    assert_eq!(made["md5Checksum"], "1e171d1320221d0ef1133a398fb1d4be");
    assert_eq!(made.get("name"), None, "it was not asked for");
    let path = "/2020/Ünï 😀.jpg";
    assert_eq!(signed.drive.list(), [path]);
    assert_eq!(signed.drive.ids_of(path), [id.as_str()]);
    assert_eq!(signed.drive.stored(&id).unwrap(), b"a photo");

    let found = json(&signed.get(&format!("files/{id}"), &[]));
    assert_eq!(
        found,
        json!({"kind": "drive#file", "id": id, "name": "Ünï 😀.jpg", "mimeType": "image/jpeg"})
    );
    let fields = [("fields", "modifiedTime,appProperties,parents,trashed")];
    let found = json(&signed.get(&format!("files/{id}"), &fields));
    assert_eq!(
        found,
        json!({"modifiedTime": "2020-02-03T04:05:06.000Z", "appProperties": {"albumenSha": "x"},
            "parents": [year], "trashed": false})
    );
    let media = [("alt", "media")];
    assert_eq!(signed.get(&format!("files/{id}"), &media).body, b"a photo");
    let part = signed.ask(Ask {
        method: "GET",
        path: &format!("/drive/v3/files/{id}"),
        query: &media,
        headers: &[("range", "bytes=2-3")],
        ..Ask::default()
    });
    assert_eq!((part.status, &part.body[..]), (206, &b"ph"[..]));
    assert_eq!(
        refusal(&signed.get(&format!("files/{year}"), &media)),
        is(403, "fileNotDownloadable")
    );
    assert_eq!((signed.drive.twins(), signed.drive.overwrites()), (0, 0));
}

#[test]
fn ids_are_generated_and_good_once() {
    let signed = drive();
    let ids = signed.ids("2");
    assert!(ids[0] != ids[1] && ids[0].len() == 33);
    let put = |id: &str| signed.multipart(&json!({"id": id, "name": "a"}), b"x");
    assert_eq!(refusal(&put("made-up")), is(400, "invalid"));
    assert_eq!(put(&ids[0]).status, 200);
    assert_eq!(refusal(&put(&ids[0])), is(409, "fileIdInUse"));
    let many = signed.get("files/generateIds", &[("count", "1001")]);
    assert_eq!(many.status, 400);
}

#[test]
fn what_the_documents_do_not_allow_is_refused() {
    let signed = drive();
    let put = |meta: Value| refusal(&signed.multipart(&meta, b"x"));
    assert_eq!(put(json!({"name": "a", "sha": 1})), is(400, "invalid"));
    assert_eq!(
        put(json!({"name": "a", "modifiedTime": "2020-02-03 04:05:06Z"})),
        is(400, "invalid")
    );
    assert_eq!(
        put(json!({"name": "a", "modifiedTime": "2020-02-03T04:05:06"})),
        is(400, "invalid")
    );
    assert_eq!(
        put(json!({"name": "a", "parents": ["none"]})),
        is(404, "notFound")
    );
    assert_eq!(
        put(json!({"name": "a", "parents": [ROOT, ROOT]})),
        is(400, "invalid")
    );
    assert_eq!(put(json!({"name": "a", "mimeType": FOLDER})), is(400, "invalid"));
    let property = |length: usize| json!({"name": "a", "appProperties": {"key": "v".repeat(length)}});
    assert_eq!(put(property(122)), is(400, "invalid"));
    assert_eq!(signed.multipart(&property(121), b"x").status, 200);
    let many: Value = (0..31)
        .map(|n| (format!("k{n}"), json!("v")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert_eq!(
        put(json!({"name": "a", "appProperties": many})),
        is(400, "invalid")
    );
    let file = signed.put("b", b"x");
    assert_eq!(
        put(json!({"name": "a", "parents": [file]})),
        is(403, "parentNotAFolder")
    );

    let meta = json!({"name": "a"});
    let form = signed.multipart_as("multipart/form-data; boundary=XyZ", &meta, b"x");
    assert_eq!(refusal(&form), is(400, "badContent"));
    let other = signed.multipart_as("multipart/related; boundary=other", &meta, b"x");
    assert_eq!(refusal(&other), is(400, "badContent"));
    let large = signed.multipart(&meta, &vec![0; (5 << 20) + 1]);
    assert_eq!(refusal(&large), is(413, "uploadTooLarge"));

    let bad = |path: &str, query: &[(&str, &str)]| refusal(&signed.get(path, query));
    let parameter = is(400, "invalidParameter");
    assert_eq!(bad("about", &[]), parameter);
    assert_eq!(bad("files", &[("q", "name contains 'a'")]), parameter);
    assert_eq!(bad("files", &[("pageSize", "1001")]), parameter);
    assert_eq!(bad("files", &[("limit", "1")]), parameter);
    assert_eq!(bad("files", &[("fields", "files(md5)")]), parameter);
    assert_eq!(bad("files", &[("pageToken", "x")]), parameter);
    assert_eq!(bad("files", &[("q", "'none' in parents")]), is(404, "notFound"));
    assert_eq!(bad("files/none", &[]), is(404, "notFound"));
    assert_eq!(bad("nothing", &[]), is(404, "notFound"));
    let moved = signed.send("PATCH", &format!("files/{file}"), &json!({"parents": [ROOT]}));
    assert_eq!(refusal(&moved), is(403, "fieldNotWritable"));
    assert_eq!(signed.drive.list(), ["/a", "/b"]);
}

#[test]
fn a_search_folds_case_comes_in_pages_and_tells_twins() {
    let signed = drive();
    let folder = signed.folder("it's \\ mine", "root");
    for name in ["a.jpg", "A.JPG", "a.jpg", "b.jpg", "c.jpg"] {
        let meta = json!({"name": name, "parents": [folder], "appProperties": {"n": name}});
        assert_eq!(signed.multipart(&meta, name.as_bytes()).status, 200);
    }
    assert_eq!(signed.drive.twins(), 1);
    assert_eq!(
        signed.found(r"name = 'it\'s \\ mine' and trashed=false"),
        ["it's \\ mine"]
    );
    assert_eq!(signed.found("name='a.jpg'"), ["A.JPG", "a.jpg", "a.jpg"]);
    assert_eq!(
        signed
            .found(&format!("mimeType='{FOLDER}' and 'root' in parents"))
            .len(),
        1
    );
    assert_eq!(
        signed.found("appProperties has { key='n' and value='b.jpg' }"),
        ["b.jpg"]
    );

    let q = format!("'{folder}' in parents and trashed=false");
    let (mut names, mut token) = (Vec::new(), String::new());
    for page in 0..3 {
        let mut query = vec![("q", &q[..]), ("pageSize", "2")];
        if page > 0 {
            query.push(("pageToken", &token));
        }
        let answer = json(&signed.get("files", &query));
        assert_eq!(answer["incompleteSearch"], false);
        let files = answer["files"].as_array().unwrap();
        names.extend(files.iter().map(|file| file["name"].clone()));
        token = answer["nextPageToken"].as_str().unwrap_or("").to_owned();
    }
    assert_eq!(names, ["c.jpg", "b.jpg", "a.jpg", "A.JPG", "a.jpg"]);
    assert_eq!(token, "");

    signed.drive.incomplete_searches(1);
    let answer = json(&signed.get("files", &[("q", &q)]));
    assert_eq!(
        (
            &answer["incompleteSearch"],
            answer["files"].as_array().unwrap().len()
        ),
        (&json!(true), 2)
    );
}

#[test]
fn a_search_lags_behind_and_a_look_at_the_id_does_not() {
    let signed = drive();
    signed.drive.set_search_lag(2);
    let id = signed.put("a", b"x");
    assert_eq!(signed.found("name='a'"), [] as [&str; 0]);
    assert_eq!(signed.get(&format!("files/{id}"), &[]).status, 200);
    assert_eq!(signed.found("name='a'"), ["a"]);
    signed.drive.set_search_lag(0);
    signed.drive.stale_listings(1);
    signed.put("b", b"x");
    assert_eq!(signed.found("'root' in parents"), ["a"]);
    assert_eq!(signed.found("'root' in parents"), ["a", "b"]);
}

#[test]
fn only_what_the_app_made_is_seen() {
    let signed = drive();
    let hidden = signed.drive.put_hidden("/theirs/a", b"x");
    let twin = signed.drive.put_as_stranger("/ours/a", b"x");
    assert_eq!(signed.found(""), ["a", "ours"]);
    assert_eq!(signed.get(&format!("files/{hidden}"), &[]).status, 404);
    assert_eq!(signed.get(&format!("files/{twin}"), &[]).status, 200);
    assert_eq!(signed.drive.list(), ["/ours/a"]);
}

#[test]
fn trash_takes_a_folder_with_all_in_it_and_removal_is_for_good() {
    let signed = drive();
    let id = signed.drive.put_as_stranger("/f/a", b"x");
    let folder = json(&signed.get("files", &[("q", "name='f'")]))["files"][0]["id"].clone();
    let folder = folder.as_str().unwrap();
    let trashed = signed.send("PATCH", &format!("files/{folder}"), &json!({"trashed": true}));
    assert_eq!(json(&trashed)["id"], folder);
    assert_eq!(signed.found("trashed=true"), ["a", "f"]);
    assert_eq!(signed.found("trashed=false"), [] as [&str; 0]);
    let delete = || {
        signed.ask(Ask {
            method: "DELETE",
            path: &format!("/drive/v3/files/{folder}"),
            ..Ask::default()
        })
    };
    assert_eq!((delete().status, delete().status), (204, 404));
    assert_eq!(signed.drive.object(&id), None);
}

#[test]
fn rot_and_strangers_are_seen_where_they_show() {
    let signed = drive();
    let id = signed.put("a", b"12345");
    let sums = || {
        json(&signed.get(
            &format!("files/{id}"),
            &[("fields", "sha256Checksum,headRevisionId")],
        ))
    };
    let before = sums();
    signed.drive.rot(&id);
    assert_eq!(sums(), before);
    assert_eq!(
        signed.get(&format!("files/{id}"), &[("alt", "media")]).body,
        b"12\xcc45"
    );
    signed.drive.replace_as_stranger(&id, b"other");
    assert_eq!(sums()["sha256Checksum"], sha256_hex(b"other"));
    assert_ne!(sums()["headRevisionId"], before["headRevisionId"]);
    assert_eq!(signed.drive.overwrites(), 0);
    let replaced = signed.ask(Ask {
        method: "PATCH",
        path: &format!("/upload/drive/v3/files/{id}"),
        query: &[("uploadType", "media")],
        headers: &[("content-type", "image/jpeg")],
        body: b"again",
    });
    assert_eq!((replaced.status, signed.drive.overwrites()), (200, 1));
}

#[test]
fn tokens_room_and_account_are_looked_at() {
    let signed = drive();
    let drive = &signed.drive;
    let about = |token: &str| {
        let fields = "user(permissionId,emailAddress),storageQuota";
        let ask_ = Ask {
            method: "GET",
            path: "/drive/v3/about",
            query: &[("fields", fields)],
            ..Ask::default()
        };
        ask(drive, token, ask_)
    };
    signed.put("a", b"12345");
    let first = json(&about(&signed.token));
    assert_eq!(first["storageQuota"].get("limit"), None);
    drive.set_quota(Some(8));
    drive.oauth().set_account("another");
    let now = json(&about(&signed.token));
    assert_eq!(
        (&now["storageQuota"]["limit"], &now["storageQuota"]["usage"]),
        (&json!("8"), &json!("5"))
    );
    assert_ne!(now["user"]["permissionId"], first["user"]["permissionId"]);
    let full = signed.multipart(&json!({"name": "b"}), b"1234");
    assert_eq!(refusal(&full), is(403, "storageQuotaExceeded"));

    let narrow = drive.oauth().sign_in_with("openid");
    assert_eq!(refusal(&about(&narrow)), is(403, "insufficientPermissions"));
    assert_eq!(refusal(&about("unknown")), is(401, "authError"));
    drive.oauth().expire_access_tokens();
    assert_eq!(refusal(&about(&signed.token)), is(401, "authError"));
    let bare = Ask {
        method: "GET",
        path: "/drive/v3/files",
        ..Ask::default()
    };
    assert_eq!(refusal(&drive.client().ask(bare).unwrap()), is(401, "required"));
}
