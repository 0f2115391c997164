//! PNG, WebP, GIF, TIFF, BMP, and JPEG in colours that libjpeg-turbo does not turn into RGB, through `image`. Only the
//! first frame or page is decoded. The size is checked, and room taken for it, before a pixel is decoded.

use crate::budget::{self, MOST_PIXEL_BYTES};
use crate::pixels::Decoded;
use crate::reduce;
use albumen_model::Kind;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// A profile or text packed into a PNG is unpacked before its size is known: 300 KB on disk may be 300 MB. Real colour
/// profiles are below 4 MB.
const MOST_ANCILLARY: u64 = 16 << 20;
/// Larger than any scanner; a header can claim 4,294,967,295.
const MOST_SIDE: u32 = 65_535;

pub fn decode(kind: Kind, bytes: &[u8], side: u32) -> Result<Decoded, String> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Webp => ImageFormat::WebP,
        Kind::Gif => ImageFormat::Gif,
        Kind::Tiff => ImageFormat::Tiff,
        Kind::Bmp => ImageFormat::Bmp,
        other => return Err(format!("{} is not decoded here", other.label())),
    };
    let said = |error: image::ImageError| error.to_string();
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(match kind {
        Kind::Png => MOST_ANCILLARY,
        _ => MOST_PIXEL_BYTES,
    });
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(said)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(format!("it claims {width} × {height} pixels"));
    }
    let result = decoder.total_bytes();
    let pixels = u64::from(width) * u64::from(height);
    let working = match kind {
        // Planes beside the result, or four bytes a pixel where three are wanted (image-webp).
        Kind::Webp => 4 * pixels,
        // A frame smaller than the screen is decoded on its own first.
        Kind::Gif => 4 * pixels,
        // Coefficients of a progressive frame (zune-jpeg).
        Kind::Jpeg => 8 * pixels,
        // A strip may be the whole picture.
        Kind::Tiff => result / 4,
        _ => 0,
    };
    let needs = result.saturating_add(working);
    let room = budget::pixels(needs).map_err(|why| format!("it claims {width} × {height} pixels: {why}"))?;
    if kind != Kind::Png {
        limits.max_alloc = Some(MOST_PIXEL_BYTES);
        decoder.set_limits(limits).map_err(said)?;
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(said)?;
    let picture = reduce::plain(picture, side)?;
    drop(room);
    Ok(Decoded {
        picture,
        full: (width, height),
        warning: None,
    })
}
