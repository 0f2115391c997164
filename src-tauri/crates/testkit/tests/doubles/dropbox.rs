//! Dropbox.

use crate::{ask, json};
use albumen_testkit::double::dropbox::Dropbox;
use albumen_testkit::double::sums::content_hash;
use albumen_testkit::http::{Answer, Ask};
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

pub struct Signed {
    pub dropbox: Dropbox,
    token: String,
    _dir: tempfile::TempDir,
}

pub fn dropbox() -> Signed {
    let dir = tempfile::tempdir().unwrap();
    let dropbox = Dropbox::start(&dir.path().join("objects"));
    let token = dropbox.oauth().sign_in();
    Signed {
        dropbox,
        token,
        _dir: dir,
    }
}

impl Signed {
    pub fn rpc(&self, function: &str, arg: &Value) -> Answer {
        let path = format!("/2/{function}");
        let headers = &[("content-type", "application/json")];
        let body = arg.to_string();
        self.ask(&path, headers, body.as_bytes())
    }

    pub fn content(&self, function: &str, arg: &str, body: &[u8]) -> Answer {
        let headers = [
            ("content-type", "application/octet-stream"),
            ("dropbox-api-arg", arg),
        ];
        self.ask(&format!("/2/{function}"), &headers, body)
    }

    fn ask(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let method = "POST";
        ask(
            &self.dropbox,
            &self.token,
            Ask {
                method,
                path,
                headers,
                body,
                ..Ask::default()
            },
        )
    }

    fn start(&self, bytes: &[u8], close: bool) -> String {
        let arg = json!({"close": close}).to_string();
        let answer = self.content("files/upload_session/start", &arg, bytes);
        assert_eq!(answer.status, 200, "{answer:?}");
        json(&answer)["session_id"].as_str().unwrap().to_owned()
    }

    fn append(&self, session: &str, offset: u64, bytes: &[u8], close: bool) -> Answer {
        let cursor = json!({"session_id": session, "offset": offset});
        let arg = json!({"cursor": cursor, "close": close, "content_hash": content_hash(bytes)});
        self.content("files/upload_session/append_v2", &arg.to_string(), bytes)
    }

    fn commit(&self, entries: &[(&str, usize, &str)]) -> Value {
        let entries: Vec<Value> = entries
            .iter()
            .map(|(session, size, path)| {
                json!({"cursor": {"session_id": session, "offset": size},
                    "commit": {"path": path, "mode": "add", "autorename": false, "mute": true,
                        "client_modified": "2020-02-03T04:05:06Z"}})
            })
            .collect();
        let answer = self.rpc(
            "files/upload_session/finish_batch_v2",
            &json!({"entries": entries}),
        );
        assert_eq!(answer.status, 200, "{answer:?}");
        json(&answer)["entries"].clone()
    }

    pub fn put(&self, path: &str, bytes: &[u8]) -> Value {
        let session = self.start(bytes, true);
        self.commit(&[(&session, bytes.len(), path)])[0].clone()
    }

    /// The tag path of a 409, from its summary.
    fn refusal(answer: &Answer) -> String {
        assert_eq!(answer.status, 409, "{answer:?}");
        let summary = json(answer)["error_summary"].as_str().unwrap().to_owned();
        summary.trim_end_matches("/..").to_owned()
    }
}

