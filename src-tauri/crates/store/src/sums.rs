//! Digests besides SHA-256, by which a provider tells what it stored. All of them come from the one read of the original.
//!
//! Invariant: two sums agree only over an algorithm that both name; where they share none, nothing is known. An etag may
//! say yes, and never no: some servers put other things there.

use albumen_model::Sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// Dropbox hashes blocks of this size, and then the hashes (its "content hash" documentation).
const DROPBOX_BLOCK: usize = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algo {
    Sha256,
    Md5,
    Crc32c,
    /// SHA-256 over the SHA-256 of blocks of 4 MiB.
    Dropbox,
    /// S3's: the MD5, or of an object in parts the MD5 over the parts' MD5, and their number.
    Etag,
}

impl Algo {
    const ALL: [Self; 5] = [Self::Sha256, Self::Md5, Self::Crc32c, Self::Dropbox, Self::Etag];

    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Md5 => "md5",
            Self::Crc32c => "crc32c",
            Self::Dropbox => "dropbox",
            Self::Etag => "etag",
        }
    }
}

/// Digests by algorithm, in lower-case hexadecimal. Its text is kept in the catalog: `crc32c=…;md5=…`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<Algo, String>);

impl Sums {
    #[must_use]
    pub fn with(mut self, algo: Algo, hex: impl Into<String>) -> Self {
        self.0.insert(algo, hex.into().to_ascii_lowercase());
        self
    }

    /// From the form in which Google and Azure give digests.
    #[must_use]
    pub fn with_base64(self, algo: Algo, text: &str) -> Self {
        match STANDARD.decode(text) {
            Ok(bytes) => self.with(algo, hex(&bytes)),
            Err(_) => self,
        }
    }

    /// An S3 etag, if it looks like a digest.
    #[must_use]
    pub fn with_etag(self, etag: &str) -> Self {
        let etag = etag.trim_start_matches("W/").trim_matches('"');
        let is_hex = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let looks = match etag.split_once('-') {
            None => is_hex(etag),
            Some((digest, parts)) => is_hex(digest) && parts.parse::<u32>().is_ok(),
        };
        if looks { self.with(Algo::Etag, etag) } else { self }
    }

    pub fn get(&self, algo: Algo) -> Option<&str> {
        self.0.get(&algo).map(String::as_str)
    }

    pub fn algos(&self) -> impl Iterator<Item = Algo> {
        self.0.keys().copied()
    }

    /// In base64, as headers want it.
    pub fn base64(&self, algo: Algo) -> Option<String> {
        let text = self.get(algo)?;
        let bytes: Option<Vec<u8>> = (0..text.len())
            .step_by(2)
            .map(|at| {
                text.get(at..at + 2)
                    .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            })
            .collect();
        Some(STANDARD.encode(bytes?))
    }

    /// Whether what the storage tells is of the bytes that these are of; `None` where that cannot be said.
    pub fn agree(&self, told: &Self) -> Option<bool> {
        let firm = |algo: &&Algo| **algo != Algo::Etag;
        let shared = self
            .0
            .keys()
            .filter(firm)
            .filter_map(|algo| Some(self.0.get(algo) == Some(told.0.get(algo)?)));
        let by_etag = || {
            let etag = told.get(Algo::Etag)?;
            let ours = self.get(Algo::Etag).or_else(|| self.get(Algo::Md5))?;
            (etag == ours).then_some(true)
        };
        shared.reduce(|all, one| all && one).or_else(by_etag)
    }

    pub fn parse(text: &str) -> Self {
        let pairs = text.split(';').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let algo = Algo::ALL.into_iter().find(|algo| algo.name() == name)?;
            Some((algo, value.to_owned()))
        });
        Self(pairs.collect())
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (algo, value)) in self.0.iter().enumerate() {
            let mark = if at == 0 { "" } else { ";" };
            write!(f, "{mark}{}={value}", algo.name())?;
        }
        Ok(())
    }
}

/// Hashes a file as it is read: SHA-256, and what the destination asks for.
pub(crate) struct Digester {
    sha256: sha2::Sha256,
    md5: Option<md5::Md5>,
    crc32c: Option<u32>,
    dropbox: Option<Blocks>,
}

