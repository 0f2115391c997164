//! Measures grouping by itself: made-up fingerprints of N photos, 30 % of them in clusters of copies at real distances,
//! the others as uneven as real ones, where the low frequencies of one kind of scene are mostly alike.
//!
//! `bench-grouping N...` prints a line for each N: seconds of CPU and of time, and the most memory held.

use albumen_duplicates::pairs::{self, Found};
use albumen_duplicates::{Candidate, Grouping, Proposer, grouping, keeper, search, second_look};
use albumen_model::{AssetId, Look, PerceptualHash, Sha256};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

fn main() {
    for argument in std::env::args().skip(1) {
        measure(argument.parse().expect("a number of photos"));
    }
}

fn measure(photos: u32) {
    let library = Library::new(photos);
    let mut proposer = Proposer::default();
    for at in 0..photos {
        proposer.add(at, Some(library.hash(at)), None, Some(library.taken(at)));
    }
    let made = status("VmRSS");
    let (begun, before) = (Instant::now(), cpu());
    let mut proposals = proposer.proposals();
    // Candidates of what is proposed and of nothing else, as the engine reads them from the catalog.
    let mut company: Vec<u32> = proposals.iter().flat_map(|two| [two.a, two.b]).collect();
    company.sort_unstable();
    company.dedup();
    let mut place = vec![0; photos as usize];
    for (at, photo) in (0..).zip(&company) {
        place[*photo as usize] = at;
    }
    for two in &mut proposals {
        (two.a, two.b) = (place[two.a as usize], place[two.b as usize]);
    }
    let candidates: Vec<Candidate> = company.iter().map(|at| library.candidate(*at)).collect();
    let looks = AtomicUsize::new(0);
    let look = |at: u32| {
        looks.fetch_add(1, Ordering::Relaxed);
        Some(library.look(company[at as usize]))
    };
    let Found { pairs, refused } = pairs::confirm(&candidates, proposals, &HashMap::new(), look, |_, _| true);
    let found = (pairs.len(), refused.len());
    let right = pairs
        .iter()
        .filter(|pair| library.cluster(company[pair.a as usize]) == library.cluster(company[pair.b as usize]))
        .count();
    let grouping = Grouping::new(candidates, &pairs, &keeper::USUAL);
    let groups = grouping.groups(grouping::USUAL_DISTANCE);
    let (seconds, busy) = (begun.elapsed().as_secs_f64(), cpu() - before);
    let begun = Instant::now();
    let counted = grouping.count(40);
    let slider = begun.elapsed().as_secs_f64() * 1000.0;
    let begun = Instant::now();
    let some = grouping.groups(40).len();
    let all = begun.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(counted.0, some as u64, "counting is making without the groups");
    let members: usize = groups.iter().map(|group| group.members.len()).sum();
    println!(
        "photos={photos} cpu={busy:.2} seconds={seconds:.2} peak_mib={:.0} input_mib={made:.0} groups={} members={members} \
         pairs={} right={right} refused={} looks={} wanted_members={} count_ms={slider:.1} groups_ms={all:.1}",
        status("VmHWM"),
        groups.len(),
        found.0,
        found.1,
        looks.into_inner(),
        library.clustered,
    );
}

/// Photo `at` belongs to the cluster that it or one of the few before it begins.
struct Library {
    cluster: Vec<u32>,
    clustered: u32,
}

/// Of a hundred photos, so many are copies of another or have one.
const CLUSTERED: u64 = 30;
const SCENES: u64 = 400;

impl Library {
    fn new(photos: u32) -> Self {
        let mut cluster = Vec::with_capacity(photos as usize);
        let mut clustered = 0;
        while cluster.len() < photos as usize {
            let at = u32::try_from(cluster.len()).expect("as many as asked for");
            // Clusters of 2 to 5, 3.5 on average, begin so often that their members are that part of all.
            let draw = mix(u64::from(at), 1);
            let begins = draw % 1000 < 1000 * CLUSTERED * 2 / (7 * 100 - 5 * CLUSTERED);
            let size = if begins { 2 + (draw >> 32) % 4 } else { 1 };
            let size = size.min(u64::from(photos - at));
            clustered += if size > 1 {
                u32::try_from(size).unwrap_or(0)
            } else {
                0
            };
            cluster.extend((0..size).map(|_| at));
        }
        Self { cluster, clustered }
    }

    fn cluster(&self, at: u32) -> u32 {
        self.cluster[at as usize]
    }

    fn turn(&self, at: u32) -> u8 {
        let draw = mix(u64::from(at), 2);
        let turned = at != self.cluster(at) && draw.is_multiple_of(10);
        if turned {
            2 + (draw >> 32 & 7).min(6) as u8
        } else {
            1
        }
    }