#[test]
fn a_small_file_lands_with_one_session_and_a_batch_commit_and_comes_back() {
    let signed = dropbox();
    let entry = signed.put("/2020/Ünï 😀.jpg", b"a photo");
    assert_eq!(entry[".tag"], "success");
    assert_eq!(entry["size"], 7);
    assert_eq!(entry["content_hash"], content_hash(b"a photo"));
    assert_eq!(entry["client_modified"], "2020-02-03T04:05:06Z");
    assert_eq!(signed.dropbox.stored("/2020/ÜNÏ 😀.JPG").unwrap(), b"a photo");
    assert_eq!(signed.dropbox.sessions(), 0, "a committed session is gone");

    let found = json(&signed.rpc("files/get_metadata", &json!({"path": "/2020/ünï 😀.jpg"})));
    assert_eq!(found[".tag"], "file");
    assert_eq!(found["path_display"], "/2020/Ünï 😀.jpg");
    assert_eq!(found["rev"], entry["rev"]);

    let answer = signed.content(
        "files/download",
        r#"{"path":"/2020/\u00fcn\u00ef \ud83d\ude00.jpg"}"#,
        b"",
    );
    assert_eq!((answer.status, &answer.body[..]), (200, &b"a photo"[..]));
    let result: Value = serde_json::from_str(answer.header("dropbox-api-result").unwrap()).unwrap();
    assert_eq!(result["name"], "Ünï 😀.jpg");

    let arg = r#"{"path":"/2020/\u00fcn\u00ef \ud83d\ude00.jpg"}"#;
    let ranged = |range: &str| {
        let headers = [("dropbox-api-arg", arg), ("range", range)];
        signed.ask("/2/files/download", &headers, b"")
    };
    let part = ranged("bytes=2-3");
    assert_eq!((part.status, &part.body[..]), (206, &b"ph"[..]));
    assert_eq!(part.header("content-range"), Some("bytes 2-3/7"));
    assert_eq!(ranged("bytes=2-").body, b"photo");
    assert_eq!(ranged("bytes=7-").status, 416);
}

#[test]
fn a_session_takes_bytes_only_where_it_stands() {
    let signed = dropbox();
    let session = signed.start(b"", false);
    assert_eq!(signed.append(&session, 0, b"one", false).text(), "null");
    let wrong = signed.append(&session, 0, b"one", false);
    assert_eq!(Signed::refusal(&wrong), "incorrect_offset");
    assert_eq!(
        json(&wrong)["error"],
        json!({".tag": "incorrect_offset", "correct_offset": 3})
    );
    let probe = signed.append(&session, 99, b"", false);
    assert_eq!(json(&probe)["error"]["correct_offset"], 3);

    let early = signed.commit(&[(&session, 3, "/a.jpg")]);
    assert_eq!(early[0]["failure"]["lookup_failed"][".tag"], "not_closed");
    assert_eq!(signed.append(&session, 3, b"two", true).status, 200);
    let closed = signed.append(&session, 6, b"three", true);
    assert_eq!(Signed::refusal(&closed), "closed");
    let short = signed.commit(&[(&session, 5, "/a.jpg")]);
    assert_eq!(
        short[0]["failure"]["lookup_failed"],
        json!({".tag": "incorrect_offset", "correct_offset": 6})
    );
    assert_eq!(signed.commit(&[(&session, 6, "/a.jpg")])[0][".tag"], "success");
    let again = signed.commit(&[(&session, 6, "/a.jpg")]);
    assert_eq!(again[0]["failure"]["lookup_failed"][".tag"], "not_found");
    assert_eq!(signed.dropbox.stored("/a.jpg").unwrap(), b"onetwo");

    let old = signed.start(b"x", false);
    signed.dropbox.expire_sessions();
    assert_eq!(Signed::refusal(&signed.append(&old, 1, b"y", true)), "not_found");
}

#[test]
fn a_call_with_another_hash_or_too_many_bytes_keeps_nothing() {
    let signed = dropbox();
    let session = signed.start(b"one", false);
    let cursor = json!({"session_id": session, "offset": 3});
    let arg = json!({"cursor": cursor, "close": true, "content_hash": content_hash(b"other")});
    let refused = signed.content("files/upload_session/append_v2", &arg.to_string(), b"two");
    assert_eq!(Signed::refusal(&refused), "content_hash_mismatch");
    signed.dropbox.set_call_limit(4);
    let refused = signed.append(&session, 3, b"12345", true);
    assert_eq!(Signed::refusal(&refused), "payload_too_large");
    assert_eq!(signed.append(&session, 3, b"1234", true).status, 200);
    assert_eq!(
        signed.commit(&[(&session, 7, "/a")])[0]["content_hash"],
        content_hash(b"one1234")
    );
}

