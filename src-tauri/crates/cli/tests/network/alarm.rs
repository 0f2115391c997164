//! The checker has to raise the alarm: each kind of damage is done on purpose, at the storage itself.

use crate::checks::{Library, Strangers, broken};
use crate::episode::too_often;
use crate::home::{Home, Kind};
use albumen_testkit::http::Ask;

const STRANGER: (&str, &[u8]) = ("2019/2019-03/IMG_0001.jpg", b"a stranger's");

#[test]
fn every_kind_of_damage_raises_the_alarm() {
    let work = tempfile::tempdir().expect("temp dir");
    let work = work.path().canonicalize().expect("path");
    let library = Library::make(&work.join("library"), false);
    let mut home = Home::start(Kind::S3, &work.join("home")).expect("it is in this process");
    home.enter("alarm");
    home.put_as_stranger(STRANGER.0, STRANGER.1);
    let mut cli = library.known_to(&work.join("room"));
    for (name, value) in home.secrets() {
        cli = cli.env(name, value);
    }
    cli.ok(&["migrate", &home.url()]);
    let strangers = Strangers::of(STRANGER);
    let found = || broken(&library, &strangers, &home.stored());
    assert_eq!(
        (found(), library.missing(&home.stored())),
        (Vec::new(), Vec::new())
    );
    assert_eq!(
        home.sends().len(),
        library.photos(),
        "every photo was sent once, and was counted"
    );
    let alarms = |what: &str| {
        let found = found();
        assert!(found.iter().any(|line| line.contains(what)), "{what}: {found:?}");
    };
    let stored = home.stored();
    let (key, bytes) = stored
        .iter()
        .find(|(key, _)| key.ends_with("IMG_0002.jpg"))
        .expect("a photo");
    home.put_as_stranger(key, &bytes[..bytes.len() / 2]);
    alarms("is not whole");
    assert_eq!(library.missing(&home.stored()).len(), 1, "it is missing");
    home.put_as_stranger(key, bytes);
    assert_eq!(found(), [""; 0]);
    home.put_as_stranger("2019/twin.jpg", bytes);
    alarms("several names");
    home.put_as_stranger(STRANGER.0, bytes);
    alarms("a stranger's");
    let gone = home.s3_client().ask(Ask {
        method: "DELETE",
        path: &home.path(key),
        ..Ask::default()
    });
    assert!(gone.expect("an answer").is_good());
    home.put_as_stranger("2019/twin.jpg", b"other");
    home.put_as_stranger(STRANGER.0, STRANGER.1);
    assert!(
        library
            .missing(&home.stored())
            .iter()
            .any(|name| name.ends_with("IMG_0002.jpg"))
    );
    crate::put(&library.original("IMG_0003.jpg"), b"edited");
    alarms("an original was touched");
}

#[test]
fn what_is_sent_too_often_raises_the_alarm() {
    let sends = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let kind = Kind::S3;
    assert_eq!(too_often(&sends(&["a", "b"]), 2, 0, kind), None);
    assert_eq!(too_often(&sends(&["a", "b", "a"]), 3, 1, kind), None);
    assert!(
        too_often(&sends(&["a", "a"]), 2, 0, kind).is_some_and(|what| what.contains("a was sent 2 times"))
    );
    assert!(too_often(&sends(&["a", "b", "c"]), 2, 1, kind).is_some_and(|what| what.contains("3 sends")));
}

#[test]
fn a_run_that_says_it_is_done_and_is_not_raises_the_alarm() {
    let work = tempfile::tempdir().expect("temp dir");
    let library = Library::make(&work.path().canonicalize().expect("path"), false);
    assert_eq!(library.missing(&[]).len(), library.photos());
}
