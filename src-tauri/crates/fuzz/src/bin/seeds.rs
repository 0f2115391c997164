//! Writes the seeds of every target below a folder: `fuzz-seeds FOLDER`.

use albumen_fuzz::{media, requests, seeds, words};
use albumen_testkit::write::put;
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("a folder"));
    for target in media::TARGETS
        .iter()
        .chain(words::TARGETS)
        .chain(requests::TARGETS)
    {
        for (n, seed) in seeds::of(target.name).into_iter().enumerate() {
            put(folder.join(target.name).join(format!("seed-{n:02}")), &seed, 0);
        }
    }
}