#[test]
fn a_body_that_the_client_cuts_keeps_nothing() {
    let signed = dropbox();
    let session = signed.start(b"one", false);
    let cursor = json!({"session_id": session, "offset": 3});
    let arg = json!({"cursor": cursor, "close": true});
    let address = signed.dropbox.client().address;
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "POST /2/files/upload_session/append_v2 HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/octet-stream\r\ndropbox-api-arg: {arg}\r\ncontent-length: 1000\r\n\r\nonly this",
        signed.token
    )
    .unwrap();
    wait_for(|| signed.dropbox.bytes_received() == 12);
    drop(stream);
    wait_for(|| signed.dropbox.count("files/upload_session/append_v2") == 1);
    let asked = signed.dropbox.asked();
    assert_eq!((asked[1].status, asked[1].bytes_in), (0, 9));
    assert_eq!(signed.append(&session, 3, b"two", true).status, 200);
    assert_eq!(signed.commit(&[(&session, 6, "/a")])[0][".tag"], "success");
    assert_eq!(signed.dropbox.stored("/a").unwrap(), b"onetwo");
}

/// What another thread is about to do.
pub fn wait_for(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "it never happened");
        std::thread::yield_now();
    }
}

#[test]
fn the_arguments_are_looked_at_strictly() {
    let signed = dropbox();
    let start = "files/upload_session/start";
    let refused = |answer: Answer, why: &str| {
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.text().contains(why), "{}", answer.text());
    };
    refused(signed.content(start, "{close:true}", b""), "could not decode");
    refused(
        signed.content(start, "{\"close\":true,\"name\":\"é\"}", b""),
        "not ASCII",
    );
    refused(
        signed.content(start, "{\"close\":true,\"sha\":1}", b""),
        "unknown field 'sha'",
    );
    refused(signed.content(start, "{\"close\":1}", b""), "expected boolean");
    refused(signed.content("files/start", "{}", b""), "Unknown API function");
    let typed = [("content-type", "image/jpeg"), ("dropbox-api-arg", "{}")];
    refused(
        signed.ask("/2/files/upload_session/start", &typed, b""),
        "Content-Type",
    );
    let none = [("content-type", "application/octet-stream")];
    refused(
        signed.ask("/2/files/upload_session/start", &none, b""),
        "given once",
    );
    let octets = [("content-type", "application/octet-stream")];
    refused(
        signed.ask("/2/files/get_metadata", &octets, b"{}"),
        "application/json",
    );
    refused(
        signed.rpc("files/get_metadata", &json!({})),
        "missing required field 'path'",
    );
    refused(signed.rpc("files/get_metadata", &json!({"path": ""})), "root");
    refused(signed.rpc("files/get_metadata", &json!({"path": "a"})), "pattern");
    refused(
        signed.rpc("files/list_folder", &json!({"path": "/"})),
        "empty string",
    );
    refused(
        signed.rpc("files/list_folder", &json!({"path": "", "limit": 2001})),
        "limit",
    );
    refused(signed.rpc("users/get_space_usage", &json!({})), "expected null");
    let entry = |commit: Value| {
        let cursor = json!({"session_id": "x", "offset": 0});
        let entries = json!({"entries": [{"cursor": cursor, "commit": commit}]});
        signed.rpc("files/upload_session/finish_batch_v2", &entries)
    };
    let time = "2020-02-03T04:05:06.789Z";
    refused(
        entry(json!({"path": "/a", "client_modified": time})),
        "client_modified",
    );
    refused(entry(json!({"path": "/a", "mode": "new"})), "mode");
    refused(entry(json!({"path": "a"})), "pattern");
    let none = json!({"entries": []});
    refused(
        signed.rpc("files/upload_session/finish_batch_v2", &none),
        "1 to 1000",
    );

    let get = Ask {
        method: "GET",
        path: "/2/users/get_current_account",
        ..Ask::default()
    };
    refused(ask(&signed.dropbox, &signed.token, get), "\"GET\"");
}

