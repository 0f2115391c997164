//! JPEG through libjpeg-turbo, decoded at 1/8 to 1/1 as needed. The header is checked before the decoder sees it:
//! hundreds of progressive scans or absurd dimensions would keep it busy for minutes.

use image::RgbImage;
use turbojpeg::{Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

/// A camera's progressive JPEG has about ten scans; the limit of `image` is 100.
const MOST_SCANS: usize = 64;
/// Larger than any sensor; decoded at 1/8 this is 8 million pixels.
const MOST_PIXELS: u64 = 512_000_000;

pub struct Decoded {
    pub picture: RgbImage,
    pub full: (u32, u32),
    /// What is damaged, where the picture could be shown all the same.
    pub warning: Option<String>,
}

/// Decodes at the smallest scale whose longer side is at least `side`.
pub fn decode(bytes: &[u8], side: u32) -> Result<Decoded, String> {
    let said = |error: turbojpeg::Error| error.to_string();
    let scans = memchr::memchr_iter(0xff, bytes)
        .filter(|&at| bytes.get(at + 1) == Some(&0xda))
        .count();
    let mut decompressor = Decompressor::new().map_err(said)?;
    let header = decompressor.read_header(bytes).map_err(said)?;
    let (width, height) = (header.width as u64, header.height as u64);
    let pixels = width * height;
    if pixels == 0 || pixels > MOST_PIXELS {
        return Err(format!("it claims {width} × {height} pixels"));
    }
    if scans > MOST_SCANS && pixels * scans as u64 > 4 * MOST_PIXELS {
        return Err(format!(
            "it has {scans} scans of {width} × {height} pixels, which no camera writes"
        ));
    }
    let longest = width.max(height);
    let eighths = (1..=8u64)
        .find(|&n| longest * n / 8 >= u64::from(side))
        .unwrap_or(8);
    // Only these scales are fast in the library.
    let eighths = [1usize, 2, 4, 8]
        .into_iter()
        .find(|&n| n as u64 >= eighths)
        .unwrap_or(8);
    let scale = ScalingFactor::new(eighths, 8);
    decompressor.set_scaling_factor(scale).map_err(said)?;
    let (w, h) = (scale.scale(header.width), scale.scale(header.height));
    let mut out = Image {
        pixels: vec![0; w * h * 3],
        width: w,
        pitch: w * 3,
        height: h,
        format: PixelFormat::RGB,
    };
    let warning = match decompressor.decompress(bytes, out.as_deref_mut()) {
        Ok(()) => None,
        Err(error) => Some(recoverable(&error.to_string())?),
    };
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let picture =
        RgbImage::from_raw(small(w), small(h), out.pixels).ok_or("the decoder gave too few bytes")?;
    Ok(Decoded {
        picture,
        full: (small(header.width), small(header.height)),
        warning,
    })
}

/// libjpeg goes on after these (its JWRN messages) and gives the picture as far as it could be read.
fn recoverable(said: &str) -> Result<String, String> {
    const WARNINGS: [&str; 4] = [
        "Corrupt JPEG data",
        "Premature end of JPEG",
        "Inconsistent progression",
        "Invalid SOS parameters",
    ];
    if WARNINGS.iter().any(|warning| said.contains(warning)) {
        Ok(said.to_owned())
    } else {
        Err(said.to_owned())
    }
}

/// Quality 80 is indistinguishable at thumbnail size.
pub fn encode(picture: &RgbImage, quality: i32) -> Option<Vec<u8>> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let image = Image {
        pixels: picture.as_raw().as_slice(),
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    };
    let mut compressor = Compressor::new().ok()?;
    compressor.set_quality(quality).ok()?;
    compressor.set_subsamp(Subsamp::Sub2x2).ok()?;
    compressor.compress_to_vec(image).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg() -> Vec<u8> {
        let picture = RgbImage::from_fn(640, 480, |x, y| {
            image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])
        });
        encode(&picture, 80).expect("a JPEG")
    }

    #[test]
    fn decodes_no_larger_than_needed() {
        let decoded = decode(&jpeg(), 256).expect("decode");
        assert_eq!(decoded.full, (640, 480));
        assert_eq!(decoded.picture.dimensions(), (320, 240));
        assert!(decoded.warning.is_none());
    }

    #[test]
    fn a_cut_file_shows_as_far_as_it_goes_and_says_so() {
        let whole = jpeg();
        let decoded = decode(&whole[..whole.len() / 2], 256).expect("decode");
        assert!(decoded.warning.is_some());
    }

    #[test]
    fn a_frame_that_claims_four_gigapixels_is_refused_before_decoding() {
        let mut bytes = jpeg();
        let frame = bytes
            .windows(2)
            .position(|pair| pair == [0xff, 0xc0])
            .expect("a frame header");
        bytes[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
        assert!(decode(&bytes, 256).is_err_and(|why| why.contains("65500")));
    }

    #[test]
    fn hundreds_of_scans_of_a_large_frame_are_refused_before_decoding() {
        let mut bytes = jpeg();
        let frame = bytes
            .windows(2)
            .position(|pair| pair == [0xff, 0xc0])
            .expect("a frame header");
        // 16,000 × 16,000 is allowed once, not four hundred times.
        bytes[frame + 5..frame + 9].copy_from_slice(&[0x3e, 0x80, 0x3e, 0x80]);
        bytes.extend([0xff, 0xda].repeat(400));
        assert!(decode(&bytes, 256).is_err_and(|why| why.contains("scans")));
    }
}
