//! What opens a destination, on the command line: signing in and out, and the passphrase of the file of secrets, from the
//! environment or typed without being shown.

use crate::out::{self, DONE};
use albumen_engine::Engine;
use albumen_engine::api::{AppError, DestinationSpec, SecretPlace, VaultState};
use serde_json::json;
use std::io::IsTerminal;

const PASSPHRASE: &str = "ALBUMEN_PASSPHRASE";

pub fn sign_in(
    engine: &Engine,
    dest: &str,
    (client_id, client_secret): (&str, &str),
    remember: bool,
    json: bool,
) -> Result<u8, AppError> {
    if remember {
        make_ready(engine)?;
    }
    let spec = DestinationSpec::parse(dest)?;
    let signed_in = engine.sign_in_telling(spec, client_id, client_secret, |link| {
        if json {
            out::line(&json!({ "type": "link", "link": link }));
        } else {
            out::text(&format!(
                "Say yes in the browser. If none opens, open this on this computer:\n{link}"
            ));
        }
    })?;
    if remember {
        engine.remember_sign_in(&signed_in.spec)?;
    }
    let dest = signed_in.spec.url();
    if json {
        out::line(&json!({
            "type": "signedIn", "name": signed_in.name, "dest": dest, "freeBytes": signed_in.free_bytes,
        }));
    } else {
        out::text(&format!("Signed in as {}.", signed_in.name));
        out::text(&format!("DEST is from now on:\n{dest}"));
        if !remember {
            out::text("It is not remembered: add --remember for later commands.");
        }
    }
    Ok(DONE)
}

pub fn sign_out(engine: &Engine, dest: &str, json: bool) -> Result<u8, AppError> {
    let spec = DestinationSpec::parse(dest)?;
    unlock(engine, &spec)?;
    engine.sign_out(spec)?;
    if json {
        out::line(&json!({ "type": "signedOut" }));
    } else {
        out::text("Signed out.");
    }
    Ok(DONE)
}

/// Opens the file of secrets where what opens `spec` can be nowhere else.
pub fn unlock(engine: &Engine, spec: &DestinationSpec) -> Result<(), AppError> {
    let is_known = engine.secret_place(spec) != SecretPlace::Missing;
    if is_known || engine.vault_state() != VaultState::Locked {
        return Ok(());
    }
    if let Some(passphrase) = passphrase("Passphrase of the file of secrets: ")? {
        engine.open_vault(passphrase)?;
    }
    Ok(())
}

/// A place that remembers: said before anybody is sent to a browser.
fn make_ready(engine: &Engine) -> Result<(), AppError> {
    let stores = engine.secret_stores();
    if stores.keychain || stores.vault == VaultState::Open {
        return Ok(());
    }
    let is_new = stores.vault == VaultState::None;
    let words = if is_new {
        "A passphrase for the new file of secrets: "
    } else {
        "Passphrase of the file of secrets: "
    };
    let Some(first) = passphrase(words)? else {
        return Err(AppError::new(
            "keychain_unavailable",
            "This system has no keychain that is open.",
            "Nothing was changed.",
            &format!(
                "Set {PASSPHRASE} to a passphrase that protects what is remembered, or leave out --remember."
            ),
        ));
    };
    if is_new && from_environment().is_none() && passphrase("Once more: ")?.as_ref() != Some(&first) {
        return Err(AppError::usage("The two passphrases differ.", "Try again."));
    }
    engine.open_vault(first).map(drop)
}

fn from_environment() -> Option<String> {
    std::env::var(PASSPHRASE).ok().filter(|words| !words.is_empty())
}

/// Nothing where there is nobody to ask.
fn passphrase(words: &str) -> Result<Option<String>, AppError> {
    if let Some(given) = from_environment() {
        return Ok(Some(given));
    }
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let typed = rpassword::prompt_password(words);
    typed.map(Some).map_err(|error| {
        AppError::usage(
            format!("The passphrase could not be read: {error}."),
            "Try again.",
        )
    })
}
