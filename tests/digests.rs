//! Proof without reading back: by what the destination was seen to refuse, and by its own digests. What its word does not
//! prove is read back, and what only the bytes can tell is told by `--full`.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::library::{self, Options};
use albumen_testkit::s3::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};

struct Moved {
    _work: tempfile::TempDir,
    cli: Cli,
    url: String,
    server: Server,
    /// Where the bucket's bytes lie.
    bucket: PathBuf,
    /// Every request of the move.
    asked: usize,
    /// Of these, the writes of photos.
    photos: Vec<String>,
}

/// A library of small photos, moved to an S3 server that refuses wrong digests.
fn moved() -> Moved {
    let work = tempfile::tempdir().expect("temp dir");
    let server = Server::start(&work.path().join("s3"));
    server.create_bucket("pictures");
    let options = Options {
        photos: 150,
        odd: false,
        size: (64, 48),
        ..Options::default()
    };
    let library = library::make(&work.path().join("library"), &options);
    let cli = Cli::new(work.path()).keys_of(&server);
    let url = format!("s3://pictures/lib?endpoint={}", server.endpoint());
    cli.ok(&["scan", &library.root.to_string_lossy()]);
    server.forget();
    cli.ok(&["migrate", &url]);
    let photos = server
        .puts()
        .into_iter()
        .filter(|key| !key.contains(".albumen/"))
        .collect();
    Moved {
        cli,
        url,
        asked: server.asked().len(),
        photos,
        server,
        bucket: work.path().join("s3/pictures"),
        _work: work,
    }
}

fn verification(output: &Output) -> Value {
    let found = output.json.iter().find(|line| line["type"] == "verification");
    found
        .cloned()
        .unwrap_or_else(|| panic!("{}{}", output.stdout, output.stderr))
}

fn finding(output: &Output) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    output
        .json
        .iter()
        .filter(|line| line["type"] == "finding")
        .map(|line| (text(&line["key"]), text(&line["what"])))
        .collect()
}

#[test]
fn a_small_file_costs_its_upload_and_little_else() {
    let moved = moved();
    let photos = moved.photos.len();
    assert!(photos >= 150, "{photos}");
    moved.server.forget();
    let verified = moved.cli.ok(&["verify", &moved.url, "--digest"]);
    let result = verification(&verified);
    assert_eq!(result["ok"]["files"], photos as u64);
    assert_eq!(result["readBack"], 0, "nothing was downloaded");
    let besides = moved.asked - photos + moved.server.asked().len();
    // What is tried out once, the listing and the markers do not grow with every file.
    let per_file = besides as f64 / photos as f64;
    println!(
        "{besides} requests besides {photos} uploads, for upload and verification: {per_file:.2} a file"
    );
    assert!(
        per_file <= 1.1 + 30.0 / photos as f64,
        "{besides} besides {photos}"
    );
    let preview = moved.cli.run(&["delete-originals", &moved.url]);
    assert!(
        preview.stdout.contains("refuses wrong ones"),
        "who deletes is told what the proof is: {}",
        preview.stdout
    );
}

#[test]
fn what_was_replaced_removed_or_cut_is_found_without_reading_the_rest() {
    let moved = moved();
    let key = |at: usize| {
        moved.photos[at]
            .strip_prefix("pictures/")
            .expect("in the bucket")
            .to_owned()
    };
    let client = moved.server.client();
    let ask = |method, key: &str, body: &[u8]| {
        let path = format!("/pictures/{key}");
        let ask = albumen_testkit::http::Ask {
            method,
            path: &path,
            body,
            ..Default::default()
        };
        assert!(client.ask(ask).expect("an answer").is_good());
    };
    let size = std::fs::metadata(moved.bucket.join(key(0)))
        .expect("stored")
        .len();
    ask("PUT", &key(0), &vec![7; usize::try_from(size).expect("small")]);
    ask("PUT", &key(1), b"cut");
    ask("DELETE", &key(2), b"");
    let alarm = moved.cli.run(&["verify", &moved.url, "--digest"]);
    assert_eq!(alarm.status, 1);
    let mut found = finding(&alarm);
    found.sort();
    let at = |at: usize| key(at).strip_prefix("lib/").expect("in the library").to_owned();
    let mut expected = vec![
        (at(0), "different".to_owned()),
        (at(1), "different".to_owned()),
        (at(2), "missing".to_owned()),
    ];
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(verification(&alarm)["ok"]["files"], moved.photos.len() as u64 - 3);
}

/// A server that does not look at its disk cannot tell that the disk changed: the bytes can.
#[test]
fn a_bit_that_rots_under_the_server_is_seen_by_reading_back() {
    let moved = moved();
    let path = moved
        .bucket
        .join(moved.photos[0].strip_prefix("pictures/").expect("in the bucket"));
    flip(&path);
    let alarm = moved.cli.run(&["verify", &moved.url, "--full"]);
    assert_eq!(alarm.status, 1);
    assert_eq!(finding(&alarm).len(), 1);
}

fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).expect("read");
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("open"), &bytes).expect("write");
}
