//! A library with every kind of pair, twice: in two folders under the same names, so that at the destination one of each has to
//! get another name.

use albumen_testkit::exif::Exif;
use albumen_testkit::picture;
use albumen_testkit::write::put;
use std::path::{Path, PathBuf};

/// Names that are one photo, its first file first.
pub const ASSETS: [&[&str]; 8] = [
    &["IMG_0001.JPG", "IMG_0001.CR2", "IMG_0001.CR2.xmp", "IMG_0001.xmp"],
    &["IMG_0002.HEIC", "IMG_0002.AAE", "IMG_0002.MOV"],
    &[
        "IMG_0003.HEIC",
        "IMG_0003.AAE",
        "IMG_0003.MOV",
        "IMG_E0003.HEIC",
        "IMG_E0003.MOV",
        "IMG_O0003.AAE",
    ],
    &["IMG_0004.JPG", "IMG_E0004.JPG"],
    &["pic.jpg", "pic-edited.jpg", "pic.jpg.supplemental-metadata.json"],
    &[
        "pic(1).jpg",
        "pic (edited)(1).jpg",
        "pic.jpg.supplemental-metadata(1).json",
    ],
    &["MVI_0005.MP4", "MVI_0005.THM"],
    &["alone.jpg", "alone.jpg.xmp"],
];
pub const FOLDERS: [&str; 2] = ["home", "trip"];

/// Paths of each asset below the library.
pub fn assets() -> Vec<Vec<PathBuf>> {
    let below = |folder: &str| {
        let one = |names: &&[&str]| names.iter().map(|name| Path::new(folder).join(name)).collect();
        ASSETS.iter().map(one).collect::<Vec<Vec<PathBuf>>>()
    };
    FOLDERS.into_iter().flat_map(below).collect()
}

pub fn make(root: &Path) {
    for (n, path) in assets().into_iter().flatten().enumerate() {
        let n = n as u64;
        // Each with a time of its own, to the nanosecond.
        put(
            root.join(&path),
            &bytes(n, &path),
            1_500_000_000_123_456_789 + n * 1_000_000_007,
        );
    }
}

fn bytes(n: u64, path: &Path) -> Vec<u8> {
    let end = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let painted = picture::paint(n, 21, (64, 64));
    let exif = Exif {
        make: "Canon",
        model: "Canon EOS 80D",
        taken: "2019:03:01 10:11:12".to_owned(),
        offset: "+02:00",
        orientation: 1,
        gps: None,
    };
    match end.as_str() {
        "jpg" => exif.into_jpeg(&picture::jpeg(&painted, 80)),
        "thm" => picture::jpeg(&painted, 60),
        "cr2" => [exif.tiff(), picture::jpeg(&painted, 80)].concat(),
        "heic" => picture::heic_with(&painted, Some(&exif.tiff())),
        "mov" | "mp4" => {
            let brand = if end == "mov" { b"qt  " } else { b"mp42" };
            let mut movie = [&b"\0\0\0\x14ftyp"[..], brand, &[0; 4], brand, b"\0\0\0\x10mdat"].concat();
            movie.extend(n.to_be_bytes());
            movie
        }
        "json" => format!(r#"{{"title":"{n}","photoTakenTime":{{"timestamp":"1551428000"}}}}"#).into_bytes(),
        _ => format!("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:n=\"{n}\"/>").into_bytes(),
    }
}
