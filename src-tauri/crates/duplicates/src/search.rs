//! Which photos are worth a second look, among a million: pairs whose perceptual hashes are near in one of the eight
//! ways to turn and mirror a picture.
//!
//! Locality-sensitive hashing by bit sampling (Indyk and Motwani 1998), in many small sorted tables, each of which is
//! gone before the next is made. Turning costs little: mirroring a picture flips the bits of the odd frequencies of its
//! DCT, and a quarter turn transposes them, so a table's key takes those bits relative to one of their own kind.
//! The tables are the same in every run, so the result is too.

use albumen_model::PerceptualHash;
use rayon::prelude::*;

/// Farthest a pair may be, of 256 bits: beyond, one other picture in a million is as near.
pub const FARTHEST: u32 = 84;
/// Farthest in the 64 bits of the low frequencies, by which the tables are made.
const FARTHEST_LOW: u32 = 16;
/// Candidates kept for one photo. A time-lapse is near itself thousands of times; its frames are no copies.
const MOST_NEIGHBOURS: usize = 96;
/// Of photos with the very same hash, so many meet each photo near them, and each other.
const MOST_TWINS: usize = 24;
/// In a bucket of a crowd (a time-lapse again) each meets so many others.
const MOST_IN_BUCKET: usize = 2000;
/// Two photos that are `d` of 64 low bits apart share a key of `k` bits with probability (1 - d/64)^k, so that 280 tables
/// of 17 bits miss none of a thousand pairs at distance 10 and two of a hundred at 14.
const TABLES: u64 = 280;

/// One picture to be found: a photo as it is, or what is inside its frame.
#[derive(Debug, Clone, Copy)]
pub struct Print {
    pub photo: u32,
    pub hash: PerceptualHash,
}

/// `turn` (EXIF 1 to 8) shows `b` the way `a` is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    pub a: u32,
    pub b: u32,
    pub distance: u32,
    pub turn: u8,
}

/// Odd columns, odd rows of the 16×16 bits; row `v` holds the frequencies across, bit `u` in it.
const ODD_U: u64 = 0xaaaa_aaaa_aaaa_aaaa;
const ODD_V: u64 = 0xffff_0000_ffff_0000;
/// Odd columns, odd rows of the 8×8 low frequencies in lanes.
const LANES_ODD_U: u64 = 0xffff_0000_ffff_0000;
const LANES_ODD_V: u64 = 0xffff_ffff_0000_0000;
/// EXIF turns of "transposed or not, then mirrored across, down, both".
const TURNS: [u8; 8] = [1, 2, 4, 3, 5, 6, 8, 7];

/// The hash as it would be of the picture turned by the EXIF turn.
pub fn turned(hash: PerceptualHash, turn: u8) -> PerceptualHash {
    let at = TURNS.iter().position(|&one| one == turn).unwrap_or(0);
    let mut words = if at >= 4 { transpose(hash.0) } else { hash.0 };
    for word in &mut words {
        *word ^= if at & 1 == 1 { ODD_U } else { 0 } ^ if at & 2 == 2 { ODD_V } else { 0 };
    }
    PerceptualHash(words)
}

fn transpose(words: [u64; 4]) -> [u64; 4] {
    let mut out = [0u64; 4];
    for v in 0..16 {
        for u in 0..16 {
            let bit = words[v / 4] >> (v % 4 * 16 + u) & 1;
            out[u / 4] |= bit << (u % 4 * 16 + v);
        }
    }
    out
}

/// The smallest distance over all turns, and the turn of `b` that gives it.
pub fn distance(a: PerceptualHash, b: PerceptualHash) -> (u32, u8) {
    nearest(&classes(a.0), &classes(b.0))
}

/// The 256 bits by class, a word each: even or odd column, even or odd row. A mirrored picture has whole words flipped.
type Classes = [u64; 4];

fn classes(words: [u64; 4]) -> Classes {
    let mut out = [0u64; 4];
    for v in 0..16 {
        for u in 0..16 {
            let bit = words[v / 4] >> (v % 4 * 16 + u) & 1;
            out[u % 2 + v % 2 * 2] |= bit << (v / 2 * 8 + u / 2);
        }
    }
    out
}

