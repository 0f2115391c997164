//! Entries that break careless programs: damaged and lying files, names nobody expects, what is not a file at all.

use crate::exif::Exif;
use crate::library::{Options, taken};
use crate::picture;
use crate::write::{make_dir, put};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Full paths. Unless said otherwise each is a whole photo of its own; all lie below `Pictures`.
#[derive(Debug)]
pub struct Odd {
    /// The first two thirds of a JPEG.
    pub truncated: PathBuf,
    pub empty: PathBuf,
    /// A PNG that claims 60000 × 60000 pixels.
    pub bomb: PathBuf,
    pub text: PathBuf,
    pub non_utf8: PathBuf,
    pub newline: PathBuf,
    pub dash: PathBuf,
    pub emoji: PathBuf,
    /// A name of more than 200 bytes.
    pub long: PathBuf,
    /// `café.jpg` composed and decomposed: one name to a person, two to a disk.
    pub unicode_twins: [PathBuf; 2],
    /// `IMG_1.JPG` and `img_1.jpg`, in two folders and taken in one month.
    pub case_twins: [PathBuf; 2],
    /// What nobody wants moved: Thumbs.db, .DS_Store, ._x.jpg, and what is in @eaDir.
    pub excluded: Vec<PathBuf>,
    /// A link to the folder it is in.
    pub link: PathBuf,
    pub fifo: PathBuf,
}

pub fn make(root: &Path, options: &Options) -> Odd {
    let folder = root.join("Pictures/odd");
    let mut stream = 4_000_000;
    let mut photo = |month: usize| {
        stream += 1;
        picture_of(options, stream, month)
    };
    let (bytes, time) = photo(1);
    let truncated = put(folder.join("truncated.jpg"), &bytes[..bytes.len() * 2 / 3], time);
    let empty = put(folder.join("empty.jpg"), b"", time);
    let bomb = put(folder.join("bomb.png"), &huge_png(60_000), time);
    let text = put(folder.join("notes.txt"), b"Not a photo.\n", time);

    let mut named = |folder: &Path, name: &[u8], month: usize| {
        let (bytes, time) = photo(month);
        put(folder.join(OsStr::from_bytes(name)), &bytes, time)
    };
    let odd = Odd {
        truncated,
        empty,
        bomb,
        text,
        non_utf8: named(&folder, b"caf\xe9 \xff.jpg", 2),
        newline: named(&folder, b"two\nlines.jpg", 3),
        dash: named(&folder, b"-rf.jpg", 4),
        emoji: named(&folder, "🏔️ 夏休み.jpg".as_bytes(), 5),
        long: named(&folder, format!("{}.jpg", "long name ".repeat(21)).as_bytes(), 6),
        unicode_twins: [
            named(&folder, "caf\u{e9}.jpg".as_bytes(), 7),
            named(&folder, "cafe\u{301}.jpg".as_bytes(), 7),
        ],
        case_twins: [
            named(&root.join("Pictures/trip a"), b"IMG_1.JPG", 8),
            named(&root.join("Pictures/trip b"), b"img_1.jpg", 8),
        ],
        excluded: [
            "Thumbs.db",
            ".DS_Store",
            "._x.jpg",
            "@eaDir/x.jpg/SYNOPHOTO_THUMB_M.jpg",
        ]
        .map(|name| put(folder.join(name), b"system data", time))
        .to_vec(),
        link: folder.join("loop"),
        fifo: folder.join("pipe.jpg"),
    };
    make_dir(&folder.join("empty folder"));
    std::os::unix::fs::symlink(".", &odd.link).expect("make a link");
    rustix::fs::mkfifoat(rustix::fs::CWD, &odd.fifo, rustix::fs::Mode::from_raw_mode(0o644))
        .expect("make a pipe");
    odd
}

fn picture_of(options: &Options, stream: u64, month: usize) -> (Vec<u8>, u64) {
    let (width, height) = options.size;
    let painted = picture::paint(options.seed, stream, (width / 2, height / 2));
    let (_, time) = taken(month);
    let exif = Exif {
        make: "Panasonic",
        model: "DMC-LX100",
        taken: format!("2018:{month:02}:11 12:13:{:02}", stream % 60),
        offset: "+01:00",
        orientation: 1,
        gps: None,
    };
    (exif.into_jpeg(&picture::jpeg(&painted, 85)), time + stream)
}

/// Valid in every byte up to its pixels, of which there are none.
pub(crate) fn huge_png(side: u32) -> Vec<u8> {
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    // zlib's stream of nothing
    let nothing = [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &nothing),
        chunk(b"IEND", b""),
    ]
    .concat()
}

pub(crate) fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).expect("small chunk");
    let checked = [&name[..], body].concat();
    [&size.to_be_bytes()[..], &checked, &crc32(&checked).to_be_bytes()].concat()
}

/// The CRC of ISO 3309, as PNG wants it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
