//! A library with two homes: each new photo goes to both, or waits in the catalog until it is in both; an original goes only
//! when both have proven it.

use crate::life::Life;
use crate::place::{LAYOUT, Place, findings, photo, run, sent, write};
use albumen_testkit::app::Output;
use albumen_testkit::proxy::Proxy;
use albumen_testkit::s3::Server;
use albumen_testkit::tree;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

const BUCKET: &str = "pictures";

/// An S3 server, reached through a proxy that can turn everybody away.
struct Bucket {
    server: Server,
    way: Proxy,
}

impl Bucket {
    fn new(work: &Path) -> Self {
        let server = Server::start(work);
        server.create_bucket(BUCKET);
        let way = Proxy::to(&server.endpoint());
        Self { server, way }
    }

    fn url(&self) -> String {
        format!("s3://{BUCKET}/lib?endpoint={}", self.way.endpoint())
    }

    /// Photos by their digest, with how many names each has.
    fn photos(&self, work: &Path) -> BTreeMap<String, usize> {
        let there = tree::snapshot(&work.join(BUCKET).join("lib"));
        digests(there.into_iter().filter(|(path, _)| is_photo(path)))
    }

    /// Keys of photos that were sent, and must not be twice in it.
    fn sent(&self) -> Vec<String> {
        let puts = self.server.puts().into_iter();
        puts.filter(|key| is_photo(Path::new(key))).collect()
    }
}

/// Neither ours, nor what the server notes beside each object.
fn is_photo(path: &Path) -> bool {
    let shown = path.to_string_lossy();
    !shown.contains(".albumen") && shown.ends_with(".jpg")
}

fn digests(files: impl Iterator<Item = (std::path::PathBuf, tree::Entry)>) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for (_, entry) in files {
        *all.entry(entry.sha256).or_default() += 1;
    }
    all
}

fn library(place: &Place) -> BTreeMap<String, usize> {
    digests(tree::snapshot(&place.library()).into_iter())
}

fn home_lines(said: &Output) -> Vec<&Value> {
    said.json.iter().filter(|line| line["type"] == "home").collect()
}

fn are_once(mut keys: Vec<String>) {
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "something was sent twice");
}

fn migrate(place: &Place, to: &str, more: &[&str]) -> Output {
    place
        .cli
        .run(&[&["migrate", to, "--layout", LAYOUT, "--no-export"], more].concat())
}

/// The base of it all: what is known of one destination is not touched by another.
#[test]
fn one_catalog_moves_to_one_home_and_then_to_another() {
    let place = Place::new(5);
    let (one, other) = (place.url(), format!("file://{}", place.beside("other").display()));
    assert_eq!(migrate(&place, &one, &[]).status, 0);
    place.cli.ok(&["verify", &one]);
    let before = tree::snapshot(&place.home());
    assert_eq!(migrate(&place, &other, &[]).status, 0);
    assert_eq!(tree::differences(&before, &tree::snapshot(&place.home())), "");
    let again = migrate(&place, &one, &[]);
    assert_eq!(
        (again.status, &again.json[0]["sent"]["files"]),
        (0, &0.into()),
        "{}",
        again.stdout
    );
    // Proven at the one, and not at the other.
    let count = |to: &str| {
        let said = place.cli.run(&["delete-originals", to]);
        said.json[0]["count"].as_u64().expect("a number")
    };
    assert_eq!((count(&one), count(&other)), (5, 0));
    place.cli.ok(&["rollback", &other]);
    place.cli.ok(&["verify", &one]);
    assert_eq!(tree::differences(&before, &tree::snapshot(&place.home())), "");
}

#[test]
fn one_place_is_no_second_home() {
    let place = Place::new(1);
    for second in [place.url(), format!("{}/in", place.url())] {
        let said = migrate(&place, &place.url(), &["--second", &second]);
        assert_eq!(
            (said.status, &said.json[0]["code"]),
            (2, &"same_home".into()),
            "{}",
            said.stdout
        );
    }
    assert_eq!(place.there().len(), 0);
}

