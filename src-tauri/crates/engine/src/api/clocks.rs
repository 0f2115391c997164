//! Clocks of cameras: what is shown of them, and what the person says. Times are those on a wall, `2024-05-17T10:11:12`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A camera whose photos say when they were taken, with a few of them from all its time.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ClockCamera {
    pub name: String,
    pub files: u64,
    /// By its own clock.
    pub from: String,
    pub to: String,
    pub photos: Vec<ClockPhoto>,
}

/// A photo, and what becomes of its date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ClockPhoto {
    pub file_id: i64,
    pub name: String,
    pub has_thumb: bool,
    /// By the camera's own clock.
    pub own: String,
    /// With the corrections in force.
    pub before: String,
    /// With the one that is asked about.
    pub after: String,
    /// Minutes east of Greenwich, afterwards.
    pub offset_minutes: Option<i16>,
}

/// What the person says of one camera.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct ClockChange {
    pub camera: String,
    /// Added to what the camera says.
    pub shift_seconds: i64,
    /// For photos that do not say their zone, minutes east of Greenwich.
    pub offset_minutes: Option<i16>,
    /// The first and the last that are meant, by the camera's own clock: a day, or a day and a time.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// What a change would do; nothing is done yet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ClockPreview {
    pub files: u64,
    /// A few of them, in their order.
    pub photos: Vec<ClockPhoto>,
}

/// One correction that is in force.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ClockSetting {
    pub id: i64,
    pub camera: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub shift_seconds: i64,
    pub offset_minutes: Option<i16>,
    pub files: u64,
}
