//! Measures the similarity slider of a large library: how long the window waits for "so many groups at this setting".
//!
//! `bench-similarity N` makes a catalog of N photos, a third of them in pairs, and prints the milliseconds of the first
//! answer, which reads the catalog, and the slowest of those that follow while the slider is dragged.

#[path = "../tests/filled/mod.rs"]
mod filled;

use albumen_catalog::PairRow;
use albumen_engine::Engine;
use albumen_model::{PerceptualHash, Relation};
use std::path::Path;
use std::time::Instant;

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
    let (catalog, _, assets) = filled::fill(path, Path::new("/nowhere"), photos, |number, identity, made| {
        let at = number as u64;
        let word = at.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        identity.size += word % 2_000_000;
        made.phash = Some(PerceptualHash([word, word.rotate_left(17), !word, word ^ at]));
    });
    let pairs: Vec<PairRow> = assets
        .chunks_exact(6)
        .enumerate()
        .map(|(number, six)| PairRow {
            a: six[0].min(six[1]),
            b: six[0].max(six[1]),
            distance: u8::try_from(number % 85).unwrap_or(0),
            turn: 1,
            relation: Some(Relation::Same),
        })
        .collect();
    catalog.put_pairs(&pairs).expect("pairs");
}
