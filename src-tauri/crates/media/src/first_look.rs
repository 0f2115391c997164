//! The first look at a file, from its first bytes only: what kind it is, and the small picture a camera put into it.
//!
//! Measured on real photos: 0.24 ms against 30 ms for the picture itself; where the shapes agree the hashes are mostly
//! close, but not always. So this may be shown, and the one read replaces it.

use crate::{exif, kind, phash, pixels};
use albumen_files::{Error, read_head};
use albumen_model::{EmbeddedPicture, FirstLook, Identity, Kind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use turbojpeg::Decompressor;

/// EXIF is at most 64 KiB and comes first; the frame header with the size of the picture follows soon.
const HEAD: usize = 128 * 1024;
/// Shapes may differ by this part: 160 × 107 pixels stand for 3 : 2. Bars above and below make more of a difference.
const SHAPE: f64 = 0.02;

/// Looks at the first bytes of `path`. Only JPEGs are opened; of others the name says enough for now.
pub fn first_look(path: &Path, name: &[u8], identity: Identity) -> Result<(FirstLook, Identity), Error> {
    let named = kind::by_name(name);
    if named != Kind::Jpeg {
        let look = FirstLook {
            kind: named,
            picture: None,
        };
        return Ok((look, identity));
    }
    let (head, identity) = read_head(path, HEAD)?;
    let (kind, _) = kind::decide(name, &head);
    let picture = (kind == Kind::Jpeg)
        .then(|| catch_unwind(AssertUnwindSafe(|| embedded(&head))).ok().flatten())
        .flatten();
    Ok((FirstLook { kind, picture }, identity))
}

pub(crate) fn embedded(head: &[u8]) -> Option<EmbeddedPicture> {
    let (turn, small) = exif::embedded(head)?;
    let frame = Decompressor::new().ok()?.read_header(head).ok()?;
    let (width, height) = (
        u32::try_from(frame.width).ok()?,
        u32::try_from(frame.height).ok()?,
    );
    let (width, height) = if turn >= 5 {
        (height, width)
    } else {
        (width, height)
    };
    let picture = pixels::thumbnail(Kind::Jpeg, small, turn).ok()?;
    let shape = |width: u32, height: u32| f64::from(width) / f64::from(height.max(1));
    let (own, whole) = (
        shape(picture.small.width(), picture.small.height()),
        shape(width, height),
    );
    if picture.warning.is_some() || (own / whole - 1.0).abs() > SHAPE {
        return None;
    }
    Some(EmbeddedPicture {
        width,
        height,
        phash: phash::of(&picture.small),
        thumb: pixels::encode(&picture.small)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use albumen_testkit::exif::Exif;
    use albumen_testkit::picture;
    use std::io::Write;

    fn look(orientation: u16, thumbnail: (u32, u32)) -> FirstLook {
        let whole = picture::paint(1, 1, (640, 480));
        let small = whole.thumbnail_exact(thumbnail.0, thumbnail.1);
        let exif = Exif {
            make: "Panasonic",
            model: "DMC-LX100",
            taken: "2019:07:14 10:11:12".to_owned(),
            offset: "+02:00",
            orientation,
            gps: None,
        };
        let bytes = exif.into_jpeg_with(&picture::jpeg(&whole, 90), &picture::jpeg(&small, 85));
        let mut file = tempfile::NamedTempFile::new().expect("temp file");
        file.write_all(&bytes).expect("write");
        let identity = albumen_files::identity_of(file.path()).expect("identity");
        first_look(file.path(), b"a.jpg", identity).expect("look").0
    }

    #[test]
    fn the_embedded_picture_is_shown_upright_and_is_close_to_the_whole() {
        let plain = look(1, (160, 120)).picture.expect("a picture");
        assert_eq!((plain.width, plain.height), (640, 480));
        let turned = look(6, (160, 120)).picture.expect("a picture");
        assert_eq!((turned.width, turned.height), (480, 640));
        let bytes = picture::jpeg(&picture::paint(1, 1, (640, 480)), 90);
        let whole = pixels::thumbnail(Kind::Jpeg, &bytes, 1).expect("decode");
        let distance = phash::of(&whole.small)
            .zip(plain.phash)
            .map(|(whole, embedded)| whole.distance(&embedded));
        assert!(distance.is_some_and(|distance| distance <= 40), "{distance:?}");
    }

    #[test]
    fn one_with_another_shape_is_not() {
        assert!(look(1, (160, 90)).picture.is_none());
        assert!(look(1, (160, 119)).picture.is_some(), "rounded");
    }

    #[test]
    fn other_kinds_are_known_by_their_names_and_not_opened() {
        let identity = albumen_files::identity_of(Path::new("/")).expect("identity");
        let (look, _) = first_look(Path::new("/nowhere/a.mov"), b"a.mov", identity).expect("not opened");
        assert_eq!(look.kind, Kind::Video);
        assert!(first_look(Path::new("/nowhere/a.jpg"), b"a.jpg", identity).is_err());
    }
}
