//! What grouping a library holds in memory. A test binary of its own with one test: it counts all that is allocated.

mod filled;

use albumen_engine::Engine;
use albumen_model::PerceptualHash;
use peak_alloc::PeakAlloc;
use std::path::Path;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

#[test]
fn grouping_holds_little_of_photos_that_are_like_no_other() {
    // Each thread of the search has a table of its own.
    rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build_global()
        .expect("threads");
    let few = bytes_to_group(2_000);
    let many = bytes_to_group(30_000);
    let each = (many as f64 - few as f64) / 28_000.0;
    // 32 of fingerprint, 16 of numbers, 64 of tables; lists grow by doubling.
    assert!(each < 160.0, "{each:.0} bytes a photo");
    assert!(each > 40.0, "{each:.0} bytes a photo: it was not grouped");
}

/// The most that is held at once while photos with fingerprints of their own are grouped.
fn bytes_to_group(photos: usize) -> usize {
    let work = tempfile::tempdir().expect("a folder");
    let path = work.path().join("catalog.db");
    drop(filled::fill(
        &path,
        Path::new("/nowhere"),
        photos,
        |number, _, made| {
            let word = |k: u64| mix(4 * number as u64 + k + 1);
            made.phash = Some(PerceptualHash([word(0), word(1), word(2), word(3)]));
        },
    ));
    let engine = Engine::open(&path).expect("open the catalog");
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    engine.start_group().expect("start").wait().expect("group");
    let most = ALLOCATED.peak_usage() - before;
    assert_eq!(engine.find_groups(None, false).expect("groups").len(), 0);
    most
}

/// SplitMix64.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
