//! Storages that know names otherwise than this machine's file system: two names of ours are one of theirs. Both photos
//! have to be there afterwards, whole, and what a stranger has under such a name stays.
//!
//! No folder on this machine can play that (its kernel folds no cases), so a front does before a WebDAV server, and the
//! double of Dropbox, which folds both case and form.

use crate::home::{Home, Kind};
use albumen_testkit::app::Cli;
use albumen_testkit::double::front::Names;
use albumen_testkit::picture;
use albumen_testkit::tree;
use std::collections::BTreeSet;
use std::path::Path;

const LAYOUTS: [&str; 2] = ["{year}/{original name}", "{original folder}/{original name}"];
/// Twins to somebody: in case, in form, in both, in a folder above, and all in one folder where this machine lets them.
const TWINS: [&str; 10] = [
    "a/IMG_1.JPG",
    "b/img_1.jpg",
    "b/Img_1.JPG",
    "a/caf\u{e9}.jpg",
    "a/cafe\u{301}.jpg",
    "b/CAFE\u{301}.jpg",
    "Trip/one.jpg",
    "trip/One.jpg",
    "r\u{e9}sum\u{e9}/two.jpg",
    "re\u{301}sume\u{301}/two.jpg",
];

fn make(library: &Path) {
    for (number, name) in (0u64..).zip(TWINS) {
        let (_, bytes) = picture::taken_at(format!("2019:03:01 10:11:{number:02}"), 23, number);
        crate::put(&library.join(name), &bytes);
    }
    let there = tree::snapshot(library).len();
    assert_eq!(there, TWINS.len(), "this machine tells them apart");
}

fn both_are_there(kind: Kind, names: Names) {
    let work = tempfile::tempdir().expect("temp dir");
    let work = work.path().canonicalize().expect("path");
    let Some(mut home) = Home::start(kind, &work.join("home")) else {
        return;
    };
    let library = work.join("library");
    make(&library);
    let before = tree::snapshot(&library);
    let photos: BTreeSet<Vec<u8>> = before
        .keys()
        .map(|path| std::fs::read(library.join(path)).expect("read"))
        .collect();
    for (at, layout) in LAYOUTS.into_iter().enumerate() {
        home.enter(&format!("n{at}"));
        if let Some(front) = home.front() {
            front.names(names);
        }
        let strangers = if kind == Kind::Dropbox {
            vec!["2019/IMG_1.jpg", "A/CAF\u{c9}.JPG"]
        } else {
            vec!["2019/caf\u{e9}.jpg", "a/caf\u{e9}.jpg"]
        };
        for key in &strangers {
            home.put_as_stranger(key, b"a stranger's");
        }
        let room = work.join(format!("room{at}"));
        let mut cli = Cli::new(&room);
        for (name, value) in home.secrets() {
            cli = cli.env(name, value);
        }
        cli.ok(&["scan", &library.to_string_lossy()]);
        let url = home.url();
        cli.ok(&["migrate", &url, "--layout", layout]);
        let whole = |home: &Home| {
            let stored = home.stored();
            let placed: Vec<&Vec<u8>> = stored
                .iter()
                .filter(|(key, bytes)| !key.starts_with(".albumen") && bytes != b"a stranger's")
                .map(|(_, bytes)| bytes)
                .collect();
            let there: BTreeSet<Vec<u8>> = placed.iter().copied().cloned().collect();
            assert_eq!(
                (placed.len(), there == photos),
                (photos.len(), true),
                "{kind:?} {layout}"
            );
            let of_strangers = stored
                .iter()
                .filter(|(_, bytes)| bytes == b"a stranger's")
                .count();
            assert_eq!(of_strangers, strangers.len(), "{kind:?} {layout}");
        };
        whole(&home);
        cli.ok(&["verify", &url]);
        home.forget();
        cli.ok(&["migrate", &url, "--layout", layout]);
        assert_eq!(home.sends(), [""; 0], "{kind:?} {layout}: all was recognised");
        whole(&home);
        cli.ok(&["rollback", &url]);
        let left: Vec<String> = home.stored().into_iter().map(|(key, _)| key).collect();
        assert_eq!(left.len(), strangers.len(), "{kind:?} {layout}: {left:?}");
        assert_eq!(home.counted(), 0);
    }
    assert_eq!(tree::differences(&before, &tree::snapshot(&library)), "");
}

#[test]
fn where_case_and_form_are_folded_both_photos_are_there() {
    both_are_there(Kind::Dropbox, Names::Kept);
}

#[test]
fn where_names_are_composed_both_photos_are_there() {
    both_are_there(Kind::Webdav, Names::Composed);
}

#[test]
fn where_a_server_folds_case_and_form_both_photos_are_there() {
    both_are_there(Kind::Webdav, Names::Folded);
}
