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
    /// Frames of one burst or exposure bracket and nothing else: related pictures, no copies.
    Burst,
}

impl GroupKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Similar => "similar",
            Self::Burst => "burst",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Exact, Self::Similar, Self::Burst]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// What a member is to its keeper. The names are stored and are part of `albumen groups --json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum Relation {
    /// The keeper itself.
    Keeper,
    /// The same bytes.
    Identical,
    /// The same picture, saved or sized anew.
    Same,
    /// The same picture turned or mirrored.
    Turned,
    /// The same frame with other light, colours or marks on it.
    Edited,
    /// A part of the keeper, or the keeper a part of it.
    Crop,
    /// The same picture in a frame of one colour.
    Border,
    /// Another frame by the same camera, of the same burst or view.
    Burst,
    /// The same view exposed differently on purpose.
    Bracket,
}

impl Relation {
    pub const ALL: [Self; 9] = [
        Self::Keeper,
        Self::Identical,
        Self::Same,
        Self::Turned,
        Self::Edited,
        Self::Crop,
        Self::Border,
        Self::Burst,
        Self::Bracket,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keeper => "keeper",
            Self::Identical => "identical",
            Self::Same => "same",
            Self::Turned => "turned",
            Self::Edited => "edited",
            Self::Crop => "crop",
            Self::Border => "border",
            Self::Burst => "burst",
            Self::Bracket => "bracket",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Another picture of its own, not a copy of the keeper.
    pub fn is_another_frame(self) -> bool {
        matches!(self, Self::Burst | Self::Bracket)
    }
}

/// What the person said of a folder; it holds for everything below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum FolderMark {
    /// Nothing in it is ever set aside.
    Protected,
    /// Where there is another copy, that one is kept.
    Dump,
}

impl FolderMark {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::Dump => "dump",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Protected, Self::Dump]
            .into_iter()
            .find(|mark| mark.as_str() == text)
    }
}

/// A keeper rule; `duplicates::keeper` holds what each means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum RuleId {
    Protected,
    NotDump,
    Motion,
    Raw,
    Companions,
    Original,
    Pixels,
    Metadata,
    Gps,
    FileSize,
    Name,
    Older,
    ShortPath,
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
