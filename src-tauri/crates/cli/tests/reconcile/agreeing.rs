//! Where all agrees, a comparison reads the listing and the markers and nothing else: counted at a server whose listing tells
//! ETags, and in a folder by the system's calls.

use crate::place::{Place, put};
use crate::{Cli, of};
use albumen_testkit::app::wait;
use albumen_testkit::double::front::Front;
use albumen_testkit::many;
use albumen_testkit::servers::moto;
use albumen_testkit::strace;
use albumen_testkit::tree;
use std::path::Path;

/// In `make test`.
const SHORT: usize = 600;
/// Objects a page of a listing shows.
const PAGE: usize = 1000;

/// As many files as are wanted, each a JPEG by its first bytes and no more: what is in them does not matter here.
fn make(library: &Path) {
    for number in 0..wanted() {
        let mut bytes = b"\xff\xd8\xff\xe0".to_vec();
        bytes.extend(number.to_string().bytes());
        put(&library.join(format!("{}/{number}.jpg", number / 1000)), &bytes);
    }
}

fn wanted() -> usize {
    let wanted = std::env::var("ALBUMEN_OBJECTS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(SHORT)
}

#[test]
fn where_all_agrees_in_a_bucket_only_the_listing_and_the_markers_are_read() {
    let work = tempfile::tempdir().expect("temp dir");
    let Some(server) = moto(work.path()) else { return };
    server.create_bucket("pictures");
    let front = Front::start(&server.endpoint(), &work.path().join("front"));
    let url = format!("s3://pictures/lib?endpoint={}&region=us-east-1", front.endpoint());
    let library = work.path().join("library");
    many::make(&library, SHORT);
    let cli = Cli::new(work.path())
        .env("AWS_ACCESS_KEY_ID", server.access_key())
        .env("AWS_SECRET_ACCESS_KEY", server.secret_key());
    cli.ok(&["scan", &library.to_string_lossy()]);
    cli.ok(&["migrate", &url]);
    front.forget();
    let output = cli.ok(&["reconcile", &url]);
    let told = of(&output, "reconciliation");
    assert_eq!(told["agreed"]["files"], tree::snapshot(&library).len() as u64);
    assert_eq!(told["lookedAt"], 0);
    let markers = told["markers"].as_u64().expect("number") as usize;
    let asked = front.asked();
    let is_list = |query: &str| query.contains("list-type");
    let lists = asked.iter().filter(|one| is_list(&one.query)).count();
    let notes = |path: &str| path.contains("/.albumen/");
    let of_markers = asked
        .iter()
        .filter(|one| !is_list(&one.query) && notes(&one.path))
        .count();
    let others = asked.len() - lists - of_markers;
    assert!(markers > 1);
    // A few more know the place again before and after.
    assert!(
        of_markers <= markers + 4,
        "{of_markers} requests for {markers} markers"
    );
    assert!(lists <= SHORT / PAGE + 6, "{lists} lists");
    assert!(others <= 4, "{others} other requests");
    assert!(
        asked
            .iter()
            .all(|one| ["GET", "HEAD"].contains(&one.method.as_str()))
    );
}

#[test]
fn where_all_agrees_in_a_folder_no_photo_is_read() {
    if !strace::is_allowed() {
        return;
    }
    let work = tempfile::tempdir().expect("temp dir");
    let place = Place::of(work.path(), false, make);
    let log = place.there().with_file_name("log");
    let command = place.cli.command(&["reconcile", place.url.as_str()]);
    let output = wait(strace::watched(&command, &log).spawn().expect("strace"));
    assert_eq!(output.status, 0, "{}{}", output.stdout, output.stderr);
    let told = of(&output, "reconciliation");
    let photos = place.placed().len() as u64;
    assert_eq!(
        (&told["agreed"]["files"], &told["lookedAt"]),
        (&photos.into(), &0.into())
    );
    let there = place.there();
    let (mut of_markers, mut of_photos) = (0, Vec::new());
    for ((call, on), _) in strace::calls(&log, there.parent().expect("a folder")) {
        let Ok(below) = on.strip_prefix(&there) else {
            continue;
        };
        if !call.contains("read") {
            continue;
        }
        if below.starts_with(".albumen") {
            of_markers += 1;
        } else {
            of_photos.push(on);
        }
    }
    assert!(of_photos.is_empty(), "{of_photos:?}");
    assert_eq!(of_markers, place.markers().len(), "one read a marker");
    println!("reconcile: {photos} objects agree, {of_markers} markers read, 0 photos");
}