/// The same, of classes: one count of each serves all four ways to mirror.
fn nearest(a: &Classes, b: &Classes) -> (u32, u8) {
    let mut best = (PerceptualHash::BITS + 1, 1);
    for (from, turns) in [(b, &TURNS[..4]), (&transposed(b), &TURNS[4..])] {
        for (found, turn) in mirrored(differ(a, from), 64).into_iter().zip(turns) {
            if found < best.0 {
                best = (found, *turn);
            }
        }
    }
    best
}

fn differ(a: &Classes, b: &Classes) -> [u32; 4] {
    [0, 1, 2, 3].map(|class| (a[class] ^ b[class]).count_ones())
}

/// Whether two are near in some way. `over` is the one turned over its diagonal: the turn itself does not matter here.
fn is_near(one: &Classes, over: &Classes, other: &Classes) -> bool {
    let near = |from| {
        mirrored(differ(from, other), 64)
            .into_iter()
            .any(|found| found <= FARTHEST)
    };
    near(one) || near(over)
}

/// Bits that differ as it is, mirrored across, down and both, where each class has `bits`.
fn mirrored([c0, c1, c2, c3]: [u32; 4], bits: u32) -> [u32; 4] {
    [
        c0 + c1 + c2 + c3,
        c0 + c2 + 2 * bits - c1 - c3,
        c0 + c1 + 2 * bits - c2 - c3,
        c0 + c3 + 2 * bits - c1 - c2,
    ]
}

/// The eight lowest frequencies each way, a lane of 4×4 for each class.
fn low(hash: &Classes) -> u64 {
    (0..).zip(hash).fold(0, |made, (class, word)| {
        let rows = word & 0x0f0f_0f0f;
        let pairs = (rows | rows >> 4) & 0x00ff_00ff;
        made | ((pairs | pairs >> 8) & 0xffff) << (16 * class)
    })
}

/// What [`transposed`] does to the low frequencies.
fn transposed_low(low: u64) -> u64 {
    let mut x = low & 0xffff_0000_0000_ffff | low << 16 & 0xffff_0000_0000 | low >> 16 & 0xffff_0000;
    let mut t = (x ^ (x >> 3)) & 0x0a0a_0a0a_0a0a_0a0a;
    x ^= t ^ (t << 3);
    t = (x ^ (x >> 6)) & 0x00cc_00cc_00cc_00cc;
    x ^ t ^ (t << 6)
}

/// A picture turned over its diagonal: classes of one odd direction change places, and each is transposed.
fn transposed(hash: &Classes) -> Classes {
    [hash[0], hash[2], hash[1], hash[3]].map(transpose_word)
}

/// Eight rows of eight bits (Hacker's Delight, 7-3).
fn transpose_word(mut x: u64) -> u64 {
    let mut t = (x ^ (x >> 7)) & 0x00aa_00aa_00aa_00aa;
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000_cccc_0000_cccc;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x0000_0000_f0f0_f0f0;
    x ^ t ^ (t << 28)
}

/// Where a low frequency lies among the lanes of 16 bits: one lane a class.
fn lane(at: u32) -> u32 {
    let (v, u) = (at / 8, at % 8);
    16 * (u % 2 + v % 2 * 2) + v / 2 * 4 + u / 2
}

