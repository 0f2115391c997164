//! Measures the similarity slider of a large library: how long the window waits for "so many groups at this setting".
//!
//! `bench-similarity N` makes a catalog of N photos, a third of them in pairs, and prints the milliseconds of the first
//! answer, which reads the catalog, and the slowest of those that follow while the slider is dragged.

use albumen_catalog::{Catalog, PairRow, ScannedFile, WalkedFile};
use albumen_engine::Engine;
use albumen_model::{AssetId, Fingerprint, Identity, Kind, PerceptualHash, RelPath, Relation, Sha256};
use std::path::Path;
use std::time::Instant;

const BATCH: usize = 2_000;

fn main() {
    let photos = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let photos: usize = photos.expect("a number of photos");
    let work = tempfile::tempdir().expect("a folder");
    let path = work.path().join("catalog.db");
    fill(&path, photos);
    let engine = Engine::open(&path).expect("open the catalog");
    let mut milliseconds = (1..=84).rev().map(|distance| {
        let begun = Instant::now();
        engine.try_similarity(distance).expect("an answer");
        begun.elapsed().as_secs_f64() * 1000.0
    });
    let first = milliseconds.next().unwrap_or(0.0);
    let slowest = milliseconds.fold(0.0, f64::max);
    println!("photos={photos} first_ms={first:.1} slowest_ms={slowest:.1}");
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
    let pairs: Vec<PairRow> = known
        .chunks_exact(6)
        .enumerate()
        .map(|(number, six)| PairRow {
            a: AssetId(six[0].id.0.min(six[1].id.0)),
            b: AssetId(six[0].id.0.max(six[1].id.0)),
            distance: u8::try_from(number % 85).unwrap_or(0),
            turn: 1,
            relation: Some(Relation::Same),
        })
        .collect();
    catalog.put_pairs(&pairs).expect("pairs");
}

fn read(number: usize) -> ScannedFile {
    let at = number as u64;
    let word = at.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&word.to_le_bytes());
    let file = WalkedFile {
        path: RelPath(format!("{:04}/IMG_{number:07}.jpg", number / 400).into_bytes()),
        identity: Identity {
            dev: 1,
            ino: at + 1,
            size: 2_000_000 + word % 2_000_000,
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
        phash: Some(PerceptualHash([word, word.rotate_left(17), !word, word ^ at])),
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
