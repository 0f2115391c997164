//! Checksums of bytes as they arrive, as the providers define them.

use md5::Md5;
use sha2::{Digest, Sha256};

/// Block of Dropbox's `content_hash`.
const BLOCK: usize = 4 << 20;

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Dropbox's `content_hash`: SHA-256 over the SHA-256 of each block of 4 MiB.
#[derive(Clone, Default)]
pub(crate) struct ContentHash {
    whole: Sha256,
    block: Sha256,
    in_block: usize,
}

impl ContentHash {
    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let n = bytes.len().min(BLOCK - self.in_block);
            self.block.update(&bytes[..n]);
            self.in_block += n;
            bytes = &bytes[n..];
            if self.in_block == BLOCK {
                self.whole.update(self.block.finalize_reset());
                self.in_block = 0;
            }
        }
    }

    pub(crate) fn hex(mut self) -> String {
        if self.in_block > 0 {
            self.whole.update(self.block.finalize_reset());
        }
        hex(&self.whole.finalize())
    }
}

/// `content_hash` of bytes in memory.
pub fn content_hash(bytes: &[u8]) -> String {
    let mut hash = ContentHash::default();
    hash.update(bytes);
    hash.hex()
}

/// What Drive says of a file.
#[derive(Clone, Default)]
pub(crate) struct DriveSums {
    md5: Md5,
    sha256: Sha256,
}

impl DriveSums {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sha256.update(bytes);
    }

    /// MD5 and SHA-256.
    pub(crate) fn hex(self) -> (String, String) {
        (hex(&self.md5.finalize()), hex(&self.sha256.finalize()))
    }
}

/// SHA-256 of bytes in memory.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition, computed the long way.
    #[test]
    fn a_content_hash_is_the_sum_of_the_sums_of_the_blocks() {
        let bytes: Vec<u8> = (0..BLOCK * 2 + 5).map(|at| (at % 251) as u8).collect();
        let blocks: Vec<u8> = bytes.chunks(BLOCK).flat_map(Sha256::digest).collect();
        assert_eq!(content_hash(&bytes), sha256_hex(&blocks));
        assert_eq!(content_hash(b""), sha256_hex(b""));
        let two = &bytes[..BLOCK * 2];
        let blocks: Vec<u8> = two.chunks(BLOCK).flat_map(Sha256::digest).collect();
        let mut pieces = ContentHash::default();
        two.chunks(100_003).for_each(|piece| pieces.update(piece));
        assert_eq!(pieces.hex(), sha256_hex(&blocks));
    }
}
