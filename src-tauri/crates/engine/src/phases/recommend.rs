//! Which strategy suits, by what is known, and why.

use crate::api::{AppError, StrategyOffer};
use crate::engine::Engine;
use albumen_files::clock::now_ms;
use albumen_model::{DestinationId, Strategy};

const DAY_MS: i64 = 86_400_000;
/// Files this young say that the folders still fill.
const DAYS: i64 = 7;
/// Over a line this takes days.
const MUCH: u64 = 50_000_000_000;

/// What a recommendation rests on.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// Files of the sources that are younger than [`DAYS`].
    young: u64,
    bytes: u64,
    is_far: bool,
    /// Objects at the destination that nobody of ours placed.
    others: u64,
    /// Something of ours is there.
    there: u64,
}

impl Engine {
    /// All strategies for the chosen destination, one of them with the reason why it is recommended.
    pub fn strategies(&self) -> Result<Vec<StrategyOffer>, AppError> {
        let destination = self.destination()?;
        let catalog = &self.inner.catalog;
        let id = destination.as_ref().map(|one| DestinationId(one.id));
        let known = Known {
            young: catalog.files_since(now_ms().saturating_sub(DAYS * DAY_MS).saturating_mul(1_000_000))?,
            bytes: self.profile()?.bytes,
            is_far: destination.as_ref().is_some_and(|one| one.kind != "folder"),
            others: id.map_or(Ok(0), |id| catalog.others_there(id))?,
            there: id.map_or(Ok(0), |id| {
                catalog.verify_totals(id).map(|totals| totals.expected.files)
            })?,
        };
        let (best, why) = recommended(&known);
        Ok(Strategy::ALL
            .into_iter()
            .map(|strategy| StrategyOffer {
                strategy,
                name: name(strategy).to_owned(),
                says: says(strategy).to_owned(),
                why: if strategy == best {
                    why.clone()
                } else {
                    String::new()
                },
            })
            .collect())
    }
}

fn name(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Once => "Copy once",
        Strategy::InStep => "Copy and keep in step",
        Strategy::Compare => "Compare only",
        Strategy::SecondHome => "Second home",
    }
}

fn says(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Once => "Everything is copied and proven, and then it is done.",
        Strategy::InStep => {
            "Everything is copied while you go on using the old place; what is new follows, until you switch in one moment."
        }
        Strategy::Compare => {
            "Nothing is sent. You see what of your library is there already, and what is not."
        }
        Strategy::SecondHome => "Two destinations get every photo, and both are kept in step.",
    }
}

fn recommended(known: &Known) -> (Strategy, String) {
    if known.others > 0 && known.there == 0 {
        let why = match known.others {
            1 => "1 file is there that Albumen did not place: look first whether it is one of yours."
                .to_owned(),
            many => format!(
                "{many} files are there that Albumen did not place: look first which of them are yours."
            ),
        };
        return (Strategy::Compare, why);
    }
    if known.young > 0 {
        let why = format!(
            "{} changed within the last {DAYS} days: your folders still fill.",
            match known.young {
                1 => "1 file".to_owned(),
                many => format!("{many} files"),
            }
        );
        return (Strategy::InStep, why);
    }
    if known.is_far && known.bytes > MUCH {
        let why = "It is much to send, and will take days: whatever comes meanwhile follows by itself.";
        return (Strategy::InStep, why.to_owned());
    }
    let why = format!("Nothing in your folders changed within the last {DAYS} days.");
    (Strategy::Once, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recommendation_follows_from_facts() {
        let quiet = Known {
            bytes: 1000,
            ..Known::default()
        };
        for (known, wanted) in [
            (quiet, Strategy::Once),
            (Known { young: 3, ..quiet }, Strategy::InStep),
            (
                Known {
                    bytes: 400_000_000_000,
                    is_far: true,
                    ..quiet
                },
                Strategy::InStep,
            ),
            (
                Known {
                    bytes: 400_000_000_000,
                    ..quiet
                },
                Strategy::Once,
            ),
            (
                Known {
                    others: 7,
                    young: 3,
                    ..quiet
                },
                Strategy::Compare,
            ),
            // They are no news when photos were moved there already.
            (
                Known {
                    others: 7,
                    there: 9,
                    ..quiet
                },
                Strategy::Once,
            ),
        ] {
            let (best, why) = recommended(&known);
            assert_eq!(best, wanted, "{known:?}");
            assert!(why.ends_with('.'), "{why}");
        }
    }
}
