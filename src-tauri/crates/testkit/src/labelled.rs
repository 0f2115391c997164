//! A set of photos with the truth about them: originals, what people and programs make of them, and pictures that look
//! alike and are not. Made on the fly; the same numbers make the same bytes.

use crate::exif::Exif;
use crate::picture;
use crate::random::Random;
use crate::scenes::{self, Scene};
use crate::write::put;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one file truly is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Below the root.
    pub file: String,
    /// Files of one group show one picture.
    pub group: String,
    /// What was done to the original, or the kind of a picture that has no variants.
    pub transform: String,
    /// Views of one scene that are neither right nor wrong together; empty where there are none.
    pub scene: String,
}

impl Label {
    /// The picture itself, not one made from it.
    pub fn is_original(&self) -> bool {
        self.transform == "orig"
    }

    pub fn is_negative(&self) -> bool {
        self.transform.starts_with("neg-")
    }
}

/// The longer and the shorter side of an original.
const LONG: u32 = 900;
const SHORT: u32 = 675;
/// What a burst frame may see beyond the original's edges.
const AROUND: u32 = 30;
/// 2019-07-14; photos are hours apart.
const FROM_S: u64 = 1_563_098_400;

/// Makes `originals` photos with all their variants, and the hard negatives, below `root`.
pub fn make(root: &Path, originals: usize) -> Vec<Label> {
    let negatives = negatives();
    let (all, next) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let made = if number < originals {
                        family(root, number)
                    } else if let Some(negative) = negatives.get(number - originals) {
                        vec![lone(root, number, negative)]
                    } else {
                        return;
                    };
                    all.lock().expect("no maker panics").extend(made);
                }
            });
        }
    });
    let mut all = all.into_inner().expect("no maker panics");
    all.sort_unstable();
    all
}

// --- pictures that are alone --------------------------------------------------------------------------------

enum Negative {
    Flat([u8; 3]),
    Sky(u64),
    Page(u64),
    /// One sky, several grounds.
    Horizon(u64, u64),
    /// One texture, several places of it.
    Texture(u64, u32),
    Photo(Scene, u64),
}

fn negatives() -> Vec<Negative> {
    let colours = [
        [255, 255, 255],
        [0, 0, 0],
        [128, 128, 128],
        [90, 140, 210],
        [200, 60, 50],
        [240, 230, 200],
        [20, 60, 30],
    ];
    let mut all: Vec<Negative> = colours.into_iter().map(Negative::Flat).collect();
    all.extend((0..12).map(Negative::Sky));
    all.extend((0..12).map(Negative::Page));
    all.extend((0..12).map(|n| Negative::Horizon(n / 3, n)));
    all.extend((0u32..12).map(|n| Negative::Texture(u64::from(n / 3), n % 3)));
    all.extend((0..30).map(|n: u64| Negative::Photo(Scene::ALL[(n % 6) as usize], n)));
    all
}

fn lone(root: &Path, number: usize, negative: &Negative) -> Label {
    let size = (LONG, SHORT);
    let (kind, picture) = match *negative {
        Negative::Flat(colour) => ("flat", scenes::flat(number as u64, colour, size)),
        Negative::Sky(seed) => ("sky", scenes::sky(9000 + seed, size)),
        Negative::Page(seed) => ("page", scenes::page(9100 + seed, size)),
        Negative::Horizon(sky, seed) => ("horizon", scenes::hills(9200 + sky, 9250 + seed, size)),
        Negative::Texture(seed, place) => {
            let whole = scenes::paint(Scene::Meadow, 9300 + seed, (3 * LONG, SHORT));
            let crop = imageops::crop_imm(&whole, place * LONG, 0, LONG, SHORT);
            ("texture", crop.to_image())
        }
        Negative::Photo(scene, seed) => ("photo", scenes::paint(scene, 9400 + seed, size)),
    };
    let bytes = told(number, 0, 1, &jpeg(&picture, 90));
    write(
        root,
        number,
        0,
        "jpg",
        &bytes,
        (format!("neg-{number:03}"), format!("neg-{kind}")),
    )
}

// --- a photo and what is made of it ---------------------------------------------------------------------------

