//! Run, and run again: the second time nothing is sent and nothing changes. On random libraries, to a folder and to S3.
//! `ALBUMEN_LIBRARIES` sets how many.

use crate::wanted;
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::library::{self, Options};
use albumen_testkit::random::Random;
use albumen_testkit::s3::Server;
use albumen_testkit::tree;

/// In `make test`.
const SHORT: usize = 3;
const LAYOUTS: [&str; 3] = [
    "{year}/{month}/{original name}",
    "{camera}/{original name}",
    "{original folder}/{original name}",
];

fn sent(output: &Output) -> (u64, u64) {
    let report = output.json.iter().find(|line| line["type"] == "report");
    let report = report.unwrap_or_else(|| panic!("no report: {}{}", output.stdout, output.stderr));
    let of = |what: &str| report["sent"][what].as_u64().expect("a number");
    (of("files"), of("bytes"))
}

/// Objects and bytes of the first run.
fn round(seed: u64) -> (u64, u64) {
    let temp = tempfile::tempdir().expect("temp dir");
    let work = temp.path().canonicalize().expect("path");
    let mut random = Random::new(seed, 23);
    let options = Options {
        photos: 5 + random.below(30) as usize,
        seed,
        odd: random.below(2) == 0,
        size: (64 + 8 * random.below(10), 48 + 8 * random.below(10)),
    };
    let layout = LAYOUTS[random.below(3) as usize];
    let skip = random.below(2) == 0;
    let said = || format!("seed {seed}: {options:?}, {layout}, skip duplicates: {skip}");
    let library = library::make(&work.join("library"), &options);
    let server = seed.is_multiple_of(3).then(|| Server::start(&work.join("s3")));
    let mut cli = Cli::new(&work);
    let (url, there) = match &server {
        Some(server) => {
            server.create_bucket("pictures");
            cli = cli.keys_of(server);
            let endpoint = server.endpoint();
            let url = format!("s3://pictures/lib?endpoint={endpoint}&region=us-east-1");
            (url, server.object_path("pictures", "lib"))
        }
        None => (format!("file://{}", work.join("D").display()), work.join("D")),
    };
    let mut scan = vec!["scan".into()];
    scan.extend(
        library
            .folders
            .iter()
            .map(|folder| folder.clone().into_os_string()),
    );
    let mut migrate = vec!["migrate", &url, "--layout", layout];
    if skip {
        migrate.push("--skip-duplicates");
    }
    // What cannot be read is told each time; nothing else may be amiss.
    let scanned = cli.run(&scan).status;
    let moved = cli.run(&migrate);
    let first = sent(&moved);
    assert!(
        first.0 > 0 && (0..=1).contains(&moved.status),
        "{}: {}",
        said(),
        moved.stderr
    );
    cli.ok(&["verify", &url]);
    let (stands, puts) = (tree::snapshot(&there), server.as_ref().map(Server::puts));

    assert_eq!(cli.run(&scan).status, scanned, "{}", said());
    let again = cli.run(&migrate);
    assert_eq!((sent(&again), again.status), ((0, 0), moved.status), "{}", said());
    assert_eq!(
        tree::differences(&stands, &tree::snapshot(&there)),
        "",
        "{}",
        said()
    );
    if let (Some(before), Some(server)) = (puts, &server) {
        assert_eq!(server.puts()[before.len()..], [""; 0], "{}", said());
    }
    cli.ok(&["verify", &url]);
    first
}

#[test]
fn again_nothing_is_sent() {
    let libraries = wanted("ALBUMEN_LIBRARIES", SHORT);
    let (mut objects, mut bytes) = (0, 0);
    for seed in 0..libraries as u64 {
        let (files, size) = round(seed);
        (objects, bytes) = (objects + files, bytes + size);
    }
    println!(
        "again: {libraries} libraries, {objects} objects and {bytes} bytes sent first, 0 objects and 0 bytes again"
    );
}
