//! Where metadata lies in a JPEG, a PNG and a RIFF file: their segments and chunks, as far as they are whole. Only looks;
//! every size is checked against the bytes there are.

/// More than any program writes.
const MOST: usize = 10_000;

/// Marker and body of each segment of a JPEG before its first scan (ITU-T T.81, B.1.1.4).
pub fn of_jpeg(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        while bytes.get(at..at + 2)? == [0xff, 0xff] {
            at += 1;
        }
        let head = bytes.get(at..at + 4)?;
        if head[0] != 0xff || head[1] == 0xda {
            return None;
        }
        let end = at + 2 + usize::from(u16::from_be_bytes([head[2], head[3]]));
        let body = bytes.get(at + 4..end.min(bytes.len()))?;
        at = end;
        Some((head[1], body))
    })
    .take(MOST)
}

/// Name and body of each chunk of a PNG (third edition, 5.3), until its end.
pub fn of_png(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let size = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let body = bytes.get(at + 8..(at + 8).checked_add(size)?)?;
        at = at.checked_add(size)?.checked_add(12)?;
        Some((name, body))
    })
    .take(MOST)
}

/// Name and body of each chunk of a RIFF file (RFC 9649, 2.3).
pub fn of_riff(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 12;
    std::iter::from_fn(move || {
        let name = bytes.get(at..at + 4)?;
        let size = u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        let body = bytes.get(at + 8..(at + 8).checked_add(size)?)?;
        at = at.checked_add(8 + size % 2)?.checked_add(size)?;
        Some((name, body))
    })
    .take(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_end_where_the_scan_begins_or_the_file_is_cut() {
        let jpeg = b"\xff\xd8\xff\xff\xe1\0\x04ab\xff\xfe\0\x03c\xff\xda\0\x02\xff\xe1\0\x02";
        let found: Vec<_> = of_jpeg(jpeg).collect();
        assert_eq!(found, [(0xe1, &b"ab"[..]), (0xfe, &b"c"[..])]);
        assert_eq!(of_jpeg(&jpeg[..8]).collect::<Vec<_>>(), [(0xe1, &b"a"[..])]);
        assert_eq!(of_jpeg(b"\xff\xd8\xff\xff\xff\xff").count(), 0);
    }

    #[test]
    fn chunks_longer_than_the_file_are_none() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x02eXIfab....\xff\xff\xff\xffIDAT";
        let found: Vec<_> = of_png(png).collect();
        assert_eq!(found, [(&b"eXIf"[..], &b"ab"[..])]);
        let webp = b"RIFF....WEBPEXIF\x01\0\0\0a.XMP \x02\0\0\0bcVP8 \xff\xff\xff\xff";
        let found: Vec<_> = of_riff(webp).collect();
        assert_eq!(found, [(&b"EXIF"[..], &b"a"[..]), (&b"XMP "[..], &b"bc"[..])]);
    }
}
