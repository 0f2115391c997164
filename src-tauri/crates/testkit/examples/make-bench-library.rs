//! Makes the libraries that `make bench` measures: N JPEGs of 12 megapixels, each another picture, about 3 MB; or, with
//! `small`, N small files as `testkit::many` makes them.
//!
//! `make-bench-library FOLDER N [small]`

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

const WIDTH: usize = 4000;
const HEIGHT: usize = 3000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let n: usize = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .expect("a number");
    if arguments.next().is_some_and(|word| word == "small") {
        albumen_testkit::many::make(&folder, n);
        return;
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let mut compressor = Compressor::new().expect("a compressor");
                compressor.set_quality(88).expect("quality");
                compressor.set_subsamp(Subsamp::Sub2x2).expect("subsampling");
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n {
                        return;
                    }
                    let pixels = picture(i as u64);
                    let image = Image {
                        pixels: pixels.as_slice(),
                        width: WIDTH,
                        pitch: WIDTH * 3,
                        height: HEIGHT,
                        format: PixelFormat::RGB,
                    };
                    let jpeg = compressor.compress_to_vec(image).expect("a JPEG");
                    let path = folder
                        .join(format!("{:03}", i / 100))
                        .join(format!("IMG_{i:05}.jpg"));
                    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                    let mut file = File::create(path).expect("a file");
                    file.write_all(&jpeg).expect("write");
                }
            });
        }
    });
}

/// Soft shapes with a little grain, so that entropy decoding costs what it costs for a photo.
fn picture(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    // A coarse random grid, interpolated by repeating: blobs of 125 pixels.
    let (columns, rows) = (WIDTH / 125, HEIGHT / 125);
    let grid: Vec<[u8; 3]> = (0..columns * rows)
        .map(|_| {
            let bytes = random();
            [bytes[0] / 2 + 60, bytes[1] / 2 + 60, bytes[2] / 2 + 60]
        })
        .collect();
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT * 3);
    let mut grains = random();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            if x % 8 == 0 {
                grains = random();
            }
            let base = grid[(y / 125) * columns + x / 125];
            let grain = grains[x % 8] & 15;
            let slope = ((x % 125) / 4) as u8;
            pixels.extend(base.map(|channel| channel + grain + slope));
        }
    }
    pixels
}
