//! Secrets: the system's keychain, a file under a passphrase, the environment, or this session's memory. Never a file in
//! plain text, never a log.

use crate::api::{AppError, SecretPlace, SecretStores};
use crate::engine::held;
use crate::vault::Vault;
use albumen_store::{Grant, Keys, Secret, Spec};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

const SERVICE: &str = "Albumen";
/// What is written to see whether the keychain keeps things; removed at once.
const TRIAL: &str = "trial";

/// Secrets by destination URL.
pub struct Secrets {
    session: Mutex<HashMap<String, Secret>>,
    pub(crate) vault: Vault,
    /// The keychain was seen to keep what it is given. One that does not may be unlocked later.
    keychain: AtomicBool,
}

impl Secrets {
    pub fn new(vault: PathBuf) -> Self {
        Self {
            session: Mutex::default(),
            vault: Vault::new(vault),
            keychain: AtomicBool::new(false),
        }
    }

    /// Session first (just typed in), then the environment, the keychain, the vault.
    pub fn find(&self, spec: &Spec) -> Option<(Secret, SecretPlace)> {
        let name = spec.secret_name();
        self.of_session(&name)
            .map(|secret| (secret, SecretPlace::Session))
            .or_else(|| from_environment(spec).map(|secret| (secret, SecretPlace::Environment)))
            .or_else(|| from_keychain(&name).map(|secret| (secret, SecretPlace::Keychain)))
            .or_else(|| self.vault.find(&name).map(|secret| (secret, SecretPlace::Vault)))
    }

    pub fn of_session(&self, url: &str) -> Option<Secret> {
        held(&self.session).get(url).cloned()
    }

    pub fn keep_for_session(&self, url: &str, secret: Secret) {
        held(&self.session).insert(url.to_owned(), secret);
    }

    /// In the keychain, or in the vault where that is open; out of the session's memory then.
    pub fn remember(&self, url: &str, secret: &Secret) -> Result<(), AppError> {
        if !into_keychain(url, secret) {
            if self.vault.state() != crate::api::VaultState::Open {
                return Err(AppError::new(
                    "keychain_unavailable",
                    "This system has no keychain that is open.",
                    "What opens the destination was not written to any file: it is known until the app closes.",
                    "Protect it with a passphrase, or go on without remembering it.",
                ));
            }
            self.vault.keep(url, secret)?;
        }
        held(&self.session).remove(url);
        Ok(())
    }

    /// Everywhere but in the environment, which is not ours; in the vault if that is open.
    pub fn forget(&self, url: &str) -> Result<(), AppError> {
        held(&self.session).remove(url);
        if let Ok(entry) = entry(url)
            && let Err(error) = entry.delete_credential()
            && !matches!(error, keyring::Error::NoEntry)
        {
            tracing::warn!("the keychain did not forget: {error}");
            return Err(AppError::new(
                "keychain_unavailable",
                "The keychain did not let go of it.",
                "Your photos are untouched.",
                "Open the keychain and sign out again, or remove the entry \"Albumen\" there.",
            ));
        }
        if self.vault.find(url).is_some() {
            self.vault.forget(url)?;
        }
        Ok(())
    }

    pub fn stores(&self) -> SecretStores {
        if !self.keychain.load(Ordering::Relaxed) {
            let password = SERVICE.to_owned();
            let keeps = into_keychain(TRIAL, &Secret::Password { password });
            if keeps && let Ok(entry) = entry(TRIAL) {
                // A trial that stays is no secret.
                entry.delete_credential().unwrap_or_default();
            }
            self.keychain.store(keeps, Ordering::Relaxed);
        }
        SecretStores {
            keychain: self.keychain.load(Ordering::Relaxed),
            vault: self.vault.state(),
        }
    }
}

/// What to do when nothing is known that opens `spec`.
pub(crate) fn missing(spec: &Spec) -> AppError {
    let (what, next) = match spec {
        Spec::S3 { .. } => (
            "The access key for this bucket is not known.",
            "Type it in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        ),
        Spec::Gcs { .. } => (
            "The service account of this bucket is not known.",
            "Choose its key file, or set GOOGLE_APPLICATION_CREDENTIALS to its path.",
        ),
        Spec::Azure { .. } => (
            "The account key of this container is not known.",
            "Type it in, or set AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY.",
        ),
        Spec::Webdav { .. } => (
            "The password for this server is not known.",
            "Type it in, or set ALBUMEN_WEBDAV_PASSWORD.",
        ),
        _ => (
            "Albumen is not signed in to this account.",
            "Sign in, in the window or by `albumen sign-in`.",
        ),
    };
    AppError::new("secret_missing", what, "Nothing was changed.", next)
}

fn entry(url: &str) -> keyring::Result<keyring::Entry> {
    // Asking for the session bus where there is none would only cost time.
    if cfg!(target_os = "linux") && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        let default =
            std::env::var_os("XDG_RUNTIME_DIR").map(|dir| std::path::PathBuf::from(dir).join("bus"));
        if !default.is_some_and(|bus| bus.exists()) {
            return Err(keyring::Error::NoDefaultStore);
        }
    }
    keyring::Entry::new(SERVICE, url)
}

/// Reads it back: a store that opens may still refuse to keep.
fn into_keychain(url: &str, secret: &Secret) -> bool {
    let stored = entry(url).and_then(|entry| {
        let text = serde_json::to_string(secret).map_err(|_| keyring::Error::NoDefaultStore)?;
        entry.set_password(&text)?;
        entry.get_password().map(|back| back == text)
    });
    matches!(stored, Ok(true))
}

fn from_keychain(url: &str) -> Option<Secret> {
    read(&entry(url).ok()?.get_password().ok()?)
}

/// An earlier version kept an access key as two lines.
fn read(text: &str) -> Option<Secret> {
    serde_json::from_str(text).ok().or_else(|| {
        let (access, secret) = text.split_once('\n')?;
        Some(Secret::Keys(Keys {
            access: access.to_owned(),
            secret: secret.to_owned(),
        }))
    })
}

fn from_environment(spec: &Spec) -> Option<Secret> {
    let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let keys = |access, secret| {
        Some(Secret::Keys(Keys {
            access: read(access)?,
            secret: read(secret)?,
        }))
    };
    match spec {
        Spec::Folder { .. } | Spec::Sftp { .. } => None,
        Spec::S3 { .. } => keys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        Spec::Azure { .. } => keys("AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"),
        Spec::Gcs { .. } => {
            let json = std::fs::read_to_string(read("GOOGLE_APPLICATION_CREDENTIALS")?).ok()?;
            Some(Secret::ServiceAccount { json })
        }
        Spec::Webdav { .. } => Some(Secret::Password {
            password: read("ALBUMEN_WEBDAV_PASSWORD")?,
        }),
        Spec::Drive { .. } | Spec::Dropbox { .. } => Some(Secret::Grant(Grant {
            client_id: read("ALBUMEN_CLIENT_ID")?,
            client_secret: read("ALBUMEN_CLIENT_SECRET").unwrap_or_default(),
            refresh_token: read("ALBUMEN_REFRESH_TOKEN")?,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_version_kept_is_read() {
        let keys = Secret::Keys(Keys {
            access: "a".to_owned(),
            secret: "s".to_owned(),
        });
        assert_eq!(read("a\ns"), Some(keys.clone()));
        assert_eq!(read(&serde_json::to_string(&keys).expect("write")), Some(keys));
        assert_eq!(read("neither"), None);
    }
}
