//! What a file is, in the words of HTTP (IANA's registry of media types).
//!
//! Invariant: what the scan found in the bytes goes before the name; the name only says more where several formats are one
//! kind, or where the bytes said nothing. What is not known is bytes.

use albumen_model::Kind;

const BYTES: &str = "application/octet-stream";

/// `kind` as the scan found it; `name` without its folders.
pub(crate) fn of(kind: Kind, name: &[u8]) -> &'static str {
    let named = by_end(name);
    match (kind, named) {
        (Kind::Other, Some((_, named))) => named,
        (kind, Some((by_name, named))) if kind == by_name => named,
        (Kind::Jpeg, _) => "image/jpeg",
        (Kind::Png, _) => "image/png",
        (Kind::Webp, _) => "image/webp",
        (Kind::Gif, _) => "image/gif",
        (Kind::Tiff, _) => "image/tiff",
        (Kind::Bmp, _) => "image/bmp",
        (Kind::Heic, _) => "image/heic",
        (Kind::Avif, _) => "image/avif",
        (Kind::Jxl, _) => "image/jxl",
        // Of many formats, which only a name tells apart.
        (Kind::Raw | Kind::Video | Kind::Sidecar | Kind::Other, _) => BYTES,
    }
}

fn by_end(name: &[u8]) -> Option<(Kind, &'static str)> {
    let name = name.to_ascii_lowercase();
    let end = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    Some(match end {
        b"jpg" | b"jpeg" => (Kind::Jpeg, "image/jpeg"),
        b"png" => (Kind::Png, "image/png"),
        b"gif" => (Kind::Gif, "image/gif"),
        b"webp" => (Kind::Webp, "image/webp"),
        b"heic" => (Kind::Heic, "image/heic"),
        b"heif" => (Kind::Heic, "image/heif"),
        b"avif" => (Kind::Avif, "image/avif"),
        b"jxl" => (Kind::Jxl, "image/jxl"),
        b"tif" | b"tiff" => (Kind::Tiff, "image/tiff"),
        b"bmp" => (Kind::Bmp, "image/bmp"),
        b"mp4" | b"m4v" => (Kind::Video, "video/mp4"),
        b"mov" => (Kind::Video, "video/quicktime"),
        b"xmp" => (Kind::Sidecar, "application/rdf+xml"),
        b"json" => (Kind::Sidecar, "application/json"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bytes_say_goes_before_the_name() {
        for (kind, name, expected) in [
            (Kind::Jpeg, "a.png", "image/jpeg"),
            (Kind::Png, "a.JPG", "image/png"),
            (Kind::Jpeg, "without an end", "image/jpeg"),
            (Kind::Heic, "a.heif", "image/heif"),
            (Kind::Heic, "a.jpg", "image/heic"),
            (Kind::Video, "a.MOV", "video/quicktime"),
            (Kind::Video, "a.jpg", BYTES),
            (Kind::Raw, "a.tif", BYTES),
            (Kind::Sidecar, "a.jpg.xmp", "application/rdf+xml"),
            (Kind::Sidecar, "a.aae", BYTES),
        ] {
            assert_eq!(of(kind, name.as_bytes()), expected, "{kind:?} {name}");
        }
    }

    #[test]
    fn where_the_bytes_say_nothing_the_name_does() {
        assert_eq!(of(Kind::Other, b"a.jpg.json"), "application/json");
        assert_eq!(of(Kind::Other, b"a.jpeg"), "image/jpeg");
        assert_eq!(of(Kind::Other, b"jpeg.txt"), BYTES);
    }
}