#[test]
fn a_token_must_be_there_live_and_have_the_scope() {
    let signed = dropbox();
    let ask_with = |token: Option<&str>| {
        let bearer = format!("Bearer {}", token.unwrap_or(""));
        let mut headers = vec![("content-type", "application/json")];
        if token.is_some() {
            headers.push(("authorization", &bearer));
        }
        let ask = Ask {
            method: "POST",
            path: "/2/files/list_folder",
            headers: &headers,
            body: b"{\"path\":\"\"}",
            ..Ask::default()
        };
        signed.dropbox.client().ask(ask).unwrap()
    };
    assert_eq!(ask_with(Some(&signed.token)).status, 200);
    assert_eq!(ask_with(None).status, 400);
    let unknown = ask_with(Some("not-a-token"));
    assert_eq!(
        (unknown.status, &json(&unknown)["error"][".tag"]),
        (401, &json!("invalid_access_token"))
    );
    let narrow = signed.dropbox.oauth().sign_in_with("account_info.read");
    let refused = ask_with(Some(&narrow));
    assert_eq!(json(&refused)["error"]["required_scope"], "files.metadata.read");
    signed.dropbox.oauth().expire_access_tokens();
    let expired = ask_with(Some(&signed.token));
    assert_eq!(expired.status, 401);
    assert!(
        json(&expired)["error_summary"]
            .as_str()
            .unwrap()
            .starts_with("expired_access_token/")
    );
}

#[test]
fn a_name_that_is_taken_is_a_conflict_unless_the_content_is_equal() {
    let signed = dropbox();
    let first = signed.put("/Trip/IMG_1.JPG", b"one");
    let other = signed.put("/trip/img_1.jpg", b"two");
    assert_eq!(other["failure"]["path"]["conflict"][".tag"], "file");
    let equal = signed.put("/trip/img_1.jpg", b"one");
    assert_eq!(
        (&equal[".tag"], &equal["rev"]),
        (&json!("success"), &first["rev"])
    );
    let composed = signed.put("/e\u{301}.jpg", b"one");
    assert_eq!(composed[".tag"], "success");
    assert_eq!(signed.put("/\u{e9}.jpg", b"two")[".tag"], "failure");

    let strict = |path: &str, autorename: bool| {
        let session = signed.start(b"one", true);
        let commit = json!({"path": path, "strict_conflict": true, "autorename": autorename});
        let cursor = json!({"session_id": session, "offset": 3});
        let entries = json!({"entries": [{"cursor": cursor, "commit": commit}]});
        json(&signed.rpc("files/upload_session/finish_batch_v2", &entries))["entries"][0].clone()
    };
    assert_eq!(
        strict("/Trip/IMG_1.JPG", false)["failure"]["path"]["conflict"][".tag"],
        "file"
    );
    assert_eq!(
        strict("/TRIP", false)["failure"]["path"]["conflict"][".tag"],
        "folder"
    );
    let below = strict("/trip/img_1.jpg/x", false);
    assert_eq!(below["failure"]["path"]["conflict"][".tag"], "file_ancestor");
    assert_eq!((signed.dropbox.twins(), signed.dropbox.overwrites()), (0, 0));
    assert_eq!(
        strict("/TRIP/img_1.jpg", true)["path_display"],
        "/Trip/img_1 (1).jpg"
    );
    assert_eq!(signed.dropbox.twins(), 1);

    let bad = |path: &str| signed.put(path, b"x")["failure"]["path"][".tag"].clone();
    assert_eq!(bad("/a /b"), "malformed_path");
    assert_eq!(bad("/a."), "malformed_path");
    assert_eq!(bad(&format!("/{}", "x".repeat(256))), "malformed_path");
    assert_eq!(bad("/Desktop.ini"), "disallowed_name");
}

