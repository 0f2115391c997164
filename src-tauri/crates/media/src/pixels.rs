//! Pixels of an untrusted file, small and upright. One path for all kinds, so that hashes are comparable:
//! decode (JPEG scaled down while decoding) → at most 256 pixels a side → turned as EXIF says.

use crate::jpeg;
use albumen_model::Kind;
use fast_image_resize as fir;
use image::{DynamicImage, ImageReader, Limits, RgbImage, imageops};
use std::io::Cursor;

/// Longest side of a thumbnail.
pub const THUMB: u32 = 256;
/// What one decoder may allocate. Two to sixteen workers run at once.
const MOST_BYTES: u64 = 384 << 20;
const MOST_SIDE: u32 = 50_000;

pub struct Picture {
    pub small: RgbImage,
    /// As shown, after the turn.
    pub full_width: u32,
    pub full_height: u32,
    pub warning: Option<String>,
}

/// A picture of at most [`THUMB`] pixels a side.
pub fn thumbnail(kind: Kind, bytes: &[u8], turn: u8) -> Result<Picture, String> {
    scaled(kind, bytes, turn, THUMB)
}

/// A picture of at most `side` pixels a side, upright.
pub fn scaled(kind: Kind, bytes: &[u8], turn: u8, side: u32) -> Result<Picture, String> {
    let plain = || -> Result<_, String> {
        let picture = decode(kind, bytes)?;
        let full = (picture.width(), picture.height());
        Ok((flatten(picture), full, None))
    };
    let (picture, full, warning) = if kind == Kind::Jpeg {
        match jpeg::decode(bytes, side) {
            Ok(decoded) => (decoded.picture, decoded.full, decoded.warning),
            // CMYK and the like: slower, but it shows.
            Err(why) if why.contains("color conversion") => plain()?,
            Err(why) => return Err(why),
        }
    } else {
        plain()?
    };
    let warning = warning.map(|_| {
        let cut = if has_end(bytes) {
            "Part of its picture is damaged"
        } else {
            "It ends before its picture does"
        };
        format!("{cut}; it is shown as far as it goes and moved as it is.")
    });
    let small = shrink(picture, side)?;
    let small = upright(small, turn);
    let (full_width, full_height) = if turn >= 5 { (full.1, full.0) } else { full };
    Ok(Picture {
        small,
        full_width,
        full_height,
        warning,
    })
}

pub fn encode(small: &RgbImage) -> Option<Vec<u8>> {
    jpeg::encode(small, 80)
}

/// An end-of-image marker in the last part of the file; phones append more data after it, truncation removes it.
fn has_end(bytes: &[u8]) -> bool {
    bytes.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}

fn decode(kind: Kind, bytes: &[u8]) -> Result<DynamicImage, String> {
    let format = match kind {
        Kind::Jpeg => image::ImageFormat::Jpeg,
        Kind::Png => image::ImageFormat::Png,
        Kind::Webp => image::ImageFormat::WebP,
        Kind::Gif => image::ImageFormat::Gif,
        Kind::Tiff => image::ImageFormat::Tiff,
        Kind::Bmp => image::ImageFormat::Bmp,
        other => return Err(format!("{} is not decoded yet", other.label())),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.decode().map_err(|error| error.to_string())
}

/// What is see-through is shown on white, as viewers do.
fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    let over_white = |value: u8, alpha: u8| {
        let mixed = u16::from(value) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
        u8::try_from(mixed / 255).unwrap_or(255)
    };
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        image::Rgb([over_white(r, a), over_white(g, a), over_white(b, a)])
    })
}

fn shrink(picture: RgbImage, side: u32) -> Result<RgbImage, String> {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return Ok(picture);
    }
    let part =
        |n: u32| u32::try_from((u64::from(n) * u64::from(side) / u64::from(longest)).max(1)).unwrap_or(1);
    resize(&picture, part(picture.width()), part(picture.height()))
}

/// Averaging filter: aliasing would change perceptual hashes.
pub fn resize(picture: &RgbImage, width: u32, height: u32) -> Result<RgbImage, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let from = fir::images::ImageRef::new(
        picture.width(),
        picture.height(),
        picture.as_raw(),
        fir::PixelType::U8x3,
    )
    .map_err(|error| said(&error))?;
    let mut to = fir::images::Image::new(width, height, fir::PixelType::U8x3);
    let options =
        fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Bilinear));
    fir::Resizer::new()
        .resize(&from, &mut to, &options)
        .map_err(|error| said(&error))?;
    RgbImage::from_raw(width, height, to.into_vec())
        .ok_or_else(|| "the picture could not be made smaller".to_owned())
}

/// EXIF orientation 2 to 8 (EXIF 2.32, tag 0x0112).
fn upright(picture: RgbImage, turn: u8) -> RgbImage {
    match turn {
        2 => imageops::flip_horizontal(&picture),
        3 => imageops::rotate180(&picture),
        4 => imageops::flip_vertical(&picture),
        5 => imageops::flip_horizontal(&imageops::rotate90(&picture)),
        6 => imageops::rotate90(&picture),
        7 => imageops::flip_horizontal(&imageops::rotate270(&picture)),
        8 => imageops::rotate270(&picture),
        _ => picture,
    }
}
