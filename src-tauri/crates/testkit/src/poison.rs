//! Files made to hurt whoever decodes them: small on disk, and each asks for gigabytes, minutes or an endless walk.

use crate::exif::Exif;
use crate::odd::chunk;
use crate::picture::{self, find};
use crate::write::put;
use image::ImageFormat;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// What a scan must say of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// A row with this code.
    Problem(&'static str),
    /// It can be shown, so there is nothing to say.
    Shown,
}

#[derive(Debug)]
pub struct Poison {
    pub path: PathBuf,
    pub expect: Expect,
}

const PIXELS: Expect = Expect::Problem("pixels");
const MISMATCH: Expect = Expect::Problem("mismatch");

/// All of them, in `folder`.
pub fn make(folder: &Path) -> Vec<Poison> {
    let painted = picture::paint(7, 5_000_000, (640, 480));
    let jpeg = picture::jpeg(&painted, 85);
    let png = picture::png(&painted);
    let heic = picture::heic(&painted);
    let encoded = |format| {
        let mut bytes = Cursor::new(Vec::new());
        painted
            .write_to(&mut bytes, format)
            .expect("write a sample picture");
        bytes.into_inner()
    };
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let gif = encoded(ImageFormat::Gif);
    let files: Vec<(&str, Vec<u8>, Expect)> = vec![
        ("scans.jpg", many_scans(&jpeg), PIXELS),
        ("frame.jpg", framed(&jpeg, 0xc0, 65_500), PIXELS),
        ("coefficients.jpg", framed(&jpeg, 0xc2, 20_000), PIXELS),
        ("pointers.jpg", pointers(&jpeg), Expect::Shown),
        ("profile.png", profile(&png), Expect::Shown),
        ("zeros.png", zeros(30_000), PIXELS),
        ("allowed.png", zeros(15_000), Expect::Shown),
        ("claims.png", crate::odd::huge_png(65_000), PIXELS),
        ("entries.tif", entries(), PIXELS),
        ("ring.tif", ring(), PIXELS),
        ("frames.gif", frames(100_000), Expect::Shown),
        (
            "claims.gif",
            [&b"GIF89a\xff\xff\xff\xff\0\0\0"[..], &gif[13..]].concat(),
            PIXELS,
        ),
        ("claims.bmp", huge_bmp(), PIXELS),
        ("claims.webp", huge_webp(), PIXELS),
        ("claims.heic", huge_heic(&heic), PIXELS),
        ("claims.jxl", [&[0xff, 0x0a], &[0xff; 64][..]].concat(), PIXELS),
        (
            "starts.nef",
            [b"II*\0\x08\0\0\0", &b"\xff\xd8\xff".repeat(1 << 20)[..]].concat(),
            PIXELS,
        ),
        (
            "list.mp4",
            b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".to_vec(),
            Expect::Shown,
        ),
        ("half.png", half(&png), PIXELS),
        ("half.gif", half(&gif), PIXELS),
        ("half.tif", half(&encoded(ImageFormat::Tiff)), PIXELS),
        ("half.bmp", half(&encoded(ImageFormat::Bmp)), PIXELS),
        ("half.webp", half(&encoded(ImageFormat::WebP)), PIXELS),
        ("half.heic", half(&heic), PIXELS),
        ("half.jxl", half(&picture::JXL), PIXELS),
        ("half.nef", half(&[raw_head(), jpeg.clone()].concat()), PIXELS),
        ("picture.heic", png, MISMATCH),
        ("picture.mp4", jpeg.clone(), MISMATCH),
        (
            "movie.jpg",
            [&b"\0\0\0\x18ftypqt  "[..], &[0; 40_000]].concat(),
            MISMATCH,
        ),
        (
            "noise.cr2",
            [b"II*\0\x10\0\0\0CR\x02\0", &jpeg[700..9_000]].concat(),
            PIXELS,
        ),
    ];
    files
        .into_iter()
        .enumerate()
        .map(|(n, (name, bytes, expect))| Poison {
            path: put(folder.join(name), &bytes, 1_500_000_000_000_000_000 + n as u64),
            expect,
        })
        .collect()
}

fn raw_head() -> Vec<u8> {
    Exif {
        make: "NIKON CORPORATION",
        model: "NIKON Z 6",
        taken: "2018:05:06 07:08:09".to_owned(),
        offset: "",
        orientation: 1,
        gps: None,
    }
    .tiff()
}

/// The frame header says `side` × `side`, and another process.
fn framed(jpeg: &[u8], process: u8, side: u16) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    let frame = find(&bytes, &[0xff, 0xc0]);
    bytes[frame + 1] = process;
    bytes[frame + 5..frame + 7].copy_from_slice(&side.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&side.to_be_bytes());
    bytes
}

