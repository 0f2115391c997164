//! The whole way on the command line: scan, groups, plan, migrate, again, verify, flip a byte, restore it, delete
//! originals, roll back. First on a sample library, then on real camera files where they are at hand.

use albumen_testkit::app::{Cli, Output};
use albumen_testkit::library::{self, Options};
use albumen_testkit::tree::{self, Tree};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

fn of_type<'a>(output: &'a Output, kind: &str) -> Vec<&'a Value> {
    output.json.iter().filter(|line| line["type"] == kind).collect()
}

/// Everything about a destination that a write would change.
fn footprint(root: &Path) -> Vec<(PathBuf, u64, i64, i64)> {
    let mut all = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("list") {
            let path = entry.expect("entry").path();
            let meta = path.symlink_metadata().expect("meta");
            all.push((path.clone(), meta.ino(), meta.mtime_nsec(), meta.ctime_nsec()));
            if meta.is_dir() {
                folders.push(path);
            }
        }
    }
    all.sort();
    all
}

fn flip(path: &Path) {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("open");
    let mut byte = [0];
    file.seek(SeekFrom::Start(100)).expect("seek");
    file.read_exact(&mut byte).expect("read");
    file.seek(SeekFrom::Start(100)).expect("seek");
    file.write_all(&[byte[0] ^ 1]).expect("write");
}

/// Runs the whole way over `source` and leaves it as it was. Returns how many files were copied.
fn journey(work: &Path, source: &Path) -> u64 {
    let cli = Cli::new(work);
    let destination = work.join("D");
    let url = format!("file://{}", destination.display());
    let before = tree::snapshot(source);

    let scanned = cli.run(&["scan", &source.to_string_lossy()]);
    let profile = of_type(&scanned, "profile")[0];
    assert_eq!(
        profile["files"],
        before.len(),
        "every regular file outside banned folders is found"
    );

    for group in &cli.ok(&["groups"]).json {
        let members = group["members"].as_array().expect("members");
        assert!(members.len() > 1);
        assert_eq!(group["keeper"], members[0]["path"]);
        if group["kind"] == "exact" {
            let sums: Vec<String> = members
                .iter()
                .map(|one| tree::sha256(Path::new(one["path"].as_str().expect("path"))))
                .collect();
            assert!(sums.iter().all(|sum| *sum == sums[0]), "{group}");
        }
    }

    let planned = cli.ok(&["plan", &url]);
    assert!(!destination.exists(), "a plan writes nothing");
    let report = of_type(&planned, "report")[0];
    assert_eq!(report["balanced"], true);
    assert_eq!(of_type(&planned, "step").len(), before.len(), "a line a file");

    let moved = cli.ok(&["migrate", &url]);
    let copied = of_type(&moved, "report")[0]["sent"]["files"]
        .as_u64()
        .expect("a number");
    let placed = tree::snapshot(&destination);
    for step in of_type(&planned, "step")
        .into_iter()
        .filter(|step| step["outcome"] == "copy")
    {
        let there = &placed[Path::new(step["to"].as_str().expect("a key"))];
        assert_eq!(there.size, step["size"].as_u64().expect("a size"));
    }

    let footprint_before = footprint(&destination);
    let again = cli.ok(&["migrate", &url]);
    assert_eq!(of_type(&again, "report")[0]["sent"]["files"], 0);
    assert_eq!(
        footprint(&destination),
        footprint_before,
        "nothing to do is nothing written"
    );

    let verified = cli.ok(&["verify", &url, "--full"]);
    assert_eq!(of_type(&verified, "verification")[0]["ok"]["files"], copied);

    let victim = placed
        .iter()
        .find(|(path, entry)| entry.size > 101 && !path.starts_with(".albumen"))
        .expect("one")
        .0;
    flip(&destination.join(victim));
    let alarm = cli.run(&["verify", &url, "--full"]);
    assert_eq!(alarm.status, 1);
    assert_eq!(
        of_type(&alarm, "finding")[0]["key"].as_str(),
        victim.to_str(),
        "it names the file"
    );
    flip(&destination.join(victim));
    cli.ok(&["verify", &url, "--full"]);

    let asked = cli.run(&["delete-originals", &url]);
    assert_eq!(asked.status, 2, "without the words nothing is deleted");
    let words = of_type(&asked, "preview")[0]["confirm"]
        .as_str()
        .expect("the words")
        .to_owned();
    assert_eq!(words, format!("delete {copied} originals"));
    assert_eq!(
        cli.run(&["delete-originals", &url, "--confirm", "delete 1 originals"])
            .status,
        2
    );
    assert_eq!(tree::differences(&before, &tree::snapshot(source)), "");
    cli.ok(&["delete-originals", &url, "--confirm", &words]);
    assert_eq!(tree::snapshot(source).len() as u64, before.len() as u64 - copied);
    in_trash(&cli, &before, copied);

    cli.ok(&["rollback", &url]);
    assert_eq!(
        tree::differences(&before, &tree::snapshot(source)),
        "",
        "byte for byte, times and permissions"
    );
    assert!(
        !destination.exists(),
        "the folder that was made for it is gone too"
    );
    let empty = cli.run(&["verify", &url, "--full"]);
    assert_eq!(empty.status, 2, "nothing to verify is not a success");
    copied
}

