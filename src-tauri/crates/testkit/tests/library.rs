//! The sample library keeps what it promises: same seed, same bytes; copies are copies; times lie in the past.

use albumen_testkit::library::{self, Options};
use albumen_testkit::tree;
use std::collections::HashSet;
use std::time::{Duration, Instant};

#[test]
fn is_made_fast_and_is_what_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let library = library::make(dir.path(), &Options::default());
    let took = began.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    println!("60 photos in {took:?}");

    let tree = tree::snapshot(dir.path());
    let hash = |path: &std::path::PathBuf| &tree[path.strip_prefix(dir.path()).unwrap()].sha256;
    assert_eq!(library.photos.len(), 61);
    assert_eq!(
        library.photos.iter().map(hash).collect::<HashSet<_>>().len(),
        61,
        "photos are distinct"
    );
    assert!(library.exact.len() >= 8 && library.similar.len() >= 5 && library.assets.len() >= 10);
    for group in &library.exact {
        assert_eq!(group.iter().map(hash).collect::<HashSet<_>>().len(), 1);
    }
    for group in library.similar.iter().chain(&library.assets) {
        assert_eq!(group.iter().map(hash).collect::<HashSet<_>>().len(), group.len());
    }
    let nanos = tree.values().filter(|entry| entry.mtime_ns % 1_000 != 0).count();
    assert!(nanos * 10 > tree.len() * 9, "times have nanoseconds");

    let odd = library.odd.unwrap();
    assert_eq!(odd.empty.metadata().unwrap().len(), 0);
    assert!(odd.long.file_name().unwrap().len() > 200);
    assert_ne!(odd.unicode_twins[0], odd.unicode_twins[1]);
    assert_eq!(image::image_dimensions(&odd.bomb).unwrap(), (60_000, 60_000));
    assert!(image::open(&library.photos[0]).unwrap().width() > 100);
}

#[test]
fn same_seed_same_library() {
    let plain = |seed| Options {
        photos: 12,
        seed,
        odd: false,
        size: (160, 120),
    };
    let made: Vec<_> = [1, 1, 2]
        .into_iter()
        .map(|seed| {
            let dir = tempfile::tempdir().unwrap();
            library::make(dir.path(), &plain(seed));
            tree::snapshot(dir.path())
        })
        .collect();
    assert_eq!(tree::differences(&made[0], &made[1]), "");
    assert_ne!(tree::differences(&made[0], &made[2]), "");
}
