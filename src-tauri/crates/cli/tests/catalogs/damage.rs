//! What a disk, a sync program or a careless copy does to a catalog, by a seed.

use crate::place::{put, rm};
use albumen_testkit::random::Random;
use std::path::Path;

const KINDS: u64 = 14;

#[derive(Debug, Clone, Copy)]
pub struct Damage {
    seed: u64,
    kind: u64,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "damage {} ({}): {}", self.seed, self.kind, self.words())
    }
}

impl Damage {
    pub fn of(seed: u64) -> Self {
        // Stages go by the seed as well: each kind meets each stage.
        Self {
            seed,
            kind: (seed / 6) % KINDS,
        }
    }

    fn words(self) -> &'static str {
        match self.kind {
            0 => "cut short",
            1 => "cut short, with its log",
            2 => "bytes in the header",
            3 => "random bytes over a part",
            4 => "zeros over a page",
            5 => "some bits flipped",
            6 => "some bits flipped, with its log",
            7 => "one page over another",
            8 => "the log cut short",
            9 => "random bytes in the log",
            10 => "the log is missing",
            11 => "the file is gone, its log is there",
            12 => "emptied",
            _ => "random bytes, all of it",
        }
    }

    /// Whether it strikes what a killed run left.
    pub fn cut_off(self) -> bool {
        matches!(self.kind, 1 | 6 | 8..=11)
    }

    /// False when nothing came of it.
    pub fn strike(self, state: &Path) -> bool {
        let random = &mut Random::new(self.seed, 7);
        let (file, log) = (state.join("catalog.db"), state.join("catalog.db-wal"));
        let was = std::fs::read(&file).expect("read");
        let mut bytes = was.clone();
        let size = u32::try_from(bytes.len()).expect("small");
        match self.kind {
            0 | 1 => bytes.truncate(1 + random.below(size - 1) as usize),
            2 => {
                let (at, many) = (random.below(100) as usize, 1 + random.below(60) as usize);
                bytes[at..at + many].copy_from_slice(&random.bytes(many));
            }
            3 => {
                let many = 1 + random.below(20_000.min(size / 2)) as usize;
                let at = 100 + random.below(size - many as u32 - 100) as usize;
                bytes[at..at + many].copy_from_slice(&random.bytes(many));
            }
            4 => {
                let at = page(random, size);
                bytes[at..at + 4096].fill(0);
            }
            5 | 6 => {
                for _ in 0..=random.below(12) {
                    let at = random.below(size) as usize;
                    bytes[at] ^= 1 << random.below(8);
                }
            }
            7 => {
                let (from, to) = (page(random, size), page(random, size));
                bytes.copy_within(from..from + 4096, to);
            }
            8 | 9 => {
                let mut text = std::fs::read(&log).expect("a log");
                let size = u32::try_from(text.len()).expect("small");
                let at = random.below(size) as usize;
                if self.kind == 8 {
                    text.truncate(at);
                } else {
                    let many = (1 + random.below(9000) as usize).min(text.len() - at);
                    text[at..at + many].copy_from_slice(&random.bytes(many));
                }
                put(&log, &text);
                return true;
            }
            10 => {
                rm(&log);
                return true;
            }
            11 => {
                rm(&file);
                return true;
            }
            12 => bytes.clear(),
            _ => {
                let many = 1 + random.below(size) as usize;
                bytes = random.bytes(many);
            }
        }
        put(&file, &bytes);
        bytes != was
    }
}

/// Where a page begins.
fn page(random: &mut Random, size: u32) -> usize {
    random.below(size / 4096) as usize * 4096
}
