//! What grouping a library holds in memory. A test binary of its own with one test: it counts all that is allocated.

use albumen_catalog::{Catalog, ScannedFile, WalkedFile};
use albumen_engine::Engine;
use albumen_model::{Fingerprint, Identity, Kind, PerceptualHash, RelPath, Sha256};
use peak_alloc::PeakAlloc;
use std::path::Path;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const BATCH: usize = 2_000;

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
    fill(&path, photos);
    let engine = Engine::open(&path).expect("open the catalog");
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    engine.start_group().expect("start").wait().expect("group");
    let most = ALLOCATED.peak_usage() - before;
    assert_eq!(engine.find_groups(None, false).expect("groups").len(), 0);
    most
}

fn fill(path: &Path, photos: usize) {
    let catalog = Catalog::open(path).expect("make a catalog");
    let source = catalog.add_source(b"/nowhere", 1).expect("a source");
    let scan = catalog.begin_scan(source).expect("a scan");
    for first in (0..photos).step_by(BATCH) {
        let batch = (first..photos.min(first + BATCH)).map(read).collect();
        catalog.put_scanned(source, scan, batch).expect("put");
    }
    catalog.finish_scan(source, scan, &[], 2).expect("finish");
    let known = catalog
        .known_files(source, &RelPath(Vec::new()), photos)
        .expect("files");
    let own: Vec<_> = known.iter().map(|file| (file.id, file.id)).collect();
    catalog.set_assets(&own).expect("assets");
}

/// SplitMix64.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn read(number: usize) -> ScannedFile {
    let at = number as u64;
    let word = |k: u64| mix(4 * at + k + 1);
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&word(0).to_le_bytes());
    let file = WalkedFile {
        path: RelPath(format!("{:04}/IMG_{number:07}.jpg", number / 400).into_bytes()),
        identity: Identity {
            dev: 1,
            ino: at + 1,
            size: 2_000_000,
            mtime_ns: 1_500_000_000_000_000_000,
            ctime_ns: 0,
            mode: 0o644,
        },
        excluded: false,
    };
    let made = Fingerprint {
        sha256: Sha256(sha256),
        kind: Kind::Jpeg,
        width: Some(4000),
        height: Some(3000),
        phash: Some(PerceptualHash([word(0), word(1), word(2), word(3)])),
        phash_inside: None,
        captured: None,
        subsec_ms: None,
        exposure: None,
        camera: Some("NIKON Z 6".to_owned()),
        software: None,
        gps: None,
        metadata: None,
        thumb: None,
        problems: Vec::new(),
    };
    ScannedFile::Read(file, Box::new(made))
}
