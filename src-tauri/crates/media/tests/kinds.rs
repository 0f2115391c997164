//! Every kind of picture comes out upright, once: left is red and right is blue in each file, and each says "a quarter
//! turn to the right" in the way of its format, so red is on top when it is shown.

use albumen_media::{fingerprint, preview};
use albumen_model::{Fingerprint, Kind};
use albumen_testkit::exif::Exif;
use albumen_testkit::picture;
use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::{Cursor, Write};
use std::path::Path;

fn two_colours(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 {
            [220, 30, 30]
        } else {
            [30, 30, 220]
        })
    }))
}

fn turn_right() -> Exif {
    Exif {
        make: "Make",
        model: "Model",
        taken: "2020:02:03 04:05:06".to_owned(),
        offset: "",
        orientation: 6,
        gps: None,
    }
}

fn read(name: &str, bytes: &[u8]) -> Fingerprint {
    let folder = tempfile::tempdir().expect("temp dir");
    let path = folder.path().join(name);
    let mut file = std::fs::File::create(&path).expect("create");
    file.write_all(bytes).expect("write");
    let made = fingerprint(&path, name.as_bytes(), &|| false)
        .expect("fingerprint")
        .0;
    if made.thumb.is_some() {
        let large = preview(folder.path(), Path::new(name), 1600).expect("what has a thumbnail can be shown");
        let (large, small) = (opened(&large), opened(made.thumb.as_deref().expect("thumbnail")));
        assert_eq!(large.width() < large.height(), small.width() < small.height());
        assert_eq!(red_on_top(&large), red_on_top(&small), "{name}");
    }
    made
}

fn opened(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg)
        .expect("a JPEG")
        .into_rgb8()
}

fn red_on_top(picture: &RgbImage) -> bool {
    let (x, y) = (picture.width() / 2, picture.height() / 8);
    let (top, bottom) = (
        picture.get_pixel(x, y),
        picture.get_pixel(x, picture.height() - 1 - y),
    );
    top.0[0] > 150 && top.0[2] < 100 && bottom.0[2] > 150 && bottom.0[0] < 100
}

fn assert_upright(made: &Fingerprint, kind: Kind, size: (u32, u32)) {
    assert_eq!(made.kind, kind);
    assert_eq!(
        (made.width, made.height),
        (Some(size.0), Some(size.1)),
        "{:?}",
        made.problems
    );
    assert!(made.problems.is_empty(), "{:?}", made.problems);
    let thumb = opened(made.thumb.as_deref().expect("thumbnail"));
    assert!(thumb.width() < thumb.height() && thumb.height() <= 256);
    assert!(red_on_top(&thumb), "{kind:?} is not upright");
    assert!(made.phash.is_some());
}

#[test]
fn a_jpeg_is_turned_by_its_exif() {
    let bytes = turn_right().into_jpeg(&picture::jpeg(&two_colours(640, 480), 90));
    assert_upright(&read("a.jpg", &bytes), Kind::Jpeg, (480, 640));
}

#[test]
fn a_heic_is_turned_by_its_container_and_not_again_by_its_exif() {
    let bytes = picture::heic_with(&two_colours(640, 480), Some(&turn_right().tiff()));
    let lying = read("a.heic", &bytes);
    assert_eq!((lying.width, lying.height), (Some(640), Some(480)));
    assert!(
        lying.captured.is_some() && lying.camera.is_some(),
        "its EXIF is read"
    );
    let turned = read("a.heic", &picture::turned_heic(&bytes));
    assert_upright(&turned, Kind::Heic, (480, 640));
}

#[test]
fn a_jpeg_xl_is_turned_by_its_codestream_and_not_again_by_its_exif() {
    assert_upright(&read("a.jxl", &picture::JXL), Kind::Jxl, (20, 40));
}

#[test]
fn a_raw_file_shows_its_preview_turned_by_its_own_exif_once() {
    let preview = picture::jpeg(&two_colours(1200, 800), 90);
    let small = picture::jpeg(&two_colours(160, 120), 90);
    let noise = [0x5a; 5000];
    let plain = [
        turn_right().tiff(),
        small.clone(),
        noise.to_vec(),
        preview.clone(),
        noise.to_vec(),
    ]
    .concat();
    assert_upright(&read("a.nef", &plain), Kind::Raw, (800, 1200));
    // The preview's own EXIF says the same again.
    let twice = [turn_right().tiff(), small, turn_right().into_jpeg(&preview)].concat();
    assert_upright(&read("a.dng", &twice), Kind::Raw, (800, 1200));
    // No TIFF, so only the preview's EXIF is there.
    let raf = [
        b"FUJIFILMCCD-RAW 0201".to_vec(),
        noise.to_vec(),
        turn_right().into_jpeg(&preview),
    ]
    .concat();
    assert_upright(&read("a.raf", &raf), Kind::Raw, (800, 1200));
}

#[test]
fn deep_grey_indexed_and_see_through_pictures_are_shown() {
    let plain = two_colours(300, 200);
    let written = |picture: &DynamicImage, format| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("write");
        bytes.into_inner()
    };
    let deep = DynamicImage::ImageRgb16(plain.to_rgb16());
    let grey = DynamicImage::ImageLuma16(plain.to_luma16());
    let clear = DynamicImage::ImageRgba8(plain.to_rgba8());
    for (name, bytes) in [
        ("deep.png", written(&deep, ImageFormat::Png)),
        ("deep.tif", written(&deep, ImageFormat::Tiff)),
        ("grey.png", written(&grey, ImageFormat::Png)),
        ("clear.png", written(&clear, ImageFormat::Png)),
        ("clear.webp", written(&clear, ImageFormat::WebP)),
        ("indexed.gif", written(&clear, ImageFormat::Gif)),
        ("plain.bmp", written(&plain, ImageFormat::Bmp)),
    ] {
        let made = read(name, &bytes);
        assert_eq!((made.width, made.height), (Some(300), Some(200)), "{name}");
        assert!(
            made.thumb.is_some() && made.problems.is_empty(),
            "{name}: {:?}",
            made.problems
        );
    }
}
