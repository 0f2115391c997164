//! Duplicates: what kind of group, and what the person said of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum GroupKind {
    /// Same SHA-256.
    Exact,
    /// Every member looks like the keeper.
    Similar,
}

impl GroupKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Similar => "similar",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Exact, Self::Similar]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum GroupStatus {
    Open,
    Decided,
    NotDuplicates,
    Later,
}

impl GroupStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::NotDuplicates => "notDuplicates",
            Self::Later => "later",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Decided, Self::NotDuplicates, Self::Later]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}
