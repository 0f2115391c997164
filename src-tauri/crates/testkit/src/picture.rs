//! Pictures that stand for photos: blobs of several scales over a gradient, so that their perceptual hashes lie far
//! apart. Painted small and by rows, then enlarged and given detail: fast also without optimisation.

use crate::random::Random;
use image::{DynamicImage, ImageFormat, RgbImage, imageops::FilterType};
use std::io::Cursor;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// Width of what the large shapes are painted on.
const SKETCH: u32 = 80;

pub fn paint(seed: u64, stream: u64, (width, height): (u32, u32)) -> DynamicImage {
    let mut random = Random::new(seed, stream);
    let sketch_height = (SKETCH * height / width.max(1)).clamp(8, 4 * SKETCH);
    let mut sketch = gradient(&mut random, SKETCH, sketch_height);
    for radius in [
        28, 20, 20, 14, 14, 14, 10, 10, 10, 10, 10, 7, 7, 7, 7, 7, 7, 7, 7, 5, 5, 5, 5, 5, 5, 5, 5,
    ] {
        blob(&mut sketch, &mut random, radius);
    }
    let large = DynamicImage::ImageRgb8(sketch).resize_exact(width, height, FilterType::Triangle);
    let mut picture = large.into_rgb8();
    for _ in 0..90 {
        let radius = 1 + random.below(width / 64 + 2);
        blob(&mut picture, &mut random, radius);
    }
    DynamicImage::ImageRgb8(picture)
}

fn gradient(random: &mut Random, width: u32, height: u32) -> RgbImage {
    let (from, to) = (colour(random), colour(random));
    RgbImage::from_fn(width, height, |x, y| {
        let at = (x + y) * 255 / (width + height);
        let mix = |a: u8, b: u8| (u32::from(a) * (255 - at) + u32::from(b) * at) / 255;
        image::Rgb([0, 1, 2].map(|c| u8::try_from(mix(from[c], to[c])).unwrap_or(255)))
    })
}

fn colour(random: &mut Random) -> [u8; 3] {
    let [r, g, b, ..] = random.next().to_le_bytes();
    [r, g, b]
}

/// A filled disc, row by row, cut off at the edges.
fn blob(canvas: &mut RgbImage, random: &mut Random, radius: u32) {
    let (width, height) = canvas.dimensions();
    let (cx, cy) = (random.below(width), random.below(height));
    let row_of_colour = colour(random).repeat(2 * radius as usize + 1);
    let raw: &mut [u8] = canvas;
    for y in cy.saturating_sub(radius)..(cy + radius + 1).min(height) {
        let dy = y.abs_diff(cy);
        let half = (radius * radius - dy * dy).isqrt();
        let (left, right) = (cx.saturating_sub(half), (cx + half + 1).min(width));
        let (from, to) = (3 * (y * width + left) as usize, 3 * (y * width + right) as usize);
        raw[from..to].copy_from_slice(&row_of_colour[..to - from]);
    }
}

pub fn jpeg(picture: &DynamicImage, quality: i32) -> Vec<u8> {
    let rgb = picture.to_rgb8();
    let (width, height) = (rgb.width() as usize, rgb.height() as usize);
    let image = Image {
        pixels: rgb.as_raw().as_slice(),
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    };
    let mut compressor = Compressor::new().expect("make a JPEG compressor");
    compressor.set_quality(quality).expect("set the JPEG quality");
    compressor
        .set_subsamp(Subsamp::Sub2x2)
        .expect("set the JPEG subsampling");
    compressor
        .compress_to_vec(image)
        .expect("compress a sample picture")
}

pub fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("write a sample PNG");
    bytes.into_inner()
}
