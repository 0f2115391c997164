//! What a sample without a finding promises of the rest, exactly: drawn without putting back (hypergeometric).
//!
//! Invariant: a bound is never smaller than what the sample rules out; it is about a sample that was drawn without looking at
//! what is damaged, and in which nothing was found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How sure "with certainty" is.
pub const CONFIDENCE: f64 = 0.95;

/// What reading back `read` of `of` files, all of them whole, says of all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Bound {
    pub of: u64,
    pub read: u64,
    /// With 95 % certainty no more files than these are damaged.
    pub at_most: u64,
    /// How likely a single damaged file was missed, 0 to 1.
    pub one_missed: f64,
}

impl Bound {
    pub fn new(of: u64, read: u64) -> Self {
        let read = read.min(of);
        Self {
            of,
            read,
            at_most: most_damaged(of, read),
            one_missed: unseen(of, read, 1),
        }
    }

    /// The share of damaged files that is not ruled out, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.of == 0 {
            return 1.0;
        }
        self.at_most as f64 / self.of as f64
    }

    /// What was not found, what that means, and what it does not.
    pub fn words(&self) -> String {
        if self.of == 0 || self.read == 0 {
            return "Nothing was read back, so nothing is known.".to_owned();
        }
        if self.read == self.of {
            return format!("All {} files were read back: none is damaged.", self.of);
        }
        let more = self.at_most + 1;
        let ruled_out = format!(
            "Were {more} of {} damaged{}, this would have shown it with 95 % certainty.",
            self.of,
            one_in(self.of, more),
        );
        format!(
            "{ruled_out} A single damaged file would be missed with {} % certainty.",
            percent(self.one_missed)
        )
    }
}

fn one_in(of: u64, damaged: u64) -> String {
    match (of as f64 / damaged as f64).round() as u64 {
        0 | 1 => String::new(),
        n => format!(" (1 in {n})"),
    }
}

/// Without more digits than it has.
fn percent(part: f64) -> String {
    let hundredth = part * 100.0;
    if hundredth >= 99.95 && part < 1.0 {
        return "more than 99.9".to_owned();
    }
    let text = format!("{hundredth:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// How likely none of `damaged` files is among `read` of `of`.
pub fn unseen(of: u64, read: u64, damaged: u64) -> f64 {
    let (read, damaged) = (read.min(of), damaged.min(of));
    if read + damaged > of {
        return 0.0;
    }
    // C(of - damaged, read) / C(of, read) is the same with the two changed over: the shorter way.
    let (few, many) = (read.min(damaged), read.max(damaged));
    let mut log = 0.0;
    for n in 0..few {
        log += (-(many as f64) / (of - n) as f64).ln_1p();
        // Far below anything that is asked for.
        if log < -80.0 {
            return 0.0;
        }
    }
    log.exp()
}

/// The most files that may be damaged when none of `read` was, with 95 % certainty.
pub fn most_damaged(of: u64, read: u64) -> u64 {
    let (mut possible, mut ruled_out) = (0, of + 1);
    while ruled_out - possible > 1 {
        let middle = possible + (ruled_out - possible) / 2;
        if unseen(of, read, middle) > 1.0 - CONFIDENCE {
            possible = middle;
        } else {
            ruled_out = middle;
        }
    }
    possible
}

/// How many of `of` files have to be read to rule out that more than `share` (0 to 1) of them are damaged.
pub fn needed(of: u64, share: f64) -> u64 {
    let damaged = ((of as f64 * share.clamp(0.0, 1.0)).floor() as u64 + 1).min(of);
    let (mut few, mut enough) = (0, of);
    while enough.saturating_sub(few) > 1 {
        let middle = few + (enough - few) / 2;
        if unseen(of, middle, damaged) > 1.0 - CONFIDENCE {
            few = middle;
        } else {
            enough = middle;
        }
    }
    enough
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every way to draw `read` of `of`, of which the first `damaged` are damaged.
    fn counted(of: u32, read: u32, damaged: u32) -> f64 {
        let (mut all, mut clean) = (0_u32, 0_u32);
        for drawn in 0_u32..1 << of {
            if drawn.count_ones() == read {
                all += 1;
                clean += u32::from(drawn.trailing_zeros().min(of) >= damaged);
            }
        }
        f64::from(clean) / f64::from(all)
    }

    #[test]
    fn it_is_what_counting_all_ways_gives() {
        for of in 1..=12_u32 {
            for read in 0..=of {
                for damaged in 0..=of {
                    let (said, true_one) = (
                        unseen(of.into(), read.into(), damaged.into()),
                        counted(of, read, damaged),
                    );
                    assert!(
                        (said - true_one).abs() < 1e-9,
                        "{of} {read} {damaged}: {said} {true_one}"
                    );
                }
            }
        }
    }

    #[test]
    fn known_values() {
        // Auditors' tables of zero-failure samples: 299 of very many for 1 %, 59 for 5 %, 2,995 for 0.1 %.
        assert_eq!(needed(1_000_000_000, 0.01), 299);
        assert_eq!(needed(1_000_000_000, 0.05), 59);
        assert_eq!(needed(1_000_000_000, 0.001), 2995);
        // The rule of three.
        let share = Bound::new(1_000_000_000, 300).share();
        assert!((0.0098..0.0100).contains(&share), "{share}");
        assert_eq!(Bound::new(1000, 1000).at_most, 0);
        assert_eq!(Bound::new(1000, 0).at_most, 1000);
        assert!((Bound::new(1000, 10).one_missed - 0.99).abs() < 1e-12);
        assert_eq!(needed(5, 0.0), 5, "four of five miss one in five times");
        assert_eq!((needed(0, 0.1), most_damaged(0, 0)), (0, 0));
    }

    #[test]
    fn in_words() {
        let words = Bound::new(10_000, 299).words();
        assert!(
            words.starts_with("Were 99 of 10000 damaged (1 in 101)"),
            "{words}"
        );
        assert!(
            words.ends_with("A single damaged file would be missed with 97 % certainty."),
            "{words}"
        );
        assert_eq!(
            Bound::new(7, 7).words(),
            "All 7 files were read back: none is damaged."
        );
        assert!(Bound::new(7, 0).words().contains("nothing is known"));
    }

    proptest! {
        /// A bound holds: one more would have shown, these many need not have.
        #[test]
        fn the_bound_is_the_last_that_is_possible(of in 1_u64..200_000, part in 0.0_f64..1.0) {
            let read = (of as f64 * part) as u64;
            let most = most_damaged(of, read);
            prop_assert!(unseen(of, read, most) > 0.05);
            prop_assert!(most == of || unseen(of, read, most + 1) <= 0.05);
        }

        #[test]
        fn what_is_needed_is_enough_and_no_more(of in 1_u64..200_000, share in 0.0_f64..0.2) {
            let read = needed(of, share);
            let allowed = (of as f64 * share).floor() as u64;
            prop_assert!(most_damaged(of, read) <= allowed);
            prop_assert!(read == 0 || most_damaged(of, read - 1) > allowed || allowed >= of);
        }

        #[test]
        fn reading_more_promises_no_less(of in 2_u64..50_000, part in 0.0_f64..0.9) {
            let read = (of as f64 * part) as u64;
            prop_assert!(most_damaged(of, read + 1) <= most_damaged(of, read));
        }
    }
}
