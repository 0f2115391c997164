//! Movies that stand for movies: the boxes of QuickTime and MP4 (ISO/IEC 14496-12) with what phones write into them. No
//! frames; what reads of a movie only what it says of itself needs none.

/// A box, or whatever has its size and its name before it.
pub fn boxed(name: &[u8], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).expect("small").to_be_bytes();
    [&size[..], name, body].concat()
}

/// Seconds since 1904 in the header.
pub fn header(seconds: u32) -> Vec<u8> {
    let mut body = vec![0; 100];
    body[4..8].copy_from_slice(&seconds.to_be_bytes());
    boxed(b"mvhd", &body)
}

/// Apple's names and values, the items in another order than their names.
pub fn apple(named: &[(&str, &str)]) -> Vec<u8> {
    let names: Vec<u8> = named
        .iter()
        .flat_map(|(name, _)| boxed(b"mdta", name.as_bytes()))
        .collect();
    let count = u32::try_from(named.len()).expect("few");
    let items: Vec<u8> = named
        .iter()
        .rev()
        .zip((1..=count).rev())
        .flat_map(|((_, text), number)| {
            let data = [&[0, 0, 0, 1, 0, 0, 0, 0], text.as_bytes()].concat();
            boxed(&number.to_be_bytes(), &boxed(b"data", &data))
        })
        .collect();
    let keys = [&[0; 4][..], &count.to_be_bytes(), &names].concat();
    boxed(b"meta", &[boxed(b"keys", &keys), boxed(b"ilst", &items)].concat())
}

/// The place as Android's phones write it into the user data.
pub fn placed(iso6709: &str) -> Vec<u8> {
    let size = u16::try_from(iso6709.len()).expect("short").to_be_bytes();
    let text = [&size[..], b"\x15\xc7", iso6709.as_bytes()].concat();
    boxed(b"udta", &boxed(b"\xa9xyz", &text))
}

/// A whole one: `data` bytes of pictures, and behind them these boxes of its description.
pub fn whole(data: usize, description: &[Vec<u8>]) -> Vec<u8> {
    [
        boxed(b"ftyp", b"qt  \0\0\0\0qt  "),
        boxed(b"mdat", &vec![7; data]),
        boxed(b"moov", &description.concat()),
    ]
    .concat()
}

/// As an iPhone writes it, its own time (`2019-02-12T15:27:12+0800`) within.
pub fn taken(time: &str, data: usize) -> Vec<u8> {
    whole(data, &[apple(&[("com.apple.quicktime.creationdate", time)])])
}
