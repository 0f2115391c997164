//! Groups, decisions and compare, as shown.

use albumen_model::{FolderMark, GroupKind, GroupStatus, Relation, RuleId};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Member {
    pub asset_id: i64,
    pub file_id: i64,
    pub name: String,
    pub folder: String,
    pub size: u64,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub captured: Option<String>,
    pub camera: Option<String>,
    pub has_gps: bool,
    pub companions: Vec<String>,
    /// Bytes of the movie that it holds within its own file (Motion Photo).
    pub motion: Option<u64>,
    pub kind: String,
    /// What it is to the keeper.
    pub relation: Relation,
    /// EXIF orientation (1 to 8) that turns this picture the way the keeper is shown.
    pub turn: u8,
    /// How far from the keeper, 0 (same bytes) to 256.
    pub distance: u32,
    /// The rules' keeper.
    pub suggested: bool,
    /// What accepting the suggestion would do with it: bursts, crops, edits and whatever is unclear stay.
    pub suggest_keep: bool,
    /// In force: the decision, or the suggestion while open.
    pub keep: bool,
    /// What the person said of its folder (or one above it). A member of a protected folder always stays.
    pub mark: Option<FolderMark>,
    pub has_thumb: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Group {
    pub id: i64,
    pub kind: GroupKind,
    pub status: GroupStatus,
    /// Why the suggested keeper is the keeper.
    pub reason: String,
    /// The rule that said so; none when no rule could tell the best two apart.
    pub rule: Option<RuleId>,
    /// False where the rules leave it to the person: then nothing is suggested to be set aside.
    pub sure: bool,
    /// What accepting the suggestion would not copy.
    pub reclaim_bytes: u64,
    pub members: Vec<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts", rename = "GroupSort")]
pub enum Sort {
    Size,
    Count,
    Date,
    Folder,
    Distance,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct GroupQuery {
    #[serde(flatten)]
    pub filter: Filter,
    pub sort: Sort,
    /// The other way round: smallest, newest, last.
    pub reverse: bool,
    pub offset: u64,
    pub limit: u64,
}

/// Which groups: all conditions that are set hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts", rename = "GroupFilter")]
pub struct Filter {
    pub kind: Option<GroupKind>,
    pub status: Option<GroupStatus>,
    /// A member other than the keeper is this to the keeper.
    pub relation: Option<Relation>,
    /// Identifiers of up to two folders: a member lies in each.
    pub folders: Vec<i64>,
    /// Capture date of the keeper, `2019` to `2019-07-04`; both ends count.
    pub from: Option<String>,
    pub to: Option<String>,
    pub min_bytes: Option<u64>,
    /// Part of a member's path.
    pub search: String,
    /// Only groups where the rules are sure (or only those where they are not).
    pub sure: Option<bool>,
}

/// For a decision about all groups of a [`Filter`]: a condition that is not known is refused, since without it more groups
/// would be decided than were meant.
#[derive(Debug, Clone)]
pub struct AllOf(pub Filter);

impl<'de> Deserialize<'de> for AllOf {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let given = serde_json::Map::deserialize(from)?;
        let known = serde_json::to_value(Filter::default()).map_err(D::Error::custom)?;
        if let Some(odd) = given.keys().find(|name| known.get(name.as_str()).is_none()) {
            return Err(D::Error::custom(format!("unknown condition `{odd}`")));
        }
        let filter = serde_json::from_value(given.into()).map_err(D::Error::custom)?;
        Ok(Self(filter))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct GroupPage {
    pub total: u64,
    /// What accepting the suggestions of all `total` groups would not copy, in bytes and photos.
    pub reclaim_bytes: u64,
    pub reclaim_assets: u64,
    pub rows: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[ts(export, export_to = "types.ts")]
pub enum Decision {
    Keep {
        asset_ids: Vec<i64>,
    },
    /// Whatever the suggestion says, member by member.
    KeepSuggested,
    /// The suggested keeper alone; members of protected folders stay all the same.
    KeepOnlyKeeper,
    NotDuplicates,
    Later,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ReviewTotals {
    pub exact: u64,
    pub similar: u64,
    /// Groups of nothing but frames of one burst or bracket.
    pub burst: u64,
    pub open: u64,
    /// Open ones among `exact`: what "accept all exact groups" would decide.
    pub open_exact: u64,
    pub decided: u64,
    pub not_duplicates: u64,
    pub later: u64,
    pub set_aside_assets: u64,
    pub set_aside_bytes: u64,
    /// Name of the step that undo takes back.
    pub can_undo: Option<String>,
    pub can_redo: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Side {
    Left,
    Right,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FieldDiff {
    pub field: String,
    pub left: Option<String>,
    pub right: Option<String>,
    pub better: Option<Side>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Comparison {
    pub left: Member,
    pub right: Member,
    pub same: Vec<SameField>,
    pub differs: Vec<FieldDiff>,
    /// What the second look said of these two; none when they were never compared.
    pub relation: Option<Relation>,
    pub distance: Option<u32>,
    /// EXIF orientation (1 to 8) that shows the right one the way the left one is shown.
    pub turn: u8,
    /// Where the right one, so turned, lies on the left one; none unless the one is a crop of the other.
    pub place: Option<Place>,
}

/// In parts of a picture's width and height, from its upper left corner. What is larger reaches over its edges.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SameField {
    pub field: String,
    pub value: String,
}

/// One step of the person's, newest first in lists.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DecisionStep {
    pub id: i64,
    pub label: String,
    pub at: String,
    pub groups: u64,
    pub undone: bool,
}

/// A keeper rule as the person orders it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct Rule {
    pub id: RuleId,
    pub enabled: bool,
}

/// A folder that holds members of groups, or that the person marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Folder {
    pub id: i64,
    pub path: String,
    /// Of this folder itself; what is below it inherits.
    pub mark: Option<FolderMark>,
    /// Assets in the folder itself, and how many of them are in a group.
    pub assets: u64,
    pub grouped: u64,
}

/// `copies` of the `assets` of `a` are also in `b`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FolderPair {
    pub a: Folder,
    pub b: Folder,
    pub groups: u64,
    pub copies: u64,
    /// Size of those copies in `a`.
    pub bytes: u64,
    /// Groups of the pair that are still open.
    pub open: u64,
}

/// The similarity slider: how different two pictures may be and still be shown as a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Similarity {
    pub distance: u32,
    pub usual: u32,
    pub most: u32,
    pub groups: u64,
    pub photos: u64,
    /// Photos that could be set aside.
    pub copies: u64,
}

/// Groups as the small pictures inside the files suggest them, while the scan still reads: to look at, not to decide on.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FirstLook {
    pub photos: u64,
    pub groups: u64,
    /// The largest groups.
    pub rows: Vec<FirstLookGroup>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FirstLookGroup {
    pub members: Vec<FirstLookMember>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FirstLookMember {
    pub file_id: i64,
    pub path: String,
}