fn family(root: &Path, number: usize) -> Vec<Label> {
    let size = if number % 3 == 2 {
        (SHORT, LONG)
    } else {
        (LONG, SHORT)
    };
    let wide = (size.0 + 2 * AROUND, size.1 + 2 * AROUND);
    let scene = scenes::paint(Scene::ALL[number % 6], 100 + number as u64, wide);
    let original = imageops::crop_imm(&scene, AROUND, AROUND, size.0, size.1).to_image();
    let first = told(number, 0, 1, &jpeg(&original, 97));
    // As a program that edits sees it.
    let seen = image::load_from_memory(&first)
        .expect("decode a sample")
        .into_rgb8();
    let mut made = Vec::new();
    let mut keep = |transform: &str, extension: &str, bytes: &[u8]| {
        let label = (format!("photo-{number:03}"), transform.to_owned());
        made.push(write(root, number, made.len() + 1, extension, bytes, label));
    };
    keep("orig", "jpg", &first);
    keep("copy", "jpg", &first);
    for (transform, quality) in [("q75", 75), ("q50", 50)] {
        keep(transform, "jpg", &told(number, 0, 1, &jpeg(&seen, quality)));
    }
    for (transform, percent) in [("half", 50), ("quarter", 25)] {
        let small = resized(&seen, size.0 * percent / 100, size.1 * percent / 100);
        keep(transform, "jpg", &told(number, 0, 1, &jpeg(&small, 85)));
    }
    let longest = size.0.max(size.1);
    let thumb = resized(&seen, size.0 * 160 / longest, size.1 * 160 / longest);
    keep("thumb160", "jpg", &jpeg(&thumb, 80));
    keep("png", "png", &encoded(&seen, ImageFormat::Png));
    keep("webp", "webp", &encoded(&seen, ImageFormat::WebP));
    // Turned by pixels, by the tag alone, and by both so that it is shown as it was.
    let turned = [
        (imageops::rotate90(&seen), ["rot90", "exif90", "upright90"], 6, 8),
        (
            imageops::rotate180(&seen),
            ["rot180", "exif180", "upright180"],
            3,
            3,
        ),
        (
            imageops::rotate270(&seen),
            ["rot270", "exif270", "upright270"],
            8,
            6,
        ),
    ];
    for (pixels, [by_pixels, by_tag, upright], tag, back) in turned {
        let pixels = jpeg(&pixels, 88);
        keep(by_pixels, "jpg", &told(number, 0, 1, &pixels));
        keep(by_tag, "jpg", &told(number, 0, tag, &jpeg(&seen, 90)));
        keep(upright, "jpg", &told(number, 0, back, &pixels));
    }
    // Phones and most editors keep what the camera said.
    let edited = |picture: &RgbImage| told(number, 0, 1, &jpeg(picture, 88));
    keep("mirror", "jpg", &edited(&imageops::flip_horizontal(&seen)));
    for (transform, changed) in edits(&seen) {
        keep(transform, "jpg", &edited(&changed));
    }
    for (transform, percent) in [("crop5", 5), ("crop10", 10)] {
        keep(transform, "jpg", &edited(&crop(&seen, number, percent)));
    }
    for (transform, colour) in [("border-white", [255; 3]), ("border-black", [0; 3])] {
        let edge = size.0 * 4 / 100;
        let mut framed = RgbImage::from_pixel(size.0 + 2 * edge, size.1 + 2 * edge, Rgb(colour));
        imageops::replace(&mut framed, &seen, edge.into(), edge.into());
        keep(transform, "jpg", &edited(&framed));
    }
    let frame = next_frame(&scene, number, size);
    keep("burst", "jpg", &told(number, 1, 1, &jpeg(&frame, 80)));
    made
}

fn edits(seen: &RgbImage) -> Vec<(&'static str, RgbImage)> {
    let each = |change: &dyn Fn([f32; 3]) -> [f32; 3]| {
        let mut made = seen.clone();
        for pixel in made.pixels_mut() {
            pixel.0 = change(pixel.0.map(f32::from)).map(byte);
        }
        made
    };
    // Editors stretch contrast around the middle of the picture, not of the scale.
    let sum: u64 = seen.as_raw().iter().map(|&c| u64::from(c)).sum();
    let mean = sum as f32 / seen.as_raw().len().max(1) as f32;
    vec![
        ("bright", each(&|rgb| rgb.map(|c| c * 1.2 + 4.0))),
        ("dark", each(&|rgb| rgb.map(|c| c * 0.78))),
        ("contrast", each(&|rgb| rgb.map(|c| (c - mean) * 1.3 + mean))),
        ("grey", each(&|[r, g, b]| [0.299 * r + 0.587 * g + 0.114 * b; 3])),
        ("warm", each(&|[r, g, b]| [r * 1.12, g, b * 0.86])),
        ("stamp", stamped(seen)),
    ]
}

