//! Perceptual hash: median of a 16×16 DCT, 256 bits, by `img_hash`. Measured best at "no false pair" among the classic
//! hashes. Flat pictures (sky, white pages, black frames) get none: they would match each other.

use crate::pixels::resize;
use albumen_model::PerceptualHash;
use image::RgbImage;
use img_hash::{HashAlg, HasherConfig};

/// Standard deviation of grey below which a picture is flat.
const FLAT: f64 = 4.0;
/// The DCT works on this; making it here, with one filter, keeps hashes of all kinds comparable and is cheap.
const SIDE: u32 = 64;

pub fn of(small: &RgbImage) -> Option<PerceptualHash> {
    let grey = image::DynamicImage::ImageRgb8(resize(small, SIDE, SIDE).ok()?).into_luma8();
    if deviation(grey.as_raw()) < FLAT {
        return None;
    }
    let hasher = HasherConfig::new()
        .hash_alg(HashAlg::Median)
        .preproc_dct()
        .hash_size(16, 16)
        .to_hasher();
    PerceptualHash::from_slice(hasher.hash_image(&grey).as_bytes())
}

fn deviation(values: &[u8]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    (values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blobs of many sizes and places, as a photo has them; pure waves would leave most of the DCT empty.
    fn picture(seed: u32) -> RgbImage {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        let mut random = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        let blobs: Vec<(i64, i64, i64, u8)> = (0..60)
            .map(|_| {
                let size = i64::from(4 + random(40));
                (
                    i64::from(random(200)),
                    i64::from(random(150)),
                    size,
                    u8::try_from(random(256)).unwrap_or(0),
                )
            })
            .collect();
        RgbImage::from_fn(200, 150, |x, y| {
            let near = |(bx, by, size, _): &&(i64, i64, i64, u8)| {
                (i64::from(x) - bx).pow(2) + (i64::from(y) - by).pow(2) < size * size
            };
            let v = blobs.iter().rev().find(near).map_or(90, |blob| blob.3);
            image::Rgb([v, v / 2, 255 - v])
        })
    }

    #[test]
    fn smaller_copies_stay_close_and_other_pictures_do_not() {
        let one = of(&picture(1)).expect("hash");
        let smaller = of(&resize(&picture(1), 100, 75).expect("resize")).expect("hash");
        let other = of(&picture(9)).expect("hash");
        assert!(one.distance(&smaller) <= 24, "{}", one.distance(&smaller));
        assert!(one.distance(&other) > 64, "{}", one.distance(&other));
    }

    #[test]
    fn flat_pictures_have_no_hash() {
        assert_eq!(
            of(&RgbImage::from_pixel(100, 100, image::Rgb([200, 210, 255]))),
            None
        );
    }
}
