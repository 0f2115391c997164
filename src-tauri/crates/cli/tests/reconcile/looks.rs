//! Read-repair: a copy that is looked at is compared on the way; what is not as it was placed is told, written down and mended.

use crate::place::Place;
use crate::{agrees, moved, named, of};
use albumen_engine::Engine;
use albumen_engine::api::{Conflicts, CopyVerdict, DestinationSpec, DifferenceKind, Secret};
use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;

/// The window's engine on the catalog of `place`, with the keys of its server.
fn engine(place: &Place) -> Engine {
    let engine = Engine::open_with(&place.cli.catalog, &place.cli.home.join("vault")).expect("open");
    if let Some(server) = &place.server {
        let spec = DestinationSpec::parse(&place.url).expect("a URL");
        let keys = serde_json::json!({ "kind": "keys", "access": server.access_key(), "secret": server.secret_key() });
        let secret: Secret = serde_json::from_value(keys).expect("keys");
        engine
            .choose_destination(spec, Some(secret), false)
            .expect("chosen");
    }
    engine
}

/// The file of the original with these bytes, as its difference tells.
fn file_of(place: &Place, key: &str) -> i64 {
    let catalog = rusqlite::Connection::open(&place.cli.catalog).expect("open");
    let sql = "SELECT file_id FROM placed WHERE key = ?1";
    catalog.query_row(sql, [key], |row| row.get(0)).expect("placed")
}

/// As a disk does: a bit, and nothing that tells of it.
fn flip(place: &Place, key: &str) {
    let path = place.there().join(key);
    let times = |path: &std::path::Path| {
        let meta = std::fs::metadata(path).expect("look");
        (meta.modified().expect("time"), meta.accessed().expect("time"))
    };
    let (modified, _) = times(&path);
    let file = std::fs::File::options()
        .read(true)
        .write(true)
        .open(&path)
        .expect("open");
    let mut byte = [0];
    file.read_exact_at(&mut byte, 7).expect("read");
    file.write_all_at(&[byte[0] ^ 4], 7).expect("write");
    file.set_modified(modified).expect("set the time");
}

fn told_and_mended(bucket: bool) {
    let (_work, place) = moved(bucket, 40);
    place.cli.ok(&["verify", &place.url]);
    let key = place.with_bytes().remove(3);
    let file = file_of(&place, &key);
    let whole = place.placed();
    {
        let engine = engine(&place);
        let opened = engine.open_copy(file).expect("opened");
        assert_eq!((opened.verdict, opened.difference), (CopyVerdict::Whole, None));
        assert_eq!(opened.bytes.as_deref(), Some(&place.read(&key)[..]));
        flip(&place, &key);
        let opened = engine.open_copy(file).expect("opened");
        // To write to a file of a folder leaves a trace, whoever does it; the server's own storage tells nothing.
        let verdict = if bucket {
            CopyVerdict::Damaged
        } else {
            CopyVerdict::Changed
        };
        assert_eq!(opened.verdict, verdict);
        assert_ne!(opened.sha256, Some(opened.expected));
        let difference = opened.difference.expect("it is written down");
        assert_eq!(
            engine.open_copy(file).expect("again").difference,
            Some(difference)
        );
        let rows = engine
            .differences(None, 0, 10, Conflicts::Ask)
            .expect("rows")
            .rows;
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.id, row.kind, row.key.as_str()))
            .collect();
        assert_eq!(found, [(difference, DifferenceKind::Different, key.as_str())]);
        assert_eq!(
            engine.verification().expect("asked").map(|_| ()),
            None,
            "it is verified no more"
        );
        // Not silently: nothing was sent yet.
        assert_ne!(place.placed(), whole);
        engine
            .start_mend(difference)
            .expect("started")
            .wait()
            .expect("mended");
        assert_eq!(place.placed(), whole);
        assert_eq!(
            engine.open_copy(file).expect("opened").verdict,
            CopyVerdict::Whole
        );

        place.remove(&key);
        let opened = engine.open_copy(file).expect("opened");
        assert_eq!(opened.verdict, CopyVerdict::Missing);
        let difference = opened.difference.expect("it is written down");
        engine
            .start_mend(difference)
            .expect("started")
            .wait()
            .expect("mended");
        assert_eq!(place.placed(), whole);
    }
    agrees(&place);
    place.cli.ok(&["verify", &place.url]);
}

#[test]
fn a_flipped_bit_in_a_folder_is_told_when_the_photo_is_opened_and_mended_when_that_is_wanted() {
    told_and_mended(false);
}