/// A large progressive frame that is gone over four hundred times.
fn many_scans(jpeg: &[u8]) -> Vec<u8> {
    let bytes = framed(jpeg, 0xc2, 8_000);
    let scan = find(&bytes, &[0xff, 0xda]);
    let empty = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0];
    [&bytes[..scan], &empty.repeat(400), &[0xff, 0xd9]].concat()
}

fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
    let words = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
    [words, count.to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat()
}

fn tiff(entries: &[Vec<u8>], next: u32) -> Vec<u8> {
    let count = u16::try_from(entries.len()).expect("few entries").to_le_bytes();
    [
        &b"II*\0\x08\0\0\0"[..],
        &count,
        &entries.concat(),
        &next.to_le_bytes(),
    ]
    .concat()
}

/// EXIF whose every entry points back at its own directory as EXIF, GPS and interoperability.
fn pointers(jpeg: &[u8]) -> Vec<u8> {
    let tags = [0x8769, 0x8825, 0xa005];
    let entries: Vec<_> = (0..5_000).map(|n| entry(tags[n % 3], 4, 1, 8)).collect();
    let body = [&b"Exif\0\0"[..], &tiff(&entries, 8)].concat();
    let size = u16::try_from(body.len() + 2).expect("fits into a segment");
    [&jpeg[..2], &[0xff, 0xe1], &size.to_be_bytes(), &body, &jpeg[2..]].concat()
}

/// Five thousand entries that each name the same megabyte.
fn entries() -> Vec<u8> {
    let at = 8 + 2 + 12 * 5_000 + 4;
    let entries: Vec<_> = (0..5_000).map(|n| entry(0x9000 + n, 2, 1 << 20, at)).collect();
    [tiff(&entries, 0), vec![0; 1 << 20]].concat()
}

/// A directory that is its own sub-directory and its own successor.
fn ring() -> Vec<u8> {
    tiff(&[entry(0x014a, 4, 1, 8), entry(0x8769, 4, 1, 8)], 8)
}

/// One pixel, a hundred thousand times.
fn frames(n: usize) -> Vec<u8> {
    let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    [&head[..], &frame.repeat(n), b"\x3b"].concat()
}

fn huge_bmp() -> Vec<u8> {
    let side = 65_535u32.to_le_bytes();
    let head = b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
    [&head[..], &side, &side, b"\x01\0\x18\0", &[0; 24]].concat()
}

/// The largest size that the lossless codec can name (RFC 9649, 3.4).
fn huge_webp() -> Vec<u8> {
    let stream = [b"\x2f\xff\xff\xff\x0f", &[0x55; 64][..]].concat();
    let size = u32::try_from(stream.len()).expect("small");
    [
        b"RIFF",
        &(size + 13).to_le_bytes()[..],
        b"WEBPVP8L",
        &size.to_le_bytes(),
        &stream,
        b"\0",
    ]
    .concat()
}

fn huge_heic(heic: &[u8]) -> Vec<u8> {
    let mut bytes = heic.to_vec();
    let size = find(&bytes, b"ispe") + 8;
    bytes[size..size + 8].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    bytes
}

/// A picture of `side` × `side` pixels, valid to its last bit, all black.
fn zeros(side: u32) -> Vec<u8> {
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let bytes = u64::from(side) * u64::from(side + 1);
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &packed_zeros(bytes)),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// A colour profile of 300 MB in a small picture.
fn profile(png: &[u8]) -> Vec<u8> {
    let body = [&b"large\0\0"[..], &packed_zeros(300_000_000)].concat();
    [&png[..33], &chunk(b"iCCP", &body), &png[33..]].concat()
}

/// `n` zero bytes as a zlib stream (RFC 1950, 1951): one literal, then copies of 258, in the fixed code.
fn packed_zeros(n: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0b1, 1); // the last block
    bits.put(0b01, 2); // with fixed codes
    let mut left = n;
    while !(left - 1).is_multiple_of(258) {
        bits.code(0b0011_0000, 8); // the literal 0
        left -= 1;
    }
    bits.code(0b0011_0000, 8);
    for _ in 0..(left - 1) / 258 {
        bits.code(0b1100_0101, 8); // 258 bytes
        bits.code(0, 5); // from one byte back
    }
    bits.code(0, 7); // the end
    let second = u32::try_from(n % 65_521).expect("below 65521");
    let adler = second << 16 | 1;
    [&[0x78, 0x9c], &bits.finish()[..], &adler.to_be_bytes()].concat()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    /// Numbers begin with their lowest bit.
    fn put(&mut self, value: u32, bits: u32) {
        self.held |= value << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Codes begin with their highest.
    fn code(&mut self, value: u32, bits: u32) {
        self.put(value.reverse_bits() >> (32 - bits), bits);
    }

    fn finish(mut self) -> Vec<u8> {
        self.put(0, 7);
        self.bytes
    }
}
