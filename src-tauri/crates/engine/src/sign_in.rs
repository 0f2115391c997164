//! Stage 5a, where the key is the person's consent: the browser is opened, its answer becomes a grant, and the grant is
//! kept for the session under the destination with its account filled in. Also where secrets can be kept, and their end.
//!
//! Invariant: at most one sign-in waits; a newer one ends it.

use crate::api::{
    AppError, DestinationSpec, Secret, SecretPlace, SecretStores, SignedInAs, VaultState, What,
};
use crate::engine::{Engine, held};
use albumen_store::oauth::{self, Client, SignIn};
use albumen_store::{Destination, Error, ErrorKind, Grant, SignedIn, Spec};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Until the browser comes back. Dropping `cancel` ends it.
pub(crate) struct Waiting {
    link: String,
    cancel: oneshot::Sender<()>,
}

impl Engine {
    /// Opens the browser and waits for the person, five minutes at most. An empty `client_id` stands for Albumen's own.
    pub fn sign_in(
        &self,
        spec: DestinationSpec,
        client_id: &str,
        client_secret: &str,
    ) -> Result<SignedInAs, AppError> {
        self.sign_in_telling(spec, client_id, client_secret, |_| {})
    }

    /// Tells the address first that the browser is sent to.
    pub fn sign_in_telling(
        &self,
        spec: DestinationSpec,
        client_id: &str,
        client_secret: &str,
        tell: impl FnOnce(&str),
    ) -> Result<SignedInAs, AppError> {
        let spec = spec.checked()?;
        let client = Client::of(&spec, client_id, client_secret)?;
        self.cancel_sign_in();
        let (cancel, cancelled) = oneshot::channel();
        let done = self.inner.runtime.block_on(async {
            let signing = SignIn::begin(&spec, client).await?;
            let link = signing.link().to_owned();
            *held(&self.inner.signing_in) = Some(Waiting {
                link: link.clone(),
                cancel,
            });
            tell(&link);
            show(link);
            let signed_in = async {
                let grant = signing.finish().await?;
                self.whose(spec, grant).await
            };
            tokio::select! {
                done = signed_in => done,
                _ = cancelled => Err(stopped()),
            }
        });
        // Ours is over; one that took its place is not.
        held(&self.inner.signing_in).take_if(|waiting| waiting.cancel.is_closed());
        done
    }

    pub fn cancel_sign_in(&self) {
        drop(held(&self.inner.signing_in).take());
    }

    /// The address to open by hand, while a sign-in waits.
    pub fn sign_in_link(&self) -> Option<String> {
        held(&self.inner.signing_in)
            .as_ref()
            .map(|waiting| waiting.link.clone())
    }

    /// Asks the provider whose account it is, and keeps the grant for that one.
    async fn whose(&self, spec: Spec, grant: Grant) -> Result<SignedInAs, AppError> {
        let meant = account_of(&spec).map(|at| at.account.clone()).unwrap_or_default();
        let anyones = with_account(spec, String::new());
        let secret = Secret::Grant(grant);
        let destination = Destination::connect(&anyones, Some(secret.clone()))?;
        let person = destination.account().await?;
        let person =
            person.ok_or_else(|| Error::new(ErrorKind::Other, "The account does not say whose it is."))?;
        if !meant.is_empty() && meant != person.id {
            let another = "This is another account than the one the library was begun in.";
            return Err(Error::new(ErrorKind::WrongAccount, another).into());
        }
        let spec = with_account(anyones, person.id);
        self.inner.secrets.keep_for_session(&spec.secret_name(), secret);
        self.tell_changed(&[What::Destination]);
        Ok(SignedInAs {
            spec,
            name: person.name,
            free_bytes: person.free_bytes,
        })
    }

