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
    /// What to do when it failed, where the failed check does not say so itself.
    pub next: Option<String>,
}

/// Who consented in the browser, and what to go on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SignedInAs {
    /// With the account filled in: test and choose this one, without a secret.
    pub spec: Spec,
    /// For people: a name or an address.
    pub name: String,
    pub free_bytes: Option<u64>,
}

/// The file of secrets under a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum VaultState {
    /// There is none yet.
    None,
    Locked,
    /// Until it is locked or the app closes.
    Open,
}

/// Where a secret can be remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SecretStores {
    /// The system has a keychain that keeps what it is given.
    pub keychain: bool,
    pub vault: VaultState,
}

#[cfg(test)]
mod tests {
    use albumen_store::Secret;
    use ts_rs::TS;

    /// Only ever an argument, so no answer brings it along.
    #[test]
    fn types_that_are_only_arguments_are_exported_too() {
        Secret::export_all(&ts_rs::Config::from_env()).expect("types.ts");
    }
}