/// The smallest distance of low frequencies in lanes over the four ways to mirror. Counts all lanes at once (Hacker's
/// Delight, 5-1): this runs for every two entries of every bucket.
fn low_distance(a: u64, b: u64) -> u32 {
    let mut x = a ^ b;
    x -= x >> 1 & 0x5555_5555_5555_5555;
    x = (x & 0x3333_3333_3333_3333) + (x >> 2 & 0x3333_3333_3333_3333);
    x = (x + (x >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    x += x >> 8;
    let count = |lane: u32| (x >> (16 * lane) & 0x1f) as u32;
    let [a, b, c, d] = mirrored([count(0), count(1), count(2), count(3)], 16);
    a.min(b).min(c.min(d))
}

/// What one table looks at.
struct Table {
    /// How many bits a key has.
    width: usize,
    /// What each byte of the low frequencies in lanes adds to the key.
    parts: Vec<[u32; 256]>,
    /// Two bits that say how the picture is mirrored, and what mirroring does to the key.
    across: (u32, u32),
    down: (u32, u32),
}

impl Table {
    fn new(seed: u64, width: usize) -> Self {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
        let mut random = move |below: u64| {
            // SplitMix64 (Steele, Lea and Flood 2014).
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)) % below
        };
        let odd = |at: u32| (at % 2 == 1, at / 8 % 2 == 1);
        let mut one = |wanted: (bool, bool)| loop {
            let at = u32::try_from(random(64)).unwrap_or(0);
            if odd(at) == wanted {
                return at;
            }
        };
        let (across, down) = (one((true, false)), one((false, true)));
        let mut bits: Vec<u32> = Vec::with_capacity(width);
        while bits.len() < width {
            let at = u32::try_from(random(64)).unwrap_or(0);
            // The average light says little.
            if at != 0 && at != across && at != down && !bits.contains(&at) {
                bits.push(at);
            }
        }
        let key = |low: u64| {
            let bit = |key: u32, at: &u32| key << 1 | u32::from(low >> lane(*at) & 1 == 1);
            bits.iter().fold(0, bit)
        };
        let part = |byte: u32| std::array::from_fn(|value| key((value as u64) << (8 * byte)));
        Self {
            width,
            parts: (0..8).map(part).collect(),
            across: (lane(across), key(LANES_ODD_U)),
            down: (lane(down), key(LANES_ODD_V)),
        }
    }

    fn key(&self, low: u64) -> u32 {
        let parts = self.parts.iter().zip(low.to_le_bytes());
        let key = parts.fold(0, |key, (part, byte)| key ^ part[usize::from(byte)]);
        let flip = |(at, flip): (u32, u32)| if low >> at & 1 == 1 { flip } else { 0 };
        key ^ flip(self.across) ^ flip(self.down)
    }
}

/// The one turn that does what `first` and then `second` do.
pub fn then(first: u8, second: u8) -> u8 {
    // A bit of no symmetry shows which one it is.
    let probe = PerceptualHash([1 << 2 | 1 << 19, 1 << 5, 0, 1 << 9 | 1 << 60]);
    let wanted = turned(turned(probe, first), second);
    TURNS
        .into_iter()
        .find(|&turn| turned(probe, turn) == wanted)
        .unwrap_or(1)
}

/// All near pairs, `a < b`, each once with its best turn; nearest first where a photo has too many.
pub fn near(mut prints: Vec<Print>) -> Vec<Near> {
    prints.par_sort_unstable_by_key(|print| (print.hash.0, print.photo));
    let all = Entries::new(prints);
    let width = (all.hashes.len().max(2).ilog2() as usize)
        .saturating_sub(3)
        .clamp(6, 18);
    let threads = rayon::current_num_threads().max(1) as u64;
    let found: Vec<Vec<u64>> = (0..threads)
        .into_par_iter()
        .map(|thread| {
            let mut own = Own::default();
            for number in (thread..TABLES).step_by(usize::try_from(threads).unwrap_or(1)) {
                own.scan(&Table::new(number, width), &all);
            }
            own.finish()
        })
        .collect();
    let mut pairs: Vec<u64> = found.concat();
    pairs.par_sort_unstable();
    pairs.dedup();
    let mut made = Vec::with_capacity(pairs.len());
    let mut join = |x: u32, y: u32, distance: u32, turn: u8| {
        // The turn is that of the second; of the first it is the way back.
        let (a, b, turn) = if x < y { (x, y, turn) } else { (y, x, back(turn)) };
        if a != b {
            made.push(Near { a, b, distance, turn });
        }
    };
    for same in (0..all.hashes.len()).map(|at| all.twins(at)) {
        for (k, &x) in same.iter().enumerate() {
            let from = if k < MOST_TWINS { 0 } else { k - 1 };
            same[from..k].iter().for_each(|&y| join(y, x, 0, 1));
        }
    }
    for pair in pairs {
        let (x, y) = ((pair >> 32) as usize, (pair & 0xffff_ffff) as usize);
        let (distance, turn) = nearest(&all.hashes[x], &all.hashes[y]);
        for &a in all.twins(x).iter().take(MOST_TWINS) {
            for &b in all.twins(y).iter().take(MOST_TWINS) {
                join(a, b, distance, turn);
            }
        }
    }
    fewest(made)
}

/// Different hashes, each with the photos that have it: the very same hash many times over is searched for once.
struct Entries {
    hashes: Vec<Classes>,
    /// Where the photos of each hash begin.
    starts: Vec<u32>,
    photos: Vec<u32>,
}

