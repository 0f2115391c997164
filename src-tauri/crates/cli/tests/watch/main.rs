//! The destination is kept in step with a library that people go on working in: `albumen watch`, through rounds, absence,
//! signals and kills.

mod life;
mod parts;
mod place;
mod power;
mod two;

use albumen_testkit::tree;
use place::{Place, findings, photo, run, sent, write};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Seconds that the library lives beside the watch.
fn seconds() -> u64 {
    let set = std::env::var("ALBUMEN_WATCH_SECONDS").ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(15)
}

/// The promise as a whole: while somebody adds, edits, renames and removes, and the watch is killed on the way, everything
/// arrives, once, and nothing goes; the cut over at the end brings what is left, and both places are read to the last byte.
#[test]
fn a_library_that_lives_is_kept_in_step() {
    let place = Place::new(20);
    let mut life = life::Life::of(&place.library());
    let until = Instant::now() + Duration::from_secs(seconds());
    let mut watch = place.watch(&["--every", "10s"]);
    let mut seen = BTreeSet::new();
    let mut heard = Vec::new();
    let mut kills = 0;
    let mut next_kill = Instant::now() + Duration::from_secs(seconds() / 4);
    while Instant::now() < until {
        life.act();
        watch.next(Duration::from_millis(u64::from(life.random.below(250))));
        if Instant::now() > next_kill {
            next_kill += Duration::from_secs(seconds() / 3);
            kills += 1;
            heard.extend(watch.kill());
            seen.extend(place.there().into_iter().map(|(key, entry)| (key, entry.sha256)));
            watch = place.watch(&["--every", "10s"]);
        }
    }
    heard.extend(watch.end("-TERM"));
    // What changed at the last moment comes with the cut over, once it has settled.
    let last = tree::snapshot(&place.library());
    let url = place.url();
    let switched = place.cli.ok(&["cut-over", &url, "--settle", "1s"]);
    let made = switched.json.iter().find(|said| said["type"] == "cutOver");
    let made = made.expect("a cut over").clone();
    assert_eq!(made["switched"], true, "{}", switched.stdout);
    assert_eq!(tree::differences(&last, &tree::snapshot(&place.library())), "");
    assert!(kills > 0 && life.acts > 20, "{kills} kills, {} acts", life.acts);

    let there = place.there();
    for (key, sha256) in &seen {
        assert_eq!(
            there.get(key).map(|entry| &entry.sha256),
            Some(sha256),
            "{key:?} was taken away"
        );
    }
    let mut copies = BTreeSet::new();
    for (key, entry) in &there {
        assert!(
            life.versions.contains(&entry.sha256),
            "{key:?} was never in the library"
        );
        assert!(
            copies.insert(entry.sha256.clone()),
            "{key:?} was sent twice: {:#?}",
            place.history(&entry.sha256)
        );
    }
    for (path, entry) in last {
        assert!(copies.contains(&entry.sha256), "{path:?} is not there: {heard:?}");
    }
    // Rounds that were killed could not say what they had sent.
    let at_last = made["sent"]["files"].as_u64().expect("files");
    let said = sent(&heard) + at_last;
    assert!(said <= there.len() as u64, "{said} sent, {} there", there.len());
    let checked = place.cli.ok(&["verify", &url]);
    let checked = checked.json.iter().find(|said| said["type"] == "verification");
    let checked = checked.expect("a verification");
    assert_eq!(checked["ok"]["files"], there.len(), "{checked}");
    println!(
        "{} acts, {kills} kills, {} files there, {said} said to be sent, {at_last} of them by the cut over; all read back",
        life.acts,
        there.len(),
    );
}

#[test]
fn one_round_and_the_next_has_nothing_to_do() {
    let place = Place::new(3);
    let said = place.once();
    assert_eq!(said.status, 0, "{}{}", said.stdout, said.stderr);
    let round = &said.json[0];
    assert_eq!(
        (&round["type"], &round["sent"]["files"]),
        (&"round".into(), &3.into())
    );
    assert_eq!((&round["verified"], &round["behind"]), (&3.into(), &0.into()));
    let before = place.there();
    run("rm", &[&place.library().join("0.jpg")]);
    run(
        "mv",
        &[&place.library().join("1.jpg"), &place.library().join("beach.jpg")],
    );
    let said = place.once();
    // What was renamed a moment ago is written down when it has settled.
    assert_eq!(said.status, 0, "{}{}", said.stdout, said.stderr);
    let round = &said.json[0];
    assert_eq!((&round["renamed"], &round["removed"]), (&1.into(), &1.into()));
    assert_eq!(round["sent"]["files"], 0);
    assert_eq!(tree::differences(&before, &place.there()), "");
}

