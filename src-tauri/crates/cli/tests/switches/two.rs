//! Cutting over with two homes: both are brought along and checked, or nothing is switched.

use crate::acts::{code, of_type};
use crate::place::Place;
use albumen_testkit::proxy::Proxy;
use albumen_testkit::s3::Server;
use albumen_testkit::tree::{self, Tree};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// So long a home that is away is waited for.
const SOON: [&str; 4] = ["--settle", "1ms", "--patience", "1s"];

fn digests(tree: Tree) -> BTreeSet<String> {
    tree.into_values().map(|entry| entry.sha256).collect()
}

fn mv(from: &Path, to: &Path) {
    assert!(
        Command::new("mv")
            .arg(from)
            .arg(to)
            .status()
            .expect("mv")
            .success()
    );
}

/// Scanned, and moved to both.
fn moved(place: &Place, second: &str) {
    place.cli.ok(&["scan", &place.library.to_string_lossy()]);
    place.cli.ok(&["strategy", &place.url, "second-home"]);
    place.cli.ok(&["migrate", &place.url, "--second", second]);
}

/// A cut over that ends as a finding; gives its words.
fn finding(place: &Place) -> String {
    let mut args = vec!["cut-over", place.url.as_str()];
    args.extend(SOON);
    let ended = place.cli.run(&args);
    assert_eq!(ended.status, 1, "{}{}", ended.stdout, ended.stderr);
    let made = of_type(&ended, "cutOver");
    assert_eq!(made["switched"], false);
    assert!(!place.is_home());
    let finding = made["finding"].as_str().expect("a finding").to_owned();
    assert_eq!(
        place.way()["finding"],
        Value::from(finding.as_str()),
        "it is kept"
    );
    assert!(
        finding.contains("second home") && finding.contains("Your originals"),
        "{finding}"
    );
    finding
}

#[test]
fn the_second_home_is_brought_along_or_nothing_is_switched() {
    let work = tempfile::tempdir().expect("temp dir");
    let server = Server::start(&work.path().join("server"));
    server.create_bucket("second");
    let way = Proxy::to(&server.endpoint());
    let second = format!("s3://second/lib?endpoint={}&region=us-east-1", way.endpoint());
    let place = Place::new(work.path(), false, 3).with_keys_of(&server);
    moved(&place, &second);
    place.add("Pictures/late.jpg", b"a late one");
    place.cli.ok(&["scan"]);
    let told = place.cli.ok(&["cut-over", &place.url, "--preview"]);
    let told = &of_type(&told, "preview")["second"];
    assert_eq!(told["behind"]["files"], 1, "{told}");
    assert!(told["unproven"]["files"].as_u64() > Some(0), "{told}");

    // It is away: the first home alone has the late one.
    way.turn_away(usize::MAX / 2);
    let why = finding(&place);
    assert!(
        why.contains("was not brought along") && why.contains("second"),
        "{why}"
    );
    way.calm();

    let switched = place.cut_over();
    assert_eq!(switched.status, 0, "{}{}", switched.stdout, switched.stderr);
    let made = &of_type(&switched, "cutOver")["second"];
    assert_eq!(made["sent"]["files"], 1, "{made}");
    assert_eq!(made["agreed"], of_type(&switched, "cutOver")["agreed"], "{made}");
    assert!(place.is_home());
    let before = tree::snapshot(&place.library);
    let bucket = || tree::snapshot(&server.object_path("second", "lib"));
    let there = digests(bucket());
    assert!(digests(place.copies()).is_subset(&there), "both homes have all");
    assert!(there.contains(&before[Path::new("Pictures/late.jpg")].sha256));

    // Both have proven all, so originals may go; and the way back brings each of them home and takes nothing from anywhere.
    place.cli.ok(&["cut-over", &place.url, "--let-go"]);
    let words = place.words().expect("originals that may go");
    let homes = (tree::snapshot(&place.there()), bucket());
    place
        .cli
        .ok(&["delete-originals", &place.url, "--permanent", "--confirm", &words]);
    assert!(tree::snapshot(&place.library).len() < before.len());
    place.cli.ok(&["switch-back", &place.url]);
    assert_eq!(tree::differences(&before, &tree::snapshot(&place.library)), "");
    assert_eq!(tree::differences(&homes.0, &tree::snapshot(&place.there())), "");
    assert_eq!(tree::differences(&homes.1, &bucket()), "");
    assert!(!place.is_home());
}

#[test]
fn a_second_home_that_is_not_as_it_was_left_keeps_it_from_switching() {
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::new(work.path(), false, 4);
    let disk = place.there().with_file_name("second");
    let second = format!("file://{}", disk.display());
    moved(&place, &second);

    let aside = disk.with_file_name("aside");
    mv(&disk, &aside);
    let why = finding(&place);
    assert!(why.contains("was not brought along"), "{why}");
    assert!(!disk.exists(), "nothing is made where a disk is away");
    mv(&aside, &disk);

    let copies = tree::snapshot(&disk);
    let mut photos = copies.keys().filter(|path| !path.starts_with(".albumen"));
    let spoilt: PathBuf = disk.join(photos.next().expect("a copy"));
    albumen_testkit::write::put(spoilt.clone(), b"edited by somebody", 1_700_000_000_000_000_000);
    let why = finding(&place);
    assert!(why.contains("1 file") && why.contains("/second`"), "{why}");
    assert_eq!(std::fs::read(&spoilt).expect("read"), b"edited by somebody");

    // Mended there, both agree. And without it, one home is enough.
    place
        .cli
        .run(&["reconcile", &second, "--repair", "--conflicts", "source"]);
    let ended = place.cut_over();
    assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(place.phase(), "home");
    let other = place.cli.run(&["cut-over", &second]);
    assert_eq!(
        (other.status, code(&other)),
        (2, "phase_refused"),
        "one is home at a time"
    );
}