#[test]
fn replacing_a_file_is_counted() {
    let signed = dropbox();
    signed.put("/a", b"one");
    let arg = r#"{"path":"/a","mode":"overwrite"}"#;
    assert_eq!(signed.content("files/upload", arg, b"two").status, 200);
    assert_eq!(signed.dropbox.overwrites(), 1);
    let refused = signed.content("files/upload", r#"{"path":"/a"}"#, b"three");
    assert_eq!(Signed::refusal(&refused), "path/conflict/file");
    assert_eq!(json(&refused)["error"]["reason"]["conflict"][".tag"], "file");
}

#[test]
fn a_refused_finish_has_appended_its_bytes() {
    let signed = dropbox();
    signed.put("/a", b"taken");
    let session = signed.start(b"one", false);
    let finish = |offset: u64, path: &str, bytes: &[u8]| {
        let cursor = json!({"session_id": session, "offset": offset});
        let arg = json!({"cursor": cursor, "commit": {"path": path}});
        signed.content("files/upload_session/finish", &arg.to_string(), bytes)
    };
    assert_eq!(Signed::refusal(&finish(3, "/a", b"two")), "path/conflict/file");
    let again = finish(3, "/b", b"two");
    assert_eq!(Signed::refusal(&again), "lookup_failed/incorrect_offset");
    assert_eq!(json(&again)["error"]["lookup_failed"]["correct_offset"], 6);
    assert_eq!(finish(6, "/b", b"").status, 200);
    assert_eq!(signed.dropbox.stored("/b").unwrap(), b"onetwo");
}

#[test]
fn a_batch_keeps_its_order_and_a_second_one_meanwhile_is_turned_away() {
    let signed = dropbox();
    let (a, b) = (signed.start(b"a", true), signed.start(b"bb", true));
    let entries = [(&a[..], 1, "/z"), ("nobody", 1, "/y"), (&b[..], 2, "/x")];
    signed.dropbox.another_commits(true);
    let busy = signed.commit(&entries);
    for entry in busy.as_array().unwrap() {
        assert_eq!(entry["failure"][".tag"], "too_many_write_operations");
    }
    assert_eq!((signed.dropbox.list().len(), signed.dropbox.batches()), (0, 0));
    signed.dropbox.another_commits(false);
    let done = signed.commit(&entries);
    let tags: Vec<&Value> = done
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry[".tag"])
        .collect();
    assert_eq!(tags, ["success", "failure", "success"]);
    assert_eq!((&done[0]["name"], &done[2]["name"]), (&json!("z"), &json!("x")));
    assert_eq!(signed.dropbox.batches(), 1);

    signed.dropbox.set_commit_time(Duration::from_secs(2));
    let (c, d) = (signed.start(b"c", true), signed.start(b"d", true));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| signed.commit(&[(&c, 1, "/c")]));
        wait_for(|| signed.dropbox.batches() == 2);
        let second = signed.commit(&[(&d, 1, "/d")]);
        assert_eq!(second[0]["failure"][".tag"], "too_many_write_operations");
        assert_eq!(first.join().unwrap()[0][".tag"], "success");
    });
}

