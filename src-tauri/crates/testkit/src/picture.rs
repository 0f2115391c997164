//! Pictures that stand for photos: blobs of several scales over a gradient, so that their perceptual hashes lie far
//! apart. Painted small and by rows, then enlarged and given detail: fast also without optimisation.

use crate::random::Random;
use image::{DynamicImage, ImageFormat, RgbImage, imageops::FilterType};
use std::io::Cursor;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// Width of what the large shapes are painted on.
const SKETCH: u32 = 80;
/// Their radii there, far ones first.
const SHAPES: [u32; 25] = [
    28, 20, 20, 14, 14, 14, 10, 10, 10, 10, 10, 7, 7, 7, 7, 7, 7, 7, 7, 5, 5, 5, 5, 5, 5,
];

pub fn paint(seed: u64, stream: u64, (width, height): (u32, u32)) -> DynamicImage {
    let mut random = Random::new(seed, stream);
    let palette = Palette {
        hue: random.below(360),
    };
    let sketch_height = (SKETCH * height / width.max(1)).clamp(8, 4 * SKETCH);
    let mut sketch = gradient(&mut random, palette, SKETCH, sketch_height);
    for radius in SHAPES {
        blob(&mut sketch, &mut random, palette, radius);
    }
    // Out of focus, as the large shapes of a photo mostly are.
    let large = DynamicImage::ImageRgb8(sketch)
        .blur(0.9)
        .resize_exact(width, height, FilterType::CatmullRom);
    let mut picture = large.into_rgb8();
    for _ in 0..90 {
        let radius = 1 + random.below(width / 80 + 2);
        blob(&mut picture, &mut random, palette, radius);
    }
    DynamicImage::ImageRgb8(picture)
}

/// Colours that go together: around one hue, sometimes its opposite.
#[derive(Clone, Copy)]
struct Palette {
    hue: u32,
}

impl Palette {
    fn pick(self, random: &mut Random) -> [u8; 3] {
        let turn = if random.below(5) == 0 {
            180
        } else {
            320 + random.below(80)
        };
        let (hue, value, grey) = (
            (self.hue + turn) % 360,
            40 + random.below(210),
            35 + random.below(45),
        );
        // HSV with integers: `grey` is what is left of a colour's weakest part, in percent.
        let low = value * grey / 100;
        let between = low + (value - low) * (60 - (hue % 120).abs_diff(60)) / 60;
        let [high, mid, low] = [value, between, low].map(|part| u8::try_from(part).unwrap_or(255));
        match hue / 60 {
            0 => [high, mid, low],
            1 => [mid, high, low],
            2 => [low, high, mid],
            3 => [low, mid, high],
            4 => [mid, low, high],
            _ => [high, low, mid],
        }
    }
}

fn gradient(random: &mut Random, palette: Palette, width: u32, height: u32) -> RgbImage {
    let (from, to) = (palette.pick(random), palette.pick(random));
    RgbImage::from_fn(width, height, |x, y| {
        let at = (x + y) * 255 / (width + height);
        let mix = |a: u8, b: u8| (u32::from(a) * (255 - at) + u32::from(b) * at) / 255;
        image::Rgb([0, 1, 2].map(|c| u8::try_from(mix(from[c], to[c])).unwrap_or(255)))
    })
}

/// A filled disc, row by row, cut off at the edges.
fn blob(canvas: &mut RgbImage, random: &mut Random, palette: Palette, radius: u32) {
    let (width, height) = canvas.dimensions();
    let (cx, cy) = (random.below(width), random.below(height));
    let row_of_colour = palette.pick(random).repeat(2 * radius as usize + 1);
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
