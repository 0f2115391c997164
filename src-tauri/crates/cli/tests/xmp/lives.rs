//! From the first run to the roll back: second runs, kills, other catalogs, strangers, edits, and a storage without folders.

use crate::library::takeout;
use crate::place::{Place, report, written};
use albumen_testkit::app::{Cli, wait};
use albumen_testkit::s3::Server;
use albumen_testkit::tree;
use albumen_testkit::write::put;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[test]
fn a_second_run_writes_nothing_and_a_roll_back_leaves_what_was_there_before() {
    let place = Place::new();
    place.migrate();
    let after = tree::snapshot(&place.there());
    let again = place.migrate();
    assert_eq!(
        (
            &report(&again)["sent"]["files"],
            &report(&again)["written"]["files"]
        ),
        (&json!(0), &json!(0))
    );
    assert_eq!(report(&again)["markers"], 0);
    assert_eq!(tree::snapshot(&place.there()), after);
    let plan = place.cli.ok(&["plan", &place.url(), "--xmp"]);
    assert_eq!(
        (&report(&plan)["xmp"]["there"], &report(&plan)["xmp"]["write"]),
        (&json!(3), &json!(0))
    );
    for how in ["--full", "--digest"] {
        let verified = place.cli.ok(&["verify", &place.url(), how]);
        let told = verified
            .json
            .iter()
            .find(|line| line["type"] == "verification")
            .expect("told");
        assert_eq!(told["written"], json!({ "files": 3, "ok": 3 }));
        let photos = after.keys().filter(|path| !path.starts_with(".albumen"));
        let copies = photos.count() - place.before.len() - 3;
        assert_eq!(told["expected"]["files"], copies, "no copy is counted for them");
    }
    let back = place.cli.ok(&["rollback", &place.url()]);
    let told = back
        .json
        .iter()
        .find(|line| line["type"] == "rolledBack")
        .expect("told");
    assert_eq!((&told["written"], &told["left"]), (&json!(3), &json!([])));
    assert_eq!(tree::snapshot(&place.there()), place.before);
    assert_eq!(tree::folders(&place.there()).len(), 2, "no folder of ours stays");
}

#[test]
fn one_that_was_edited_is_told_and_stays_and_one_that_is_gone_is_told() {
    let place = Place::new();
    place.migrate();
    let written = place.written();
    let edited = &written["keep.jpg.xmp"];
    let mut file = std::fs::File::options().append(true).open(edited).expect("open");
    file.write_all(b"<!-- digiKam was here -->").expect("edit");
    rm(&written["IMG_9.jpg.xmp"]);
    let verified = place.cli.run(&["verify", &place.url()]);
    assert_eq!(verified.status, 1, "{}", verified.stdout);
    let findings = verified.json.iter().filter(|line| line["type"] == "finding");
    let mut found: Vec<_> = findings
        .map(|line| line["what"].as_str().expect("a word"))
        .collect();
    found.sort_unstable();
    assert_eq!(found, ["edited", "missing"]);
    // What is missing is written again, what was edited is not touched.
    let bytes = std::fs::read(edited).expect("read");
    assert_eq!(report(&place.migrate())["written"]["files"], 1);
    assert_eq!(std::fs::read(edited).expect("read"), bytes);
    let back = place.cli.ok(&["rollback", &place.url()]);
    let told = back
        .json
        .iter()
        .find(|line| line["type"] == "rolledBack")
        .expect("told");
    assert_eq!(told["written"], 2);
    assert_eq!(std::fs::read(edited).expect("it stays"), bytes);
    assert_eq!(tree::snapshot(&place.there()).len(), place.before.len() + 1);
}

#[test]
fn more_that_is_known_later_is_told_and_a_strangers_file_keeps_its_name() {
    let place = Place::new();
    place.cli.ok(&["migrate", &place.url()]);
    // Somebody else wrote one meanwhile, in other letters.
    let copies = tree::snapshot(&place.there());
    let copy = copies
        .keys()
        .find(|path| path.ends_with("IMG_9.jpg"))
        .expect("a copy");
    let theirs = place.there().join(copy).with_file_name("img_9.JPG.xmp");
    put(theirs.clone(), b"somebody's", 1);
    let moved = place.migrate();
    assert_eq!(
        (
            &report(&moved)["sent"]["files"],
            &report(&moved)["written"]["files"]
        ),
        (&json!(0), &json!(2))
    );
    assert_eq!(std::fs::read(&theirs).expect("read"), b"somebody's");
    let ours = std::fs::read(&place.written()["IMG_1.jpg.xmp"]).expect("read");
    for folder in ["Photos from 2019", "Porto"] {
        let json = takeout(json!({ "description": "Another one" }));
        put(
            place.library().join(format!("Takeout/{folder}/IMG_1.jpg.json")),
            &json,
            2,
        );
    }
    place.scan();
    let plan = place.cli.ok(&["plan", &place.url(), "--xmp"]);
    let xmp = &report(&plan)["xmp"];
    assert_eq!(
        (&xmp["write"], &xmp["there"], &xmp["outdated"], &xmp["taken"]),
        (&json!(0), &json!(1), &json!(1), &json!(1)),
        "{xmp}"
    );
    place.migrate();
    assert_eq!(
        std::fs::read(&place.written()["IMG_1.jpg.xmp"]).expect("read"),
        ours
    );
}