#[test]
fn a_listing_comes_in_pages_and_goes_on_with_what_changed() {
    let signed = dropbox();
    for path in ["/A/1.jpg", "/a/2.jpg", "/a/B/3.jpg", "/4.jpg"] {
        signed.put(path, path.as_bytes());
    }
    signed.dropbox.set_page_size(2);
    let list = |arg: Value| {
        let (mut names, mut pages) = (Vec::new(), 1);
        let mut page = json(&signed.rpc("files/list_folder", &arg));
        loop {
            let entries = page["entries"].as_array().unwrap();
            assert!(entries.len() <= 2);
            names.extend(
                entries
                    .iter()
                    .map(|entry| entry["path_display"].as_str().unwrap().to_owned()),
            );
            if page["has_more"] == false {
                return (names, pages, page["cursor"].clone());
            }
            let arg = json!({"cursor": page["cursor"]});
            page = json(&signed.rpc("files/list_folder/continue", &arg));
            pages += 1;
        }
    };
    let (names, pages, cursor) = list(json!({"path": "", "recursive": true}));
    assert_eq!(
        names,
        ["/4.jpg", "/A", "/A/1.jpg", "/A/2.jpg", "/A/B", "/A/B/3.jpg"]
    );
    assert_eq!(pages, 3);
    assert_eq!(list(json!({"path": "/A"})).0, ["/A/1.jpg", "/A/2.jpg", "/A/B"]);

    signed.dropbox.put_as_stranger("/5.jpg", b"new");
    assert!(signed.dropbox.remove("/4.jpg"));
    let more = json(&signed.rpc("files/list_folder/continue", &json!({"cursor": cursor})));
    let tags: Vec<&Value> = more["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry[".tag"])
        .collect();
    assert_eq!(tags, ["deleted", "file"]);

    signed.dropbox.reset_next_cursor();
    let arg = json!({"cursor": more["cursor"]});
    assert_eq!(
        Signed::refusal(&signed.rpc("files/list_folder/continue", &arg)),
        "reset"
    );
    assert_eq!(
        signed
            .rpc("files/list_folder/continue", &json!({"cursor": "x"}))
            .status,
        400
    );
    let none = signed.rpc("files/list_folder", &json!({"path": "/none"}));
    assert_eq!(Signed::refusal(&none), "path/not_found");
    let file = signed.rpc("files/list_folder", &json!({"path": "/5.jpg"}));
    assert_eq!(Signed::refusal(&file), "path/not_folder");

    signed.dropbox.stale_listings(1);
    signed.put("/6.jpg", b"newer");
    let has = |names: &[String]| names.iter().any(|name| name == "/6.jpg");
    assert!(!has(&list(json!({"path": "", "recursive": true})).0));
    assert!(has(&list(json!({"path": "", "recursive": true})).0));
}

#[test]
fn room_runs_out_and_an_account_is_told_apart() {
    let signed = dropbox();
    signed.put("/a", b"12345");
    signed.dropbox.set_quota(Some(8));
    let usage = json(&signed.rpc("users/get_space_usage", &Value::Null));
    assert_eq!(
        (&usage["used"], &usage["allocation"]["allocated"]),
        (&json!(5), &json!(8))
    );
    assert_eq!(
        signed.put("/b", b"1234")["failure"]["path"][".tag"],
        "insufficient_space"
    );
    assert_eq!(signed.put("/b", b"123")[".tag"], "success");

    let account = || json(&signed.rpc("users/get_current_account", &Value::Null))["account_id"].clone();
    let first = account();
    signed.dropbox.oauth().set_account("dbid:AAAAanother");
    assert_ne!(account(), first);
}

#[test]
fn a_deletion_wants_the_revision_it_was_told() {
    let signed = dropbox();
    let old = signed.put("/a", b"one");
    signed.dropbox.put_as_stranger("/a", b"two");
    let delete = |rev: &Value| signed.rpc("files/delete_v2", &json!({"path": "/a", "parent_rev": rev}));
    assert_eq!(Signed::refusal(&delete(&old["rev"])), "path_write/conflict/file");
    let rev = json!(signed.dropbox.object("/a").unwrap().rev);
    assert_eq!(delete(&rev).status, 200);
    assert_eq!(Signed::refusal(&delete(&rev)), "path_lookup/not_found");
    let found = signed.rpc("files/get_metadata", &json!({"path": "/a"}));
    assert_eq!(Signed::refusal(&found), "path/not_found");
}

#[test]
fn rot_is_seen_in_the_bytes_and_not_in_what_the_api_says() {
    let signed = dropbox();
    signed.put("/a", b"12345");
    signed.dropbox.rot("/a");
    let found = json(&signed.rpc("files/get_metadata", &json!({"path": "/a"})));
    assert_eq!(found["content_hash"], content_hash(b"12345"));
    assert_eq!(
        signed.content("files/download", r#"{"path":"/a"}"#, b"").body,
        b"12\xcc45"
    );
}
