//! Files that the targets for media begin with: whole ones of each kind, small ones, and the poisons of the testkit.

use albumen_testkit::archive::{Entry, zip};
use albumen_testkit::exif::Exif;
use albumen_testkit::motion::{self, Form};
use albumen_testkit::movie;
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
        "xmp" => packets(),
        "movie" => movies(),
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

fn packets() -> Vec<Vec<u8>> {
    let description = r#"<rdf:Description xmlns:e="http://ns.adobe.com/exif/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/"
        e:DateTimeOriginal="2013-07-05T03:18:27.5+02:00" e:GPSLatitude="52,30.5N" e:GPSLongitude="13,15,36W"><d:subject><rdf:Bag>
        <rdf:li>sea &amp; sky</rdf:li><rdf:li rdf:parseType="Resource"><d:a>x</d:a></rdf:li></rdf:Bag></d:subject></rdf:Description>"#;
    let whole = format!(
        r#"<?xpacket begin="" id="W5M0"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{description}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#
    );
    let moving = motion::xmp(
        r#"GCamera:MotionPhoto="1" GCamera:MicroVideo="1" GCamera:MicroVideoOffset="77""#,
        &motion::item("MotionPhoto", 77, 8),
    );
    vec![
        whole.clone().into_bytes(),
        whole.replace("e:", "f:").into_bytes(),
        moving.into_bytes(),
    ]
}

/// Apple's names and values, Android's user data, Matroska's date.
fn movies() -> Vec<Vec<u8>> {
    let moov = [
        movie::header(0xe1e1_e1e1),
        movie::apple(&[("com.apple.quicktime.creationdate", "2019-02-12T15:27:12+0800")]),
        movie::placed("-27.2939-112.6932/"),
    ];
    let whole = movie::whole(0, &moov);
    let ebml =
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x90\x15\x49\xa9\x66\x8b\x44\x61\x88\x03\xcb\x1b\x5c\x9f\0\0\0";
    vec![whole, moov.concat(), ebml.to_vec()]
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

/// Photos that hold a movie: small, since what says so may stand at the end.
fn moving() -> Vec<Vec<u8>> {
    let painted = sample::paint(7, 3, (48, 32));
    let (photo, clip) = (
        sample::jpeg(&painted, 50),
        movie::taken("2024-05-17T10:11:12+0200", 40),
    );
    let mut made: Vec<_> = Form::ALL
        .iter()
        .map(|form| motion::photo(*form, &photo, &clip))
        .collect();
    made.push(motion::heic(&sample::heic(&painted), &clip));
    made
}

/// The heads of all kinds, and the structure alone.
fn metadata() -> Vec<Vec<u8>> {
    let mut made: Vec<Vec<u8>> = files().iter().map(|(_, bytes)| bytes.clone()).collect();
    made.push(turned().tiff());
    made.iter_mut().for_each(|bytes| bytes.truncate(8 << 10));
    made.extend(moving());
    made
}
