//! The proxy does to a connection what it is told, shown at an S3 server that counts what reached it.

use albumen_testkit::http::{Answer, Ask, Client};
use albumen_testkit::proxy::Proxy;
use albumen_testkit::s3::Server;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const LARGE: usize = 300_000;

struct Way {
    proxy: Proxy,
    server: Server,
    _work: TempDir,
}

impl Way {
    fn new() -> Self {
        let work = tempfile::tempdir().unwrap();
        let server = Server::start(work.path());
        server.create_bucket("pictures");
        let proxy = Proxy::to(&server.endpoint());
        Self {
            proxy,
            server,
            _work: work,
        }
    }

    fn put(&self, key: &str, bytes: &[u8]) -> std::io::Result<Answer> {
        let client = Client {
            address: self.proxy.address(),
            ..self.server.client()
        };
        client.ask(Ask {
            method: "PUT",
            path: &format!("/pictures/{key}"),
            body: bytes,
            ..Ask::default()
        })
    }

    fn stored(&self, key: &str) -> Option<Vec<u8>> {
        std::fs::read(self.server.object_path("pictures", key)).ok()
    }
}

#[test]
fn what_it_is_not_told_to_fail_passes_and_is_counted() {
    let way = Way::new();
    assert!(way.put("a.jpg", b"hello").unwrap().is_good());
    let small = way.proxy.sent();
    assert!((100..2000).contains(&small), "a head and five bytes: {small}");
    assert!(way.put("b.jpg", &[7; LARGE]).unwrap().is_good());
    let large = usize::try_from(way.proxy.sent() - small).unwrap();
    assert!((LARGE + 100..LARGE + 2000).contains(&large), "{large}");
    assert_eq!((way.proxy.requests(), way.proxy.connections()), (2, 2));
    assert_eq!(way.stored("b.jpg").unwrap(), [7; LARGE]);
}

#[test]
fn an_upload_is_cut_at_the_byte_and_the_next_passes() {
    let way = Way::new();
    way.proxy.cut_after(100_000);
    way.put("a.jpg", &[7; LARGE]).unwrap_err();
    assert_eq!(way.proxy.sent(), 100_000);
    assert_eq!(way.stored("a.jpg"), None);
    assert!(way.put("a.jpg", &[7; LARGE]).unwrap().is_good());
    assert_eq!(way.stored("a.jpg").unwrap().len(), LARGE);
}

#[test]
fn a_client_that_only_writes_notices_the_cut() {
    let way = Way::new();
    way.proxy.cut_after(10);
    let mut stream = TcpStream::connect(way.proxy.address()).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let failed = (0..1_000).find_map(|_| stream.write_all(&[b'x'; 64 << 10]).err());
    let kind = failed.map(|why| why.kind());
    assert!(
        matches!(kind, Some(ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)),
        "{kind:?}"
    );
}

#[test]
fn a_lost_answer_is_one_to_a_request_that_was_kept() {
    let way = Way::new();
    way.proxy.swallow_reply(2);
    assert!(way.put("a.jpg", b"one").unwrap().is_good());
    way.put("b.jpg", b"two").unwrap_err();
    assert_eq!(way.stored("b.jpg").unwrap(), b"two");
    assert!(way.put("c.jpg", b"three").unwrap().is_good());
    assert_eq!(way.server.puts().len(), 3);
}

#[test]
fn requests_that_share_a_connection_are_told_apart() {
    let way = Way::new();
    way.proxy.swallow_reply(2);
    let mut stream = TcpStream::connect(way.proxy.address()).unwrap();
    let ask = |mut stream: &TcpStream| {
        let head = "PUT /pictures/a.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
        stream.write_all(head.as_bytes()).unwrap();
        stream.read(&mut [0; 4096]).unwrap()
    };
    assert!(ask(&stream) > 0, "refused, but answered");
    assert_eq!(ask(&stream), 0, "closed without a word");
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0);
    assert_eq!(way.server.count("PUT"), 2);
}

#[test]
fn a_half_open_connection_is_silent_until_it_goes_on() {
    let way = Way::new();
    way.proxy.half_open();
    let mut stream = TcpStream::connect(way.proxy.address()).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let why = stream.read(&mut [0; 16]).unwrap_err();
    assert!(
        matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{why}"
    );
    assert_eq!((way.proxy.sent(), way.server.asked().len()), (0, 0));

    way.proxy.go_on();
    stream.set_read_timeout(None).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 "), "{said}");
    assert_eq!(way.server.asked().len(), 1);
}

#[test]
fn a_rate_is_not_exceeded() {
    let way = Way::new();
    way.proxy.rate(1_000_000);
    let began = Instant::now();
    assert!(way.put("a.jpg", &[7; LARGE]).unwrap().is_good());
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert_eq!(way.stored("a.jpg").unwrap().len(), LARGE);
}

#[test]
fn its_end_is_the_end_of_its_connections() {
    let way = Way::new();
    way.proxy.half_open();
    let mut stream = TcpStream::connect(way.proxy.address()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let address = way.proxy.address();
    drop(way);
    assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn an_answer_is_cut_and_connections_are_turned_away() {
    let way = Way::new();
    way.proxy.cut_reply_after(20);
    assert!(way.put("a.jpg", b"hello").is_err(), "its answer is cut");
    assert_eq!(way.stored("a.jpg").unwrap(), b"hello");
    assert!(way.put("b.jpg", b"hello").unwrap().is_good(), "once");

    way.proxy.turn_away(2);
    assert!(!way.proxy.is_calm());
    for _ in 0..2 {
        assert!(way.put("c.jpg", b"hello").is_err());
    }
    assert_eq!(way.proxy.turned_away().len(), 2);
    assert!(way.proxy.is_calm() && way.put("c.jpg", b"hello").unwrap().is_good());
}

#[test]
fn an_outage_ends_what_is_open_and_turns_away_what_comes() {
    let way = Way::new();
    way.proxy.outage(50_000, 1);
    assert!(way.put("a.jpg", &[7; LARGE]).is_err());
    assert_eq!(way.stored("a.jpg"), None);
    assert!(way.put("a.jpg", b"hello").is_err(), "turned away");
    assert!(way.put("a.jpg", b"hello").unwrap().is_good());
    way.proxy.outage(1, 1);
    way.proxy.calm();
    assert!(way.put("b.jpg", b"hello").unwrap().is_good(), "it was called off");
}