/// A folder and a bucket, while photos appear.
#[test]
fn each_new_photo_goes_to_both_homes() {
    let work = tempfile::tempdir().expect("temp dir");
    let bucket = Bucket::new(work.path());
    let place = Place::with(6, |cli| cli.keys_of(&bucket.server));
    let mut watch = place.watch(&["--every", "1h", "--second", &bucket.url()]);
    let round = watch.in_step();
    assert_eq!(round["homes"].as_array().map(Vec::len), Some(2), "{round}");
    for number in 0..4 {
        write(
            &place.library().join(format!("new {number}.jpg")),
            &photo(100 + number),
        );
        watch.until("copy", |said| {
            said["type"] == "round" && said["sent"]["files"].as_u64() > Some(0)
        });
    }
    let heard = watch.end("-TERM");
    assert_eq!(sent(&heard), 20, "10 photos to each of two homes: {heard:?}");
    assert_eq!(bucket.photos(work.path()), library(&place));
    assert_eq!(digests(place.there().into_iter()), library(&place));
    are_once(bucket.sent());
    for to in [place.url(), bucket.url()] {
        place.cli.ok(&["verify", &to, "--full"]);
    }
    // Remembered: without --second both are served, and nothing is left to do.
    let again = migrate(&place, &place.url(), &[]);
    assert_eq!(again.status, 0, "{}{}", again.stdout, again.stderr);
    let homes = home_lines(&again);
    assert_eq!(homes.len(), 2, "{}", again.stdout);
    assert!(
        homes
            .iter()
            .all(|home| home["behind"]["files"] == 0 && home["proven"]["files"] == 10)
    );
    // Let go, one is served alone.
    let alone = migrate(&place, &place.url(), &["--second", "none"]);
    assert!(
        alone.status == 0 && home_lines(&alone).is_empty(),
        "{}",
        alone.stdout
    );
}

/// Two buckets: one turns everybody away for a while, and the watch is killed meanwhile.
#[test]
fn a_home_that_is_away_keeps_nothing_from_the_other_and_catches_up_alone() {
    let work = [(); 2].map(|()| tempfile::tempdir().expect("temp dir"));
    let [first, second] = [Bucket::new(work[0].path()), Bucket::new(work[1].path())];
    let place = Place::with(5, |cli| cli.keys_of(&first.server));
    let args = ["--every", "2s", "--patience", "1s"];
    let mut watch = place.watch_to(&first.url(), &[&args[..], &["--second", &second.url()]].concat());
    watch.in_step();
    second.way.turn_away(usize::MAX / 2);
    write(&place.library().join("new.jpg"), &photo(50));
    let away = watch.until("other home", |said| {
        said["type"] == "round" && said["homes"][0]["sent"]["files"] == 1
    });
    assert_eq!(
        (
            &away["homes"][0]["behind"]["files"],
            &away["homes"][1]["behind"]["files"]
        ),
        (&0.into(), &1.into())
    );
    assert!(away["homes"][1]["behindSince"].is_string(), "{away}");
    assert!(away["homes"][1]["trouble"]["code"].is_string(), "{away}");
    let heard = watch.kill();
    assert!(
        findings(&heard, "destination_unreachable").len() <= 1,
        "{heard:?}"
    );
    // After a restart, it is still away: the queue is what the catalog does not know to be there.
    write(&place.library().join("newer.jpg"), &photo(51));
    let mut watch = place.watch_to(&first.url(), &args);
    watch.until("other home", |said| {
        said["type"] == "round" && said["homes"][1]["behind"]["files"] == 2
    });
    let back = Instant::now();
    second.way.calm();
    watch.in_step();
    println!("back in step {:?} after it was reachable", back.elapsed());
    watch.end("-TERM");
    for (bucket, work) in [(&first, &work[0]), (&second, &work[1])] {
        assert_eq!(bucket.photos(work.path()), library(&place));
        are_once(bucket.sent());
        place.cli.ok(&["verify", &bucket.url(), "--full"]);
    }
}