/// What somebody deletes in the new home stays deleted, and what they edit there stays edited; to send it again is for a move or
/// a repair, which they ask for. An emptied home is no deletion.
#[test]
fn what_was_deleted_on_purpose_stays_deleted() {
    let place = Place::new(6);
    place.once();
    let home = place.home();
    run("rm", &[&home.join("1.jpg")]);
    run("rm", &[&home.join("2.jpg")]);
    write(
        &home.join("2.jpg"),
        b"edited in the new home, and longer than it was",
    );
    run("rm", &[&place.library().join("3.jpg")]);
    write(&place.library().join("new.jpg"), &photo(60));
    let said = place.once();
    assert_eq!(said.status, 0, "{}{}", said.stdout, said.stderr);
    let round = said
        .json
        .iter()
        .find(|said| said["type"] == "round")
        .expect("a round");
    assert_eq!(
        (
            &round["sent"]["files"],
            &round["homes"][0]["gone"],
            &round["removed"]
        ),
        (&1.into(), &2.into(), &1.into()),
        "{round}"
    );
    let there: Vec<_> = place.there().into_keys().collect();
    let names = ["0.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "new.jpg"];
    assert_eq!(there, names.map(std::path::PathBuf::from));
    // Its original does not go, as no home has it.
    place.cli.run(&["verify", &place.url()]);
    let preview = place.cli.run(&["delete-originals", &place.url()]).json[0].clone();
    assert_eq!(preview["count"], 4, "{preview}");
    // Emptied as a whole, it is another disk: nothing is concluded.
    run("mv", &[&home, &place.beside("kept")]);
    std::fs::create_dir(&home).expect("an empty folder");
    write(&place.library().join("newer.jpg"), &photo(61));
    let said = place.once();
    assert_eq!(said.json[0]["code"], "destination_another", "{}", said.stdout);
    assert_eq!(place.there().len(), 0);
    run("rmdir", &[&home]);
    run("mv", &[&place.beside("kept"), &home]);
    // Asked for by hand, it is sent again.
    place
        .cli
        .run(&["migrate", &place.url(), "--layout", place::LAYOUT, "--no-export"]);
    assert!(place.there().contains_key(std::path::Path::new("1.jpg")));
}

#[test]
fn a_file_counts_when_it_has_stood_unchanged() {
    let place = Place::new(1);
    let mut watch = place.watch(&["--every", "1h"]);
    watch.in_step();
    let (path, bytes) = (place.library().join("long.jpg"), photo(99));
    // Written for longer than the settle time, a part at a time.
    let mut written = 0;
    let since = Instant::now();
    while written < bytes.len() {
        written = (written + bytes.len() / 10 + 1).min(bytes.len());
        write(&path, &bytes[..written]);
        watch.next(Duration::from_millis(300));
    }
    assert!(since.elapsed() > Duration::from_secs(2));
    watch.until("copy", |said| said["sent"]["files"] == 1);
    let heard = watch.end("-INT");
    assert_eq!(sent(&heard), 2, "parts of it were sent: {heard:?}");
    assert_eq!(place.there().len(), 2);
    assert_eq!(tree::sha256(&place.home().join("long.jpg")), tree::sha256(&path));
}

#[test]
fn a_source_that_is_away_is_waited_for() {
    let place = Place::new(4);
    let mut watch = place.watch(&["--every", "2s"]);
    watch.in_step();
    run("mv", &[&place.library(), &place.beside("away")]);
    watch.until("finding", |said| said["code"] == "source_missing");
    std::fs::create_dir(place.library()).expect("an empty mount point");
    watch.until("finding", |said| said["code"] == "source_shrunken");
    assert_eq!(place.there().len(), 4);
    run("rmdir", &[&place.library()]);
    run("mv", &[&place.beside("away"), &place.library()]);
    write(&place.library().join("new.jpg"), &photo(50));
    watch.until("copy", |said| said["sent"]["files"] == 1);
    let heard = watch.end("-TERM");
    let removed = heard
        .iter()
        .filter_map(|said| said["removed"].as_u64())
        .sum::<u64>();
    assert_eq!((removed, place.there().len()), (0, 5));
}

#[test]
fn a_destination_that_is_away_is_said_once_and_waited_for() {
    let place = Place::new(4);
    let mut watch = place.watch(&["--every", "2s"]);
    watch.in_step();
    let disk = place.home().parent().expect("a folder").to_owned();
    run("mv", &[&disk, &place.beside("unplugged")]);
    write(&place.library().join("new.jpg"), &photo(50));
    watch.until("finding", |said| said["type"] == "finding");
    // Tried again several times meanwhile.
    assert_eq!(watch.next(Duration::from_secs(6)), None);
    run("mv", &[&place.beside("unplugged"), &disk]);
    watch.until("copy", |said| said["sent"]["files"] == 1);
    let heard = watch.end("-TERM");
    let code = heard.iter().find(|said| said["type"] == "finding").expect("said")["code"].clone();
    assert!(
        code.as_str().is_some_and(|code| code.starts_with("destination_")),
        "{code}"
    );
    assert_eq!(findings(&heard, code.as_str().expect("a code")).len(), 1);
    assert_eq!(place.there().len(), 5);
}

#[test]
fn it_ends_within_seconds_whatever_it_does() {
    let place = Place::new(120);
    let mut all = Vec::new();
    for wait in [0, 300, 1100, 1300, 1500, 2500] {
        let mut watch = place.watch(&[]);
        let until = Instant::now() + Duration::from_millis(wait.max(150));
        while Instant::now() < until {
            watch.next(Duration::from_millis(20));
        }
        all.extend(watch.end(["-INT", "-TERM"][all.len() % 2]));
    }
    let mut watch = place.watch(&[]);
    watch.in_step();
    watch.end("-TERM");
    assert_eq!(place.there().len(), 120);
    place.cli.ok(&["verify", &place.url()]);
}
