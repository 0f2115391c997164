//! Motion Photos: that one is seen by `inspect` and by a scan, is kept before a still of the same picture, and arrives with
//! every byte of its movie.

use crate::COPIED;
use albumen_engine::Engine;
use albumen_engine::api::{Decision, Filter, FolderMark, GroupQuery, RuleId, Sort};
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::motion::{self, Form};
use albumen_testkit::write::put;
use albumen_testkit::{movie, picture};
use serde_json::Value;
use std::path::Path;

fn clip() -> Vec<u8> {
    movie::taken("2024-05-17T10:11:12+0200", 200_000)
}

/// The same picture for one `seed`, another file for each quality.
fn photo(seed: u64, size: (u32, u32), quality: i32) -> Vec<u8> {
    let painted = picture::paint(seed, 4, (640, 480));
    picture::jpeg(&painted.thumbnail_exact(size.0, size.1), quality)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn name(path: &Value) -> String {
    text(path).rsplit('/').next().unwrap_or_default().to_owned()
}

/// Keeper, members with whether each is kept, and the reason.
type Told = (String, Vec<(String, bool)>, String);

fn groups(found: &Output) -> Vec<Told> {
    let mut groups: Vec<_> = found
        .json
        .iter()
        .filter(|line| line["kind"] == "similar")
        .map(|group| {
            let members = group["members"].as_array().expect("members");
            let mut members: Vec<_> = members
                .iter()
                .map(|one| (name(&one["path"]), one["keep"] == true))
                .collect();
            members.sort();
            (name(&group["keeper"]), members, text(&group["reason"]).to_owned())
        })
        .collect();
    groups.sort();
    groups
}

#[test]
fn inspect_tells_of_a_movie_that_is_there_and_of_one_that_is_missing() {
    let work = tempfile::tempdir().expect("temp dir");
    let (clip, still) = (clip(), photo(1, (320, 240), 80));
    let heic = picture::heic(&picture::paint(2, 4, (320, 240)));
    let size = clip.len() as u64;
    let claim = motion::xmp(
        r#"GCamera:MotionPhoto="1""#,
        &motion::item("MotionPhoto", u64::MAX, u64::MAX),
    );
    let files = [
        (
            "google.jpg",
            motion::photo(Form::Google, &still, &clip),
            Some(size),
        ),
        ("micro.jpg", motion::photo(Form::Micro, &still, &clip), Some(size)),
        (
            "samsung.jpg",
            motion::photo(Form::Samsung, &still, &clip),
            Some(size),
        ),
        ("box.heic", motion::heic(&heic, &clip), Some(size)),
        ("google-cut.jpg", motion::photo(Form::Google, &still, b""), None),
        ("micro-cut.jpg", motion::photo(Form::Micro, &still, b""), None),
        ("samsung-cut.jpg", motion::photo(Form::Samsung, &still, b""), None),
        ("huge.jpg", motion::with_xmp(&still, &claim), None),
        ("unsaid.jpg", [&still[..], &clip].concat(), None),
        ("still.jpg", still.clone(), None),
    ];
    let cli = Cli::new(work.path());
    for (name, bytes, expected) in &files {
        let path = put(work.path().join("library").join(name), bytes, COPIED);
        let found = cli.ok(&["inspect", path.to_str().expect("a path")]);
        let told = &found.json[0];
        assert_eq!(told["motion"].as_u64(), *expected, "{name}");
        assert_eq!(told["width"], 320, "{name}: its picture is shown all the same");
        let problems = told["problems"].as_array().expect("problems");
        let is_missed = problems
            .iter()
            .any(|what| text(what).contains("its movie is missing"));
        assert_eq!(is_missed, name.contains("cut") || *name == "huge.jpg", "{name}");
    }
    let library = work.path().join("library");
    cli.ok(&["scan", library.to_str().expect("a path")]);
    let catalog = rusqlite::Connection::open(&cli.catalog).expect("open the catalog");
    for (name, _, expected) in &files {
        let known: Option<i64> = catalog
            .query_row("SELECT motion FROM file WHERE display = ?1", [name], |row| {
                row.get(0)
            })
            .expect("a row");
        assert_eq!(known.map(i64::unsigned_abs), *expected, "{name}");
    }
    // One that was scanned before Albumen knew of movies is read again.
    catalog
        .execute(
            "UPDATE file SET print = 2, motion = NULL WHERE display = 'google.jpg'",
            [],
        )
        .expect("an older catalog");
    cli.ok(&["scan"]);
    let again = "SELECT motion FROM file WHERE display = 'google.jpg'";
    let again: i64 = catalog.query_row(again, [], |row| row.get(0)).expect("a size");
    assert_eq!(again.unsigned_abs(), size);
    let missed = "SELECT count(*) FROM problem WHERE code = 'motion'";
    let missed: i64 = catalog.query_row(missed, [], |row| row.get(0)).expect("a count");
    assert_eq!(missed, 4);
}

#[test]
fn the_photo_with_its_movie_is_kept_and_arrives_whole() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = work.path().join("library");
    let clip = clip();
    let lay = |name: &str, bytes: &[u8]| put(library.join(name), bytes, COPIED);
    // The same picture twice: the still is the better file by every other rule.
    let moving = motion::photo(Form::Google, &photo(11, (640, 480), 60), &clip);
    lay("phone/b-moving (1).jpg", &moving);
    lay("a-still.jpg", &photo(11, (640, 480), 95));
    // The still is larger: nobody says which of the two is better.
    lay(
        "phone/d-moving.jpg",
        &motion::photo(Form::Samsung, &photo(12, (480, 360), 60), &clip),
    );
    lay("c-still.jpg", &photo(12, (640, 480), 95));
    // A Live Photo has its movie beside it.
    lay("phone/f-live.jpg", &photo(13, (640, 480), 60));
    lay("phone/f-live.mov", &clip);
    lay("e-still.jpg", &photo(13, (640, 480), 95));
    let cli = Cli::new(work.path());
    cli.ok(&["scan", library.to_str().expect("a path")]);
    let found = groups(&cli.ok(&["groups", "--similar"]));
    let both = |going: &str, keep, staying: &str| {
        let mut members = vec![(going.to_owned(), keep), (staying.to_owned(), true)];
        members.sort();
        members
    };
    let reason = "it has its movie (Motion Photo, Live Photo)";
    let expected = [
        ("b-moving (1).jpg", both("a-still.jpg", false, "b-moving (1).jpg")),
        ("d-moving.jpg", both("c-still.jpg", true, "d-moving.jpg")),
        ("f-live.jpg", both("e-still.jpg", false, "f-live.jpg")),
    ]
    .map(|(keeper, members)| (keeper.to_owned(), members, reason.to_owned()));
    assert_eq!(found, expected);

    let there = work.path().join("new");
    let to = format!("file://{}", there.display());
    cli.ok(&["migrate", &to, "--layout", "{original folder}/{original name}"]);
    cli.ok(&["verify", &to, "--full"]);
    assert_eq!(moved(&there, "b-moving (1).jpg"), moving);
}

