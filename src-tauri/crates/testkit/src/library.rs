//! A sample library as people have them: a card, years of folders, a phone's dump, an old backup, a Takeout.
//!
//! The same options make the same bytes, names and times on every machine. All pictures are generated.

use crate::exif::Exif;
use crate::random::Random;
use crate::write::put;
use crate::{odd, picture};
use image::{DynamicImage, imageops::FilterType};
pub use odd::Odd;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub struct Options {
    /// Distinct JPEG photos; duplicates, RAW files, movies and sidecars come on top.
    pub photos: usize,
    pub seed: u64,
    /// Also entries that break careless programs.
    pub odd: bool,
    pub size: (u32, u32),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            photos: 60,
            seed: 1,
            odd: true,
            size: (640, 480),
        }
    }
}

/// What was made; full paths.
#[derive(Debug)]
pub struct Library {
    pub root: PathBuf,
    /// The folders a person would drop into the window: `Card` and `Pictures`.
    pub folders: Vec<PathBuf>,
    /// The distinct JPEG photos, in the order they were taken.
    pub photos: Vec<PathBuf>,
    /// Groups of files with the same bytes.
    pub exact: Vec<Vec<PathBuf>>,
    /// A photo and what was made from it: smaller, recompressed, as PNG.
    pub similar: Vec<Vec<PathBuf>>,
    /// Photos of several files, the one people look at first: JPEG with RAW and XMP, HEIC with MOV and AAE, …
    pub assets: Vec<Vec<PathBuf>>,
    pub videos: Vec<PathBuf>,
    pub odd: Option<Odd>,
}

const CAMERAS: [(&str, &str); 4] = [
    ("Canon", "Canon EOS 80D"),
    ("NIKON CORPORATION", "NIKON Z 6"),
    ("Apple", "iPhone 12"),
    ("FUJIFILM", "X-T3"),
];
const FOLDERS: [&str; 6] = [
    "Card/DCIM/100CANON",
    "Card/DCIM/101NIKON",
    "Pictures/2019/Oslo",
    "Pictures/2021/Zürich am See",
    "Pictures/Família & amigos/São João",
    "Pictures/WhatsApp Images",
];
/// How the camera was held. What `similar` is made from is upright: its variants carry no EXIF to turn them.
const TURNS: [u16; 5] = [1, 6, 1, 8, 1];

/// Makes a library below `root`, which is made if it does not exist.
pub fn make(root: &Path, options: &Options) -> Library {
    let mut library = Library {
        root: root.to_owned(),
        folders: ["Card", "Pictures"].map(|name| root.join(name)).to_vec(),
        photos: Vec::new(),
        exact: Vec::new(),
        similar: Vec::new(),
        assets: Vec::new(),
        videos: Vec::new(),
        odd: None,
    };
    for folder in &library.folders {
        crate::write::make_dir(folder);
    }
    for number in 0..options.photos {
        photo(&mut library, options, number);
    }
    phone(&mut library, options);
    if options.odd {
        library.odd = Some(odd::make(root, options));
    }
    library
}

/// When photo `number` was taken: as EXIF text and as a file's time with nanoseconds.
pub(crate) fn taken(number: usize) -> (String, u64) {
    let (year, month) = (2016 + number / 12 % 8, 1 + number * 5 % 12);
    let (day, hour, minute, second) = (
        1 + number * 7 % 28,
        6 + number % 14,
        number * 11 % 60,
        number * 13 % 60,
    );
    let text = format!("{year}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}");
    let days = (year - 1970) * 365 + (year - 1969) / 4 + (month - 1) * 30 + day;
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second;
    (
        text,
        seconds as u64 * 1_000_000_000 + 123_456_789 + 1_001 * number as u64,
    )
}

fn photo(library: &mut Library, options: &Options, number: usize) {
    let painted = picture::paint(options.seed, number as u64, options.size);
    let (text, time) = taken(number);
    let folder = FOLDERS[number % FOLDERS.len()];
    let (make, model) = CAMERAS[number % CAMERAS.len()];
    let whatsapp = folder.ends_with("WhatsApp Images");
    let name = if whatsapp {
        format!("IMG-{}-WA{number:04}.jpg", text[..10].replace(':', ""))
    } else {
        format!("IMG_{:04}.JPG", number + 1)
    };
    let exif = |orientation| Exif {
        make,
        model,
        taken: text.clone(),
        offset: if number.is_multiple_of(4) { "" } else { "+02:00" },
        orientation,
        gps: number
            .is_multiple_of(3)
            .then_some((59.91 - number as f64, 10.75 - number as f64 * 2.0)),
    };
    let plain = picture::jpeg(&painted, 88);
    // WhatsApp takes the EXIF away.
    let bytes = if whatsapp {
        plain
    } else {
        // What others made from a photo is upright, so the photos that copies are made of are held upright too.
        let turn = if has_similar(number) {
            1
        } else {
            TURNS[number % TURNS.len()]
        };
        exif(turn).into_jpeg(&plain)
    };
    let path = put(library.root.join(folder).join(name), &bytes, time);
    library.photos.push(path.clone());
    if folder.starts_with("Card") {
        // A RAW file as cameras write it: EXIF, a preview, the sensor's data.
        let (width, height) = (options.size.0 / 2, options.size.1 / 2);
        let preview = picture::jpeg(&painted.resize_exact(width, height, FilterType::Triangle), 85);
        let raw = [exif(1).tiff(), preview].concat();
        companions(library, options, number, &path, raw, time);
    }
    if number % 6 == 3 {
        let mut copies = vec![path.clone()];
        for folder in ["Pictures/Backup of old laptop", "Card/copy"]
            .into_iter()
            .take(1 + number / 6 % 2)
        {
            let copy = library
                .root
                .join(folder)
                .join(format!("Copy ({number}) of photo.jpg"));
            copies.push(put(copy, &bytes, time + 86_400_000_000_000));
        }
        library.exact.push(copies);
    }
    if has_similar(number) {
        similar(library, &painted, number, path, time);
    }
}

