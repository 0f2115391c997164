//! Photos in a frame of one colour: prints, posts made square, scans on a white sheet. The inside is what is compared.

use crate::pixels::resize;
use albumen_model::Look;
use image::{RgbImage, imageops};

/// A frame is at most this part of a side.
const WIDEST: u32 = 4;
/// How far a pixel of the frame may be from the frame's colour: JPEG rings at its inner edge.
const TOLERANCE: i32 = 28;
/// Share of a line that has to be plain; dust and rounding leave a few pixels that are not.
const PLAIN: f64 = 0.97;

/// What is inside the frame, if `picture` has one on all four sides.
pub fn inside(picture: &RgbImage) -> Option<RgbImage> {
    let (width, height) = picture.dimensions();
    if width.min(height) < 24 {
        return None;
    }
    let colour = picture.get_pixel(0, 0).0;
    let near = |x: u32, y: u32| {
        let pixel = picture.get_pixel(x, y).0;
        pixel
            .iter()
            .zip(colour)
            .all(|(&a, b)| (i32::from(a) - i32::from(b)).abs() <= TOLERANCE)
    };
    let row = |y: u32| (0..width).filter(|&x| near(x, y)).count() as f64 >= PLAIN * f64::from(width);
    let column = |x: u32| (0..height).filter(|&y| near(x, y)).count() as f64 >= PLAIN * f64::from(height);
    let count = |most: u32, plain: &dyn Fn(u32) -> bool| {
        let found = (0..most).take_while(|&k| plain(k)).count();
        u32::try_from(found).unwrap_or(0)
    };
    let top = count(height / WIDEST, &row);
    let bottom = count(height / WIDEST, &|k| row(height - 1 - k));
    let left = count(width / WIDEST, &column);
    let right = count(width / WIDEST, &|k| column(width - 1 - k));
    if top.min(bottom).min(left).min(right) < 2 {
        return None;
    }
    // A frame that does not end is a picture of nothing.
    if top.max(bottom) == height / WIDEST || left.max(right) == width / WIDEST {
        return None;
    }
    // The line next to the frame holds a bit of it.
    let (left, top) = (left + 1, top + 1);
    let (w, h) = (
        width.checked_sub(left + right + 1)?,
        height.checked_sub(top + bottom + 1)?,
    );
    (w >= 16 && h >= 16).then(|| imageops::crop_imm(picture, left, top, w, h).to_image())
}

/// The small picture that duplicates are told apart by, from a thumbnail's JPEG.
pub fn look(jpeg: &[u8]) -> Option<Look> {
    let picture = crate::jpeg::decode(jpeg, crate::pixels::THUMB).ok()?.picture;
    let side = u32::try_from(Look::SIDE).ok()?;
    let of = |picture: &RgbImage| Look::from_rgb(resize(picture, side, side).ok()?.as_raw());
    let mut look = of(&picture)?;
    look.inside = inside(&picture).and_then(|inside| of(&inside)).map(Box::new);
    Some(look)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> RgbImage {
        RgbImage::from_fn(180, 120, |x, y| {
            image::Rgb([(x * 7 % 251) as u8, (y * 5 % 241) as u8, ((x + y) % 200) as u8])
        })
    }

    #[test]
    fn a_frame_is_taken_off_and_nothing_else() {
        let mut framed = RgbImage::from_pixel(200, 140, image::Rgb([255, 255, 255]));
        imageops::overlay(&mut framed, &picture(), 10, 10);
        let found = inside(&framed).expect("a frame");
        assert_eq!(found.dimensions(), (178, 118));
        assert!(inside(&picture()).is_none());
        // Light on one side only is no frame.
        let mut one_side = picture();
        for y in 0..120 {
            for x in 0..12 {
                one_side.put_pixel(x, y, image::Rgb([255, 255, 255]));
            }
        }
        assert!(inside(&one_side).is_none());
        assert!(inside(&RgbImage::from_pixel(100, 100, image::Rgb([9, 9, 9]))).is_none());
    }
}