impl Entries {
    /// Of prints in the order of their hashes.
    fn new(prints: Vec<Print>) -> Self {
        let photos: Vec<u32> = prints.iter().map(|print| print.photo).collect();
        let runs = || prints.chunk_by(|x, y| x.hash == y.hash);
        let n = runs().count();
        let (mut hashes, mut starts) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut start = 0;
        for run in runs() {
            hashes.push(classes(run[0].hash.0));
            starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            start += run.len();
        }
        Self {
            hashes,
            starts,
            photos,
        }
    }

    fn twins(&self, at: usize) -> &[u32] {
        let end = self
            .starts
            .get(at + 1)
            .map_or(self.photos.len(), |end| *end as usize);
        &self.photos[self.starts[at] as usize..end]
    }
}

/// The turn that takes a turn back.
pub fn back(turn: u8) -> u8 {
    match turn {
        6 => 8,
        8 => 6,
        other => other,
    }
}

#[derive(Default)]
struct Own {
    pairs: Vec<u64>,
    clean: usize,
    starts: Vec<u32>,
    keys: Vec<u32>,
    /// Entries in the order of their keys, and their low frequencies beside them: most are looked at no further.
    entries: Vec<u32>,
    lows: Vec<u64>,
}

impl Own {
    /// Counting sort by key; the upper half of the entries are the transposed pictures.
    fn scan(&mut self, table: &Table, all: &Entries) {
        let n = all.hashes.len();
        let slots = 1usize << table.width;
        let lows = || {
            let upright = all.hashes.iter().map(low);
            upright.chain(all.hashes.iter().map(|hash| transposed_low(low(hash))))
        };
        self.keys.clear();
        self.keys.extend(lows().map(|low| table.key(low)));
        // Each slot's place is where the one before it ends, and is its own end when all are in.
        self.starts.clear();
        self.starts.resize(slots + 1, 0);
        for &key in &self.keys {
            self.starts[key as usize + 1] += 1;
        }
        for slot in 0..slots {
            self.starts[slot + 1] += self.starts[slot];
        }
        self.entries.resize(2 * n, 0);
        self.lows.resize(2 * n, 0);
        for ((at, &key), low) in (0..).zip(&self.keys).zip(lows()) {
            let slot = &mut self.starts[key as usize];
            self.entries[*slot as usize] = at;
            self.lows[*slot as usize] = low;
            *slot += 1;
        }
        let mut from = 0;
        for slot in 0..slots {
            let to = self.starts[slot] as usize;
            self.bucket(from, to, all);
            from = to;
        }
        self.tidy(false);
    }

    fn bucket(&mut self, from: usize, to: usize, all: &Entries) {
        let n = all.hashes.len();
        for first in from..to {
            let i = self.entries[first] as usize;
            if i >= n {
                break; // entries are in order: only transposed ones follow, and those meet each other upright
            }
            let (one, low) = (&all.hashes[i], self.lows[first]);
            let mut over = None;
            let others = first + 1..to.min(first + 1 + MOST_IN_BUCKET);
            for (&there, &j) in self.lows[others.clone()].iter().zip(&self.entries[others]) {
                if low_distance(low, there) > FARTHEST_LOW {
                    continue;
                }
                let j = j as usize;
                let j = if j < n { j } else { j - n };
                let over = over.get_or_insert_with(|| transposed(one));
                if is_near(one, over, &all.hashes[j]) && all.twins(i)[0] != all.twins(j)[0] {
                    let (low, high) = (i.min(j) as u64, i.max(j) as u64);
                    self.pairs.push(low << 32 | high);
                }
            }
        }
    }

    /// The same pair turns up in many tables.
    fn tidy(&mut self, last: bool) {
        if last || self.pairs.len() > 2 * self.clean + (1 << 20) {
            self.pairs.sort_unstable();
            self.pairs.dedup();
            self.clean = self.pairs.len();
        }
    }

    fn finish(mut self) -> Vec<u64> {
        self.tidy(true);
        self.pairs
    }
}

