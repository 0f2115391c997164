//! The look at a disk before anything runs has to raise the alarm: a program that leaves out its syncs, and losses by hand.

use crate::home::Home;
use crate::scene;
use albumen_testkit::powercut::cut::Fate;
use albumen_testkit::powercut::image::{Image, Item};
use albumen_testkit::random::Random;
use albumen_testkit::strace;
use std::path::Path;

fn recorded(name: &str) -> Option<(tempfile::TempDir, Home)> {
    if !strace::is_allowed() {
        return None;
    }
    let work = tempfile::tempdir().expect("temp dir");
    let scenes = scene::all();
    let scene = scenes.iter().find(|scene| scene.name == name).expect("a scene");
    let home = Home::recorded(scene, work.path(), &mut Random::new(1, 1));
    Some((work, home))
}

/// Whether some cut of a run that syncs nothing of a kind raises `alarm`.
fn alarms(home: &Home, fate: Fate, alarm: &str) -> bool {
    (1..=home.ops().len()).any(|end| {
        let broken = home.look_at(&home.image(end, fate), end);
        broken.iter().any(|line| line.contains(alarm))
    })
}

#[test]
fn a_copy_that_was_not_synced_raises_the_alarm() {
    let Some((_work, mut home)) = recorded("migrate") else {
        return;
    };
    home.without_syncs(|is_folder| !is_folder);
    assert!(alarms(
        &home,
        Fate::OnlyNames,
        "is not whole under its final name"
    ));
}

#[test]
fn a_folder_that_was_not_synced_raises_the_alarm() {
    let Some((_work, mut home)) = recorded("migrate") else {
        return;
    };
    home.without_syncs(|is_folder| is_folder);
    assert!(alarms(&home, Fate::OnlyBytes, "and the catalog says it is"));
}

#[test]
fn a_removal_that_was_not_synced_raises_the_alarm() {
    for (name, alarm) in [
        ("delete for ever", "originals are gone, and the catalog says"),
        ("roll back", "copies stand, and the catalog knows of"),
    ] {
        let Some((_work, mut home)) = recorded(name) else {
            return;
        };
        assert!(!alarms(&home, Fate::Lost, alarm), "{name}: all is synced");
        home.without_syncs(|is_folder| is_folder);
        assert!(alarms(&home, Fate::OnlyBytes, alarm), "{name}");
    }
}

#[test]
fn a_lost_copy_of_a_deleted_original_raises_the_alarm() {
    let Some((_work, home)) = recorded("delete for ever") else {
        return;
    };
    let end = home.ops().len();
    let image = home.image(end, Fate::Lost);
    assert_eq!(home.look_at(&image, end), [""; 0], "all is well");
    let lost = Path::new("there/D/2019/2019-03/IMG_0002.jpg");
    let items = image.items().map(|(path, item)| (path.clone(), item.clone()));
    let without = Image::new(items.filter(|(path, _)| path != lost).collect());
    let broken = home.look_at(&without, end);
    assert!(
        broken.iter().any(|line| line.contains("is nowhere")),
        "{broken:?}"
    );
}

#[test]
fn a_damaged_catalog_raises_the_alarm() {
    let Some((_work, home)) = recorded("scan") else {
        return;
    };
    let end = home.ops().len();
    let image = home.image(end, Fate::Lost);
    let spoilt = image.items().map(|(path, item)| {
        let mut item = item.clone();
        if let Item::File(content) = &mut item
            && path.ends_with("catalog.db")
        {
            let bytes = std::sync::Arc::make_mut(&mut content.bytes);
            let third = bytes.len() / 3;
            bytes[third..2 * third].fill(0x5a);
        }
        (path.clone(), item)
    });
    // What is damaged in the file may still be whole in the log beside it.
    let without_log = spoilt.filter(|(path, _)| !path.ends_with("catalog.db-wal"));
    let broken = home.look_at(&Image::new(without_log.collect()), end);
    assert!(
        broken.iter().any(|line| line.contains("the catalog")),
        "{broken:?}"
    );
}
