//! The preview of a layout: what it tells of names is what the plan does, and it has no time to lose.

use crate::Person;
use albumen_engine::Engine;
use albumen_engine::api::{DestinationSpec, LayoutFolder, LayoutPreview, PlanOptions};
use std::time::{Duration, Instant};

const MANY: u64 = 100_000;

fn preview(engine: &Engine, layout: &str) -> LayoutPreview {
    let options = PlanOptions {
        layout: layout.to_owned(),
        skip_duplicates: false,
        sample: None,
        shard: None,
        xmp: false,
    };
    engine.layout_preview(&options).expect(layout)
}

fn engine(person: &Person) -> Engine {
    let vault = person.work.path().join("secrets.vault");
    Engine::open_with(&person.cli.catalog, &vault).expect("engine")
}

fn folder<'a>(folders: &'a [LayoutFolder], name: &str) -> &'a LayoutFolder {
    let found = folders.iter().find(|folder| folder.name == name);
    found.unwrap_or_else(|| panic!("{name}: {folders:?}"))
}

#[test]
fn tells_folders_collisions_and_what_photos_lack() {
    let person = Person::new();
    let engine = engine(&person);
    let all = preview(&engine, "all/{original name}");
    assert_eq!((all.folders, all.at_top, all.photos), (1, 0, all.total));
    assert_eq!(all.tree[0].photos, all.total);
    assert!(all.collisions.photos >= 2, "{:?}", all.collisions);
    assert_eq!(all.collisions.examples.len(), 2);
    assert!(all.collisions.examples.iter().all(|one| one.to.contains('~')));
    assert_eq!(all.by_file_time, 0, "no date is asked for");

    let album = preview(&engine, "{year}/{album|original folder|\"No album\"}/{sequence}");
    assert!(album.is_numbered && album.collisions.photos == 0);
    assert_eq!(
        folder(&folder(&album.tree, "2018").children, "Summer_ 2018").photos,
        1
    );
    let [missing] = album.missing.as_slice() else {
        panic!("{:?}", album.missing)
    };
    assert_eq!(
        (missing.words.as_slice(), missing.word.as_deref()),
        (["album".to_owned()].as_slice(), Some("original folder"))
    );
    assert_eq!(missing.photos, album.total - 1);
    assert!(album.by_file_time > 0, "nothing else dates what was sent by mail");

    let place = preview(&engine, "{place}/{original name}");
    assert_eq!(place.missing[0].text, "unknown place");
    assert_eq!(
        folder(&place.tree, "unknown place").photos,
        place.missing[0].photos
    );
    assert!(
        engine
            .layout_preview(&PlanOptions {
                layout: "{year}".to_owned(),
                skip_duplicates: true,
                sample: None,
                shard: None,
                xmp: false,
            })
            .is_err()
    );
}

#[test]
fn tells_what_is_shortened_for_the_destination_that_was_chosen() {
    let person = Person::new();
    let long = format!(
        "{}{{original name}}",
        "a part of a layout that is long/".repeat(30)
    );
    let engine = engine(&person);
    assert_eq!(
        preview(&engine, &long).shortened.photos,
        0,
        "some destination takes that"
    );
    let spec =
        DestinationSpec::parse("s3://photos/anna/has/a/long/prefix/for/her/library").expect("a bucket");
    engine.choose_destination(spec, None, false).expect("chosen");
    let made = preview(&engine, &long);
    assert!(made.shortened.photos > 0, "{made:?}");
    assert_eq!(made.refused.photos, 0);
    let to = &made.shortened.examples[0].to;
    assert_eq!(
        "anna/has/a/long/prefix/for/her/library/".len() + to.len(),
        1024 - 1,
        "{to}"
    );
}

#[test]
fn answers_in_time_over_a_hundred_thousand_photos() {
    let person = Person::new();
    person.sql(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})
         INSERT INTO file (source_id, path, display, folder, dev, ino, size, mtime_ns, ctime_ns, mode, scan, kind, sha256,
           captured, date_source, camera)
         SELECT 1, CAST(printf('many/%d/IMG_%d.JPG', i / 500, i) AS BLOB), printf('many/%d/IMG_%d.JPG', i / 500, i),
           CAST(printf('many/%d', i / 500) AS BLOB), 1, i, 1, 1, 1, 1, 1, 'jpeg', randomblob(32),
           printf('%d-%02d-11T10:11:12', 2000 + i % 20, 1 + i % 12), 'exif', 'Canon EOS 80D' FROM n;
         UPDATE file SET asset_id = id WHERE asset_id IS NULL;"
    ));
    let engine = engine(&person);
    for layout in crate::LAYOUTS {
        let started = Instant::now();
        let made = preview(&engine, layout);
        let took = started.elapsed();
        println!("{layout}: {} of {} in {took:?}", made.photos, made.total);
        assert!(made.total > MANY && made.photos > 1000);
        assert!(took < Duration::from_secs(2), "{layout}: {took:?}");
        let counted: u64 = made.tree.iter().map(|folder| folder.photos).sum::<u64>() + made.at_top;
        assert!(
            made.hidden > 0 || counted == made.photos,
            "{layout}: every photo that was looked at is counted"
        );
    }
}
