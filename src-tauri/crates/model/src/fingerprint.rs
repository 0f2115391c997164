//! What one read of one file tells.

use crate::{Capture, Kind, Said, Sha256};

/// 256 bits: the median of a 16×16 DCT. Compared by Hamming distance, 0 to 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PerceptualHash(pub [u64; 4]);

impl PerceptualHash {
    pub const BITS: u32 = 256;

    pub fn distance(&self, other: &Self) -> u32 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| (a ^ b).count_ones())
            .sum()
    }

    pub fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        for (chunk, word) in out.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        out
    }

    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 32] = bytes.try_into().ok()?;
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_le_bytes(chunk.try_into().ok()?);
        }
        Some(Self(words))
    }
}

/// Something a person should know about a file; the file is still hashed and moved where that is possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable, for filters: `empty`, `pixels`, `mismatch`, `too-large`, `unreadable` …
    pub code: &'static str,
    pub what: String,
}

impl Problem {
    pub fn new(code: &'static str, what: impl Into<String>) -> Self {
        Self {
            code,
            what: what.into(),
        }
    }
}

/// The result of the single read of one file.
#[derive(Debug, Clone)]
pub struct Fingerprint {
    pub sha256: Sha256,
    pub kind: Kind,
    /// As shown, after the EXIF turn.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Absent for what has no pixels and for flat pictures, which match everything.
    pub phash: Option<PerceptualHash>,
    /// Of what lies inside a frame of one colour, where there is one.
    pub phash_inside: Option<PerceptualHash>,
    pub captured: Option<Capture>,
    /// What else tells when it was taken, best first.
    pub also_dated: Vec<Capture>,
    /// Fraction of the second it was taken in, where the camera says so.
    pub subsec_ms: Option<u16>,
    /// In stops: what the bracket was set to, or else the exposure time; comparable within one camera and minute only.
    pub exposure: Option<f32>,
    pub camera: Option<String>,
    /// The program its EXIF names.
    pub software: Option<String>,
    /// Degrees north, degrees east.
    pub gps: Option<(f64, f64)>,
    pub lens: Option<String>,
    /// The town it says it was taken in.
    pub place: Option<String>,
    /// Of a Takeout's album, the title that its own file tells.
    pub album: Option<String>,
    /// What people said of it.
    pub said: Said,
    /// What Apple writes into both halves of a Live Photo.
    pub content_id: Option<String>,
    /// Bytes of the movie that a Motion Photo holds within its own file.
    pub motion: Option<u64>,
    /// Everything it says of itself as JSON: a list of fields, or what Takeout wrote.
    pub metadata: Option<String>,
    /// JPEG, at most 256 pixels a side.
    pub thumb: Option<Vec<u8>>,
    pub problems: Vec<Problem>,
}

impl Fingerprint {
    /// Of bytes of which nothing else is known yet.
    pub fn new(sha256: Sha256, kind: Kind) -> Self {
        Self {
            sha256,
            kind,
            width: None,
            height: None,
            phash: None,
            phash_inside: None,
            captured: None,
            subsec_ms: None,
            exposure: None,
            camera: None,
            lens: None,
            place: None,
            album: None,
            said: Said::default(),
            content_id: None,
            motion: None,
            software: None,
            gps: None,
            metadata: None,
            thumb: None,
            also_dated: Vec::new(),
            problems: Vec::new(),
        }
    }
}

/// What the first bytes of a file tell: enough to show something, never enough to decide on.
#[derive(Debug, Clone)]
pub struct FirstLook {
    pub kind: Kind,
    pub picture: Option<EmbeddedPicture>,
}

/// The small picture that a camera put into its photo.
#[derive(Debug, Clone)]
pub struct EmbeddedPicture {
    /// Of the photo itself, as shown.
    pub width: u32,
    pub height: u32,
    pub phash: Option<PerceptualHash>,
    /// JPEG.
    pub thumb: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_bits_and_bytes_round_trip() {
        let a = PerceptualHash([0, 0, 0, 0]);
        let b = PerceptualHash([1, 3, 0, u64::MAX]);
        assert_eq!(a.distance(&b), 1 + 2 + 64);
        assert_eq!(PerceptualHash::from_slice(&b.to_bytes()), Some(b));
        assert_eq!(PerceptualHash::from_slice(&[0; 31]), None);
    }
}
