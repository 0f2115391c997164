//! Files that the targets for media begin with: whole ones of each kind, small ones, and the poisons of the testkit.

use albumen_testkit::archive::{Entry, zip};
use albumen_testkit::exif::Exif;
use albumen_testkit::picture as sample;
use albumen_testkit::poison;
use image::{DynamicImage, ImageFormat};
use std::io::Cursor;
use std::sync::OnceLock;

/// Larger files say nothing that small ones do not, and a mutation must hit something.
const MOST: usize = 64 << 10;

/// For the target of this name.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "exif" => metadata(),
        "raw" => raws(),
        "jpeg" => of_kind(&["jpg"]),
        "heif" => of_kind(&["heic"]),
        "tiff" => of_kind(&["tif"]),
        "archive" => archives(),
        "takeout" => takeout(),
        other => of_kind(&[other]),
    }
}

fn takeout() -> Vec<Vec<u8>> {
    [
        r#"{"title":"IMG_1.JPG","photoTakenTime":{"timestamp":"1258375918","formatted":"16 Nov 2009, 12:51:58 UTC"},"geoData":{"latitude":30.6,"longitude":104.07,"altitude":0.0},"geoDataExif":{"latitude":0.0,"longitude":0.0},"people":[{"name":"Anna"}]}"#,
        r#"{"title":"Holidays","date":{"timestamp":"1258375918"}}"#,
        "IMG_1.jpg.supplemental-metadata(1).json",
        "a name that is far too long for any takeout to keep (3).jpg",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn archives() -> Vec<Vec<u8>> {
    let text = "a photo, or what stands for one ".repeat(40);
    let text = text.as_bytes();
    let sound = [
        Entry::stored("Takeout/a.jpg", text).at(1_700_000_000),
        Entry::deflated("Takeout/a.jpg.supplemental-metadata.json", b"{}"),
        Entry::deflated("Takeout/b(1).jpg", text).zip64(),
        Entry::stored("Takeout/", b"").mode(0o040_755),
    ];
    let odd = [
        Entry::stored("../a.jpg", text),
        Entry::stored("a.jpg", text),
        Entry::deflated("A.jpg", text).claiming(7),
        Entry::stored("a.jpg", b"other").with_crc(1),
        Entry::stored("link", b"/etc").mode(0o120_777),
        Entry::stored("locked", b"x").encrypted(),
        Entry::stored("odd", b"x").method(14),
    ];
    vec![
        zip(&sound),
        zip(&odd),
        zip(&[]),
        [&b"before it"[..], &zip(&sound)].concat(),
    ]
}

fn turned() -> Exif {
    Exif {
        make: "NIKON CORPORATION",
        model: "NIKON Z 6",
        taken: "2018:05:06 07:08:09.25".to_owned(),
        offset: "+02:00",
        orientation: 6,
        gps: Some((47.4, 8.5)),
    }
}

fn encoded(painted: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    painted
        .write_to(&mut bytes, format)
        .expect("write a sample picture");
    bytes.into_inner()
}

/// Name and bytes of them all; made once, since some poisons take their time.
fn files() -> &'static [(String, Vec<u8>)] {
    static FILES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(make)
}

/// A small picture in every format that the kit can write, and every poison that is small.
fn make() -> Vec<(String, Vec<u8>)> {
    let painted = sample::paint(7, 1, (96, 64));
    let jpeg = sample::jpeg(&painted, 70);
    let small = sample::jpeg(&painted.thumbnail_exact(48, 32), 60);
    let with = |format| encoded(&painted, format);
    let grey = DynamicImage::ImageLuma8(painted.to_luma8());
    let deep = DynamicImage::ImageRgba16(painted.to_rgba16());
    let heic = sample::heic_with(&painted, Some(&turned().tiff()));
    let mut files = vec![
        ("plain.jpg", jpeg.clone()),
        ("turned.jpg", turned().into_jpeg_with(&jpeg, &small)),
        ("two.nef", [turned().tiff(), small, jpeg].concat()),
        ("grey.png", encoded(&grey, ImageFormat::Png)),
        ("deep.png", encoded(&deep, ImageFormat::Png)),
        ("plain.tif", with(ImageFormat::Tiff)),
        ("deep.tif", encoded(&deep, ImageFormat::Tiff)),
        ("plain.webp", with(ImageFormat::WebP)),
        ("plain.gif", with(ImageFormat::Gif)),
        ("plain.bmp", with(ImageFormat::Bmp)),
        ("turned.heic", sample::turned_heic(&heic)),
        ("plain.heic", heic),
        ("plain.jxl", sample::JXL.to_vec()),
    ]
    .into_iter()
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .collect::<Vec<_>>();
    let folder = tempfile::tempdir().expect("temp dir");
    for made in poison::make(folder.path()) {
        let bytes = std::fs::read(&made.path).expect("read a poison");
        let name = made.path.file_name().unwrap_or_default().to_string_lossy();
        if bytes.len() <= MOST {
            files.push((name.into_owned(), bytes));
        }
    }
    files
}

fn of_kind(extensions: &[&str]) -> Vec<Vec<u8>> {
    let wanted = |name: &str| extensions.iter().any(|one| name.rsplit('.').next() == Some(one));
    let files = files().iter().filter(|(name, _)| wanted(name));
    files.map(|(_, bytes)| bytes.clone()).collect()
}

fn raws() -> Vec<Vec<u8>> {
    let painted = sample::paint(7, 2, (64, 48));
    let raf = [
        &b"FUJIFILMCCD-RAW 0201"[..],
        &[0; 200],
        &turned().into_jpeg(&sample::jpeg(&painted, 70)),
    ];
    let mut made = of_kind(&["nef", "cr2", "tif"]);
    made.push(raf.concat());
    made
}

/// The heads of all kinds, and the structure alone.
fn metadata() -> Vec<Vec<u8>> {
    let mut made: Vec<Vec<u8>> = files().iter().map(|(_, bytes)| bytes.clone()).collect();
    made.push(turned().tiff());
    made.iter_mut().for_each(|bytes| bytes.truncate(8 << 10));
    made
}
