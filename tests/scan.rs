//! Scanning again and looking quickly: an unchanged library is left alone, a changed one is noticed, exact duplicates
//! are found without a catalog, and memory does not grow with the number of files.

use albumen_engine::api::{Event, What};
use albumen_engine::{Engine, Outcome};
use albumen_testkit::app::{Cli, Output};
use albumen_testkit::exif::Exif;
use albumen_testkit::{library, many, picture, tree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
    let mut file = File::create(path).expect("create");
    file.write_all(bytes).expect("write");
}

fn rm(path: &Path) {
    let done = Command::new("rm").arg("-r").arg(path).status();
    assert!(done.expect("rm").success());
}

fn mv(from: &Path, to: &Path) {
    let done = Command::new("mv").arg("-T").arg(from).arg(to).status();
    assert!(done.expect("mv").success());
}

/// What the catalog knows: each file's path below the source, its size, and what a plan makes of it.
fn known(cli: &Cli, source: &Path) -> BTreeMap<String, (u64, String)> {
    let url = format!("file://{}", cli.home.join("never-made").display());
    let planned = cli.run(&["plan", &url]);
    let root = format!("{}/", source.canonicalize().expect("path").display());
    let steps = planned.json.iter().filter(|line| line["type"] == "step");
    steps
        .map(|step| {
            let from = step["from"].as_str().expect("from").trim_start_matches(&root);
            let size = step["size"].as_u64().expect("size");
            (
                from.to_owned(),
                (size, step["outcome"].as_str().expect("outcome").to_owned()),
            )
        })
        .collect()
}

fn problems(output: &Output) -> Vec<(String, String)> {
    let lines = output.json.iter().filter(|line| line["type"] == "problem");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    lines
        .map(|line| (text(&line["code"]), text(&line["path"])))
        .collect()
}

#[test]
fn a_rescan_of_an_unchanged_library_writes_only_its_time() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(&work.path().join("library"), &library::Options::default());
    let cli = Cli::new(work.path());
    let first = cli.run(&["scan", &library.root.to_string_lossy()]);
    assert!(
        !problems(&first).is_empty(),
        "links, pipes and damaged files among them"
    );
    let before = std::fs::read(&cli.catalog).expect("catalog");
    let again = cli.run(&["scan"]);
    assert_eq!(problems(&first), problems(&again));
    assert_eq!(first.json.last(), again.json.last(), "the same profile");
    let after = std::fs::read(&cli.catalog).expect("catalog");
    assert_eq!(before.len(), after.len());
    let pages = before.chunks(4096).zip(after.chunks(4096));
    let written = pages.filter(|(before, after)| before != after).count();
    assert!(
        written <= 2,
        "the header and the row of the source, not {written} pages"
    );
}

#[test]
fn a_rescan_notices_what_became_of_files_and_folders() {
    let work = tempfile::tempdir().expect("temp dir");
    let root = work.path().join("library");
    let at = |name: &str| root.join(name);
    for (number, name) in [
        "a b.jpg",
        "a/one.jpg",
        "a/two.jpg",
        "a0/x.jpg",
        "b/y.jpg",
        "c/z.jpg",
        "swap",
        "d/w.jpg",
    ]
    .into_iter()
    .enumerate()
    {
        put(&at(name), format!("photo {number}").as_bytes());
    }
    let cli = Cli::new(work.path());
    let scan = || {
        let done = cli.run(&["scan", &root.to_string_lossy()]);
        assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
        known(&cli, &root)
    };
    let first = scan();
    assert_eq!(first.len(), 8, "{first:?}");

    put(&at("a/one.jpg"), b"another picture");
    rm(&at("a/two.jpg"));
    put(&at("a/three.jpg"), b"new");
    mv(&at("b"), &at("moved"));
    rm(&at("swap"));
    put(&at("swap/inside.jpg"), b"a file became a folder");
    rm(&at("d"));
    put(&at("d"), b"a folder became a file");
    let second = scan();
    let names: BTreeSet<&str> = second.keys().map(String::as_str).collect();
    let expected = [
        "a b.jpg",
        "a/one.jpg",
        "a/three.jpg",
        "a0/x.jpg",
        "c/z.jpg",
        "d",
        "moved/y.jpg",
        "swap/inside.jpg",
    ];
    assert_eq!(names, BTreeSet::from(expected));
    assert_eq!(second["a/one.jpg"].0, 15);

    // What was away and comes back is there again; with it, everything is as it was.
    mv(&at("c"), &work.path().join("elsewhere"));
    assert_eq!(scan().len(), 7);
    mv(&work.path().join("elsewhere"), &at("c"));
    assert_eq!(scan(), second);

    // A folder that cannot be read (its path is too long for the system) may hold what is missing elsewhere.
    let name = "n".repeat(250);
    let deeper = format!("mkdir {name} && cd -P {name} || exit 1; ");
    let made = Command::new("bash")
        .current_dir(&root)
        .arg("-c")
        .arg(deeper.repeat(18))
        .status();
    assert!(made.expect("bash").success());
    rm(&at("a b.jpg"));
    let hidden = cli.run(&["scan"]);
    assert_eq!(hidden.status, 1);
    assert!(
        problems(&hidden).iter().any(|one| one.0 == "folder-unreadable"),
        "{}",
        hidden.stdout
    );
    assert!(known(&cli, &root).contains_key("a b.jpg"), "nothing is concluded");
    rm(&at(&name));
    let again = scan();
    assert!(!again.contains_key("a b.jpg"));
    assert_eq!(again.len(), 7);
}

