//! A lost catalog at every kind of storage: the markers there make what was moved known again, to the object.

use crate::home::{Home, Kind};
use albumen_testkit::app::Cli;
use albumen_testkit::{picture, tree};
use serde_json::Value;
use std::path::Path;

const PHOTOS: u64 = 12;
/// Objects by which a new catalog learns what the storage refuses.
const TRIALS: usize = 8;
/// Goes in parts or sessions, where there are any.
const MOVIE: usize = (9 << 20) + 17;

fn make(library: &Path) {
    for number in 0..PHOTOS {
        let (_, bytes) = picture::taken_at(format!("2019:03:{:02} 10:11:12", number + 1), 31, number);
        crate::put(&library.join(format!("IMG_00{number:02}.jpg")), &bytes);
    }
    let mut movie = albumen_testkit::random::Random::new(31, 9).bytes(MOVIE);
    movie[..12].copy_from_slice(b"\0\0\0\x0cftypisom");
    crate::put(&library.join("MOV_0009.mp4"), &movie);
}

fn sorted(home: &Home) -> Vec<(String, Vec<u8>)> {
    let mut stored = home.stored();
    stored.sort();
    stored
}

fn known_again(kind: Kind) {
    let work = tempfile::tempdir().expect("temp dir");
    let work = work.path().canonicalize().expect("path");
    let Some(mut home) = Home::start(kind, &work.join("home")) else {
        return;
    };
    home.enter("lost");
    home.put_as_stranger("2019/a stranger's.jpg", b"a stranger's");
    let library = work.join("library");
    make(&library);
    let before = tree::snapshot(&library);
    let with = |room: &str| {
        let secrets = home.secrets();
        let cli = Cli::new(&work.join(room));
        secrets
            .into_iter()
            .fold(cli, |cli, (name, value)| cli.env(name, value))
    };
    let url = home.url();
    let first = with("first");
    first.ok(&["scan", &library.to_string_lossy()]);
    first.ok(&["migrate", &url]);
    let stored = sorted(&home);
    home.forget();

    // Another machine, or this one after its disk died.
    let other = with("other");
    let last = |args: &[&str]| -> Value {
        let output = other.ok(args);
        output.json.last().cloned().expect("a report")
    };
    let all = PHOTOS + 1;
    assert_eq!(
        last(&["rebuild", "--to", &url])["restored"]["files"],
        all,
        "{kind:?}"
    );
    assert_eq!(
        last(&["rebuild", "--to", &url])["restored"]["files"],
        0,
        "{kind:?}"
    );
    other.ok(&["scan", &library.to_string_lossy()]);
    let moved = last(&["migrate", &url]);
    assert_eq!(moved["sent"]["files"], 0, "{kind:?}: {moved}");
    assert_eq!(moved["alreadyThere"]["files"], all, "{kind:?}: {moved}");
    // Where requests tell no name, what tries out the storage looks like a photo.
    let most = if matches!(kind, Kind::Gcs | Kind::Dropbox) {
        TRIALS
    } else {
        0
    };
    assert!(home.sends().len() <= most, "{kind:?}: {:?}", home.sends());
    other.ok(&["verify", &url]);
    assert_eq!(sorted(&home), stored, "{kind:?}: nothing there was touched");

    other.ok(&["rollback", &url]);
    let left: Vec<String> = home.stored().into_iter().map(|(key, _)| key).collect();
    assert_eq!(left, ["2019/a stranger's.jpg"], "{kind:?}");
    assert_eq!(tree::differences(&before, &tree::snapshot(&library)), "");
}

macro_rules! of_each_kind {
    ($($name:ident $kind:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            known_again(Kind::$kind);
        })+
    };
}

of_each_kind! {
    a_lost_catalog_is_read_in_again_from_s3 S3,
    a_lost_catalog_is_read_in_again_from_webdav Webdav,
    a_lost_catalog_is_read_in_again_from_cloud_storage Gcs,
    a_lost_catalog_is_read_in_again_from_sftp Sftp,
    a_lost_catalog_is_read_in_again_from_dropbox Dropbox,
    a_lost_catalog_is_read_in_again_from_drive Drive,
}