fn has_similar(number: usize) -> bool {
    number % 10 == 4
}

fn similar(library: &mut Library, painted: &DynamicImage, number: usize, path: PathBuf, time: u64) {
    let folder = library.root.join("Pictures/Sent by mail");
    let (width, height) = (painted.width() / 2, painted.height() / 2);
    let smaller = painted.resize_exact(width, height, FilterType::Triangle);
    let group = vec![
        path,
        put(
            folder.join(format!("small-{number}.jpg")),
            &picture::jpeg(&smaller, 85),
            time + 5,
        ),
        put(
            folder.join(format!("recompressed-{number}.jpg")),
            &picture::jpeg(painted, 60),
            time + 6,
        ),
        put(
            folder.join(format!("screenshot {number}.png")),
            &picture::png(&smaller),
            time + 7,
        ),
    ];
    library.similar.push(group);
}

/// RAW and XMP beside every other JPEG of the card.
fn companions(
    library: &mut Library,
    options: &Options,
    number: usize,
    jpeg: &Path,
    mut raw: Vec<u8>,
    time: u64,
) {
    if number % 4 > 1 {
        return;
    }
    raw.extend(Random::new(options.seed, 1_000_000 + number as u64).bytes(40_000));
    let extension = if number.is_multiple_of(2) { "CR2" } else { "NEF" };
    let mut asset = vec![
        jpeg.to_owned(),
        put(jpeg.with_extension(extension), &raw, time + 1),
    ];
    if number.is_multiple_of(3) {
        asset.push(put(jpeg.with_extension("xmp"), xmp(number).as_bytes(), time + 2));
    }
    library.assets.push(asset);
}

fn xmp(number: usize) -> String {
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmp:Rating=\"{}\"/></rdf:RDF></x:xmpmeta>\n",
        1 + number % 5
    )
}

/// A phone's dump: Live Photos, a movie, and one photo as Google Takeout gives it back.
fn phone(library: &mut Library, options: &Options) {
    let folder = library.root.join("Card/DCIM/102APPLE");
    let mut random = Random::new(options.seed, 2_000_000);
    let mut movie = |brand: &[u8; 8], size| [b"\0\0\0\x18ftyp", &brand[..], &random.bytes(size)].concat();
    for number in 0..options.photos / 12 {
        let (_, time) = taken(7 * number);
        let name = |extension: &str| folder.join(format!("IMG_{:04}.{extension}", 5000 + number));
        let heic = picture::heic(&picture::paint(
            options.seed,
            3_500_000 + number as u64,
            options.size,
        ));
        let asset = vec![
            put(name("HEIC"), &heic, time),
            put(name("MOV"), &movie(b"qt  \0\0\0\0", 60_000), time + 1),
            put(name("AAE"), format!("<plist version=\"1.0\"><dict><key>adjustment</key><integer>{number}</integer></dict></plist>\n").as_bytes(), time + 2),
        ];
        library.assets.push(asset);
    }
    let (_, time) = taken(40);
    library.videos.push(put(
        folder.join("VID_0001.MP4"),
        &movie(b"isom\0\0\x02\0", 300_000),
        time,
    ));

    let folder = library
        .root
        .join("Pictures/Takeout/Google Photos/Photos from 2020");
    let painted = picture::paint(options.seed, 3_000_000, options.size);
    let asset = vec![
        put(folder.join("PXL_20200704_101112345.jpg"), &picture::jpeg(&painted, 88), time + 3),
        put(
            folder.join("PXL_20200704_101112345.jpg.supplemental-metadata.json"),
            br#"{"title":"PXL_20200704_101112345.jpg","photoTakenTime":{"timestamp":"1593857472"},"geoData":{"latitude":59.9,"longitude":10.7}}"#,
            time + 4,
        ),
    ];
    library.photos.push(asset[0].clone());
    library.assets.push(asset);
}