/// One entry a pair, and no more than [`MOST_NEIGHBOURS`] of the nearest for each photo.
fn fewest(mut pairs: Vec<Near>) -> Vec<Near> {
    pairs.par_sort_unstable_by_key(|near| (near.a, near.b, near.distance, near.turn));
    pairs.dedup_by_key(|near| (near.a, near.b));
    pairs.par_sort_unstable_by_key(|near| (near.distance, near.a, near.b));
    let photos = pairs.iter().map(|near| near.b as usize + 1).max().unwrap_or(0);
    let mut neighbours = vec![0u16; photos];
    pairs.retain(|near| {
        let (a, b) = (near.a as usize, near.b as usize);
        let room = |n: u16| usize::from(n) < MOST_NEIGHBOURS;
        let keep = room(neighbours[a]) || room(neighbours[b]);
        if keep {
            neighbours[a] = neighbours[a].saturating_add(1);
            neighbours[b] = neighbours[b].saturating_add(1);
        }
        keep
    });
    pairs.par_sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lanes_and_classes_count_what_turning_bit_by_bit_counts() {
        for seed in 0..200 {
            let (a, mut b) = (hash(seed), hash(seed * 31 + 7));
            if seed % 2 == 0 {
                b = turned(a, TURNS[seed as usize / 2 % 8]);
                (0..75 + seed % 20).for_each(|bit| b.0[bit as usize % 4] ^= 1 << (bit / 4));
            }
            let by_bits = TURNS.map(|turn| (a.distance(&turned(b, turn)), turn));
            let least = by_bits.into_iter().min_by_key(|found| found.0);
            assert_eq!(Some(distance(a, b)), least);
            let (x, y) = (classes(a.0), classes(b.0));
            assert_eq!(transposed(&x), classes(transpose(a.0)));
            assert_eq!(transposed_low(low(&x)), low(&transposed(&x)));
            let limit = by_bits.iter().any(|found| found.0 <= FARTHEST);
            assert_eq!(is_near(&x, &transposed(&x), &y), limit);
            let low_bits = |hash: PerceptualHash| {
                (0..8).fold(0u64, |made, v| {
                    made | (hash.0[v / 4] >> (v % 4 * 16) & 0xff) << (8 * v)
                })
            };
            for turn in [1, 5] {
                let shown = turned(a, turn);
                let in_lanes = (0..64).fold(0, |made, at| made | (low_bits(shown) >> at & 1) << lane(at));
                assert_eq!(low(&classes(shown.0)), in_lanes);
            }
            let low_by_bits = TURNS[..4]
                .iter()
                .map(|&turn| (low_bits(a) ^ low_bits(turned(b, turn))).count_ones());
            assert_eq!(Some(low_distance(low(&x), low(&y))), low_by_bits.min());
        }
    }

    fn hash(seed: u64) -> PerceptualHash {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state ^ (state >> 29)
        };
        PerceptualHash([next(), next(), next(), next()])
    }

    #[test]
    fn turned_and_slightly_changed_pictures_are_found_among_others() {
        let mut prints: Vec<Print> = (0..3000)
            .map(|photo| Print {
                photo,
                hash: hash(u64::from(photo) * 77 + 1),
            })
            .collect();
        let mut wanted = Vec::new();
        for (k, turn) in (1..=8).cycle().take(160).enumerate() {
            let from = prints[k * 17];
            let mut copy = turned(from.hash, turn);
            for bit in 0..30 {
                copy.0[bit % 4] ^= 1 << ((bit * 13 + k) % 64);
            }
            let photo = u32::try_from(prints.len()).expect("small");
            prints.push(Print { photo, hash: copy });
            wanted.push((from.photo, photo));
        }
        let found: Vec<(u32, u32)> = near(prints).iter().map(|near| (near.a, near.b)).collect();
        for pair in &wanted {
            assert!(found.contains(pair), "{pair:?}");
        }
        assert_eq!(found.len(), wanted.len(), "nothing else is near");
    }

    #[test]
    fn a_crowd_does_not_make_a_crowd_of_pairs() {
        let prints: Vec<Print> = (0..2000).map(|photo| Print { photo, hash: hash(5) }).collect();
        assert!(near(prints).len() <= 2000 * MOST_NEIGHBOURS);
    }

    proptest! {
        #[test]
        fn turning_there_and_back_is_nothing(words in proptest::array::uniform4(any::<u64>())) {
            let back = [1, 2, 3, 4, 5, 8, 7, 6];
            for turn in 1..=8u8 {
                let there = turned(PerceptualHash(words), turn);
                prop_assert_eq!(turned(there, back[usize::from(turn) - 1]), PerceptualHash(words));
                prop_assert_eq!(distance(PerceptualHash(words), there).0, 0);
            }
        }
    }
}