fn in_trash(cli: &Cli, before: &Tree, copied: u64) {
    let trash = tree::snapshot(&cli.home.join("data/Trash/files"));
    assert_eq!(trash.len() as u64, copied, "what was deleted lies in the trash");
    let known: std::collections::BTreeSet<&str> =
        before.values().map(|entry| entry.sha256.as_str()).collect();
    assert!(trash.values().all(|entry| known.contains(entry.sha256.as_str())));
}

#[test]
fn the_whole_way_and_back_on_a_sample_library() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            odd: false,
            photos: 40,
            ..Options::default()
        },
    );
    assert!(journey(work.path(), &library.root) >= 40);
}

/// `ALBUMEN_PHOTOS` names a folder of real camera files; a copy of it is used.
#[test]
fn the_whole_way_and_back_on_real_camera_files() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/photos");
    let photos = std::env::var_os("ALBUMEN_PHOTOS").map_or(beside, PathBuf::from);
    if !photos.is_dir() {
        eprintln!("NOT RUN: no folder of camera files; set ALBUMEN_PHOTOS");
        return;
    }
    let work = tempfile::tempdir().expect("temp dir");
    let source = work.path().join("photos");
    copy_tree(&photos, &source);
    assert!(journey(work.path(), &source) > 200);
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("list") {
        let path = entry.expect("entry").path();
        let target = to.join(path.file_name().expect("name"));
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            let mut file = File::create(&target).expect("create");
            file.write_all(&std::fs::read(&path).expect("read"))
                .expect("write");
            let modified = path.metadata().expect("meta").modified().expect("time");
            file.set_modified(modified).expect("time");
        }
    }
}

#[test]
fn groups_find_what_was_made() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            odd: false,
            ..Options::default()
        },
    );
    let cli = Cli::new(work.path());
    cli.ok(&["scan", &library.root.to_string_lossy()]);
    let found: Vec<(bool, Vec<PathBuf>)> = cli
        .ok(&["groups"])
        .json
        .iter()
        .map(|group| {
            let members = group["members"].as_array().expect("members").iter();
            let mut paths: Vec<PathBuf> = members
                .map(|one| PathBuf::from(one["path"].as_str().expect("path")))
                .collect();
            paths.sort();
            (group["kind"] == "exact", paths)
        })
        .collect();
    for made in &library.exact {
        let mut made: Vec<PathBuf> = made
            .iter()
            .map(|path| path.canonicalize().expect("path"))
            .collect();
        made.sort();
        assert!(found.contains(&(true, made.clone())), "exact: {made:?}");
    }
    assert_eq!(
        found.iter().filter(|group| group.0).count(),
        library.exact.len(),
        "and no others"
    );
    for made in &library.similar {
        let made: Vec<PathBuf> = made
            .iter()
            .map(|path| path.canonicalize().expect("path"))
            .collect();
        let together = found
            .iter()
            .any(|(exact, paths)| !exact && made.iter().all(|one| paths.contains(one)));
        assert!(together, "similar: {made:?}\n{found:?}");
    }
    assert_eq!(
        found.iter().filter(|group| !group.0).count(),
        library.similar.len(),
        "no two photos are called alike"
    );
}