    fn hash(&self, at: u32) -> PerceptualHash {
        let cluster = u64::from(self.cluster(at));
        // A few kinds of scenes are most of a library.
        let draw = mix(cluster, 3);
        let scene = (draw >> 32) % (1 + draw % SCENES);
        let mut words = [0u64; 4];
        for bit in 0..256u64 {
            let (u, v) = (bit % 16, bit / 16);
            // The lower the frequency, the more the scene decides.
            let certain = 420 / (u + v + 1).max(1);
            let usual = mix(scene * 256 + bit, 4) & 1;
            let own = mix(cluster * 256 + bit, 5);
            let value = if own % 1000 < certain {
                usual
            } else {
                own >> 32 & 1
            };
            words[(bit / 64) as usize] |= value << (bit % 64);
        }
        words[0] |= 1;
        let mut hash = PerceptualHash(words);
        if u64::from(at) != cluster {
            for change in 0..mix(u64::from(at), 6) % 41 {
                // Compression and size change the high frequencies first.
                let one = mix(u64::from(at) * 64 + change, 7);
                let bit = (one % 256).max((one >> 32) % 256).max(1);
                hash.0[(bit / 64) as usize] ^= 1 << (bit % 64);
            }
        }
        search::turned(hash, self.turn(at))
    }

    fn look(&self, at: u32) -> Look {
        let cluster = u64::from(self.cluster(at));
        let cell = |x: usize, y: usize, stream: u64| mix(cluster << 20 | (y * 64 + x) as u64, stream) & 255;
        // Blocks of four scales, the large ones strongest. Made cheaply: this is not what is measured.
        let mut sums = vec![0; Look::SIDE * Look::SIDE];
        for (size, stream, weight) in [(16, 8, 8), (8, 9, 4), (4, 10, 2), (2, 11, 2)] {
            let across = Look::SIDE / size;
            let grid: Vec<u64> = (0..across * across)
                .map(|k| weight * cell(k % across, k / across, stream))
                .collect();
            for (place, sum) in sums.iter_mut().enumerate() {
                *sum += grid[place / Look::SIDE / size * across + place % Look::SIDE / size];
            }
        }
        let mut noise = 0;
        let luma = sums.iter().enumerate().map(|(place, sum)| {
            noise = if place % 16 == 0 {
                mix(u64::from(at) << 20 | place as u64, 12)
            } else {
                noise >> 4
            };
            u8::try_from((sum / 16 + (noise & 15) / 4).min(255)).unwrap_or(255)
        });
        let chroma = |stream: u64| {
            (0..Look::CHROMA * Look::CHROMA)
                .map(|place| {
                    96 + (cell(place % Look::CHROMA / 4, place / Look::CHROMA / 4, stream) / 4) as u8
                })
                .collect()
        };
        let look = Look {
            luma: luma.collect(),
            cb: chroma(13),
            cr: chroma(14),
            inside: None,
        };
        second_look::turned(&look, self.turn(at))
    }

    /// Copies have the time of their original; photos are 40 seconds apart.
    fn taken(&self, at: u32) -> (u64, i64) {
        let cluster = self.cluster(at);
        (1 + mix(u64::from(cluster), 17) % 3, i64::from(cluster) * 40_000)
    }

    fn candidate(&self, at: u32) -> Candidate {
        let (width, height) = if self.turn(at) >= 5 {
            (3000, 4000)
        } else {
            (4000, 3000)
        };
        let mut sha256 = [0; 32];
        sha256[..8].copy_from_slice(&mix(u64::from(at), 15).to_le_bytes());
        Candidate {
            asset: AssetId(i64::from(at) + 1),
            sha256: Sha256(sha256),
            phash: Some(self.hash(at)),
            phash_inside: None,
            size: 2_000_000 + mix(u64::from(at), 16) % 2_000_000,
            asset_size: 2_000_000,
            width,
            height,
            mtime_ns: i64::from(at) * 1_000_000_000,
            taken_ms: Some(self.taken(at).1),
            has_subsec: true,
            camera: self.taken(at).0,
            exposure: None,
            has_gps: false,
            companions: 0,
            moves: false,
            raw: false,
            edited: false,
            mark: None,
            path: format!(
                "Pictures/{}/{:02}/IMG_{at:07}.jpg",
                2000 + at / 50_000,
                at / 4_000 % 12
            ),
        }
    }
}

/// SplitMix64 of a number in one of several streams.
fn mix(number: u64, stream: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ stream.wrapping_mul(0xd1b5_4a32_d192_ed03);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Seconds of CPU this process has used, by `/proc/self/stat` in hundredths.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind = text.rsplit(')').next().unwrap_or_default();
    let ticks = behind.split_whitespace().skip(11).take(2);
    ticks.filter_map(|word| word.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// MiB that `/proc/self/status` says of a name.
fn status(name: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
