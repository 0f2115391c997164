//! Somebody else who reads from a disk, for `make bench`: past the cache, for a while, then says how many MB a second came.
//!
//! `read-cold FILE SECONDS [random]` reads a large file, from its start over and over or 16 KiB here and there.
//! `read-cold --forget FOLDER` takes what lies below out of memory, so that the next reader finds it on the disk
//! (what was written a moment ago stays: `sync` first).

use albumen_testkit::random::Random;
use rustix::fs::{Advice, OFlags};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

const ALIGN: usize = 4096;
const WHOLE: usize = 1 << 20;
const PIECE: usize = 16 << 10;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.as_slice() {
        [forget, folder] if forget == "--forget" => self::forget(Path::new(folder)),
        [file, seconds] => read(Path::new(file), seconds, WHOLE, false),
        [file, seconds, random] if random == "random" => read(Path::new(file), seconds, PIECE, true),
        _ => panic!("read-cold FILE SECONDS [random], read-cold --forget FOLDER"),
    }
}

fn forget(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("list the folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            forget(&path);
        } else {
            let file = File::open(&path).expect("open a file");
            rustix::fs::fadvise(&file, 0, None, Advice::DontNeed).expect("take it out of memory");
        }
    }
}

fn read(path: &Path, seconds: &str, piece: usize, here_and_there: bool) {
    let direct = OFlags::DIRECT.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(direct).open(path);
    let file = file.expect("open past the cache");
    let pieces = file.metadata().expect("look at it").len() / piece as u64;
    let seconds: f64 = seconds.parse().expect("a number of seconds");
    let mut memory = vec![0; piece + ALIGN];
    let start = memory.as_ptr().align_offset(ALIGN);
    let (mut random, mut next, mut read) = (Random::new(1, 0), 0, 0);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs_f64(seconds) {
        let at = if here_and_there {
            u64::from(random.below(u32::try_from(pieces).unwrap_or(u32::MAX)))
        } else {
            next % pieces
        };
        file.read_exact_at(&mut memory[start..start + piece], at * piece as u64)
            .expect("read");
        next += 1;
        read += piece as u64;
    }
    println!("{:.1}", read as f64 / 1e6 / begun.elapsed().as_secs_f64());
}
