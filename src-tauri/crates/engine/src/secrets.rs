//! Secrets: the system's keychain, the environment, or this session's memory. Never a file of ours, never a log.

use crate::api::{AppError, SecretPlace};
use albumen_store::Keys;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const SERVICE: &str = "Albumen";

/// Keys of this session, by destination URL.
#[derive(Default)]
pub struct Secrets {
    session: Mutex<HashMap<String, Keys>>,
}

impl Secrets {
    /// Session first (just typed in), then keychain, then `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    pub fn find(&self, url: &str) -> Option<(Keys, SecretPlace)> {
        let session = self
            .session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(url)
            .cloned();
        session
            .map(|keys| (keys, SecretPlace::Session))
            .or_else(|| from_environment().map(|keys| (keys, SecretPlace::Environment)))
            .or_else(|| from_keychain(url).map(|keys| (keys, SecretPlace::Keychain)))
    }

    pub fn keep_for_session(&self, url: &str, keys: Keys) {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(url.to_owned(), keys);
    }

    /// Stores in the keychain and reads it back: a store that opens may still refuse to keep.
    pub fn remember(&self, url: &str, keys: &Keys) -> Result<(), AppError> {
        let stored = entry(url).and_then(|entry| {
            let text = format!("{}\n{}", keys.access, keys.secret);
            entry.set_password(&text)?;
            entry.get_password().map(|back| back == text)
        });
        if matches!(stored, Ok(true)) {
            self.session
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(url);
            return Ok(());
        }
        Err(AppError::new(
            "keychain_unavailable",
            "This system has no keychain that is open.",
            "The key was not written to any file.",
            "It is used until the app closes; the app asks for it again next time.",
        ))
    }
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

fn from_keychain(url: &str) -> Option<Keys> {
    let text = entry(url).ok()?.get_password().ok()?;
    let (access, secret) = text.split_once('\n')?;
    Some(Keys {
        access: access.to_owned(),
        secret: secret.to_owned(),
    })
}

fn from_environment() -> Option<Keys> {
    let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    Some(Keys {
        access: read("AWS_ACCESS_KEY_ID")?,
        secret: read("AWS_SECRET_ACCESS_KEY")?,
    })
}
