//! Changes to an input, as a fuzzer makes them without looking at what they do: for the short form, which has no fuzzer.

use albumen_testkit::random::Random;

/// Numbers that are more often wrong than others.
const ODD: [u32; 10] = [
    0,
    1,
    0x7f,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fffe,
    0xffff_ffff,
];

/// `seed` changed at up to six places; `other` is what parts are borrowed from.
pub fn mutated(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(6) {
        change(&mut bytes, other, random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = place(bytes.len(), random);
    let odd = ODD[random.below(10) as usize];
    match random.below(8) {
        0 => {
            let flipped = bytes.get(at).unwrap_or(&0) ^ (1 << random.below(8));
            overwrite(bytes, at, &[flipped]);
        }
        1 => overwrite(bytes, at, &random.bytes(1)),
        2 => overwrite(bytes, at, &odd.to_be_bytes()[2..]),
        3 => overwrite(bytes, at, &odd.to_be_bytes()),
        4 => overwrite(bytes, at, &odd.to_le_bytes()),
        5 => bytes.truncate(at),
        6 => {
            let end = (at + 1 + random.below(64) as usize).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
        _ => {
            let from = place(other.len(), random);
            let to = (from + 1 + random.below(256) as usize).min(other.len());
            bytes.splice(at..at, other[from.min(to)..to].iter().copied());
        }
    }
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (to, from) in bytes.iter_mut().skip(at).zip(with) {
        *to = *from;
    }
}

/// Half of the time near the start, where headers are.
fn place(length: usize, random: &mut Random) -> usize {
    let most = if random.below(2) == 0 {
        length.min(512)
    } else {
        length
    };
    random.below(u32::try_from(most).unwrap_or(u32::MAX)) as usize
}
