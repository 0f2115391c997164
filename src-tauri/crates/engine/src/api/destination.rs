//! Destinations, as shown. Secrets come in and never go out.

use albumen_store::{Check, Spec};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, export_to = "types.ts")]
pub struct S3Secret {
    pub access_key: String,
    pub secret_key: String,
}

impl fmt::Debug for S3Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("S3Secret(…)")
    }
}

/// Where the secret of a destination is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum SecretPlace {
    /// None is needed.
    None,
    Keychain,
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
    #[ts(type = "\"folder\" | \"s3\"")]
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
