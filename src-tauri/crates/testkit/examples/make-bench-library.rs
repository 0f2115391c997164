//! Makes the libraries that `make bench` measures: N JPEGs of 12 megapixels, each another picture but every tenth, which
//! is the one before it compressed harder; or, with `small`, N small files as `testkit::many` makes them.
//!
//! `make-bench-library FOLDER N [small | of PICTURE...]`
//!
//! Without pictures the photos are made up, some 3 MB each; with them each is a part of one, as large as a phone makes it.

use albumen_testkit::exif::Exif;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GenericImageView};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

const WIDTH: usize = 4000;
const HEIGHT: usize = 3000;
/// A camera's thumbnail of it is 160 × 120.
const THUMB: usize = 25;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let n: usize = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .expect("a number");
    let kind = arguments.next();
    if kind.as_deref() == Some("small") {
        albumen_testkit::many::make(&folder, n);
        return;
    }
    let originals: Vec<PathBuf> = arguments
        .map(PathBuf::from)
        .filter(|path| is_large(path))
        .collect();
    assert!(
        kind.is_none() || !originals.is_empty(),
        "no picture is large enough"
    );
    let quality = if originals.is_empty() { 88 } else { 90 };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let mut compressor = Compressor::new().expect("a compressor");
                compressor.set_subsamp(Subsamp::Sub2x2).expect("subsampling");
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n {
                        return;
                    }
                    let again = i % 10 == 9;
                    compressor
                        .set_quality(if again { 75 } else { quality })
                        .expect("quality");
                    let shown = if again { i - 1 } else { i };
                    let (pixels, orientation) = if originals.is_empty() {
                        (picture(shown as u64), 1)
                    } else {
                        part(&originals[shown % originals.len()], shown as u64)
                    };
                    let mut jpeg = |pixels: &[u8], width: usize, height: usize| {
                        let image = Image {
                            pixels,
                            width,
                            pitch: width * 3,
                            height,
                            format: PixelFormat::RGB,
                        };
                        compressor.compress_to_vec(image).expect("a JPEG")
                    };
                    let whole = jpeg(&pixels, WIDTH, HEIGHT);
                    let small = jpeg(&thumbnail(&pixels), WIDTH / THUMB, HEIGHT / THUMB);
                    let jpeg = exif(shown, orientation).into_jpeg_with(&whole, &small);
                    let path = folder
                        .join(format!("{:03}", i / 100))
                        .join(format!("IMG_{i:05}.jpg"));
                    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                    let mut file = File::create(path).expect("a file");
                    file.write_all(&jpeg).expect("write");
                }
            });
        }
    });
}

fn exif(i: usize, orientation: u16) -> Exif {
    Exif {
        make: "Panasonic",
        model: "DMC-LX100",
        taken: format!(
            "2019:07:{:02} {:02}:{:02}:{:02}",
            1 + i % 28,
            i / 3600 % 24,
            i / 60 % 60,
            i % 60
        ),
        offset: "+02:00",
        orientation,
        gps: None,
    }
}

/// Smaller ones would have to be enlarged so much that nothing fine is left in them.
const LARGE: u32 = 5_000_000;

fn is_large(path: &Path) -> bool {
    image::image_dimensions(path).is_ok_and(|(width, height)| width * height >= LARGE)
}

/// A part of a picture, not quite the whole, lighter or darker, every other one mirrored: pixels in rows, and the EXIF
/// orientation, as a camera that is held upright turns nothing.
fn part(original: &Path, seed: u64) -> (Vec<u8>, u16) {
    let whole = image::open(original).expect("a picture");
    let upright = whole.height() > whole.width();
    let whole = if upright { whole.rotate270() } else { whole };
    let mut draw = seed;
    let mut random = |below: u32| {
        draw = draw
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((draw >> 33) % u64::from(below.max(1))).unwrap_or(0)
    };
    let (width, height) = whole.dimensions();
    let across = width.min(height * 4 / 3) * (85 + random(16)) / 100;
    let down = across * 3 / 4;
    let (x, y) = (random(width - across + 1), random(height - down + 1));
    let cut = whole.crop_imm(x, y, across, down);
    let mut made = cut
        .resize_exact(WIDTH as u32, HEIGHT as u32, FilterType::Lanczos3)
        .into_rgb8();
    if random(2) == 1 {
        imageops::flip_horizontal_in_place(&mut made);
    }
    let light = random(41).cast_signed() - 20;
    let made = DynamicImage::ImageRgb8(made).brighten(light).into_rgb8();
    (made.into_raw(), if upright { 6 } else { 1 })
}

/// The mean of each square, as a camera makes its thumbnails.
fn thumbnail(pixels: &[u8]) -> Vec<u8> {
    let mut small = Vec::with_capacity(WIDTH / THUMB * (HEIGHT / THUMB) * 3);
    for y in (0..HEIGHT).step_by(THUMB) {
        for x in (0..WIDTH).step_by(THUMB) {
            for channel in 0..3 {
                let value = |at: usize| {
                    let (dx, dy) = (at % THUMB, at / THUMB);
                    u32::from(pixels[((y + dy) * WIDTH + x + dx) * 3 + channel])
                };
                let sum: u32 = (0..THUMB * THUMB).map(value).sum();
                small.push(u8::try_from(sum as usize / (THUMB * THUMB)).unwrap_or(255));
            }
        }
    }
    small
}

/// Soft shapes with a little grain, so that entropy decoding costs what it costs for a photo.
fn picture(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    // A coarse random grid, interpolated by repeating: blobs of 125 pixels.
    let (columns, rows) = (WIDTH / 125, HEIGHT / 125);
    let grid: Vec<[u8; 3]> = (0..columns * rows)
        .map(|_| {
            let bytes = random();
            [bytes[0] / 2 + 60, bytes[1] / 2 + 60, bytes[2] / 2 + 60]
        })
        .collect();
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT * 3);
    let mut grains = random();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            if x % 8 == 0 {
                grains = random();
            }
            let base = grid[(y / 125) * columns + x / 125];
            let grain = grains[x % 8] & 15;
            let slope = ((x % 125) / 4) as u8;
            pixels.extend(base.map(|channel| channel + grain + slope));
        }
    }
    pixels
}
