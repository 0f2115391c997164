//! What people make of their photos is found again with its original, and Compare knows where a crop lies.

use albumen_engine::Engine;
use albumen_engine::api::{Filter, GroupQuery, Place, Sort};
use albumen_model::Relation;
use albumen_testkit::versions::{self, Versions};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn scanned(work: &Path, each: usize) -> (Engine, Versions) {
    let root = work.canonicalize().expect("path").join("Pictures");
    let made = versions::make(&root, each);
    let engine = Engine::open(&work.join("catalog.db")).expect("open");
    engine.add_sources(&[root]).expect("add");
    engine.start_scan().expect("start").wait().expect("scan");
    (engine, made)
}

#[test]
fn versions_are_grouped_with_their_original_and_with_nothing_else() {
    let work = tempfile::tempdir().expect("temp dir");
    let (engine, made) = scanned(work.path(), 3);
    let found = engine.find_groups(None, false).expect("groups");
    let found: BTreeSet<Vec<PathBuf>> = found
        .iter()
        .map(|group| sorted(group.members.iter().map(|one| PathBuf::from(&one.path)).collect()))
        .collect();
    let Versions {
        exact,
        resized,
        turned,
        cropped,
        framed,
        edited,
        bursts,
    } = made;
    let set = |all: Vec<Vec<PathBuf>>| -> BTreeSet<Vec<PathBuf>> { all.into_iter().map(sorted).collect() };
    let crops = set(cropped);
    let wanted = set([exact, resized, turned, framed, edited, bursts].concat());
    let others: BTreeSet<_> = found.difference(&crops).cloned().collect();
    assert_eq!(others, wanted);
    // One crop of a twelfth is 88 bits from its original, more than the search looks for: see the limits of `quality`.
    assert!(found.intersection(&crops).count() >= 2, "{found:#?}");
}

fn sorted(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort();
    paths
}

#[test]
fn compare_knows_where_a_crop_lies_on_its_original_and_its_original_on_it() {
    let work = tempfile::tempdir().expect("temp dir");
    let (engine, _) = scanned(work.path(), 2);
    let page = engine
        .groups(&GroupQuery {
            filter: Filter {
                relation: Some(Relation::Crop),
                ..Filter::default()
            },
            sort: Sort::Size,
            reverse: false,
            offset: 0,
            limit: 10,
        })
        .expect("groups");
    let group = page.rows.first().expect("a group with a crop");
    let [whole, crop] = [group.members[0].asset_id, group.members[1].asset_id];
    // As the sample was cut: 880 × 660 of 960 × 720 pixels, from 48 and 36 on.
    let part = 880.0 / 960.0;
    let place = engine.compare(whole, crop).expect("compare").place;
    near(place, [0.05, 0.05, part, part]);
    let round = engine.compare(crop, whole).expect("compare").place;
    near(round, [-0.05 / part, -0.05 / part, 1.0 / part, 1.0 / part]);
    let itself = engine.compare(whole, whole).expect("compare");
    assert_eq!(itself.place, None);
}

fn near(place: Option<Place>, wanted: [f64; 4]) {
    let Place { x, y, width, height } = place.expect("a place");
    for (found, wanted) in [x, y, width, height].into_iter().zip(wanted) {
        assert!((found - wanted).abs() < 0.01, "{found} instead of {wanted}");
    }
}
