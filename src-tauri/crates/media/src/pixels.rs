//! Pixels of an untrusted file, small and upright. One path for all kinds, so that hashes are comparable: decode
//! (scaled down while decoding where the format can) → at most 256 pixels a side → turned as EXIF says. Which library
//! decodes what is said here and nowhere else; each has a module of its own with its limits.

use crate::{heif, jpeg, jxl, raw, reduce, stills};
use albumen_model::Kind;
use image::{RgbImage, imageops};

pub use crate::reduce::resize;

/// Longest side of a thumbnail.
pub const THUMB: u32 = 256;

/// What a decoder gives: at least as large as was asked for, if the picture is.
pub struct Decoded {
    pub picture: RgbImage,
    /// Of the whole picture, before any turn that is still to come.
    pub full: (u32, u32),
    /// What is damaged, where the picture could be shown all the same.
    pub warning: Option<String>,
}

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

/// A picture of at most `side` pixels a side, upright. `turn` is what EXIF says.
pub fn scaled(kind: Kind, bytes: &[u8], turn: u8, side: u32) -> Result<Picture, String> {
    let (decoded, turn) = match kind {
        Kind::Jpeg => match jpeg::decode(bytes, side) {
            // CMYK and the like: slower, but it shows.
            Err(why) if why.contains("color conversion") => (stills::decode(kind, bytes, side)?, turn),
            decoded => (decoded?, turn),
        },
        // Both libraries turn by what the container says.
        Kind::Heic | Kind::Avif => (heif::decode(bytes, side)?, 1),
        Kind::Jxl => (jxl::decode(bytes, side)?, 1),
        Kind::Raw => raw::decode(bytes, turn, side)?,
        _ => (stills::decode(kind, bytes, side)?, turn),
    };
    fitted(kind, bytes, decoded, turn, side)
}

/// What a decoder gave, as it is shown.
pub fn fitted(kind: Kind, bytes: &[u8], decoded: Decoded, turn: u8, side: u32) -> Result<Picture, String> {
    let warning = decoded.warning.map(|_| {
        let cut = if kind == Kind::Jpeg && has_end(bytes) {
            "Part of its picture is damaged"
        } else {
            "It ends before its picture does"
        };
        format!("{cut}; it is shown as far as it goes and moved as it is.")
    });
    let small = upright(reduce::shrink(decoded.picture, side)?, turn);
    let (width, height) = decoded.full;
    let (full_width, full_height) = if turn >= 5 {
        (height, width)
    } else {
        (width, height)
    };
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