#[test]
fn a_scan_that_is_killed_anywhere_leaves_a_catalog_that_the_next_one_completes() {
    let work = tempfile::tempdir().expect("temp dir");
    let root = work.path().join("library");
    many::make(&root, 600);
    let whole = Cli::new(&work.path().join("whole"));
    whole.ok(&["scan", &root.to_string_lossy()]);
    // The order is that of reading, which two cores do not repeat.
    let groups = |cli: &Cli| -> BTreeSet<String> {
        let said = cli.ok(&["groups"]).stdout;
        said.lines().map(str::to_owned).collect()
    };
    let expected = (known(&whole, &root), groups(&whole));
    let killed = Cli::new(&work.path().join("killed"));
    for wait in [20, 60, 100, 150, 220, 300, 400] {
        let mut child = killed.spawn(&["scan", &root.to_string_lossy()]);
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().ok();
        child.wait().expect("wait");
    }
    let last = killed.ok(&["scan", &root.to_string_lossy()]);
    assert_eq!(known(&killed, &root), expected.0);
    assert_eq!(groups(&killed), expected.1);
    assert_eq!(
        last.json.last(),
        whole.ok(&["scan"]).json.last(),
        "groups in the profile too"
    );
}

/// Groups of full paths with the same SHA-256, one name of each inode, by reading every file.
fn by_sha256(root: &Path) -> BTreeSet<Vec<PathBuf>> {
    let mut inodes = BTreeSet::new();
    let mut sums: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (path, entry) in tree::snapshot(root) {
        let full = root.join(path);
        let meta = full.metadata().expect("meta");
        let banned = ["Thumbs.db", ".DS_Store", "._x.jpg", "SYNOPHOTO_THUMB_M.jpg"];
        let passed_by = banned.iter().any(|name| full.ends_with(name));
        if entry.size > 0 && !passed_by && inodes.insert((meta.dev(), meta.ino())) {
            sums.entry(entry.sha256).or_default().push(full);
        }
    }
    sums.into_values().filter(|group| group.len() > 1).collect()
}

