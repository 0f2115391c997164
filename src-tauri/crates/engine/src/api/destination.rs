//! Destinations, as shown. Secrets come in and never go out.

use albumen_store::{Check, Spec};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the secret of a destination is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum SecretPlace {
    /// None is needed.
    None,
    Keychain,
    /// In a file of ours, under a passphrase.
    Vault,
    /// In memory until the app closes.
    Session,
    Environment,
    Missing,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DestinationInfo {
    pub id: i64,
    #[ts(type = "DestinationSpec[\"kind\"]")]
    pub kind: String,
    pub url: String,
    pub label: String,
    pub secret: SecretPlace,
    pub spec: Spec,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DestinationFacts {
    pub ok: bool,
    pub checks: Vec<Check>,
    pub free_bytes: Option<u64>,
}