/// As the acceptance of the watch, with a folder and a bucket.
#[test]
fn a_library_that_lives_is_kept_in_step_in_two_homes() {
    let work = tempfile::tempdir().expect("temp dir");
    let bucket = Bucket::new(work.path());
    let place = Place::with(10, |cli| cli.keys_of(&bucket.server));
    let mut life = Life::of(&place.library());
    let seconds = crate::seconds();
    let until = Instant::now() + Duration::from_secs(seconds);
    let second = bucket.url();
    let args = ["--every", "10s", "--second", &second];
    let mut watch = place.watch(&args);
    let mut next_kill = Instant::now() + Duration::from_secs(seconds / 4);
    let mut kills = 0;
    while Instant::now() < until {
        life.act();
        watch.next(Duration::from_millis(u64::from(life.random.below(250))));
        if Instant::now() > next_kill {
            next_kill += Duration::from_secs(seconds / 4);
            kills += 1;
            watch.kill();
            watch = place.watch(&args);
        }
    }
    let last: BTreeSet<String> = library(&place).into_keys().collect();
    let all_there = || {
        let (here, there) = (digests(place.there().into_iter()), bucket.photos(work.path()));
        last.iter()
            .all(|sha256| here.contains_key(sha256) && there.contains_key(sha256))
    };
    if !all_there() {
        watch.until("last round", |said| said["type"] == "round" && all_there());
    }
    watch.in_step_by(|| write(&place.library().join("last.jpg"), &photo(9999)));
    watch.end("-TERM");
    assert!(kills > 1, "{kills} kills");
    life.versions
        .insert(tree::sha256(&place.library().join("last.jpg")));
    for there in [digests(place.there().into_iter()), bucket.photos(work.path())] {
        for (sha256, names) in there {
            assert!(
                life.versions.contains(&sha256),
                "{sha256} was never in the library"
            );
            assert_eq!(names, 1, "{sha256} is there twice: {:#?}", place.history(&sha256));
        }
    }
    are_once(bucket.sent());
    for to in [place.url(), second] {
        place.cli.ok(&["verify", &to, "--full"]);
    }
    println!("{} acts, {kills} kills, two homes", life.acts);
}

/// Deleting asks both homes, once more at the last moment; each home is rolled back by itself.
#[test]
fn an_original_goes_when_both_homes_have_proven_it() {
    let place = Place::new(6);
    let other = place.beside("other");
    let (one, two) = (place.url(), format!("file://{}", other.display()));
    assert_eq!(migrate(&place, &one, &["--second", &two]).status, 0);
    let preview = |to: &str| place.cli.run(&["delete-originals", to]).json[0].clone();
    place.cli.ok(&["verify", &one]);
    let told = preview(&one);
    assert_eq!(told["count"], 0, "{told}");
    assert_eq!(
        told["blocked"][0]["why"], "Not verified at both homes yet",
        "{told}"
    );
    // Also where another destination is the chosen one.
    let third = format!("file://{}", place.beside("third").display());
    assert_eq!(migrate(&place, &third, &[]).status, 0);
    place.cli.ok(&["verify", &third]);
    assert_eq!(preview(&third)["count"], 0);
    place.cli.ok(&["verify", &two]);
    assert_eq!(
        (&preview(&one)["count"], &preview(&third)["count"]),
        (&6.into(), &6.into())
    );
    // Spoilt at the other home after it was verified: it stays.
    run("rm", &[&other.join("3.jpg")]);
    write(&other.join("3.jpg"), &photo(777));
    let said = place
        .cli
        .run(&["delete-originals", &one, "--confirm", "delete 6 originals"]);
    assert_eq!(
        (said.status, &said.json[0]["removed"]["files"]),
        (1, &5.into()),
        "{}",
        said.stdout
    );
    let left: Vec<_> = tree::snapshot(&place.library()).into_keys().collect();
    assert_eq!(left, [Path::new("3.jpg")]);
    // The home that did not see the deletion brings the originals back before it gives its copies up, and no other is touched.
    let there = tree::snapshot(&place.home());
    place.cli.ok(&["rollback", &two]);
    assert_eq!(tree::snapshot(&place.library()).len(), 6);
    assert_eq!(tree::differences(&there, &tree::snapshot(&place.home())), "");
    let stays: Vec<_> = tree::snapshot(&other)
        .into_keys()
        .filter(|path| !path.starts_with(".albumen"))
        .collect();
    assert_eq!(stays, [Path::new("3.jpg")], "what somebody put there stays");
    place.cli.ok(&["verify", &one]);
    // A home that was rolled back is none any more: the next move goes to the other alone.
    let alone = migrate(&place, &one, &[]);
    assert!(
        alone.status == 0 && home_lines(&alone).is_empty(),
        "{}",
        alone.stdout
    );
}
