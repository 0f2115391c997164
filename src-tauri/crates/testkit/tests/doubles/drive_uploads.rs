//! Drive: resumable uploads, and what goes wrong within uploads.

use crate::drive::{JSON, Signed, drive, refusal};
use crate::json;
use albumen_testkit::double::drive::{TOO_FAST, TOO_MUCH_TODAY, error};
use albumen_testkit::double::sums::sha256_hex;
use albumen_testkit::double::{Fault, When};
use albumen_testkit::http::{Answer, Ask};
use serde_json::{Value, json};
use url::Url;

const UNIT: usize = 256 << 10;

impl Signed {
    fn start(&self, meta: &Value, total: Option<usize>) -> Answer {
        let total = total.map(|total| total.to_string());
        let mut headers = vec![JSON, ("x-upload-content-type", "image/jpeg")];
        if let Some(total) = &total {
            headers.push(("x-upload-content-length", total));
        }
        self.ask(Ask {
            method: "POST",
            path: "/upload/drive/v3/files",
            query: &[("uploadType", "resumable"), ("fields", "id,sha256Checksum")],
            headers: &headers,
            body: meta.to_string().as_bytes(),
        })
    }

    fn session(&self, meta: &Value, total: Option<usize>) -> Url {
        let answer = self.start(meta, total);
        assert_eq!(answer.status, 200, "{answer:?}");
        Url::parse(answer.header("location").unwrap()).unwrap()
    }

    /// Without a token: the address is the key.
    fn send_to(&self, session: &Url, method: &str, range: &str, body: &[u8]) -> std::io::Result<Answer> {
        let query: Vec<(String, String)> = session.query_pairs().into_owned().collect();
        let query: Vec<(&str, &str)> = query
            .iter()
            .map(|(name, value)| (&name[..], &value[..]))
            .collect();
        let mut headers = vec![("content-type", "image/jpeg")];
        if !range.is_empty() {
            headers.push(("content-range", range));
        }
        let path = session.path();
        let query = &query;
        let headers = &headers;
        self.drive.client().ask(Ask {
            method,
            path,
            query,
            headers,
            body,
        })
    }

    fn put_chunk(&self, session: &Url, range: &str, body: &[u8]) -> Answer {
        self.send_to(session, "PUT", range, body).unwrap()
    }
}

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8).collect()
}

#[test]
fn a_large_file_goes_in_chunks_and_says_how_far_it_is() {
    let signed = drive();
    let all = bytes(2 * UNIT + 5);
    let total = all.len();
    let id = signed.ids("1").remove(0);
    let session = signed.session(&json!({"id": id, "name": "big"}), Some(total));
    let asks = format!("bytes */{total}");
    let fresh = signed.put_chunk(&session, &asks, b"");
    assert_eq!((fresh.status, fresh.header("range")), (308, None));
    let first = signed.put_chunk(&session, &format!("bytes 0-{}/{total}", UNIT - 1), &all[..UNIT]);
    assert_eq!(
        (first.status, first.header("range")),
        (308, Some("bytes=0-262143"))
    );
    let wrong = signed.put_chunk(&session, &format!("bytes 0-{}/{total}", UNIT - 1), &all[..UNIT]);
    assert_eq!(
        (wrong.status, wrong.header("range")),
        (308, Some("bytes=0-262143"))
    );
    assert_eq!(signed.drive.stored(&id), None);
    let last = signed.put_chunk(
        &session,
        &format!("bytes {UNIT}-{}/{total}", total - 1),
        &all[UNIT..],
    );
    let expected = json!({"id": id, "sha256Checksum": sha256_hex(&all)});
    assert_eq!((last.status, json(&last)), (200, expected.clone()));
    assert_eq!(signed.drive.stored(&id).unwrap(), all);
    let again = signed.put_chunk(&session, &asks, b"");
    assert_eq!((again.status, json(&again)), (200, expected));
    assert_eq!(signed.drive.object(&id).unwrap().mime_type, "image/jpeg");
    assert_eq!(
        refusal(&signed.start(&json!({"id": id, "name": "big"}), None)).1,
        "fileIdInUse"
    );
}

#[test]
fn a_chunk_of_a_wrong_form_is_refused() {
    let signed = drive();
    let session = signed.session(&json!({"name": "a"}), Some(2 * UNIT));
    let status = |range: &str, body: &[u8]| signed.put_chunk(&session, range, body).status;
    assert_eq!(
        status("bytes 0-9/524288", &[0; 10]),
        400,
        "not a multiple of 256 KiB"
    );
    assert_eq!(status("bytes 0-262143/524287", &[0; UNIT]), 400, "another total");
    assert_eq!(
        status("bytes 0-262143/524288", &[0; UNIT - 1]),
        400,
        "another length"
    );
    assert_eq!(status("bytes 9-0/524288", b""), 400);
    assert_eq!(status("0-262143/524288", &[0; UNIT]), 400);
    assert_eq!(status("bytes */524288", b"x"), 400);
    assert_eq!(
        status("bytes 0-262143/*", &[0; UNIT]),
        308,
        "the total may come later"
    );
    assert_eq!(signed.send_to(&session, "DELETE", "", b"").unwrap().status, 499);
    assert_eq!(status("bytes */524288", b""), 404);

    let bad = signed.start(&json!({"name": "a", "parents": ["none"]}), None);
    assert_eq!(refusal(&bad).0, 404);
    let expired = signed.session(&json!({"name": "a"}), None);
    signed.drive.expire_sessions();
    assert_eq!(signed.put_chunk(&expired, "bytes */*", b"").status, 404);
    assert_eq!(signed.drive.list(), [] as [&str; 0]);
}

