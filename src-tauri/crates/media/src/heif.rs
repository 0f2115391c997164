//! HEIC, HEIF and AVIF through the system's libheif, which turns and mirrors by itself as `irot` and `imir` say: their
//! EXIF orientation is only a memory of that (ISO/IEC 23008-12, 6.5.10) and is not applied again. The embedded thumbnail
//! decodes a hundred times faster than the picture; it is taken where it is large enough and of the same shape.

use crate::budget;
use crate::exif::after_offset;
use crate::pixels::Decoded;
use crate::reduce::{Blocks, over_white};
use libheif_rs::{ColorSpace, HeifContext, ImageHandle, ItemId, RgbChroma};

/// Larger than a phone's largest panorama.
const MOST_PIXELS: u64 = 300_000_000;
/// Width and height of thumbnail and picture may differ by this part: 512 × 384 of 4032 × 3024 is exact, some are not.
const SHAPE: f64 = 0.015;
pub const MOST_EXIF: usize = 4 << 20;

pub fn decode(bytes: &[u8], side: u32) -> Result<Decoded, String> {
    let said = |error: libheif_rs::HeifError| error.message;
    let context = HeifContext::read_from_bytes(bytes).map_err(said)?;
    let picture = context.primary_image_handle().map_err(said)?;
    let full = size(&picture)?;
    if let Some(thumbnail) = thumbnail(&picture, side)
        && let Ok(small) = shown(&thumbnail, side)
    {
        return Ok(Decoded {
            picture: small,
            full,
            warning: None,
        });
    }
    Ok(Decoded {
        picture: shown(&picture, side)?,
        full,
        warning: None,
    })
}

/// What it says of itself besides the picture.
#[derive(Default)]
pub struct Notes {
    /// The TIFF structure of its EXIF.
    pub exif: Option<Vec<u8>>,
    /// Its XMP packet (ISO/IEC 23008-12, A.3).
    pub xmp: Option<Vec<u8>>,
}

pub fn notes(bytes: &[u8]) -> Notes {
    let picture = HeifContext::read_from_bytes(bytes).and_then(|context| context.primary_image_handle());
    let Ok(picture) = picture else {
        return Notes::default();
    };
    let body = block(&picture, b"Exif", |_| true);
    Notes {
        exif: body.and_then(|body| after_offset(&body).map(<[u8]>::to_vec)),
        xmp: block(&picture, b"mime", |content| {
            content == Some("application/rdf+xml")
        }),
    }
}

fn block(picture: &ImageHandle, kind: &[u8; 4], is_wanted: impl Fn(Option<&str>) -> bool) -> Option<Vec<u8>> {
    let mut ids: [ItemId; 8] = [0; 8];
    let found = picture.metadata_block_ids(&mut ids, kind);
    let id = ids
        .into_iter()
        .take(found)
        .find(|&id| is_wanted(picture.metadata_content_type(id)))?;
    (picture.metadata_size(id) <= MOST_EXIF).then(|| picture.metadata(id).ok())?
}

fn size(picture: &ImageHandle) -> Result<(u32, u32), String> {
    let (width, height) = (picture.width(), picture.height());
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MOST_PIXELS {
        return Err(format!("it claims {width} × {height} pixels"));
    }
    Ok((width, height))
}

/// The smallest embedded one with at least `side` pixels that has the shape of the picture and lies as it does.
fn thumbnail(picture: &ImageHandle, side: u32) -> Option<ImageHandle> {
    let mut ids: [ItemId; 8] = [0; 8];
    let found = picture.thumbnail_ids(&mut ids);
    let shape = |it: &ImageHandle| f64::from(it.width()) / f64::from(it.height().max(1));
    // Width and height change places in a quarter turn: the same turn must be said of both.
    let turned = |it: &ImageHandle| {
        let stored = f64::from(it.ispe_width().max(0)) / f64::from(it.ispe_height().max(1));
        (stored > 1.0) != (shape(it) > 1.0)
    };
    ids.into_iter()
        .take(found)
        .filter_map(|id| picture.thumbnail(id).ok())
        .filter(|it| it.width().max(it.height()) >= side && size(it).is_ok())
        .filter(|it| (shape(it) / shape(picture) - 1.0).abs() <= SHAPE && turned(it) == turned(picture))
        .min_by_key(|it| u64::from(it.width()) * u64::from(it.height()))
}

fn shown(picture: &ImageHandle, side: u32) -> Result<image::RgbImage, String> {
    let (width, height) = size(picture)?;
    let alpha = picture.has_alpha_channel();
    // Planes and the colours made of them; with more than 8 bits both are made twice as wide first.
    let a_pixel = match (picture.luma_bits_per_pixel() > 8, alpha) {
        (false, false) => 5,
        (false, true) => 7,
        (true, _) => 12,
    };
    let room = budget::pixels(u64::from(width) * u64::from(height) * a_pixel)?;
    let chroma = if alpha { RgbChroma::Rgba } else { RgbChroma::Rgb };
    let image = picture
        .decode(ColorSpace::Rgb(chroma), None)
        .map_err(|error| error.message)?;
    let planes = image.planes();
    let plane = planes.interleaved.ok_or("libheif gave no pixels")?;
    if (plane.width, plane.height) != (width, height) {
        return Err("its size is not what it says".to_owned());
    }
    let mut blocks = Blocks::new(width, height, side);
    for row in plane.data.chunks_exact(plane.stride).take(height as usize) {
        if alpha {
            let pixels = row.chunks_exact(4);
            blocks.row(pixels.map(|it| over_white([it[0], it[1], it[2], it[3]])));
        } else {
            blocks.row(row.chunks_exact(3).map(|it| [it[0], it[1], it[2]]));
        }
    }
    drop(room);
    blocks.finish()
}
