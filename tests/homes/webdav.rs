//! What goes wrong between Albumen and a WebDAV server: connections that are cut, answers that are lost, a disk that is
//! full, names of killed runs.

use super::home::{Home, noise, through};
use super::sites::webdav::Dav;
use super::stops::removes_what_a_killed_run_left;
use albumen_store::{Algo, Destination, ErrorKind, Flow, Secret, Spec};
use albumen_testkit::proxy::Proxy;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const KEY: &str = "2024/photo.jpg";

fn home() -> Option<(Home, Proxy)> {
    let (site, proxy) = Dav::behind_a_proxy()?;
    Some((Home::new(Arc::new(site), "room"), proxy))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_cut_arrives_whole() {
    let Some((home, proxy)) = home() else { return };
    let bytes = noise(1, 24 << 20);
    proxy.cut_after(10 << 20);
    let original = home.original(&bytes);
    home.destination
        .put(KEY, &original, &through())
        .await
        .expect("sent again");
    assert!(home.outside.read(KEY).as_deref() == Some(&bytes[..]));
    assert_eq!(home.outside.keys(), [KEY], "and nothing half beside it");
    assert!(proxy.sent() > 34 << 20, "it was cut: {}", proxy.sent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_that_is_cut_and_not_wanted_any_more_does_not_appear() {
    let Some((home, proxy)) = home() else { return };
    let original = home.original(&noise(1, 24 << 20));
    proxy.cut_after(10 << 20);
    let wanted = Arc::new(AtomicBool::new(true));
    let (wants, seen) = (wanted.clone(), Arc::new(Mutex::new(0)));
    let flow = Flow::new(move |bytes| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen += bytes;
        wanted.store(*seen < 9 << 20, Ordering::Relaxed);
        true
    })
    .while_wanted(move || wants.load(Ordering::Relaxed));
    let stopped = home
        .destination
        .put(KEY, &original, &flow)
        .await
        .expect_err("stopped");
    assert_eq!(stopped.kind, ErrorKind::Stopped, "{stopped}");
    assert_eq!(home.outside.keys(), [""; 0]);
}

/// Whichever answer is lost, the file is there once, with its bytes, and it is no failure.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_neither_a_twin_nor_a_failure() {
    let Some((home, proxy)) = home() else { return };
    for (size, most) in [(1000, 6), ((8 << 20) + 1, 6)] {
        for nth in 1..=most {
            let (key, bytes) = (format!("{size}/{nth}.jpg"), noise(nth, size));
            home.put(&format!("{size}/first-{nth}.jpg"), b"a photo")
                .await
                .expect("put");
            proxy.swallow_reply(nth);
            let put = home.put(&key, &bytes).await;
            let put = put.unwrap_or_else(|failed| panic!("answer {nth} of {size} bytes: {failed}"));
            let there = home
                .destination
                .head(&key, &through())
                .await
                .expect("head")
                .expect("there");
            assert!(albumen_store::same_version(&put.version, &there.version));
            assert!(home.outside.read(&key).as_deref() == Some(&bytes[..]));
        }
        assert_eq!(home.outside.unfinished(), 0, "{:?}", home.outside.keys());
    }
    assert_eq!(home.outside.keys().len(), 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_is_removed_by_the_next_put_of_the_same_key() {
    let Some((home, _proxy)) = home() else { return };
    removes_what_a_killed_run_left(&home).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_promises_is_tried_out() {
    let Some((home, _proxy)) = home() else { return };
    let before = home.put(KEY, b"a photo").await.expect("put");
    assert_eq!(
        before.sums.to_string(),
        "",
        "nothing is believed of an etag that was not tried out"
    );
    let known = home
        .destination
        .learn()
        .await
        .expect("learn")
        .expect("of a server");
    assert!(known.refuses_to_replace && known.etag_is_md5, "{known:?}");
    assert_eq!(home.outside.keys(), [KEY], "nothing of the trial stays");
    let there = home
        .destination
        .head(KEY, &through())
        .await
        .expect("head")
        .expect("there");
    assert_eq!(there.sums.algos().collect::<Vec<_>>(), [Algo::Etag]);
    let large = noise(3, (8 << 20) + 1);
    let put = home.put("large.jpg", &large).await.expect("put");
    let listed = home
        .destination
        .head("large.jpg", &through())
        .await
        .expect("head")
        .expect("there");
    assert_eq!(put.sums.agree(&listed.sums), Some(true));
    let taken = home.put(KEY, b"another").await;
    assert!(taken.is_err_and(|taken| taken.kind == ErrorKind::Exists));
}

/// A server that has the folder, nothing in it, and answers uploads as told; gives what it was asked.
fn server(upload: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("listen");
    let address = listener.local_addr().expect("address");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, upload, &log);
        }
    });
    (format!("http://{address}/dav"), asked)
}

fn answer(mut stream: TcpStream, upload: &str, log: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head
        .split_once("content-length: ")
        .and_then(|(_, rest)| rest.split("\r\n").next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    if stream.read_exact(&mut body).is_err() {
        return;
    }
    let asked = head.split(" HTTP").next().unwrap_or_default().to_owned();
    let folder = "<d:multistatus xmlns:d='DAV:'><d:response><d:href>/dav/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>";
    let (status, text) = match asked.split(' ').next() {
        Some("PROPFIND") if asked.ends_with("/dav/") => ("207 Multi-Status", folder),
        Some("PUT") => (upload, ""),
        _ => ("404 Not Found", ""),
    };
    log.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    let length = text.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{text}"
    )
    .ok();
}

fn at(address: String) -> Destination {
    let user = "me".to_owned();
    let password = "word".to_owned();
    Destination::connect(
        &Spec::Webdav { address, user },
        Some(Secret::Password { password }),
    )
    .expect("connect")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_what_was_sent_is_removed() {
    let Some((home, _proxy)) = home() else { return };
    for size in [1000, (8 << 20) + 1] {
        let (address, asked) = server("507 Insufficient Storage");
        let full = at(address)
            .put("photo.jpg", &home.original(&noise(1, size)), &through())
            .await;
        assert_eq!(full.map(|_| ()).map_err(|full| full.kind), Err(ErrorKind::Full));
        let asked = asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let put = asked
            .iter()
            .find_map(|asked| asked.strip_prefix("PUT "))
            .expect("it was sent");
        assert!(put.starts_with("/dav/.albumen-part-"), "{put}");
        assert_eq!(
            asked.last().and_then(|last| last.strip_prefix("DELETE ")),
            Some(put)
        );
        assert!(asked.iter().all(|asked| !asked.starts_with("MOVE")), "{asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_always_fails_ends_when_told_and_never_moves() {
    let Some((home, _proxy)) = home() else { return };
    let (address, asked) = server("500 Internal Server Error");
    let tries = asked.clone();
    let count = move || {
        let asked = tries.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|asked| asked.starts_with("PUT ")).count()
    };
    let flow = Flow::new(|_| true).while_wanted(move || count() < 2);
    let failed = at(address)
        .put("photo.jpg", &home.original(&noise(1, 1000)), &flow)
        .await;
    assert_eq!(
        failed.map(|_| ()).map_err(|failed| failed.kind),
        Err(ErrorKind::Stopped)
    );
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(asked.iter().all(|asked| !asked.starts_with("MOVE")), "{asked:?}");
}
