//! Pictures that stand for photos: blobs of several scales over a gradient, so that their perceptual hashes lie far
//! apart. Painted small and by rows, then enlarged and given detail: fast also without optimisation.

use crate::exif::Exif;
use crate::random::Random;
use image::{DynamicImage, ImageFormat, RgbImage, imageops::FilterType};
use libheif_rs::{ColorSpace, CompressionFormat, EncoderQuality, HeifContext, Image as HeifImage, RgbChroma};
use std::io::Cursor;
use std::sync::Mutex;
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

/// A small photo that a camera took at `taken` (`2019:03:01 10:11:12`), another for each `seed` and `number`.
pub fn taken_at(taken: String, seed: u64, number: u64) -> (Exif, Vec<u8>) {
    let exif = Exif {
        make: "Canon",
        model: "Canon EOS 80D",
        taken,
        offset: "+02:00",
        orientation: 1,
        gps: None,
    };
    let bytes = exif.into_jpeg(&jpeg(&paint(seed, number, (64, 48)), 80));
    (exif, bytes)
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

/// By the system's libheif, which needs its encoder x265.
pub fn heic(picture: &DynamicImage) -> Vec<u8> {
    heic_with(picture, None)
}

/// The same, with a TIFF structure as its EXIF.
pub fn heic_with(picture: &DynamicImage, exif: Option<&[u8]>) -> Vec<u8> {
    // x265 fills its table of functions when it is first used, and two threads that begin at once find it half full.
    static ENCODER: Mutex<()> = Mutex::new(());
    let alone = ENCODER.lock();
    let rgb = picture.to_rgb8();
    let (width, height) = rgb.dimensions();
    let color = ColorSpace::Rgb(RgbChroma::Rgb);
    let mut image = HeifImage::new(width, height, color).expect("make a HEIF image");
    image
        .create_plane(libheif_rs::Channel::Interleaved, width, height, 24)
        .expect("make its plane");
    let plane = image.planes_mut().interleaved.expect("a plane");
    for (to, from) in plane
        .data
        .chunks_exact_mut(plane.stride)
        .zip(rgb.as_raw().chunks_exact(3 * width as usize))
    {
        to[..from.len()].copy_from_slice(from);
    }
    let mut context = HeifContext::new().expect("make a HEIF context");
    let mut encoder = context
        .encoder_for_format(CompressionFormat::Hevc)
        .expect("libheif has an encoder for HEVC");
    encoder
        .set_quality(EncoderQuality::Lossy(60))
        .expect("set the quality");
    let handle = context
        .encode_image(&image, &mut encoder, None)
        .expect("encode a sample HEIC");
    drop(alone);
    if let Some(exif) = exif {
        context.add_exif_metadata(&handle, exif).expect("add EXIF");
    }
    context.write_to_bytes().expect("write a sample HEIC")
}

/// `heic` turned a quarter to the right when shown, by a property as phones write it (ISO/IEC 23008-12, 6.5.10).
pub fn turned_heic(heic: &[u8]) -> Vec<u8> {
    let at = find(heic, b"meta") - 4;
    let size = u32::from_be_bytes(heic[at..at + 4].try_into().expect("four bytes")) as usize;
    let mut meta = heic[at..at + size].to_vec();
    let place = |meta: &[u8], name: &[u8; 4]| find(meta, name) - 4;
    let grow = |meta: &mut Vec<u8>, at: usize, by: u32| {
        let size = u32::from_be_bytes(meta[at..at + 4].try_into().expect("four bytes")) + by;
        meta[at..at + 4].copy_from_slice(&size.to_be_bytes());
        at + size as usize
    };
    let ipco = place(&meta, b"ipco");
    // Counted counter-clockwise: three quarters to the left.
    let end = grow(&mut meta, ipco, 9);
    meta.splice(end - 9..end - 9, *b"\0\0\0\x09irot\x03");
    let mut properties = 0;
    let mut next = ipco + 8;
    while next < end {
        properties += 1;
        next = grow(&mut meta, next, 0);
    }
    let ipma = place(&meta, b"ipma");
    // Full box, number of items, first item's id, number of its properties.
    let count = ipma + 18;
    let behind = count + 1 + usize::from(meta[count]);
    meta[count] += 1;
    meta.insert(behind, 0x80 | properties);
    grow(&mut meta, ipma, 1);
    let iprp = place(&meta, b"iprp");
    grow(&mut meta, iprp, 10);
    grow(&mut meta, 0, 10);
    // Behind everything else, it moves nothing that it points at.
    let mut made = heic.to_vec();
    made[at + 4..at + 8].copy_from_slice(b"free");
    made.extend(meta);
    made
}

/// Where `wanted` begins in `bytes`.
pub fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes
        .windows(wanted.len())
        .position(|part| part == wanted)
        .expect("a sample holds what it is made of")
}

/// A JPEG XL of 40 × 20 pixels, red on the left and blue on the right, that is shown turned a quarter to the right.
#[rustfmt::skip]
pub const JXL: [u8; 90] = [
    0x00, 0x00, 0x00, 0x0c, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a, 0x00, 0x00, 0x00, 0x14,
    0x66, 0x74, 0x79, 0x70, 0x6a, 0x78, 0x6c, 0x20, 0x00, 0x00, 0x00, 0x00, 0x6a, 0x78, 0x6c, 0x20,
    0x00, 0x00, 0x00, 0x3a, 0x6a, 0x78, 0x6c, 0x63, 0xff, 0x0a, 0x98, 0x70, 0x0b, 0x04, 0x14, 0x97,
    0x04, 0x08, 0x02, 0x01, 0x00, 0x8c, 0x00, 0x4b, 0x18, 0x8b, 0x15, 0x00, 0xd4, 0x37, 0x13, 0x63,
    0x8c, 0x93, 0x77, 0x81, 0x10, 0x00, 0x00, 0x27, 0xaa, 0x00, 0x08, 0x09, 0x00, 0x40, 0x41, 0xc2,
    0xe0, 0x0e, 0x00, 0x01, 0x7d, 0xb9, 0xe6, 0x17, 0xb5, 0x00,
];