#[test]
fn a_flipped_bit_in_a_bucket_is_told_when_the_photo_is_opened_and_mended_when_that_is_wanted() {
    told_and_mended(true);
}

#[test]
fn a_destination_that_is_away_has_no_missing_copies() {
    let (_work, place) = moved(false, 20);
    let key = place.with_bytes().remove(0);
    let file = file_of(&place, &key);
    let aside = place.there().with_file_name("aside");
    assert!(crate::place::mv(&place.there(), &aside));
    let refused = {
        let engine = engine(&place);
        let refused = engine.open_copy(file).expect_err("refused");
        assert!(
            engine
                .differences(None, 0, 10, Conflicts::Ask)
                .expect("rows")
                .rows
                .is_empty()
        );
        refused
    };
    assert_eq!(refused.code, "destination_gone");
    assert!(crate::place::mv(&aside, &place.there()));
    agrees(&place);
}

#[test]
fn choices_are_done_by_the_repair_go_before_its_policy_and_can_be_taken_back() {
    use albumen_engine::api::{ConflictChoice as Choice, Toward};
    let (_work, place) = moved(false, 40);
    let whole = place.placed();
    let sums: BTreeMap<&String, usize> = whole.values().fold(BTreeMap::new(), |mut all, sum| {
        *all.entry(sum).or_default() += 1;
        all
    });
    let keys: Vec<&String> = whole
        .keys()
        .filter(|key| sums[&whole[*key]] == 1)
        .take(4)
        .collect();
    for key in &keys {
        place.write(key, format!("theirs {key}").as_bytes());
    }
    let edited = place.placed();
    assert_eq!(named(&place.cli.run(&["reconcile", &place.url])).len(), 4);
    let (replaced, left) = {
        let engine = engine(&place);
        let at = |id, toward| engine.conflict(id, toward).expect("asked");
        let first = at(0, Toward::Next).expect("a conflict");
        let second = at(first.id, Toward::Next).expect("a conflict");
        assert_eq!((first.before, second.before), (0, 1));
        assert_eq!(at(second.id, Toward::Previous).map(|one| one.id), Some(first.id));
        assert!(at(first.id, Toward::Previous).is_none());
        let look = engine.look_at_copy(None, first.placed).expect("a look");
        assert_eq!(look.verdict, CopyVerdict::Changed);
        let fields: Vec<&str> = look.differs.iter().map(|one| one.field.as_str()).collect();
        assert!(
            fields.contains(&"SHA-256") && fields.contains(&"File size"),
            "{fields:?}"
        );
        assert!(
            !look.shown && !look.why.is_empty(),
            "text is no picture, and that is said: {look:?}"
        );

        engine.choose_conflict(first.id, Choice::Both).expect("said");
        engine.choose_conflict(first.id, Choice::Source).expect("said");
        engine.choose_conflict(second.id, Choice::Leave).expect("said");
        let totals = engine.choose_conflicts(Choice::Both).expect("said");
        assert_eq!(
            (totals.source, totals.leave, totals.both, totals.steps),
            (1, 1, 2, 4)
        );
        assert!(engine.undo_choice().expect("undone").is_some());
        let totals = engine.conflict_totals().expect("totals");
        assert_eq!(
            (totals.source, totals.leave, totals.both, totals.steps),
            (1, 1, 0, 3)
        );
        assert_eq!(engine.undo_choice().expect("undone"), Some(second.id));
        assert_eq!(engine.undo_choice().expect("undone"), Some(first.id));
        assert_eq!(
            at(first.id, Toward::At).and_then(|one| one.choice),
            Some(Choice::Both)
        );
        engine.choose_conflict(first.id, Choice::Source).expect("said");
        engine.choose_conflict(second.id, Choice::Leave).expect("said");
        assert_eq!(place.placed(), edited, "nothing is done yet");
        (first.key, second.key)
    };
    // They hold through another comparison, and go before what is said of all.
    let done = place
        .cli
        .run(&["reconcile", &place.url, "--repair", "--conflicts", "both"]);
    let made = of(&done, "repaired");
    assert_eq!(
        (&made["replaced"]["files"], &made["beside"]["files"]),
        (&1.into(), &2.into())
    );
    assert_eq!((&made["open"], done.status), (&1.into(), 1));
    let now = place.placed();
    for key in keys {
        let before = if *key == replaced { &whole } else { &edited };
        assert_eq!(
            now[key], before[key],
            "{key}: {replaced} is replaced, {left} is left"
        );
    }
}
