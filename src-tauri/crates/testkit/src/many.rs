//! A library of many small files, for what costs by the file and not by the byte: rescans, exact duplicates, memory.
//!
//! Years and months of photos, of raw files that all have one size and one beginning, and of movies; about 8 % of the
//! files are copies, some are hard links, some have names nobody expects. The same number makes the same tree.

use crate::exif::Exif;
use crate::picture;
use crate::random::Random;
use crate::write::put;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

const SEED: u64 = 20_000;
/// As of one camera's raw files: the same for all.
const RAW: usize = 60_000;
const RAW_HEADER: usize = 8192;
/// 2005-01-01, and the time between two photos.
const FROM_NS: u64 = 1_104_537_600_000_000_000;
const STEP_NS: u64 = 30_011_000_000_000;
/// Make and model of the camera that took the photos.
pub const CAMERA: &str = "Panasonic DMC-LX100";

/// Makes `files` regular files below `root`, with all cores.
pub fn make(root: &Path, files: usize) {
    let next = AtomicUsize::new(0);
    let each = |work: &(dyn Fn(usize) + Sync)| {
        next.store(0, Ordering::Relaxed);
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= files {
                            return;
                        }
                        work(number);
                    }
                });
            }
        });
    };
    each(&|number| {
        if let What::Own = what(number) {
            put(path(root, number), &bytes(number), time(number));
        }
    });
    each(&|number| match what(number) {
        What::Own => {}
        What::CopyOf(other) => {
            put(path(root, number), &bytes(other), time(number));
        }
        What::LinkTo(other) => {
            let path = path(root, number);
            crate::write::make_dir(path.parent().expect("samples lie in a folder"));
            std::fs::hard_link(self::path(root, other), path).expect("make a hard link");
        }
    });
}

enum What {
    Own,
    CopyOf(usize),
    LinkTo(usize),
}

fn what(number: usize) -> What {
    match number % 200 {
        13 => What::LinkTo(number - 5),
        place if place % 25 == 7 || place % 25 == 19 => What::CopyOf(number - 4),
        _ => What::Own,
    }
}

fn time(number: usize) -> u64 {
    FROM_NS + number as u64 * STEP_NS
}

fn path(root: &Path, number: usize) -> PathBuf {
    let (year, month) = (2005 + number / 1200, 1 + number / 100 % 12);
    let name = match (number % 500, what(number)) {
        (41, _) => [b"caf\xe9 \xff ", number.to_string().as_bytes(), b".jpg"].concat(),
        (91, _) => format!("two\nlines {number}.jpg").into_bytes(),
        (141, _) => format!("-rf {number}.jpg").into_bytes(),
        (191, _) => format!("🏔️ 夏休み {number}.jpg").into_bytes(),
        (_, What::CopyOf(_)) => format!("IMG_{:05} copy.{}", number - 4, extension(number - 4)).into_bytes(),
        _ => format!("IMG_{number:05}.{}", extension(number)).into_bytes(),
    };
    let folder = match what(number) {
        What::Own => format!("{year}/{month:02}"),
        What::CopyOf(_) => format!("Backup/{year}"),
        What::LinkTo(_) => format!("{year}/{month:02}/best"),
    };
    root.join(folder).join(OsString::from_vec(name))
}

fn extension(number: usize) -> &'static str {
    match number % 10 {
        0..=5 => "jpg",
        6 | 7 => "NEF",
        _ => "MOV",
    }
}

fn bytes(number: usize) -> Vec<u8> {
    let mut random = Random::new(SEED, number as u64);
    match extension(number) {
        _ if number % 4000 == 30 => Vec::new(),
        "jpg" => jpeg(number, &mut random),
        "NEF" => {
            let mut all = exif(0).tiff();
            all.extend(Random::new(SEED, u64::MAX).bytes(RAW_HEADER));
            let rest = RAW - all.len();
            all.extend(random.bytes(rest));
            all
        }
        _ => {
            let size = 20_000 + random.below(100_000) as usize;
            [b"\0\0\0\x18ftypqt  ", &random.bytes(size)[..]].concat()
        }
    }
}

/// Every tenth is a picture of its own; the others are flat, which look like nothing, and are told apart by a comment.
fn jpeg(number: usize, random: &mut Random) -> Vec<u8> {
    let size = (160, 120);
    let plain = if number.is_multiple_of(10) {
        picture::jpeg(&picture::paint(SEED, number as u64, size), 85)
    } else {
        let grey = u8::try_from(number % 251).unwrap_or(0);
        let flat = image::RgbImage::from_pixel(size.0, size.1, image::Rgb([grey; 3]));
        picture::jpeg(&image::DynamicImage::ImageRgb8(flat), 85)
    };
    let length = 2_000 + random.below(20_000) as usize;
    let comment = random.bytes(length);
    let size = u16::try_from(comment.len() + 2).expect("a comment fits into a segment");
    exif(number).into_jpeg(
        &[
            &plain[..2],
            &[0xff, 0xfe],
            &size.to_be_bytes(),
            &comment,
            &plain[2..],
        ]
        .concat(),
    )
}

fn exif(number: usize) -> Exif {
    Exif {
        make: "Panasonic",
        model: "DMC-LX100",
        taken: format!(
            "{}:{:02}:{:02} 12:13:{:02}",
            2005 + number / 1200,
            1 + number / 100 % 12,
            1 + number % 28,
            number % 60
        ),
        offset: "+01:00",
        orientation: 1,
        gps: None,
    }
}