#[test]
fn keeping_only_the_keeper_does_not_lose_a_movie() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = work.path().join("library");
    let clip = clip();
    let lay = |name: &str, bytes: &[u8]| put(library.join(name), bytes, COPIED);
    lay("stills/a.jpg", &photo(11, (640, 480), 95));
    lay(
        "phone/b.jpg",
        &motion::photo(Form::Micro, &photo(11, (640, 480), 60), &clip),
    );
    lay("phone/c.jpg", &photo(11, (640, 480), 50));
    let engine = Engine::open_with(
        &work.path().join("catalog.db"),
        &work.path().join("secrets.vault"),
    )
    .expect("an engine");
    engine.add_sources(&[library]).expect("a source");
    engine.start_scan().expect("scan").wait().expect("scan");
    let query = GroupQuery {
        filter: Filter::default(),
        sort: Sort::Size,
        reverse: false,
        offset: 0,
        limit: 10,
    };
    let shown = || {
        let mut page = engine.groups(&query).expect("groups");
        assert_eq!(page.total, 1);
        let group = page.rows.remove(0);
        let mut kept: Vec<_> = group.members.iter().filter(|one| one.keep).collect();
        kept.sort_by(|a, b| a.name.cmp(&b.name));
        let kept = kept.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        (group, kept)
    };
    let (group, kept) = shown();
    assert_eq!(
        (group.rule, kept),
        (Some(RuleId::Motion), vec!["b.jpg".to_owned()])
    );
    assert_eq!(group.members[0].motion, Some(clip.len() as u64));

    let folders = engine.folders().expect("folders");
    let stills = folders.iter().find(|one| one.path.ends_with("stills"));
    let mark = engine.mark_folder(stills.expect("a folder").id, Some(FolderMark::Protected));
    mark.expect("mark").wait().expect("mark");
    let both = vec!["a.jpg".to_owned(), "b.jpg".to_owned()];
    let (group, kept) = shown();
    assert_eq!(
        (group.rule, group.sure, kept),
        (Some(RuleId::Protected), false, both.clone())
    );
    engine
        .decide_all(&Filter::default(), &Decision::KeepOnlyKeeper)
        .expect("decide");
    assert_eq!(shown().1, both, "the movie is nowhere else");
    // Who says so of this one photo means it.
    let own = Decision::Keep {
        asset_ids: vec![group.members[0].asset_id],
    };
    engine.decide(&[group.id], &own).expect("decide");
    assert_eq!(shown().1, both[..1]);
}

/// What lies below `folder` under this name.
fn moved(folder: &Path, name: &str) -> Vec<u8> {
    let below = albumen_testkit::tree::snapshot(folder);
    let path = below.keys().find(|path| path.ends_with(name));
    std::fs::read(folder.join(path.expect("it was moved"))).expect("read")
}