    /// Moves what a sign-in left in this session to where it outlives it.
    pub fn remember_sign_in(&self, spec: &DestinationSpec) -> Result<(), AppError> {
        let name = spec.secret_name();
        let secret = self.inner.secrets.of_session(&name);
        let secret = secret.ok_or_else(|| crate::secrets::missing(spec))?;
        self.inner.secrets.remember(&name, &secret)
    }

    /// Takes the consent back at the provider, where there is one, and forgets what opens `spec`.
    pub fn sign_out(&self, spec: DestinationSpec) -> Result<(), AppError> {
        let spec = spec.checked()?;
        let (secret, _) = self
            .inner
            .secrets
            .find(&spec)
            .ok_or_else(|| self.unknown(&spec))?;
        let told = match &secret {
            Secret::Grant(grant) => self.inner.runtime.block_on(oauth::revoke(&spec, grant)),
            _ => Ok(()),
        };
        self.inner.secrets.forget(&spec.secret_name())?;
        self.tell_changed(&[What::Destination]);
        told.map_err(|error| {
            AppError::new(
                "sign_out_untold",
                format!("It is forgotten here, but the provider did not hear of it: {error}"),
                "Your photos are untouched.",
                "Remove Albumen from the connected apps in the account's own settings.",
            )
        })
    }

    /// Where the secret of `spec` would be found now.
    pub fn secret_place(&self, spec: &DestinationSpec) -> SecretPlace {
        if !spec.needs_secret() {
            return SecretPlace::None;
        }
        let found = self.inner.secrets.find(spec);
        found.map_or(SecretPlace::Missing, |found| found.1)
    }

    pub fn secret_stores(&self) -> SecretStores {
        self.inner.secrets.stores()
    }

    /// Asks less than [`Engine::secret_stores`]: the keychain is left alone.
    pub fn vault_state(&self) -> VaultState {
        self.inner.secrets.vault.state()
    }

    /// Opens the file of secrets, or makes it when there is none. The passphrase is wiped afterwards.
    pub fn open_vault(&self, passphrase: String) -> Result<SecretStores, AppError> {
        self.inner.secrets.vault.open(&Zeroizing::new(passphrase))?;
        self.tell_changed(&[What::Destination]);
        Ok(self.secret_stores())
    }

    pub fn lock_vault(&self) -> SecretStores {
        self.inner.secrets.vault.lock();
        self.tell_changed(&[What::Destination]);
        self.secret_stores()
    }
}

fn stopped() -> AppError {
    AppError::new(
        "stopped",
        "The sign-in was cancelled.",
        "Nothing was changed.",
        "Sign in whenever you like.",
    )
}

fn account_of(spec: &Spec) -> Option<&SignedIn> {
    match spec {
        Spec::Drive { at, .. } | Spec::Dropbox { at, .. } => Some(at),
        _ => None,
    }
}

fn with_account(mut spec: Spec, account: String) -> Spec {
    if let Spec::Drive { at, .. } | Spec::Dropbox { at, .. } = &mut spec {
        at.account = account;
    }
    spec
}

