//! The front hands requests on as they are, and does what it is told to.

use albumen_testkit::double::front::Front;
use albumen_testkit::double::{Fault, When};
use albumen_testkit::http::{Answer, Ask, Client};
use albumen_testkit::s3::Server;
use tempfile::TempDir;

struct Way {
    front: Front,
    server: Server,
    _work: TempDir,
}

impl Way {
    fn new() -> Self {
        let work = tempfile::tempdir().expect("a folder");
        let server = Server::start(&work.path().join("s3"));
        server.create_bucket("pictures");
        Self {
            front: Front::start(&server.endpoint(), &work.path().join("front")),
            server,
            _work: work,
        }
    }

    fn ask(&self, method: &str, path: &str, query: &[(&str, &str)], body: &[u8]) -> Answer {
        let client = Client {
            address: self.front.endpoint().replace("http://", ""),
            ..self.server.client()
        };
        let ask = Ask {
            method,
            path,
            query,
            body,
            ..Ask::default()
        };
        client.ask(ask).expect("an answer")
    }

    fn put(&self, key: &str, bytes: &[u8]) -> Answer {
        self.ask("PUT", &format!("/pictures/{key}"), &[], bytes)
    }

    fn listed(&self) -> Vec<String> {
        let listed = self.ask("GET", "/pictures", &[("list-type", "2")], b"");
        listed.elements("Key")
    }
}

#[test]
fn signed_requests_pass_and_are_named() {
    let way = Way::new();
    assert!(way.put("a b.jpg", b"hello").is_good());
    let head = way.ask("HEAD", "/pictures/a b.jpg", &[], b"");
    assert_eq!(
        head.header("content-length"),
        Some("5"),
        "of a body that does not come"
    );
    assert_eq!(way.ask("GET", "/pictures/a b.jpg", &[], b"").body, b"hello");
    assert_eq!(way.listed(), ["a b.jpg"]);
    let ops: Vec<String> = way.front.asked().into_iter().map(|asked| asked.op).collect();
    assert_eq!(ops, ["PUT", "LOOK", "READ", "LIST"]);
    way.front.script(When::op("READ").key("a b"), Fault::status(500));
    assert_eq!(way.ask("GET", "/pictures/a b.jpg", &[], b"").status, 500);
}

#[test]
fn a_stale_listing_lacks_what_was_just_written_and_what_is_hidden() {
    let way = Way::new();
    for key in ["a", "b"] {
        assert!(way.put(key, b"hello").is_good());
    }
    way.front.stale_listings(1);
    way.front.hide("/pictures/a");
    assert!(way.put("c", b"hello").is_good());
    assert_eq!(way.listed(), ["b"]);
    assert_eq!(way.listed(), ["a", "b", "c"]);
}

#[test]
fn its_clock_may_be_wrong_and_somebody_may_be_faster() {
    let way = Way::new();
    let date = |way: &Way| {
        let answer = way.ask("HEAD", "/pictures/a", &[], b"");
        let date = answer.header("last-modified").expect("a date").to_owned();
        jiff::fmt::rfc2822::parse(&date).expect("a date").timestamp()
    };
    assert!(way.put("a", b"hello").is_good());
    let right = date(&way);
    way.front.skew(3600);
    assert_eq!(date(&way).as_second() - right.as_second(), 3600);
    way.front.calm();
    assert_eq!(date(&way), right);

    let other = way.server.client();
    way.front.before_next_write(move |path| {
        let body = b"a stranger's";
        let ask = Ask {
            method: "PUT",
            path,
            body,
            ..Ask::default()
        };
        assert!(other.ask(ask).expect("an answer").is_good());
    });
    let refused = Client {
        address: way.front.endpoint().replace("http://", ""),
        ..way.server.client()
    };
    let refused = refused.ask(Ask {
        method: "PUT",
        path: "/pictures/b",
        headers: &[("if-none-match", "*")],
        body: b"ours",
        ..Ask::default()
    });
    assert_eq!(refused.expect("an answer").status, 412);
    assert_eq!(way.ask("GET", "/pictures/b", &[], b"").body, b"a stranger's");
}
