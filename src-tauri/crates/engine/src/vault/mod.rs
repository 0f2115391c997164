//! Secrets in one file under a passphrase, for systems without a keychain.
//!
//! Invariants: what is on disk is sealed; a file that a passphrase does not open is left as it is; the passphrase is
//! forgotten as soon as a key is made of it, and the key when the vault is locked. The file is read anew for each answer,
//! so that window and command line see what the other kept. Of two that write in the same instant the later one wins.

mod sealed;

use crate::api::VaultState;
use albumen_files::{create_private_dir, replace_private};
use albumen_store::Secret;
use sealed::{Cost, Key};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use thiserror::Error;
use zeroize::Zeroizing;

/// In characters, of a new passphrase.
const SHORTEST: usize = 8;

#[derive(Debug, Error)]
pub(crate) enum VaultError {
    #[error("The passphrase is shorter than {SHORTEST} characters.")]
    TooShort,
    #[error("This passphrase does not open the file of secrets, or the file was damaged.")]
    Passphrase,
    #[error("The file of secrets is damaged.")]
    Damaged,
    #[error("The file of secrets was written by a newer version of Albumen.")]
    Newer,
    #[error("The file of secrets is locked.")]
    Locked,
    #[error("The file of secrets cannot be read: {0}.")]
    Unreadable(std::io::Error),
    #[error(transparent)]
    Files(#[from] albumen_files::Error),
    #[error("The file of secrets cannot be used: {0}.")]
    System(String),
}

pub(crate) struct Vault {
    path: PathBuf,
    cost: Cost,
    key: Mutex<Option<Key>>,
}

/// By destination URL.
type Held = BTreeMap<String, Secret>;

impl Vault {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            cost: Cost::USUAL,
            key: Mutex::new(None),
        }
    }

    pub fn state(&self) -> VaultState {
        match (self.path.exists(), self.key().is_some()) {
            (false, _) => VaultState::None,
            (true, false) => VaultState::Locked,
            (true, true) => VaultState::Open,
        }
    }

    /// Opens it, or makes an empty one when there is none. Takes most of a second.
    pub fn open(&self, passphrase: &Zeroizing<String>) -> Result<(), VaultError> {
        let mut held = self.key();
        let key = match self.file()? {
            Some(file) => {
                let key = Key::of(passphrase, &file)?;
                read(&key, &file)?;
                key
            }
            None if passphrase.chars().count() < SHORTEST => return Err(VaultError::TooShort),
            None => {
                let key = Key::fresh(passphrase, self.cost)?;
                if let Some(folder) = self.path.parent() {
                    create_private_dir(folder)?;
                }
                self.write(&key, &Held::new())?;
                key
            }
        };
        *held = Some(key);
        Ok(())
    }

    pub fn lock(&self) {
        *self.key() = None;
    }

    /// Nothing while it is locked.
    pub fn find(&self, url: &str) -> Option<Secret> {
        let held = self.key();
        let file = self.file().ok()??;
        let mut secrets = read(held.as_ref()?, &file).ok()?;
        secrets.remove(url)
    }

    pub fn keep(&self, url: &str, secret: &Secret) -> Result<(), VaultError> {
        self.change(|secrets| {
            secrets.insert(url.to_owned(), secret.clone());
        })
    }

    pub fn forget(&self, url: &str) -> Result<(), VaultError> {
        self.change(|secrets| {
            secrets.remove(url);
        })
    }

    /// Never replaces what it could not read.
    fn change(&self, change: impl FnOnce(&mut Held)) -> Result<(), VaultError> {
        let held = self.key();
        let key = held.as_ref().ok_or(VaultError::Locked)?;
        let file = self.file()?.ok_or(VaultError::Locked)?;
        let mut secrets = read(key, &file)?;
        change(&mut secrets);
        self.write(key, &secrets)
    }

    fn key(&self) -> MutexGuard<'_, Option<Key>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self) -> Result<Option<Vec<u8>>, VaultError> {
        match std::fs::read(&self.path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(VaultError::Unreadable(error)),
        }
    }

    fn write(&self, key: &Key, secrets: &Held) -> Result<(), VaultError> {
        let text = serde_json::to_vec(secrets).map(Zeroizing::new);
        let text = text.map_err(|error| VaultError::System(error.to_string()))?;
        Ok(replace_private(&self.path, &key.seal(&text)?)?)
    }
}

