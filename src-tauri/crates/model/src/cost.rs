//! What a file costs on its way, as a time for the file and a time for each byte: a thousand small files are no large one.

use serde::{Deserialize, Serialize};

/// Seconds, with as many files at once as were measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    pub per_file: f64,
    pub per_byte: f64,
}

/// A file that was sent: its bytes, and the seconds that one worker had it in hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sent {
    pub bytes: u64,
    pub seconds: f64,
}

/// A cost, and how far it may be off: 0.2 is a fifth more or less.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    pub cost: Cost,
    pub spread: f64,
}

/// No line is as steady as a few minutes of it.
const LEAST_SPREAD: f64 = 0.1;
const MOST_SPREAD: f64 = 0.9;
const BLOCKS: usize = 10;

impl Cost {
    pub fn seconds(&self, files: u64, bytes: u64) -> f64 {
        self.per_file * files as f64 + self.per_byte * bytes as f64
    }

    pub fn times(self, factor: f64) -> Self {
        Self {
            per_file: self.per_file * factor,
            per_byte: self.per_byte * factor,
        }
    }
}

/// The line through what was sent, held above zero, which gives the time of all together exactly.
fn fit<'a>(sent: impl Iterator<Item = &'a Sent> + Clone) -> Option<Cost> {
    let (mut many, mut bytes, mut seconds) = (0.0, 0.0, 0.0);
    for one in sent.clone() {
        many += 1.0;
        bytes += one.bytes as f64;
        seconds += one.seconds;
    }
    if many == 0.0 || seconds <= 0.0 {
        return None;
    }
    let (mean, took) = (bytes / many, seconds / many);
    let (mut square, mut both) = (0.0, 0.0);
    for one in sent {
        let off = one.bytes as f64 - mean;
        square += off * off;
        both += off * (one.seconds - took);
    }
    let slope = if square > 0.0 { both / square } else { 0.0 };
    let per_byte = slope.clamp(0.0, if mean > 0.0 { took / mean } else { 0.0 });
    Some(Cost {
        per_file: took - per_byte * mean,
        per_byte,
    })
}

/// Of what was sent, in the order in which it arrived, within `wall` seconds of work. The spread is that of the time for `files`
/// and `bytes`, by leaving out one stretch of the trial after the other.
pub fn measure(sent: &[Sent], wall: f64, files: u64, bytes: u64) -> Option<Measured> {
    let whole = fit(sent.iter())?;
    let in_hand: f64 = sent.iter().map(|one| one.seconds).sum();
    // With several files at once the work is over sooner than the hands' times add up to.
    let hands = if wall > 0.0 {
        (in_hand / wall).max(1e-6)
    } else {
        1.0
    };
    let likely = whole.seconds(files, bytes);
    let blocks = sent.len().min(BLOCKS);
    let spread = if blocks < 3 || likely <= 0.0 {
        0.5
    } else {
        let without = |block: usize| {
            let inside = move |at: usize| at * blocks / sent.len() == block;
            let others = sent.iter().enumerate().filter(move |(at, _)| !inside(*at));
            fit(others.map(|(_, one)| one)).map_or(likely, |cost| cost.seconds(files, bytes))
        };
        let times: Vec<f64> = (0..blocks).map(without).collect();
        let mean = times.iter().sum::<f64>() / blocks as f64;
        let square: f64 = times.iter().map(|time| (time - mean) * (time - mean)).sum();
        2.0 * (square * (blocks - 1) as f64 / blocks as f64).sqrt() / likely
    };
    Some(Measured {
        cost: whole.times(1.0 / hands),
        spread: spread.clamp(LEAST_SPREAD, MOST_SPREAD),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(sizes: &[u64], per_file: f64, per_byte: f64) -> Vec<Sent> {
        let seconds = |bytes: u64| per_file + per_byte * bytes as f64;
        sizes
            .iter()
            .map(|&bytes| Sent {
                bytes,
                seconds: seconds(bytes),
            })
            .collect()
    }

    #[test]
    fn small_files_are_told_from_large_ones() {
        // Four at once: 40 ms a file, 1 MB/s.
        let sent = line(
            &[10_000, 50_000, 3_000_000, 9_000_000, 20_000, 5_000_000],
            0.16,
            4e-6,
        );
        let wall = sent.iter().map(|one| one.seconds).sum::<f64>() / 4.0;
        let found = measure(&sent, wall, 1_000_000, 1_000_000_000).expect("measured");
        assert!((found.cost.per_file - 0.04).abs() < 1e-6, "{found:?}");
        assert!((found.cost.per_byte - 1e-6).abs() < 1e-12, "{found:?}");
        let by_bytes_alone = 1e9 * wall / sent.iter().map(|one| one.bytes as f64).sum::<f64>();
        let said = found.cost.seconds(1_000_000, 1_000_000_000);
        assert!(said > 20.0 * by_bytes_alone, "{said} {by_bytes_alone}");
        assert!((found.spread - LEAST_SPREAD).abs() < 1e-9);
    }

    #[test]
    fn an_unsteady_line_is_said_to_be_one() {
        let mut sent = line(&[1_000_000; 40], 0.0, 1e-6);
        for one in &mut sent[20..] {
            one.seconds *= 4.0;
        }
        assert!(
            measure(&sent, 100.0, 1000, 1_000_000_000)
                .expect("measured")
                .spread
                > 0.3
        );
        assert_eq!(measure(&[], 1.0, 1, 1), None);
    }

    proptest! {
        /// Whatever was measured, the trial itself is foretold as it was.
        #[test]
        fn the_trial_is_foretold(sizes in prop::collection::vec((0_u64..50_000_000, 0.001_f64..9.0), 1..60)) {
            let sent: Vec<Sent> = sizes.iter().map(|&(bytes, seconds)| Sent { bytes, seconds }).collect();
            let bytes = sent.iter().map(|one| one.bytes).sum();
            let wall = sent.iter().map(|one| one.seconds).sum::<f64>() / 3.0;
            let found = measure(&sent, wall, sent.len() as u64, bytes).expect("measured");
            prop_assert!(found.cost.per_file >= -1e-12 && found.cost.per_byte >= 0.0);
            let said = found.cost.seconds(sent.len() as u64, bytes);
            prop_assert!((said - wall).abs() <= 1e-6 * wall, "{} {}", said, wall);
        }
    }
}
