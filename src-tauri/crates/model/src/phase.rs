//! The way from the old place to the new one: what the person chose to do, the phases of that, and which may follow which.
//!
//! Most phases follow from facts (what is planned, placed, proven) and are never stored, so they cannot lie. Three are acts of
//! the person and stored: cutting over, home, switching back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the person wants of a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum Strategy {
    /// Copied, proven, done.
    Once,
    /// Copied, and kept in step while the sources still change.
    InStep,
    /// Only looked at: what of the library is there already?
    Compare,
    /// Kept in step together with another destination.
    SecondHome,
}

/// What is going on between the sources and a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum Phase {
    /// What is there to move?
    Profile,
    /// A few photos go first.
    Pilot,
    Copy,
    /// Everything is there; what is new follows.
    InStep,
    /// What is there already? Nothing is sent.
    Compare,
    /// Final sync and final check.
    CuttingOver,
    /// Photos are opened from the destination; the old place is left as it is.
    Home,
    /// The old place gets back what it lacks, and is home again.
    SwitchingBack,
}

impl Strategy {
    pub const ALL: [Self; 4] = [Self::Once, Self::InStep, Self::Compare, Self::SecondHome];

    /// In order; switching back comes only when it is asked for.
    pub fn phases(self) -> &'static [Phase] {
        use Phase::{Compare, Copy, CuttingOver, Home, InStep, Pilot, Profile, SwitchingBack};
        match self {
            Self::Once => &[Profile, Pilot, Copy, CuttingOver, Home, SwitchingBack],
            Self::InStep | Self::SecondHome => {
                &[Profile, Pilot, Copy, InStep, CuttingOver, Home, SwitchingBack]
            }
            Self::Compare => &[Profile, Compare],
        }
    }

    pub fn has(self, phase: Phase) -> bool {
        self.phases().contains(&phase)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::InStep => "inStep",
            Self::Compare => "compare",
            Self::SecondHome => "secondHome",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

impl Phase {
    pub const ALL: [Self; 8] = [
        Self::Profile,
        Self::Pilot,
        Self::Copy,
        Self::InStep,
        Self::Compare,
        Self::CuttingOver,
        Self::Home,
        Self::SwitchingBack,
    ];

    /// The person's act, which no fact tells.
    pub fn is_act(self) -> bool {
        matches!(self, Self::CuttingOver | Self::Home | Self::SwitchingBack)
    }

    /// Whether `next` may come after this one. Facts may go back and forth; acts have one way in and one way out, and each can be
    /// gone on with.
    pub fn may_become(self, next: Self, strategy: Strategy) -> bool {
        let on_the_way = matches!(self, Self::Copy | Self::InStep);
        strategy.has(self)
            && strategy.has(next)
            && match (self, next) {
                _ if self == next => true,
                (Self::Home, Self::SwitchingBack) => true,
                (Self::CuttingOver, Self::Home) => true,
                // Everything is checked again before it is home again.
                (Self::SwitchingBack, Self::CuttingOver) => true,
                (Self::CuttingOver | Self::SwitchingBack, _) => !next.is_act(),
                (_, Self::CuttingOver) => on_the_way,
                _ => !self.is_act() && !next.is_act(),
            }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Pilot => "pilot",
            Self::Copy => "copy",
            Self::InStep => "inStep",
            Self::Compare => "compare",
            Self::CuttingOver => "cuttingOver",
            Self::Home => "home",
            Self::SwitchingBack => "switchingBack",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Phase, Strategy};
    use proptest::prelude::{prop, prop_assert, proptest};

    #[test]
    fn words_come_back() {
        for one in Phase::ALL {
            assert_eq!(Phase::parse(one.as_str()), Some(one));
        }
        for one in Strategy::ALL {
            assert_eq!(Strategy::parse(one.as_str()), Some(one));
        }
    }

    #[test]
    fn home_is_entered_by_cutting_over_and_left_by_switching_back() {
        for strategy in Strategy::ALL {
            for one in Phase::ALL {
                let enters = one.may_become(Phase::Home, strategy);
                assert_eq!(
                    enters,
                    strategy.has(one) && matches!(one, Phase::CuttingOver | Phase::Home),
                    "{strategy:?} {one:?}"
                );
                let leaves = Phase::Home.may_become(one, strategy);
                assert_eq!(
                    leaves,
                    strategy.has(one) && matches!(one, Phase::SwitchingBack | Phase::Home),
                    "{strategy:?} {one:?}"
                );
            }
        }
    }

    #[test]
    fn whoever_only_compares_acts_on_nothing() {
        for one in Phase::ALL {
            assert!(!Strategy::Compare.has(one) || !one.is_act());
        }
    }

    proptest! {
        /// From wherever a walk by the rules has come, there is a way back to the old place, in two steps at most.
        #[test]
        fn no_walk_ends_where_nothing_leads_back(
            strategy in prop::sample::select(Strategy::ALL.to_vec()),
            wishes in prop::collection::vec(prop::sample::select(Phase::ALL.to_vec()), 0..40),
        ) {
            let mut now = Phase::Profile;
            for wish in wishes {
                if now.may_become(wish, strategy) {
                    prop_assert!(strategy.has(wish));
                    now = wish;
                }
            }
            let back = |from: Phase| Phase::ALL.into_iter().any(|to| !to.is_act() && from.may_become(to, strategy));
            let further = |from: Phase| Phase::ALL.into_iter().any(|to| from.may_become(to, strategy) && back(to));
            prop_assert!(back(now) || further(now), "{now:?} of {strategy:?}");
        }
    }
}
