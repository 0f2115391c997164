//! How closely a library can be looked at, what each way takes and what it promises: the offer before a verification.

use crate::api::{AppError, LevelOffer, SampleOffer, Tally, VerifyOffer};
use crate::engine::Engine;
use albumen_model::{Bound, DestinationId, Level, chance};

/// What a sample may rule out: that more than this part is damaged.
const RULES_OUT: [f64; 9] = [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0001];

impl Engine {
    pub fn verify_offer(&self) -> Result<VerifyOffer, AppError> {
        let Some(row) = self.inner.catalog.chosen_destination()? else {
            return Ok(offer(Tally::default(), None));
        };
        let all = self.inner.catalog.verify_totals(row.id)?.expected;
        Ok(offer(all, self.seconds_a_byte(row.id, &row.url)?))
    }

    /// The part of what stands at the destination that has to be read back to rule out that more than `share` (0 to 1) of it is
    /// damaged.
    pub fn part_to_rule_out(&self, share: f64) -> Result<f64, AppError> {
        let all = self.inner.catalog.verify_totals(self.chosen()?)?.expected.files;
        Ok(part(chance::needed(all, share), all))
    }

    /// Of reading back: by the last pilot, else by the test of the destination.
    fn seconds_a_byte(&self, id: DestinationId, url: &str) -> Result<Option<f64>, AppError> {
        if let Some((_, told)) = self.told(id)?
            && told.expected.bytes > 0
        {
            return Ok(Some(told.read_seconds / told.expected.bytes as f64));
        }
        Ok(self.kept_speed(url)?.map(|speed| 1.0 / speed.down.max(1.0)))
    }
}

fn part(files: u64, all: u64) -> f64 {
    // Half a file less, as the part is rounded up to whole files.
    ((files as f64 - 0.5) / all.max(1) as f64).clamp(0.0, 1.0)
}

fn offer(all: Tally, seconds_a_byte: Option<f64>) -> VerifyOffer {
    let mut samples: Vec<SampleOffer> = Vec::new();
    for rules_out in RULES_OUT {
        let files = chance::needed(all.files, rules_out);
        // All of it is no sample.
        if files == 0 || files >= all.files || samples.last().is_some_and(|last| last.files == files) {
            continue;
        }
        let bytes = (all.bytes as f64 * files as f64 / all.files as f64) as u64;
        samples.push(SampleOffer {
            rules_out,
            part: part(files, all.files),
            files,
            bytes,
            seconds: seconds_a_byte.map(|each| each * bytes as f64),
            words: Bound::new(all.files, files).words(),
        });
    }
    VerifyOffer {
        all,
        seconds: seconds_a_byte.map(|each| each * all.bytes as f64),
        levels: levels(),
        samples,
    }
}

fn levels() -> Vec<LevelOffer> {
    let of = |level: Level| LevelOffer {
        level,
        name: level.name().to_owned(),
        consequence: level.consequence().to_owned(),
        promise: level.promise().to_owned(),
        may_erase: level.may_erase(),
    };
    Level::ALL.map(of).to_vec()
}

/// The list as the command line's help prints it.
pub fn levels_in_words() -> String {
    let flag = |level: Level| match level {
        Level::Sizes => "--sizes",
        Level::Sample => "--sample 1%, --rule-out 0.1%",
        Level::Digest => "--digest",
        Level::ReadBack => "--full (the default)",
    };
    let of = |level: Level| {
        format!(
            "  {}\n      {}: {}. {}\n",
            flag(level),
            level.name(),
            level.consequence(),
            level.promise()
        )
    };
    format!(
        "What each way allows afterwards:\n{}",
        Level::ALL.map(of).concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sample_rules_out_what_it_says_and_costs_more_than_the_one_before() {
        let all = Tally {
            files: 20_000,
            bytes: 60_000_000_000,
        };
        let offer = offer(all, Some(1e-7));
        assert!(offer.samples.len() >= 7, "{}", offer.samples.len());
        for pair in offer.samples.windows(2) {
            assert!(pair[0].rules_out > pair[1].rules_out && pair[0].files < pair[1].files);
        }
        for one in &offer.samples {
            assert!(
                Bound::new(all.files, one.files).share() <= one.rules_out,
                "{one:?}"
            );
            assert_eq!((one.part * all.files as f64).ceil() as u64, one.files);
        }
        assert_eq!(offer.seconds, Some(6000.0));
        assert!(super::offer(Tally::default(), None).samples.is_empty());
        assert_eq!(levels().iter().filter(|one| one.may_erase).count(), 2);
    }
}
