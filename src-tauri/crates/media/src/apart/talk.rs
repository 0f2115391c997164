//! What a worker and its program say to each other over two pipes: lines of JSON, each followed by the bytes it announces.
//! A request is answered by any number of wishes for room, each granted by [`GO`], and then by what was found. What a worker
//! says is believed as little as the file it looked at.

use crate::apart::Looked;
use crate::heif::MOST_EXIF;
use crate::pixels::Decoded;
use albumen_model::Kind;
use image::RgbImage;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Error, ErrorKind, Read, Result, Write};

/// There is room.
pub const GO: u8 = b'G';
/// Larger than any sentence.
const MOST_LINE: u64 = 16 << 10;

#[derive(Serialize, Deserialize)]
struct Request {
    kind: Kind,
    side: u32,
    bytes: usize,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Room(u64),
    Found {
        /// Bytes of each, which follow; 0 for none.
        exif: usize,
        xmp: usize,
        picture: std::result::Result<Shape, String>,
    },
}

/// Of a picture whose pixels follow, three bytes each.
#[derive(Serialize, Deserialize)]
struct Shape {
    size: (u32, u32),
    full: (u32, u32),
    warning: Option<String>,
}

pub enum Said {
    /// So many bytes of pixels are wanted.
    Room(u64),
    Found(Looked),
}

pub fn ask(to: &mut dyn Write, kind: Kind, side: u32, file: &[u8]) -> Result<()> {
    let bytes = file.len();
    write_line(to, &Request { kind, side, bytes })?;
    to.write_all(file)?;
    to.flush()
}

/// The next request; an error also where the other side is gone.
pub fn asked(from: &mut dyn BufRead) -> Result<(Kind, u32, Vec<u8>)> {
    let request: Request = line(from)?;
    let mut file = vec![0; request.bytes];
    from.read_exact(&mut file)?;
    Ok((request.kind, request.side, file))
}

pub fn ask_for_room(to: &mut dyn Write, bytes: u64) -> Result<()> {
    write_line(to, &Answer::Room(bytes))?;
    to.flush()
}

pub fn tell(to: &mut dyn Write, looked: &Looked) -> Result<()> {
    let exif = looked.exif.as_deref().unwrap_or_default();
    let xmp = looked.xmp.as_deref().unwrap_or_default();
    let shape = |decoded: &Decoded| Shape {
        size: decoded.picture.dimensions(),
        full: decoded.full,
        warning: decoded.warning.clone(),
    };
    let found = Answer::Found {
        exif: exif.len(),
        xmp: xmp.len(),
        picture: looked.picture.as_ref().map(shape).map_err(Clone::clone),
    };
    write_line(to, &found)?;
    to.write_all(exif)?;
    to.write_all(xmp)?;
    if let Ok(decoded) = &looked.picture {
        to.write_all(decoded.picture.as_raw())?;
    }
    to.flush()
}

/// What a worker says to a request for at most `side` pixels a side.
pub fn said(from: &mut dyn BufRead, side: u32) -> Result<Said> {
    let (exif, xmp, picture) = match line(from)? {
        Answer::Room(bytes) => return Ok(Said::Room(bytes)),
        Answer::Found { exif, xmp, picture } => (exif, xmp, picture),
    };
    let mut block = |size: usize| {
        if size > MOST_EXIF {
            return Err(nonsense("more metadata than there is"));
        }
        let mut block = vec![0; size];
        from.read_exact(&mut block)?;
        Ok(Some(block).filter(|block| !block.is_empty()))
    };
    let (exif, xmp) = (block(exif)?, block(xmp)?);
    Ok(Said::Found(Looked {
        exif,
        xmp,
        picture: match picture {
            Ok(shape) => Ok(pixels(from, shape, side)?),
            Err(why) => Err(why),
        },
    }))
}

fn pixels(from: &mut dyn BufRead, shape: Shape, side: u32) -> Result<Decoded> {
    let (width, height) = shape.size;
    if width == 0 || height == 0 || width.max(height) > side {
        return Err(nonsense("a picture of another size"));
    }
    let mut pixels = vec![0; width as usize * height as usize * 3];
    from.read_exact(&mut pixels)?;
    let picture = RgbImage::from_raw(width, height, pixels);
    Ok(Decoded {
        picture: picture.ok_or_else(|| nonsense("too few pixels"))?,
        full: shape.full,
        warning: shape.warning,
    })
}

fn nonsense(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

fn write_line(to: &mut dyn Write, what: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    to.write_all(&line)
}

fn line<T: DeserializeOwned>(from: &mut dyn BufRead) -> Result<T> {
    let mut line = Vec::new();
    from.take(MOST_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    serde_json::from_slice(&line).map_err(|error| nonsense(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Vec<u8> {
        let picture = RgbImage::from_pixel(4, 3, image::Rgb([1, 2, 3]));
        let looked = Looked {
            exif: Some(b"II*\0".to_vec()),
            xmp: Some(b"<x/>".to_vec()),
            picture: Ok(Decoded {
                picture,
                full: (400, 300),
                warning: None,
            }),
        };
        let mut bytes = Vec::new();
        tell(&mut bytes, &looked).expect("told");
        bytes
    }

    #[test]
    fn what_was_told_is_what_is_heard() {
        let Ok(Said::Found(heard)) = said(&mut &shown()[..], 4) else {
            panic!("not heard");
        };
        assert_eq!(heard.exif.as_deref(), Some(&b"II*\0"[..]));
        assert_eq!(heard.xmp.as_deref(), Some(&b"<x/>"[..]));
        let decoded = heard.picture.expect("a picture");
        assert_eq!((decoded.full, decoded.picture.dimensions()), ((400, 300), (4, 3)));
        let mut bytes = Vec::new();
        ask(&mut bytes, Kind::Jxl, 7, b"abc\n").expect("asked");
        let asked = asked(&mut &bytes[..]).expect("heard");
        assert_eq!(asked, (Kind::Jxl, 7, b"abc\n".to_vec()));
    }

    #[test]
    fn nonsense_and_a_cut_answer_are_errors_and_fill_nothing() {
        let whole = shown();
        for end in 0..whole.len() {
            assert!(said(&mut &whole[..end], 4).is_err(), "cut at {end}");
        }
        assert!(said(&mut &whole[..], 3).is_err(), "larger than was asked for");
        let huge = br#"{"Found":{"exif":99999999999,"xmp":0,"picture":{"Err":"none"}}}"#;
        assert!(said(&mut &huge[..], 4).is_err());
        assert!(said(&mut &b"x\n"[..], 4).is_err());
        assert!(said(&mut &[b' '; 1 << 20][..], 4).is_err(), "a line without end");
    }
}
