//! What a file is. The first bytes decide where they can; the name decides between formats that share a container.
//! Magic numbers are from the formats' own specifications (JFIF, PNG, RIFF, TIFF 6, ISO/IEC 14496-12, JPEG XL).

use albumen_model::{Kind, Problem, key};

const RAW: [&str; 20] = [
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "iiq", "kdc", "mrw", "nef", "nrw", "orf", "pef",
    "raf", "raw", "rw2", "srw", "x3f",
];
const VIDEO: [&str; 17] = [
    "3g2", "3gp", "avi", "insv", "m2ts", "m4v", "mkv", "mov", "mp", "mp4", "mpeg", "mpg", "mts", "mv",
    "webm", "wmv", "lrv",
];
const SIDECAR: [&str; 3] = ["aae", "thm", "xmp"];

/// Lower-case extension without its dot, empty when there is none.
pub fn extension(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name).to_lowercase();
    key::split_extension(&name).1.trim_start_matches('.').to_owned()
}

/// The kind by name alone.
pub fn by_name(name: &[u8]) -> Kind {
    let extension = extension(name);
    match extension.as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => Kind::Jpeg,
        "png" => Kind::Png,
        "webp" => Kind::Webp,
        "gif" => Kind::Gif,
        "tif" | "tiff" => Kind::Tiff,
        "bmp" | "dib" => Kind::Bmp,
        "heic" | "heif" | "hif" => Kind::Heic,
        "avif" => Kind::Avif,
        "jxl" => Kind::Jxl,
        other if RAW.contains(&other) => Kind::Raw,
        other if VIDEO.contains(&other) => Kind::Video,
        other if SIDECAR.contains(&other) => Kind::Sidecar,
        _ => Kind::Other,
    }
}

/// The kind by the first bytes, where they say it.
pub fn by_magic(head: &[u8]) -> Option<Kind> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    if starts(b"\xff\xd8\xff") {
        Some(Kind::Jpeg)
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        Some(Kind::Webp)
    } else if starts(b"RIFF") && at(8, b"AVI ") {
        Some(Kind::Video)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some(Kind::Gif)
    } else if starts(b"II*\0") || starts(b"MM\0*") {
        Some(Kind::Tiff)
    } else if starts(b"BM") && at(6, &[0, 0, 0, 0]) {
        Some(Kind::Bmp)
    } else if starts(b"FUJIFILMCCD-RAW")
        || starts(b"IIU\0")
        || starts(b"IIRO")
        || starts(b"IIRS")
        || starts(b"MMOR")
        || starts(b"FOVb")
        || starts(b"\0MRM")
        || starts(b"II\x1a\0\0\0HEAPCCDR")
    {
        Some(Kind::Raw)
    } else if starts(&[0xff, 0x0a]) || starts(b"\0\0\0\x0cJXL \r\n\x87\n") {
        Some(Kind::Jxl)
    } else if starts(&[0x1a, 0x45, 0xdf, 0xa3]) || starts(&[0, 0, 1, 0xba]) || starts(&[0, 0, 1, 0xb3]) {
        Some(Kind::Video)
    } else if at(4, b"ftyp") {
        Some(by_brand(head.get(8..12)?))
    } else if at(4, b"moov") || at(4, b"mdat") || at(4, b"wide") {
        Some(Kind::Video)
    } else {
        None
    }
}

fn by_brand(brand: &[u8]) -> Kind {
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => Kind::Heic,
        b"avif" | b"avis" => Kind::Avif,
        b"crx " => Kind::Raw,
        _ => Kind::Video,
    }
}

/// Both, and a problem where they contradict each other (a movie saved under `.jpg` is still that movie).
pub fn decide(name: &[u8], head: &[u8]) -> (Kind, Option<Problem>) {
    let named = by_name(name);
    let Some(seen) = by_magic(head) else {
        // No magic: believe the name of formats that have none we know; a "JPEG" without its magic is damaged.
        let damaged = named.has_pixels() && named != Kind::Raw && !head.is_empty();
        let what = format!(
            "It is named like a {} file but does not begin like one.",
            named.label()
        );
        return (named, damaged.then(|| Problem::new("mismatch", what)));
    };
    let agrees = match (named, seen) {
        (Kind::Raw, Kind::Tiff | Kind::Jpeg | Kind::Heic | Kind::Video) => return (Kind::Raw, None),
        // A THM is a small JPEG beside a movie.
        (Kind::Sidecar, Kind::Jpeg) => return (Kind::Sidecar, None),
        (Kind::Heic, Kind::Avif) | (Kind::Avif, Kind::Heic) | (Kind::Other, _) => true,
        (named, seen) => named == seen,
    };
    let what = || {
        format!(
            "It is named like a {} file but holds {}.",
            named.label(),
            seen.label()
        )
    };
    (seen, (!agrees).then(|| Problem::new("mismatch", what())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_beats_the_name_and_says_so() {
        assert_eq!(decide(b"a.jpg", b"\xff\xd8\xff\xe0").0, Kind::Jpeg);
        let (kind, problem) = decide(b"a.jpg", b"\0\0\0\x18ftypqt  ");
        assert_eq!(kind, Kind::Video);
        assert_eq!(problem.map(|p| p.code), Some("mismatch"));
        assert_eq!(decide(b"a.nef", b"MM\0*\0\0\0\x08"), (Kind::Raw, None));
        assert_eq!(decide(b"noname", b"\x89PNG\r\n\x1a\n").0, Kind::Png);
        assert_eq!(decide(b"notes.txt", b"hello"), (Kind::Other, None));
        assert_eq!(decide(b"a.HEIC", b"\0\0\0\x18ftypheic"), (Kind::Heic, None));
        assert!(decide(b"a.jpg", b"garbage").1.is_some());
    }
}
