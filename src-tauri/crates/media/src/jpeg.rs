//! JPEG through libjpeg-turbo, decoded at 1/8 to 1/1 as needed. The header is checked before the decoder sees it:
//! hundreds of progressive scans or absurd dimensions would keep it busy for minutes.

use crate::budget;
use crate::pixels::Decoded;
use image::RgbImage;
use turbojpeg::{Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

/// A camera's progressive JPEG has about ten scans; the limit of `image` is 100.
const MOST_SCANS: usize = 64;
/// Larger than any sensor; decoded at 1/8 this is 8 million pixels.
const MOST_PIXELS: u64 = 512_000_000;

/// Decodes at the smallest scale whose longer side is at least `side`.
pub fn decode(bytes: &[u8], side: u32) -> Result<Decoded, String> {
    let said = |error: turbojpeg::Error| error.to_string();
    let seen = look(bytes);
    let scans = match &seen {
        Some(seen) => seen.scans,
        None => starts_of_scans(bytes),
    };
    let progressive = seen.map_or(0, |jpeg| jpeg.coefficients());
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
    // A progressive picture is held as coefficients until its last scan.
    let room = budget::pixels(progressive + (w * h * 3) as u64)?;
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
    drop(room);
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let picture =
        RgbImage::from_raw(small(w), small(h), out.pixels).ok_or("the decoder gave too few bytes")?;
    Ok(Decoded {
        picture,
        full: (small(header.width), small(header.height)),
        warning,
    })
}

/// What the markers of a JPEG say (ITU-T T.81, annex B).
pub struct Seen {
    pub width: u32,
    pub height: u32,
    /// From its first byte to behind its end, or to the end of what there is.
    pub length: usize,
    /// Baseline, extended or progressive with 8 bits: what libjpeg decodes. RAW files also hold lossless JPEG.
    pub usual: bool,
    scans: usize,
    progressive: bool,
    /// Samples of all components for each block of the largest one, and the blocks of the largest one.
    samples: (u64, u64),
}

impl Seen {
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Bytes of the coefficients that a progressive picture is collected in; 0 for others.
    fn coefficients(&self) -> u64 {
        if self.progressive {
            2 * self.pixels() * self.samples.0 / self.samples.1.max(1)
        } else {
            0
        }
    }
}

/// Walks over the markers of the JPEG that `bytes` begins with; `None` when it is none.
pub fn look(bytes: &[u8]) -> Option<Seen> {
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return None;
    }
    let mut seen: Option<Seen> = None;
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if bytes[at] != 0xff {
            return None;
        }
        match marker {
            0xff => {
                at += 1;
                continue;
            }
            0xd9 => {
                let mut seen = seen?;
                seen.length = at + 2;
                return Some(seen);
            }
            _ => {}
        }
        let size = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let body = bytes.get(at + 4..(at + 2 + size).max(at + 4).min(bytes.len()))?;
        match marker {
            // Start of frame; 0xc4, 0xc8 and 0xcc mean other things.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) && seen.is_none() => {
                let sampling = body.get(6..)?.chunks_exact(3).take(usize::from(body[5]));
                let factors = sampling.map(|part| u64::from(part[1] >> 4) * u64::from(part[1] & 15));
                let (sum, largest) = factors.fold((0, 1), |(sum, most), n| (sum + n, most.max(n)));
                seen = Some(Seen {
                    height: u32::from(u16::from_be_bytes([body[1], body[2]])),
                    width: u32::from(u16::from_be_bytes([body[3], body[4]])),
                    length: bytes.len(),
                    usual: body[0] == 8 && matches!(marker, 0xc0..=0xc2 | 0xc9 | 0xca),
                    scans: 0,
                    progressive: matches!(marker, 0xc2 | 0xca),
                    samples: (sum, largest),
                });
            }
            0xda => {
                if let Some(seen) = &mut seen {
                    seen.scans += 1;
                }
                // Entropy-coded data lasts until a marker that is neither a stuffed byte nor a restart.
                let data = at + 2 + size;
                let coded = bytes.get(data..)?;
                let next = memchr::memchr_iter(0xff, coded)
                    .find(|&n| !matches!(coded.get(n + 1), None | Some(0 | 0xd0..=0xd7 | 0xff)));
                match next {
                    Some(next) => {
                        at = data + next;
                        continue;
                    }
                    None => return seen,
                }
            }
            _ => {}
        }
        if size < 2 {
            return None;
        }
        at += 2 + size;
    }
}

/// At least the scans of a JPEG whose markers cannot be followed to its end.
fn starts_of_scans(bytes: &[u8]) -> usize {
    memchr::memchr_iter(0xff, bytes)
        .filter(|&at| bytes.get(at + 1) == Some(&0xda))
        .count()
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
    fn its_markers_tell_its_size_and_its_end() {
        let mut bytes = jpeg();
        let length = bytes.len();
        bytes.extend(b"\xff\xd8\xff more data behind it");
        let seen = look(&bytes).expect("a JPEG");
        assert_eq!((seen.width, seen.height, seen.length), (640, 480, length));
        assert!(seen.usual && seen.coefficients() == 0);
        assert!(look(b"\xff\xd8\xff\xe0").is_none());
    }

    #[test]
    fn a_progressive_frame_that_would_fill_the_memory_is_refused() {
        let mut bytes = jpeg();
        let frame = bytes
            .windows(2)
            .position(|pair| pair == [0xff, 0xc0])
            .expect("a frame header");
        bytes[frame + 1] = 0xc2;
        bytes[frame + 5..frame + 9].copy_from_slice(&[0x4e, 0x20, 0x4e, 0x20]);
        assert!(decode(&bytes, 256).is_err_and(|why| why.contains("MiB")));
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
        bytes.truncate(bytes.len() - 2);
        bytes.extend([0xff, 0xda].repeat(400));
        assert!(decode(&bytes, 256).is_err_and(|why| why.contains("scans")));
    }
}