fn read(key: &Key, file: &[u8]) -> Result<Held, VaultError> {
    serde_json::from_slice(&key.unseal(file)?).map_err(|_| VaultError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    const URL: &str = "dropbox:///?account=1";
    const CHEAP: Cost = Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };

    fn at(folder: &Path) -> Vault {
        Vault {
            cost: CHEAP,
            ..Vault::new(folder.join("made/secrets.vault"))
        }
    }

    fn words(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    fn secret() -> Secret {
        Secret::Password {
            password: "canary-9f3".to_owned(),
        }
    }

    /// Open, with one secret in it.
    fn filled(folder: &Path) -> Vault {
        let vault = at(folder);
        vault.open(&words("correct horse")).expect("made");
        vault.keep(URL, &secret()).expect("kept");
        vault
    }

    #[test]
    fn what_is_kept_is_found_after_a_restart_by_its_passphrase_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = at(dir.path());
        assert_eq!(vault.state(), VaultState::None);
        assert!(matches!(vault.keep(URL, &secret()), Err(VaultError::Locked)));
        drop(filled(dir.path()));
        assert_eq!(vault.state(), VaultState::Locked);
        assert_eq!(vault.find(URL), None);
        vault.open(&words("correct horse")).expect("opened");
        assert_eq!(
            (vault.state(), vault.find(URL)),
            (VaultState::Open, Some(secret()))
        );
        vault.forget(URL).expect("forgotten");
        assert_eq!(vault.find(URL), None);
        vault.lock();
        assert_eq!(vault.state(), VaultState::Locked);
    }

    #[test]
    fn the_file_is_private_and_says_nothing_in_plain_text() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = filled(dir.path());
        let file = std::fs::read(&vault.path).expect("the file");
        let text = String::from_utf8_lossy(&file);
        for plain in ["canary", "dropbox", "password", "correct", "horse"] {
            assert!(!text.contains(plain), "{plain}");
        }
        let mode = |path: &Path| std::fs::metadata(path).expect("there").mode() & 0o777;
        assert_eq!(mode(&vault.path), 0o600);
        assert_eq!(mode(vault.path.parent().expect("a folder")), 0o700);
    }

    #[test]
    fn nothing_is_sealed_twice_alike() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = filled(dir.path());
        let first = std::fs::read(&vault.path).expect("the file");
        vault.keep(URL, &secret()).expect("kept again");
        let second = std::fs::read(&vault.path).expect("the file");
        assert_eq!(first.len(), second.len());
        assert_ne!(first[37..61], second[37..61], "the nonce");
        assert_ne!(first[61..], second[61..], "the text");
    }

    #[test]
    fn a_wrong_passphrase_opens_nothing_and_touches_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        filled(dir.path());
        let vault = at(dir.path());
        let before = std::fs::read(&vault.path).expect("the file");
        for wrong in ["correct horsf", "", "x"] {
            assert!(
                matches!(vault.open(&words(wrong)), Err(VaultError::Passphrase)),
                "{wrong}"
            );
        }
        assert_eq!(vault.state(), VaultState::Locked);
        assert!(matches!(vault.keep(URL, &secret()), Err(VaultError::Locked)));
        assert_eq!(std::fs::read(&vault.path).expect("the file"), before);
    }

    #[test]
    fn a_byte_changed_anywhere_is_refused_and_the_file_left_as_it_is() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = filled(dir.path());
        let whole = std::fs::read(&vault.path).expect("the file");
        for at in 0..whole.len() {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            replace_private(&vault.path, &bad).expect("tampered");
            assert!(vault.keep("another", &secret()).is_err(), "byte {at}");
            assert_eq!(vault.find(URL), None, "byte {at}");
            let fresh = self::at(dir.path());
            assert!(fresh.open(&words("correct horse")).is_err(), "byte {at}");
            assert_eq!(std::fs::read(&vault.path).expect("the file"), bad, "byte {at}");
        }
        for short in [0, 1, 36, 37, 60, 61, 76, whole.len() - 1] {
            replace_private(&vault.path, &whole[..short]).expect("cut");
            let fresh = at(dir.path());
            assert!(fresh.open(&words("correct horse")).is_err(), "{short} bytes");
            assert!(vault.keep(URL, &secret()).is_err(), "{short} bytes");
            assert_eq!(std::fs::read(&vault.path).expect("the file").len(), short);
        }
        replace_private(&vault.path, &whole).expect("mended");
        assert_eq!(vault.find(URL), Some(secret()));
    }

    #[test]
    fn a_new_passphrase_is_not_short() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = at(dir.path());
        assert!(matches!(vault.open(&words("1234567")), Err(VaultError::TooShort)));
        assert_eq!(vault.state(), VaultState::None);
        vault.open(&words("äöü-äöü-")).expect("eight characters");
    }

    #[test]
    fn what_another_program_kept_meanwhile_stays() {
        let dir = tempfile::tempdir().expect("a folder");
        let here = filled(dir.path());
        let there = at(dir.path());
        there.open(&words("correct horse")).expect("opened");
        there.keep("another", &secret()).expect("kept there");
        here.keep("third", &secret()).expect("kept here");
        for url in [URL, "another", "third"] {
            assert_eq!(there.find(url), Some(secret()), "{url}");
        }
    }
}