#[test]
fn a_file_goes_whole_or_empty_in_one_request() {
    let signed = drive();
    let session = signed.session(&json!({"name": "whole"}), None);
    assert_eq!(signed.put_chunk(&session, "", b"12345").status, 200);
    let session = signed.session(&json!({"name": "empty"}), Some(0));
    assert_eq!(signed.put_chunk(&session, "bytes */0", b"").status, 200);
    let sizes: Vec<u64> = signed.drive.objects().iter().map(|object| object.size).collect();
    assert_eq!(sizes, [5, 0]);
}

#[test]
fn of_a_chunk_that_is_cut_whole_units_are_kept() {
    let signed = drive();
    let all = bytes(4 * UNIT);
    let total = all.len();
    for fault in [
        Fault::DropAt(2 * UNIT as u64 + 7),
        Fault::StallAt(2 * UNIT as u64 + 7),
    ] {
        let stalls = fault == Fault::StallAt(2 * UNIT as u64 + 7);
        let session = signed.session(&json!({"name": "cut.jpg"}), Some(total));
        signed.drive.script(When::op("upload.put").key("cut.jpg"), fault);
        let range = format!("bytes 0-{}/{total}", total - 1);
        if stalls {
            let before = signed.drive.asked().len();
            std::thread::scope(|scope| {
                scope.spawn(|| signed.send_to(&session, "PUT", &range, &all).ok());
                crate::dropbox::wait_for(|| signed.drive.asked().len() > before);
                resume(&signed, &session, &all);
                // Ends the connection that stalls.
                signed.drive.hang_up();
            });
        } else {
            assert!(signed.send_to(&session, "PUT", &range, &all).is_err());
            resume(&signed, &session, &all);
        }
    }
    assert_eq!(signed.drive.list().len(), 2);
    for object in signed.drive.objects() {
        assert_eq!(object.sha256, sha256_hex(&all));
        assert_eq!(signed.drive.stored(&object.id).unwrap(), all);
    }
}

fn resume(signed: &Signed, session: &Url, all: &[u8]) {
    let total = all.len();
    let kept = signed.put_chunk(session, &format!("bytes */{total}"), b"");
    assert_eq!(kept.header("range"), Some("bytes=0-524287"));
    let rest = format!("bytes {}-{}/{total}", 2 * UNIT, total - 1);
    assert_eq!(signed.put_chunk(session, &rest, &all[2 * UNIT..]).status, 200);
}

#[test]
fn a_lost_reply_leaves_one_file_that_its_id_finds() {
    let signed = drive();
    let id = signed.ids("1").remove(0);
    let meta = json!({"id": id, "name": "lost.jpg"});
    signed.drive.script(
        When::op("upload.multipart").key("lost.jpg"),
        Fault::DropAfterCommit,
    );
    let client = signed.drive.client();
    let bearer = format!("Bearer {}", signed.token);
    let body = format!(
        "--B\r\nContent-Type: application/json\r\n\r\n{meta}\r\n--B\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--B--"
    );
    let sent = client.ask(Ask {
        method: "POST",
        path: "/upload/drive/v3/files",
        query: &[("uploadType", "multipart")],
        headers: &[
            ("content-type", "multipart/related; boundary=\"B\""),
            ("authorization", &bearer),
        ],
        body: body.as_bytes(),
    });
    assert!(sent.is_err());
    assert_eq!(signed.get(&format!("files/{id}"), &[]).status, 200);
    assert_eq!(refusal(&signed.multipart(&meta, b"x")).1, "fileIdInUse");
    assert_eq!((signed.drive.list().len(), signed.drive.scripted()), (1, 0));
}

#[test]
fn rates_and_the_day_have_their_words() {
    let signed = drive();
    let meta = json!({"name": "a"});
    let message = |answer: &Answer| json(answer)["error"]["message"].as_str().unwrap().to_owned();
    signed.drive.script(
        When::op("upload.multipart"),
        error(403, "userRateLimitExceeded", TOO_FAST),
    );
    let fast = signed.multipart(&meta, b"x");
    assert_eq!((refusal(&fast).0, message(&fast)), (403, TOO_FAST.to_owned()));
    signed.drive.set_rate(0.0, 0.0);
    assert_eq!(message(&signed.multipart(&meta, b"x")), TOO_FAST);
    signed.drive.clear_rate();
    signed.drive.set_daily_limit(Some(6));
    assert_eq!(signed.multipart(&meta, b"1234").status, 200);
    for refused in [signed.multipart(&meta, b"567"), signed.start(&meta, Some(3))] {
        assert_eq!(refusal(&refused), (403, "userRateLimitExceeded".to_owned()));
        assert_eq!(message(&refused), TOO_MUCH_TODAY);
    }
    signed.drive.set_daily_limit(None);
    assert_eq!(signed.multipart(&meta, b"567").status, 200);
}