impl Digester {
    pub fn new(wanted: &[Algo]) -> Self {
        Self {
            sha256: sha2::Sha256::new(),
            md5: wanted.contains(&Algo::Md5).then(md5::Md5::new),
            crc32c: wanted.contains(&Algo::Crc32c).then_some(0),
            dropbox: wanted.contains(&Algo::Dropbox).then(Blocks::default),
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        if let Some(crc) = &mut self.crc32c {
            *crc = crc32c::crc32c_append(*crc, bytes);
        }
        if let Some(blocks) = &mut self.dropbox {
            blocks.update(bytes);
        }
    }

    pub fn finish(self) -> (Sha256, Sums) {
        let mut sums = Sums::default();
        if let Some(md5) = self.md5 {
            sums = sums.with(Algo::Md5, hex(&md5.finalize()));
        }
        if let Some(crc) = self.crc32c {
            sums = sums.with(Algo::Crc32c, hex(&crc.to_be_bytes()));
        }
        if let Some(blocks) = self.dropbox {
            sums = sums.with(Algo::Dropbox, hex(&blocks.finish()));
        }
        (Sha256(self.sha256.finalize().into()), sums)
    }

    /// Of bytes that are in memory.
    pub fn of(bytes: &[u8], wanted: &[Algo]) -> (Sha256, Sums) {
        let mut digester = Self::new(wanted);
        digester.update(bytes);
        digester.finish()
    }
}

#[derive(Default)]
struct Blocks {
    all: sha2::Sha256,
    block: sha2::Sha256,
    filled: usize,
}

impl Blocks {
    fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(DROPBOX_BLOCK - self.filled));
            self.block.update(now);
            self.filled += now.len();
            bytes = rest;
            if self.filled == DROPBOX_BLOCK {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.all.update(self.block.finalize_reset());
        self.filled = 0;
    }

    fn finish(mut self) -> [u8; 32] {
        if self.filled > 0 {
            self.close();
        }
        self.all.finalize().into()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut made = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        write!(made, "{byte:02x}").unwrap_or_default();
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_agree_only_over_what_both_name() {
        let md5 = Sums::default().with(Algo::Md5, "AB");
        let both = md5.clone().with(Algo::Crc32c, "01");
        assert_eq!(md5.agree(&both), Some(true));
        assert_eq!(md5.agree(&Sums::default().with(Algo::Crc32c, "01")), None);
        assert_eq!(
            both.agree(&Sums::default().with(Algo::Md5, "ab").with(Algo::Crc32c, "02")),
            Some(false)
        );
        assert_eq!(Sums::parse(&both.to_string()), both);
        assert_eq!(Sums::parse("nonsense;x=1"), Sums::default());
    }

    #[test]
    fn etags_are_digests_only_when_they_look_like_it() {
        let etag = |text: &str| Sums::default().with_etag(text).to_string();
        assert_eq!(
            etag("\"900150983cd24fb0d6963f7d28e17f72\""),
            "etag=900150983cd24fb0d6963f7d28e17f72"
        );
        assert_eq!(
            etag("\"900150983cd24fb0d6963f7d28e17f72-3\""),
            "etag=900150983cd24fb0d6963f7d28e17f72-3"
        );
        assert_eq!(etag("\"opaque\""), "");
    }

    #[test]
    fn an_etag_says_yes_and_never_no() {
        let ours = Sums::default().with(Algo::Md5, "900150983cd24fb0d6963f7d28e17f72");
        let told = |etag: &str| Sums::default().with_etag(etag);
        assert_eq!(ours.agree(&told("900150983cd24fb0d6963f7d28e17f72")), Some(true));
        assert_eq!(ours.agree(&told("000150983cd24fb0d6963f7d28e17f72")), None);
    }

    #[test]
    fn digests_are_those_of_the_published_examples() {
        // RFC 1321, A.5; RFC 3720, B.4 (32 bytes of zeros).
        let (_, sums) = Digester::of(b"abc", &[Algo::Md5]);
        assert_eq!(sums.get(Algo::Md5), Some("900150983cd24fb0d6963f7d28e17f72"));
        let (_, sums) = Digester::of(&[0; 32], &[Algo::Crc32c]);
        assert_eq!(sums.get(Algo::Crc32c), Some("8a9136aa"));
        assert_eq!(sums.base64(Algo::Crc32c).as_deref(), Some("ipE2qg=="));
    }

    #[test]
    fn dropbox_hashes_blocks_however_they_come() {
        let bytes: Vec<u8> = (0..DROPBOX_BLOCK + 5).map(|at| (at % 251) as u8).collect();
        let mut by_hand = sha2::Sha256::new();
        for block in bytes.chunks(DROPBOX_BLOCK) {
            by_hand.update(sha2::Sha256::digest(block));
        }
        let mut digester = Digester::new(&[Algo::Dropbox]);
        for piece in bytes.chunks(1_000_003) {
            digester.update(piece);
        }
        assert_eq!(
            digester.finish().1.get(Algo::Dropbox),
            Some(hex(&by_hand.finalize()).as_str())
        );
    }
}
