//! Files that begin like photos, all different; `state` says how often one was edited.

use albumen_testkit::random::Random;
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::write::put;
use std::path::{Path, PathBuf};

/// 2017-07-14, in nanoseconds.
pub const OLD_NS: u64 = 1_500_000_000_000_000_000;

pub fn photo(number: usize, state: u64, size: usize) -> Vec<u8> {
    let mut bytes = [
        b"\xff\xd8\xff\xe0".as_slice(),
        format!("photo {number:06} ").as_bytes(),
    ]
    .concat();
    let rest = size.saturating_sub(bytes.len());
    bytes.extend(Random::new(7 + state, number as u64).bytes(rest));
    bytes
}

pub fn path(library: &Path, number: usize) -> PathBuf {
    library.join(format!("f{:02}/P{number:05}.jpg", number / 20))
}

/// Which photo a path is of, as it is shown to people too.
pub fn number(path: &str) -> Option<usize> {
    path.rsplit('P').next()?.strip_suffix(".jpg")?.parse().ok()
}

/// Photos 0 to `count`, as they are before any edit.
pub fn make(library: &Path, count: usize, size: impl Fn(usize) -> usize) {
    for number in 0..count {
        put(path(library, number), &photo(number, 0, size(number)), OLD_NS);
    }
}

/// What is no note of our own.
pub fn photos(destination: &Path) -> Tree {
    let mut all = tree::snapshot(destination);
    all.retain(|path, _| !path.starts_with(".albumen"));
    all
}
