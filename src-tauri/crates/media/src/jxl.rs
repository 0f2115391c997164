//! JPEG XL through jxl-oxide, whose allocations are counted. The orientation is part of the codestream and applied while
//! pixels are handed out; the EXIF beside it does not turn again (ISO/IEC 18181-2). Only the first frame is decoded.

use crate::budget::{self, MOST_PIXEL_BYTES};
use crate::pixels::Decoded;
use crate::reduce::{Blocks, over_white};
use jxl_oxide::{
    AllocTracker, CropInfo, EnumColourEncoding, InitializeResult, JxlImage, JxlThreadPool, Render,
    RenderingIntent,
};

/// Decoding takes a second for 20 million; the format can claim 2^60.
const MOST_PIXELS: u64 = 100_000_000;
/// jxl-oxide keeps its own copy of the file.
const MOST_BYTES: usize = 64 << 20;
/// Decoded at a time: planes of floats and what they are made of take some 60 bytes a pixel.
const STRIP_PIXELS: u32 = 2_000_000;

pub fn decode(bytes: &[u8], side: u32) -> Result<Decoded, String> {
    let said = |error: Box<dyn std::error::Error + Send + Sync>| error.to_string();
    if bytes.len() > MOST_BYTES {
        return Err(format!(
            "JPEG XL of {} MiB is too large to be shown",
            bytes.len() >> 20
        ));
    }
    let tracker = AllocTracker::with_limit(usize::try_from(MOST_PIXEL_BYTES).unwrap_or(usize::MAX));
    let mut starting = JxlImage::builder()
        .pool(JxlThreadPool::none())
        .alloc_tracker(tracker)
        .build_uninit();
    starting.feed_bytes(bytes).map_err(said)?;
    let InitializeResult::Initialized(mut image) = starting.try_init().map_err(said)? else {
        return Err("it ends within its header".to_owned());
    };
    let (width, height) = (image.width(), image.height());
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MOST_PIXELS {
        return Err(format!("it claims {width} × {height} pixels"));
    }
    let room = budget::pixels(MOST_PIXEL_BYTES)?;
    image.request_color_encoding(EnumColourEncoding::srgb(RenderingIntent::Relative));
    let cut = image.num_loaded_keyframes() == 0;
    let mut blocks = Blocks::new(width, height, side);
    let strip = (STRIP_PIXELS / width).clamp(128, 4096);
    for top in (0..height).step_by(strip as usize) {
        let part = CropInfo {
            left: 0,
            top,
            width,
            height: strip.min(height - top),
        };
        image.set_image_region(part);
        let frame = if cut {
            image.render_loading_frame_cropped()
        } else {
            image.render_frame_cropped(0)
        }
        .map_err(said)?;
        rows(&frame, part, &mut blocks)?;
    }
    drop(room);
    Ok(Decoded {
        picture: blocks.finish()?,
        full: (width, height),
        warning: cut.then(|| "it ends before its picture does".to_owned()),
    })
}

fn rows(frame: &Render, part: CropInfo, blocks: &mut Blocks) -> Result<(), String> {
    let mut stream = frame.stream();
    let channels = stream.channels() as usize;
    if (stream.width(), stream.height()) != (part.width, part.height) || !(1..=4).contains(&channels) {
        return Err("its size or colours are not what it says".to_owned());
    }
    let mut row = vec![0u8; part.width as usize * channels];
    for _ in 0..part.height {
        stream.write_to_buffer(&mut row);
        let pixels = row.chunks_exact(channels);
        blocks.row(pixels.map(|it| match *it {
            [y, a] => over_white([y, y, y, a]),
            [r, g, b] => [r, g, b],
            [r, g, b, a] => over_white([r, g, b, a]),
            _ => [it[0]; 3],
        }));
    }
    Ok(())
}
