//! What opens a destination. It comes from the keychain, the environment, a file under a passphrase or the window, and goes
//! into requests only: Debug shows nothing of it, and nothing here is ever logged.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// An access key and its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Keys {
    pub access: String,
    pub secret: String,
}

/// What a person's consent in the browser left us: asks for access again and again, until it is revoked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct Grant {
    pub client_id: String,
    /// Google gives its desktop clients one that is not secret; Dropbox needs none.
    #[serde(default)]
    pub client_secret: String,
    pub refresh_token: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub enum Secret {
    /// S3; the account and its key on Azure.
    Keys(Keys),
    /// WebDAV.
    Password { password: String },
    /// The text of a Google service account's key file.
    ServiceAccount { json: String },
    /// Drive and Dropbox.
    Grant(Grant),
}

impl Secret {
    /// As typed or pasted: no spaces round it.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let trim = |text: String| text.trim().to_owned();
        match self {
            Self::Keys(keys) => Self::Keys(Keys {
                access: trim(keys.access),
                secret: trim(keys.secret),
            }),
            other => other,
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Grant(…)")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_never_show() {
        let keys = Keys {
            access: "AKIAX".to_owned(),
            secret: "canary".to_owned(),
        };
        let grant = Grant {
            client_id: "id".to_owned(),
            client_secret: "canary".to_owned(),
            refresh_token: "canary".to_owned(),
        };
        for shown in [
            format!("{keys:?} {grant:?}"),
            format!("{:?}", Secret::Keys(keys)),
            format!("{:?}", Secret::Grant(grant)),
        ] {
            assert!(!shown.contains("canary") && !shown.contains("AKIAX"), "{shown}");
        }
    }
}