#[test]
fn quick_groups_are_those_of_a_full_sha256_and_need_no_catalog() {
    let work = tempfile::tempdir().expect("temp dir");
    let root = work.path().canonicalize().expect("path").join("library");
    many::make(&root.join("many"), 1500);
    library::make(&root.join("sample"), &library::Options::default());
    // A crowd of one size and one beginning, in which some are the same to the last byte.
    for number in 0..40u8 {
        let mut bytes = vec![7; 30_000];
        bytes[20_000] = number / 2;
        put(&root.join(format!("crowd/{number}.jpg")), &bytes);
    }
    let cli = Cli::new(work.path());
    let before = tree::snapshot(&root);
    let quick = cli.ok(&["groups", "--exact", "--quick", &root.to_string_lossy()]);
    assert!(!cli.catalog.exists(), "no catalog was made");
    assert_eq!(tree::differences(&before, &tree::snapshot(&root)), "");
    let expected = by_sha256(&root);
    assert!(expected.len() > 100);
    let made: BTreeSet<Vec<String>> = quick
        .json
        .iter()
        .map(|group| {
            assert_eq!(group["kind"], "exact");
            let members = group["members"].as_array().expect("members");
            assert_eq!(group["keeper"], members[0]["path"]);
            let path = |one: &serde_json::Value| one["path"].as_str().expect("path").to_owned();
            let mut paths: Vec<String> = members.iter().map(path).collect();
            paths.sort();
            paths
        })
        .collect();
    assert_eq!(made.len(), expected.len());
    for group in &expected {
        let plain = group.iter().filter_map(|path| path.to_str());
        let plain: Vec<&str> = plain.filter(|path| !path.contains(['\n', '\\'])).collect();
        let together = made
            .iter()
            .any(|paths| plain.iter().all(|path| paths.iter().any(|one| one == path)));
        assert!(
            together && made.iter().any(|paths| paths.len() == group.len()),
            "{group:?}"
        );
    }

    let hold = Engine::open(&cli.catalog).expect("a catalog that is in use");
    let again = cli.ok(&["groups", "--exact", "--quick", &root.to_string_lossy()]);
    assert_eq!(again.stdout, quick.stdout);
    drop(hold);
    assert_eq!(
        cli.run(&["groups", "--quick", &root.to_string_lossy()]).status,
        2,
        "only with --exact"
    );
    assert_eq!(
        cli.run(&["groups", "--exact", "--quick"]).status,
        2,
        "folders are needed"
    );
}

#[test]
fn memory_does_not_grow_with_the_library() {
    let work = tempfile::tempdir().expect("temp dir");
    let measure = |files: usize| {
        let root = work.path().join(format!("library-{files}"));
        many::make(&root, files);
        let cli = Cli::new(&work.path().join(format!("catalog-{files}")));
        let first = cli.peak(&["scan", &root.to_string_lossy()]).1;
        (first, cli.peak(&["scan"]).1)
    };
    let (few, many) = (measure(400), measure(4000));
    // SQLite's cache of pages fills to its 16 MB limit, and grouping holds a row of each photo.
    assert!(many.0 < few.0 + 32 * 1024, "{few:?} {many:?}");
    assert!(many.1 < few.1 + 24 * 1024, "{few:?} {many:?}");
}

#[test]
fn thumbnails_are_there_before_the_files_are_read() {
    let work = tempfile::tempdir().expect("temp dir");
    let root = work.path().join("library");
    for number in 0..20u64 {
        let whole = picture::paint(1, number, (640, 480));
        let exif = Exif {
            make: "Panasonic",
            model: "DMC-LX100",
            taken: format!("2019:07:14 10:11:{number:02}"),
            offset: "+02:00",
            orientation: 1,
            gps: None,
        };
        let small = picture::jpeg(&whole.thumbnail_exact(160, 120), 85);
        let bytes = exif.into_jpeg_with(&picture::jpeg(&whole, 90), &small);
        put(&root.join(format!("{number:02}.jpg")), &bytes);
    }
    let engine = Engine::open(&work.path().join("catalog.db")).expect("open");
    engine.add_sources(std::slice::from_ref(&root)).expect("add");
    let seen = Arc::new(Mutex::new(None));
    let (first, asked) = (seen.clone(), engine.clone());
    engine.listen(move |event| {
        let Event::Changed(changed) = event else { return };
        let mut first = first.lock().expect("lock");
        if changed.what.contains(&What::Groups) && first.is_none() {
            let profile = asked.profile().expect("profile");
            let thumbs: Vec<_> = (1..=20).map(|id| asked.thumb(id).expect("thumb")).collect();
            *first = Some((profile.files, profile.assets, thumbs));
        }
    });
    let Outcome::Scanned(profile) = engine.start_scan().expect("start").wait().expect("scan") else {
        panic!("another outcome");
    };
    let (files, assets, thumbs) = seen.lock().expect("lock").take().expect("a first look");
    assert_eq!((files, profile.files), (20, 20));
    assert_eq!(
        (assets, profile.assets),
        (0, 20),
        "photos are counted when they were read"
    );
    for (id, early) in (1..=20).zip(thumbs) {
        let late = engine.thumb(id).expect("thumb");
        assert!(early.is_some() && late.is_some() && early != late, "sharpened");
    }
    engine.listen(|_| {});
}
