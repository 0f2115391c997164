//! Makes pictures smaller without aliasing, which would change perceptual hashes.
//!
//! [`Blocks`] averages whole blocks of pixels while rows come in, so no second full-size picture is ever made;
//! [`shrink`] does the rest exactly.

use fast_image_resize as fir;
use image::{DynamicImage, RgbImage};

/// Averages blocks of n × n pixels, n being the largest that leaves twice the side wanted.
pub struct Blocks {
    n: usize,
    width: usize,
    out: (usize, usize),
    sums: Vec<[u32; 3]>,
    rows: usize,
    pixels: Vec<u8>,
}

impl Blocks {
    pub fn new(width: u32, height: u32, side: u32) -> Self {
        // 255 × 128 × 128 fits into a sum.
        let n = (width.max(height) / (2 * side.max(1))).clamp(1, 128) as usize;
        let (width, height) = (width as usize, height as usize);
        let out = (width.div_ceil(n), height.div_ceil(n));
        Self {
            n,
            width,
            out,
            sums: vec![[0; 3]; out.0],
            rows: 0,
            pixels: Vec::with_capacity(out.0 * out.1 * 3),
        }
    }

    /// The next row from the top; more pixels than the width are passed by.
    pub fn row(&mut self, pixels: impl Iterator<Item = [u8; 3]>) {
        if self.n == 1 {
            self.pixels.extend(pixels.take(self.width).flatten());
            return;
        }
        let mut pixels = pixels.take(self.width);
        for sum in &mut self.sums {
            for pixel in pixels.by_ref().take(self.n) {
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += u32::from(value);
                }
            }
        }
        self.rows += 1;
        if self.rows == self.n {
            self.close();
        }
    }

    fn close(&mut self) {
        for (at, sum) in self.sums.iter_mut().enumerate() {
            let columns = self.n.min(self.width - at * self.n);
            let count = u32::try_from(columns * self.rows).unwrap_or(1).max(1);
            let mean = |sum: u32| u8::try_from((sum + count / 2) / count).unwrap_or(255);
            self.pixels.extend(std::mem::take(sum).map(mean));
        }
        self.rows = 0;
    }

    pub fn finish(mut self) -> Result<RgbImage, String> {
        if self.rows > 0 {
            self.close();
        }
        let side = |n: usize| u32::try_from(n).unwrap_or(0);
        RgbImage::from_raw(side(self.out.0), side(self.out.1), self.pixels)
            .ok_or_else(|| "the decoder gave too few rows".to_owned())
    }
}

/// What is see-through is shown on white, as viewers do.
pub fn over_white([r, g, b, alpha]: [u8; 4]) -> [u8; 3] {
    let alpha = u16::from(alpha);
    [r, g, b].map(|value| u8::try_from((u16::from(value) * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255))
}

/// Any picture of `image`, in colours of 8 bits without transparency, at least `side` long if it was.
pub fn plain(picture: DynamicImage, side: u32) -> Result<RgbImage, String> {
    let (width, height) = (picture.width(), picture.height());
    let mut blocks = Blocks::new(width, height, side);
    let high = |value: u16| (value >> 8).to_le_bytes()[0];
    let part = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    macro_rules! rows {
        ($picture:expr, $pixel:expr) => {
            $picture
                .rows()
                .for_each(|row| blocks.row(row.map(|pixel| $pixel(pixel.0))))
        };
    }
    match picture {
        DynamicImage::ImageRgb8(rgb) => return Ok(rgb),
        DynamicImage::ImageLuma8(it) => rows!(it, |[y]: [u8; 1]| [y; 3]),
        DynamicImage::ImageLumaA8(it) => rows!(it, |[y, a]: [u8; 2]| over_white([y, y, y, a])),
        DynamicImage::ImageRgba8(it) => rows!(it, over_white),
        DynamicImage::ImageLuma16(it) => rows!(it, |[y]: [u16; 1]| [high(y); 3]),
        DynamicImage::ImageLumaA16(it) => {
            rows!(it, |[y, a]: [u16; 2]| over_white([y, y, y, a].map(high)));
        }
        DynamicImage::ImageRgb16(it) => rows!(it, |rgb: [u16; 3]| rgb.map(high)),
        DynamicImage::ImageRgba16(it) => rows!(it, |rgba: [u16; 4]| over_white(rgba.map(high))),
        DynamicImage::ImageRgb32F(it) => rows!(it, |rgb: [f32; 3]| rgb.map(part)),
        DynamicImage::ImageRgba32F(it) => rows!(it, |rgba: [f32; 4]| over_white(rgba.map(part))),
        other => return Ok(other.into_rgb8()),
    }
    blocks.finish()
}

/// At most `side` pixels a side; smaller pictures stay as they are.
pub fn shrink(picture: RgbImage, side: u32) -> Result<RgbImage, String> {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return Ok(picture);
    }
    let part =
        |n: u32| u32::try_from((u64::from(n) * u64::from(side) / u64::from(longest)).max(1)).unwrap_or(1);
    resize(&picture, part(picture.width()), part(picture.height()))
}

/// Averaging filter.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_average_what_is_there_also_at_the_edges() {
        // 5 × 3 in blocks of 2: the last column and row are narrower.
        let mut blocks = Blocks::new(5, 3, 1);
        for y in 0..3u8 {
            blocks.row((0..5u8).map(|x| [10 * x + y; 3]));
        }
        let small = blocks.finish().expect("picture");
        assert_eq!(small.dimensions(), (3, 2));
        let values: Vec<u8> = small.pixels().map(|pixel| pixel.0[0]).collect();
        // (0+10+1+11)/4 = 5.5, (20+30+21+31)/4 = 25.5, (40+41)/2 = 40.5; below, single rows.
        assert_eq!(values, [6, 26, 41, 7, 27, 42]);
    }

    #[test]
    fn sixteen_bits_grey_and_transparency_come_out_as_viewers_show_them() {
        let deep = image::ImageBuffer::from_pixel(4, 4, image::Rgb([0x8000u16, 0xffff, 0]));
        let shown = plain(DynamicImage::ImageRgb16(deep), 256).expect("picture");
        assert_eq!(shown.get_pixel(1, 1).0, [0x80, 0xff, 0]);
        let clear = image::ImageBuffer::from_pixel(4, 4, image::LumaA([9u8, 0]));
        let shown = plain(DynamicImage::ImageLumaA8(clear), 256).expect("picture");
        assert_eq!(shown.get_pixel(1, 1).0, [255; 3]);
    }
}
