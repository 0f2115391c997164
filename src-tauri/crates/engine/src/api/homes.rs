//! The homes of a library, as shown.

use crate::api::{AppError, DestinationInfo};
use albumen_model::Tally;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A home and how far it is. `wanted` are the photos of the sources that are to be there: `there` and `behind` together; `proven`
/// are those of `there` with a receipt.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Home {
    pub destination: DestinationInfo,
    pub wanted: Tally,
    pub there: Tally,
    pub proven: Tally,
    pub behind: Tally,
    /// Absent while nothing is behind.
    pub behind_since: Option<String>,
    /// Of the last time something was sent there, if it could not be.
    pub trouble: Option<AppError>,
}
