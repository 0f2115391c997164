//! Deleting originals, the one thing that cannot be taken back: every precondition by itself and with the others, and
//! files that change at the very moment they are to go. So too what a roll back removes at the destination.

mod acts;
mod races;
mod table;
mod taken_back;

use std::path::Path;

fn wanted(short: usize) -> usize {
    let text = std::env::var("ALBUMEN_RACES").ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(short)
}

/// With its folders.
fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::io::Write::write_all(&mut std::fs::File::create(path).expect("create"), bytes).expect("write");
}

#[expect(clippy::disallowed_methods, reason = "what a person's other programs do")]
fn rename(from: &Path, to: &Path) -> bool {
    std::fs::rename(from, to).is_ok()
}
