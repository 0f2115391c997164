//! What the plan says will happen to a file, and how far that is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Every file that was found has exactly one outcome; their sum is the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum Outcome {
    Copy,
    AlreadyThere,
    Duplicate,
    Excluded,
    Unsupported,
    Failed,
}

impl Outcome {
    pub const ALL: [Self; 6] = [
        Self::Copy,
        Self::AlreadyThere,
        Self::Duplicate,
        Self::Excluded,
        Self::Unsupported,
        Self::Failed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::AlreadyThere => "alreadyThere",
            Self::Duplicate => "duplicate",
            Self::Excluded => "excluded",
            Self::Unsupported => "unsupported",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// `None` for steps that write nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum StepState {
    Planned,
    Sending,
    Placed,
    Verified,
    Failed,
    None,
}

impl StepState {
    pub const ALL: [Self; 6] = [
        Self::Planned,
        Self::Sending,
        Self::Placed,
        Self::Verified,
        Self::Failed,
        Self::None,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Placed => "placed",
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::None => "none",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}