#[test]
fn killed_anywhere_the_next_run_ends_as_if_nothing_had_been() {
    let whole = Place::new();
    whole.migrate();
    let below = |path: PathBuf| path.strip_prefix(whole.there()).expect("below").to_owned();
    let names: Vec<PathBuf> = whole.written().into_values().map(below).collect();
    let mut during = 0;
    for part in 0..12u64 {
        let place = Place::new();
        place.cli.ok(&["migrate", &place.url()]);
        let mut child = place.cli.spawn(&["migrate", &place.url(), "--xmp"]);
        // After a while, and every other time as soon as the first of them has its name.
        let began = Instant::now();
        let until = Duration::from_millis(20 + 9 * part);
        let is_time = || {
            if part % 2 == 0 {
                began.elapsed() >= until
            } else {
                names.iter().any(|name| place.there().join(name).exists())
            }
        };
        while !is_time() && child.try_wait().expect("wait").is_none() {
            std::thread::yield_now();
        }
        child.kill().ok();
        wait(child);
        let catalog = rusqlite::Connection::open(&place.cli.catalog).expect("open the catalog");
        let begun = catalog.query_row("SELECT count(*) FROM written WHERE version = ''", [], |row| {
            row.get::<_, i64>(0)
        });
        during += usize::from(begun.expect("ask") > 0);
        drop(catalog);
        if part % 3 == 2 {
            // Not asked for again: what was written is known all the same.
            place.cli.ok(&["rollback", &place.url()]);
            assert_eq!(
                tree::snapshot(&place.there()),
                place.before,
                "killed after {until:?}"
            );
            continue;
        }
        place.migrate();
        assert_eq!(
            written_sums(&place),
            written_sums(&whole),
            "killed after {until:?}"
        );
        let again = place.migrate();
        assert_eq!(report(&again)["written"]["files"], 0);
        let markers = report(&again)["markers"].clone();
        assert_eq!(markers, 0);
        place.cli.ok(&["verify", &place.url()]);
        place.cli.ok(&["rollback", &place.url()]);
        assert_eq!(
            tree::snapshot(&place.there()),
            place.before,
            "killed after {until:?}"
        );
    }
    assert!(during > 0, "no kill came while XMP files were written");
    eprintln!("{during} of 12 kills came while XMP files were written");
}

#[test]
fn another_catalog_knows_them_as_ours_and_as_nobodys_photos() {
    let place = Place::new();
    let moved = place
        .cli
        .ok(&["migrate", &place.url(), "--skip-duplicates", "--xmp"]);
    assert!(report(&moved)["written"]["files"].as_u64() > Some(0));
    let after = tree::snapshot(&place.there());
    let other = Cli::new(&place.work.path().join("other"));
    other.ok(&["rebuild", "--to", &place.url()]);
    let catalog = rusqlite::Connection::open(&other.catalog).expect("open");
    let count = |sql: &str| -> i64 { catalog.query_row(sql, [], |row| row.get(0)).expect("a row") };
    let files = place.written().len();
    assert_eq!(
        count("SELECT count(*) FROM written"),
        i64::try_from(files).expect("few")
    );
    assert_eq!(
        count("SELECT count(*) FROM placed WHERE key LIKE '%jpg.xmp' AND key NOT LIKE '%own%'"),
        0
    );
    drop(catalog);
    other.ok(&["scan", &place.library().to_string_lossy()]);
    let again = other.ok(&["migrate", &place.url(), "--skip-duplicates", "--xmp"]);
    // What the person had decided is not in the markers: only what is written again counts.
    assert_eq!(report(&again)["written"]["files"], 0);
    assert_eq!(written_sums(&place).len(), files);
    other.ok(&["verify", &place.url()]);
    other.ok(&["rollback", &place.url()]);
    assert_eq!(tree::snapshot(&place.there()), place.before);
    assert!(after.len() > place.before.len());
}

#[test]
fn a_storage_without_folders_gets_the_same_bytes() {
    let place = Place::new();
    place.migrate();
    let server = Server::start(&place.work.path().join("s3"));
    server.create_bucket("pictures");
    let url = format!("s3://pictures/x?endpoint={}", server.endpoint());
    let cli = Cli::new(&place.work.path().join("own")).keys_of(&server);
    let bucket = place.work.path().join("s3/pictures");
    put(bucket.join("x/a stranger's.jpg"), b"a stranger's", 1);
    let before = tree::snapshot(&bucket);
    let moved = cli.ok(&["migrate", &url, "--xmp"]);
    assert_eq!(report(&moved)["written"]["files"], 3);
    let of = |there: &Path| {
        let found = written(there, &place.originals).into_iter();
        let bytes = found.map(|(name, path)| (name, std::fs::read(path).expect("read")));
        bytes.collect::<Vec<_>>()
    };
    assert_eq!(of(&bucket), of(&place.there()));
    server.forget();
    let again = cli.ok(&["migrate", &url, "--xmp"]);
    assert_eq!(report(&again)["written"]["files"], 0);
    assert_eq!((server.puts(), server.count("POST")), (Vec::<String>::new(), 0));
    cli.ok(&["verify", &url, "--digest"]);
    cli.ok(&["rollback", &url]);
    let left = tree::snapshot(&bucket);
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>(),
        "nothing of ours stays"
    );
}

fn written_sums(place: &Place) -> Vec<(String, String)> {
    let found = place.written().into_iter();
    found.map(|(name, path)| (name, tree::sha256(&path))).collect()
}

fn rm(path: &Path) {
    let removed = std::process::Command::new("rm").arg(path).status();
    assert!(removed.expect("rm").success());
}