/// A line of block letters, low on the right, as cameras print the date.
fn stamped(seen: &RgbImage) -> RgbImage {
    let mut made = seen.clone();
    let (width, height) = made.dimensions();
    let (letter, high) = (width / 60, height / 24);
    let (left, top) = (width * 66 / 100, height * 90 / 100);
    for k in (0..10).filter(|k| k % 5 != 4) {
        for y in top..top + high {
            for x in left + 2 * k * letter..(left + 2 * k * letter + letter).min(width) {
                let hole = (y - top) * 5 / high == 2 && x % letter > letter / 3;
                made.put_pixel(x, y, Rgb(if hole { [40, 20, 0] } else { [255, 150, 30] }));
            }
        }
    }
    made
}

/// `percent` of each side away, more of it here than there.
fn crop(seen: &RgbImage, number: usize, percent: u32) -> RgbImage {
    let (width, height) = seen.dimensions();
    let mut random = Random::new(4711, number as u64 * 31 + u64::from(percent));
    let (away_x, away_y) = (width * percent / 100, height * percent / 100);
    let (left, top) = (random.below(away_x + 1), random.below(away_y + 1));
    imageops::crop_imm(seen, left, top, width - away_x, height - away_y).to_image()
}

/// A second later: moved 1.5 %, turned 0.7°, with other noise.
fn next_frame(scene: &RgbImage, number: usize, (width, height): (u32, u32)) -> RgbImage {
    let mut random = Random::new(815, number as u64);
    let (sin, cos) = 0.7f32.to_radians().sin_cos();
    let side = |up: u32| if up == 0 { -0.015 } else { 0.015 };
    let move_x = side(random.below(2)) * width as f32;
    let move_y = side(random.below(2)) * height as f32 * 0.6;
    let (cx, cy) = (scene.width() as f32 / 2.0, scene.height() as f32 / 2.0);
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
        let at = (
            cx + cos * dx - sin * dy + move_x,
            cy + sin * dx + cos * dy + move_y,
        );
        let noise = random.below(7) as f32 - 3.0;
        let pixel = imageops::interpolate_bilinear(scene, at.0, at.1).unwrap_or(Rgb([128; 3]));
        Rgb(pixel.0.map(|c| byte(f32::from(c) + noise)))
    })
}

fn resized(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    imageops::resize(picture, width, height, FilterType::Triangle)
}

fn jpeg(picture: &RgbImage, quality: i32) -> Vec<u8> {
    picture::jpeg(&DynamicImage::ImageRgb8(picture.clone()), quality)
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, format)
        .expect("write a sample picture");
    bytes.into_inner()
}

/// Of a third of them, EXIF tells only when they were saved.
fn told(number: usize, seconds: usize, orientation: u16, jpeg: &[u8]) -> Vec<u8> {
    let exif = exif(number, seconds, orientation);
    if number.is_multiple_of(3) {
        exif.saved_into_jpeg(jpeg)
    } else {
        exif.into_jpeg(jpeg)
    }
}

fn exif(number: usize, seconds: usize, orientation: u16) -> Exif {
    let hours = number % 24;
    Exif {
        make: "FUJIFILM",
        model: "X-T3",
        taken: format!(
            "2019:{:02}:14 {hours:02}:11:{:02}.{:03}",
            1 + number / 24 % 12,
            12 + seconds,
            number % 900
        ),
        offset: "+02:00",
        orientation,
        gps: None,
    }
}

/// Names and folders tell nothing of what a file is.
fn write(
    root: &Path,
    number: usize,
    place: usize,
    extension: &str,
    bytes: &[u8],
    label: (String, String),
) -> Label {
    let name = Random::new(number as u64, place as u64).next();
    let file = format!("{:02x}/IMG_{:010x}.{extension}", name & 15, name >> 24);
    put(
        root.join(&file),
        bytes,
        (FROM_S + number as u64 * 3600) * 1_000_000_000,
    );
    Label {
        file,
        group: label.0,
        transform: label.1,
        scene: String::new(),
    }
}

fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