#[test]
fn skip_duplicates_copies_each_content_once_and_keeps_the_originals() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            odd: false,
            photos: 20,
            ..Options::default()
        },
    );
    let before = tree::snapshot(&library.root);
    let cli = Cli::new(work.path());
    let url = format!("file://{}", work.path().join("D").display());
    cli.ok(&["scan", &library.root.to_string_lossy()]);
    let report = cli.ok(&["migrate", &url, "--skip-duplicates"]);
    let report = of_type(&report, "report")[0].clone();
    let copies: usize = library.exact.iter().map(|group| group.len() - 1).sum();
    assert_eq!(report["duplicate"]["files"], copies);
    let placed = tree::snapshot(&work.path().join("D"));
    for entry in before.values().filter(|entry| entry.size > 0) {
        let there = placed.values().any(|one| one.sha256 == entry.sha256);
        let photo = library
            .photos
            .iter()
            .any(|path| tree::sha256(path) == entry.sha256);
        assert!(there || !photo, "every photo's content is there");
    }
    assert_eq!(tree::differences(&before, &tree::snapshot(&library.root)), "");
}

#[test]
fn a_rescan_reads_only_what_changed_and_notices_it() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            odd: false,
            photos: 12,
            ..Options::default()
        },
    );
    let cli = Cli::new(work.path());
    let root = library.root.to_string_lossy().into_owned();
    let url = format!("file://{}", work.path().join("D").display());
    cli.ok(&["scan", &root]);
    cli.ok(&["migrate", &url]);
    // Same size, same mtime, other bytes: only ctime gives it away.
    let victim = &library.photos[3];
    let modified = victim.metadata().expect("meta").modified().expect("time");
    flip(victim);
    File::options()
        .write(true)
        .open(victim)
        .expect("open")
        .set_modified(modified)
        .expect("time");
    let stale = cli.run(&["migrate", &url]);
    assert_eq!(
        stale.status, 0,
        "what was placed is placed; the change is found by a scan"
    );
    cli.ok(&["scan"]);
    let moved = cli.ok(&["migrate", &url]);
    assert_eq!(
        of_type(&moved, "report")[0]["sent"]["files"],
        1,
        "the changed photo goes beside the old one"
    );
    let sums: Vec<String> = tree::snapshot(&work.path().join("D"))
        .into_values()
        .map(|entry| entry.sha256)
        .collect();
    assert!(sums.contains(&tree::sha256(victim)));
}

#[test]
fn originals_changed_or_copies_lost_after_verify_are_not_deleted() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            odd: false,
            photos: 12,
            ..Options::default()
        },
    );
    let cli = Cli::new(work.path());
    let destination = work.path().join("D");
    let url = format!("file://{}", destination.display());
    cli.ok(&["scan", &library.root.to_string_lossy()]);
    let moved = cli.ok(&["migrate", &url]);
    let copied = of_type(&moved, "report")[0]["sent"]["files"]
        .as_u64()
        .expect("a number");
    cli.ok(&["verify", &url]);
    // One original is edited, one copy is damaged, one copy is removed: three photos must stay.
    flip(&library.photos[0]);
    let copy_of = |photo: &Path| {
        let sum = tree::sha256(photo);
        let placed = tree::snapshot(&destination);
        let key = placed
            .iter()
            .find(|(_, entry)| entry.sha256 == sum)
            .expect("its copy")
            .0
            .clone();
        destination.join(key)
    };
    flip(&copy_of(&library.photos[1]));
    let lost = copy_of(&library.photos[2]);
    std::process::Command::new("rm").arg(&lost).status().expect("rm");
    let words = format!("delete {copied} originals");
    let deleted = cli.run(&["delete-originals", &url, "--confirm", &words]);
    assert_eq!(deleted.status, 1, "{}", deleted.stdout);
    for photo in &library.photos[..3] {
        assert!(
            photo.exists(),
            "{photo:?} has no intact copy, or is not what was copied"
        );
    }
    assert!(!library.photos[5].exists());
}