/// In the person's browser, where there is a screen. `ALBUMEN_BROWSER=none` keeps it closed.
fn show(link: String) {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_headless = cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY");
    if is_headless || std::env::var_os("ALBUMEN_BROWSER").is_some_and(|choice| choice == "none") {
        return;
    }
    tokio::task::spawn_blocking(move || {
        if let Err(error) = open::that_detached(link) {
            tracing::warn!("no browser could be opened: {}", error.kind());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn engine(folder: &std::path::Path) -> Engine {
        Engine::open_with(&folder.join("catalog.db"), &folder.join("secrets.vault")).expect("an engine")
    }

    fn dropbox() -> Spec {
        Spec::parse("dropbox:///Photos").expect("a spec")
    }

    /// A sign-in that waits, and how it ends.
    fn waiting(engine: &Engine) -> (String, mpsc::Receiver<Result<SignedInAs, AppError>>) {
        let drive = Spec::parse("gdrive:///Photos?api=http://127.0.0.1:9").expect("a spec");
        let (told, link) = mpsc::channel();
        let (ended, end) = mpsc::channel();
        let engine = engine.clone();
        std::thread::spawn(move || {
            let done = engine.sign_in_telling(drive, "mine", "", |link| {
                told.send(link.to_owned()).expect("told")
            });
            ended.send(done).expect("heard");
        });
        (link.recv().expect("a link"), end)
    }

    #[test]
    fn a_newer_sign_in_ends_the_one_that_waits_and_both_can_be_cancelled() {
        let dir = tempfile::tempdir().expect("a folder");
        let engine = engine(dir.path());
        assert_eq!(engine.sign_in_link(), None);
        let (first_link, first) = waiting(&engine);
        let (second_link, second) = waiting(&engine);
        assert_ne!(first_link, second_link);
        let ended = first.recv().expect("ended");
        assert_eq!(ended.expect_err("no consent").code, "stopped");
        engine.cancel_sign_in();
        let ended = second.recv().expect("ended");
        assert_eq!(ended.expect_err("no consent").code, "stopped");
        assert_eq!(engine.sign_in_link(), None);
    }

    #[test]
    fn without_a_client_id_it_says_how_to_get_one() {
        let dir = tempfile::tempdir().expect("a folder");
        let refused = engine(dir.path())
            .sign_in(dropbox(), "", "")
            .expect_err("no client");
        if option_env!("ALBUMEN_DROPBOX_CLIENT_ID").is_none() {
            assert_eq!(refused.code, "client_missing");
            assert!(refused.next.contains("README"));
        }
    }

    #[test]
    fn without_keychain_what_a_sign_in_left_goes_to_the_open_vault_or_nowhere() {
        let dir = tempfile::tempdir().expect("a folder");
        let engine = engine(dir.path());
        if engine.secret_stores().keychain {
            return;
        }
        let (spec, name) = (dropbox(), dropbox().secret_name());
        let grant = || {
            Secret::Grant(Grant {
                client_id: "mine".to_owned(),
                client_secret: String::new(),
                refresh_token: "canary-refresh".to_owned(),
            })
        };
        engine.inner.secrets.keep_for_session(&name, grant());
        let refused = engine
            .choose_destination(spec.clone(), None, true)
            .expect_err("nowhere");
        assert_eq!(refused.code, "keychain_unavailable");
        assert!(engine.destination().expect("asked").is_none());
        assert_eq!(engine.secret_place(&spec), SecretPlace::Session);

        let made = engine.open_vault("a canary passphrase".to_owned()).expect("made");
        assert_eq!(made.vault, VaultState::Open);
        let chosen = engine
            .choose_destination(spec.clone(), None, true)
            .expect("chosen");
        assert_eq!(chosen.secret, SecretPlace::Vault);
        assert_eq!(engine.inner.secrets.of_session(&name), None);

        assert_eq!(engine.lock_vault().vault, VaultState::Locked);
        assert_eq!(engine.secret_place(&spec), SecretPlace::Missing);
        let refused = engine.test_destination(spec.clone(), None).expect_err("locked");
        assert_eq!(refused.code, "vault_locked");
        let refused = engine.sign_out(spec.clone()).expect_err("locked");
        assert_eq!(refused.code, "vault_locked");
        let refused = engine.open_vault("another one".to_owned()).expect_err("wrong");
        assert_eq!(refused.code, "vault_passphrase");
        engine
            .open_vault("a canary passphrase".to_owned())
            .expect("opened");
        assert_eq!(
            engine.inner.secrets.find(&spec).map(|found| found.0),
            Some(grant())
        );

        for entry in std::fs::read_dir(dir.path()).expect("a folder").flatten() {
            let bytes = std::fs::read(entry.path()).expect("a file");
            let is_in = bytes.windows(6).any(|part| part == b"canary");
            assert!(!is_in, "{}", entry.path().display());
        }
    }
}
