//! What a test scripts happens, once and where it was said.

use crate::dropbox::{Signed, dropbox, wait_for};
use crate::json;
use albumen_testkit::double::{Fault, When, dropbox as provider};
use albumen_testkit::http::Ask;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const START: &str = "files/upload_session/start";

fn head(signed: &Signed, function: &str, arg: &str, length: usize) -> String {
    format!(
        "POST /2/{function} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ndropbox-api-arg: {arg}\r\n\
         content-type: application/octet-stream\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n",
        signed.dropbox.client().address,
        signed.dropbox.oauth().sign_in()
    )
}

/// What came back until the connection broke or stood still for a moment.
fn raw(signed: &Signed, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(signed.dropbox.client().address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // The double may be gone already.
    stream.write_all(body).ok();
    let mut said = Vec::new();
    stream.read_to_end(&mut said).ok();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn a_status_comes_as_scripted_to_the_request_it_is_for() {
    let signed = dropbox();
    let dropbox = &signed.dropbox;
    dropbox.script(
        When::op(START).key("true").after(1).times(2),
        provider::rate_limited("too_many_requests", 7),
    );
    dropbox.script(When::any(), Fault::status(500));
    assert_eq!(signed.rpc("users/get_space_usage", &Value::Null).status, 500);
    assert_eq!(signed.content(START, r#"{"close":true}"#, b"").status, 200);
    for _ in 0..2 {
        assert_eq!(signed.content(START, r#"{"close":false}"#, b"").status, 200);
        let limited = signed.content(START, r#"{"close":true}"#, b"abc");
        assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
        assert_eq!(json(&limited)["error"]["reason"][".tag"], "too_many_requests");
    }
    assert_eq!(signed.content(START, r#"{"close":true}"#, b"").status, 200);
    assert_eq!(
        (dropbox.scripted(), dropbox.sessions(), dropbox.bytes_received()),
        (0, 4, 4 + 6)
    );
}

#[test]
fn a_connection_breaks_before_within_and_after_the_work() {
    let signed = dropbox();
    let dropbox = &signed.dropbox;
    let start = |body: &[u8]| {
        raw(
            &signed,
            &head(&signed, START, r#"{"close":true}"#, body.len()),
            body,
        )
    };
    dropbox.script(When::op(START), Fault::DropBefore);
    assert_eq!(start(b"12345"), "");
    dropbox.script(When::op(START), Fault::DropAt(3));
    assert_eq!(start(b"12345"), "");
    assert_eq!((dropbox.sessions(), dropbox.bytes_received()), (0, 3));
    dropbox.script(When::op(START), Fault::DropAfterCommit);
    assert_eq!(start(b"12345"), "");
    assert_eq!((dropbox.sessions(), dropbox.bytes_received()), (1, 8));
    assert!(start(b"12345").starts_with("HTTP/1.1 200"));
    let statuses: Vec<u16> = dropbox.asked().iter().map(|asked| asked.status).collect();
    assert_eq!(statuses, [0, 0, 0, 200]);

    signed.put("/a", b"x");
    dropbox.script(When::op("files/delete_v2").key("/a"), Fault::DropAfterCommit);
    let client = dropbox.client();
    let bearer = format!("Bearer {}", dropbox.oauth().sign_in());
    let ask = Ask {
        method: "POST",
        path: "/2/files/delete_v2",
        headers: &[("content-type", "application/json"), ("authorization", &bearer)],
        body: b"{\"path\":\"/a\"}",
        ..Ask::default()
    };
    assert!(client.ask(ask).is_err());
    assert_eq!(dropbox.list(), [] as [&str; 0]);
}

#[test]
fn an_answer_is_cut_stands_still_or_is_slow() {
    let signed = dropbox();
    signed.put("/a", b"0123456789");
    let download = || {
        raw(
            &signed,
            &head(&signed, "files/download", r#"{"path":"/a"}"#, 0),
            b"",
        )
    };
    for fault in [Fault::CutReplyAt(4), Fault::StallReplyAt(4)] {
        signed.dropbox.script(When::op("files/download"), fault);
        let said = download();
        assert!(
            said.contains("content-length: 10") && said.ends_with("\r\n\r\n0123"),
            "{said}"
        );
    }
    assert!(download().ends_with("\r\n\r\n0123456789"));
    signed
        .dropbox
        .script(When::op("files/download"), Fault::SlowReply(50));
    let began = Instant::now();
    assert!(download().ends_with("\r\n\r\n0123456789"));
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_request_is_never_answered_or_read_slowly() {
    let signed = dropbox();
    let start = |body: &[u8]| {
        raw(
            &signed,
            &head(&signed, START, r#"{"close":true}"#, body.len()),
            body,
        )
    };
    for (fault, sessions, bytes) in [
        (Fault::Stall, 0, 0),
        (Fault::StallAt(2), 0, 2),
        (Fault::StallAfterCommit, 1, 7),
    ] {
        signed.dropbox.script(When::op(START), fault);
        assert_eq!(start(b"12345"), "");
        wait_for(|| signed.dropbox.bytes_received() == bytes);
        assert_eq!(signed.dropbox.sessions(), sessions);
    }
    signed.dropbox.script(When::op(START), Fault::SlowUpload(50));
    let began = Instant::now();
    assert!(start(b"12345").starts_with("HTTP/1.1 200"));
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_reply_can_hold_a_wrong_hash_of_right_bytes() {
    let signed = dropbox();
    let arg = json!({"path": "/a"});
    signed.dropbox.script(
        When::op("files/upload_session/finish_batch_v2"),
        Fault::WrongHashInReply,
    );
    let told = signed.put("/a", b"x");
    let found = json(&signed.rpc("files/get_metadata", &arg));
    assert_ne!(told["content_hash"], found["content_hash"]);
    assert_eq!(told["rev"], found["rev"]);
}

#[test]
fn an_answer_can_have_a_wrong_bit() {
    let signed = dropbox();
    signed.put("/a", b"0123456789");
    let head = head(&signed, "files/download", r#"{"path":"/a"}"#, 0);
    let fault = Fault::WrongBytesInReply;
    signed.dropbox.script(When::op("files/download"), fault);
    let said = raw(&signed, &head, b"");
    let told = said.contains("content-length: 10\r\n");
    assert!(told && said.ends_with("\r\n\r\n0123446789"), "{said}");
}

#[test]
fn more_than_the_rate_is_refused_with_a_time_to_wait() {
    let signed = dropbox();
    signed.dropbox.set_rate(0.0, 2.0);
    let ask = || signed.rpc("users/get_space_usage", &Value::Null);
    assert_eq!([ask().status, ask().status], [200, 200]);
    let limited = ask();
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    signed.dropbox.clear_rate();
    assert_eq!(ask().status, 200);
}
