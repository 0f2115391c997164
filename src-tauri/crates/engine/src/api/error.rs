//! One shape for everything that can go wrong: what happened, what is safe, what to do next. Codes are stable.

use crate::vault::VaultError;
use albumen_store::oauth::SignInError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
#[error("{message}")]
pub struct AppError {
    pub code: String,
    pub message: String,
    pub safe: String,
    pub next: String,
}

const NOTHING_CHANGED: &str = "Nothing was changed.";
const PLACED_STAYS: &str =
    "Your originals are untouched. What was already placed stays and is not sent again.";

impl AppError {
    pub fn new(code: &str, message: impl Into<String>, safe: &str, next: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            safe: safe.to_owned(),
            next: next.to_owned(),
        }
    }

    /// A request that makes no sense as it stands.
    pub fn usage(message: impl Into<String>, next: &str) -> Self {
        Self::new("usage", message, NOTHING_CHANGED, next)
    }
}

impl From<albumen_catalog::Error> for AppError {
    fn from(error: albumen_catalog::Error) -> Self {
        use albumen_catalog::Error as C;
        let message = format!("{error}.");
        match error {
            C::Locked(_) => Self::new(
                "catalog_locked",
                message,
                "Both see the same photos; nothing was changed.",
                "Close the other one, or give this one its own catalog.",
            ),
            C::Foreign(_) => Self::new(
                "catalog_foreign",
                message,
                NOTHING_CHANGED,
                "Give another file as the catalog; one that does not exist is made.",
            ),
            C::Corrupt(..) | C::Broken(_) => Self::new(
                "catalog_corrupt",
                message,
                "Your photos are not in it: originals and copies are untouched. The damaged file was left as it is.",
                "Keep it, and go on with a new one: move the file and those beside it aside, or name another catalog. Then read in what was moved (Destination, “Read them in”; or `albumen rebuild --to DEST`) and scan again: nothing is sent twice.",
            ),
            C::Newer(_) => Self::new(
                "catalog_newer",
                message,
                NOTHING_CHANGED,
                "Use that newer version to open it.",
            ),
            C::Open(..) => Self::new(
                "catalog_unreadable",
                message,
                NOTHING_CHANGED,
                "Check that the folder exists and that you may write in it.",
            ),
            C::Full => Self::new(
                "catalog_full",
                message,
                PLACED_STAYS,
                "Make room on that disk and start again.",
            ),
            C::Content(_) | C::Sql(_) => Self::new(
                "catalog_failed",
                message,
                "Your photos are untouched.",
                "Start again; if it happens again, move the catalog aside and scan again.",
            ),
        }
    }
}

impl From<albumen_store::Error> for AppError {
    fn from(error: albumen_store::Error) -> Self {
        use albumen_store::ErrorKind as K;
        let (code, next) = match error.kind {
            K::Unreachable => (
                "destination_unreachable",
                "Check the network, the endpoint or the disk, then start again: it goes on where it was.",
            ),
            K::Denied => (
                "destination_denied",
                "Check the key or password at the destination step, and what it may do there.",
            ),
            K::NoSuchPlace => (
                "destination_missing",
                "Check the name of the bucket or folder, and the region where there is one.",
            ),
            K::Full => (
                "destination_full",
                "Make room at the destination, or choose another one, and start again.",
            ),
            K::SignInAgain => (
                "sign_in_again",
                "Sign in again at the destination step; the move goes on where it was.",
            ),
            K::WrongAccount => (
                "wrong_account",
                "Sign in to the account the library was begun in, or choose a destination in this one.",
            ),
            K::DayLimit => (
                "destination_day_limit",
                "Start again tomorrow: it goes on where it was.",
            ),
            K::Stopped => ("stopped", "Start again whenever you like."),
            _ => ("destination_failed", "Start again; it goes on where it was."),
        };
        Self::new(code, error.message, PLACED_STAYS, next)
    }
}

impl From<SignInError> for AppError {
    fn from(error: SignInError) -> Self {
        use SignInError as S;
        let message = error.to_string();
        let (code, next) = match error {
            S::Store(error) => return error.into(),
            S::NotByBrowser => ("usage", "Type in its key or password."),
            S::NoClient(_) => (
                "client_missing",
                "Type in a client id of your own; README says in a few steps how to get one.",
            ),
            S::NoPort(_) => (
                "sign_in_port",
                "Close the program that uses ports 53682 to 53684, or wait a minute, and sign in again.",
            ),
            S::TimedOut => ("sign_in_timed_out", "Sign in again."),
            S::Denied(_) => ("sign_in_denied", "Sign in again, and allow it in the browser."),
            S::Refused { .. } => (
                "sign_in_denied",
                "Check the client id, its secret and the addresses registered with it; README has the steps.",
            ),
        };
        Self::new(code, message, NOTHING_CHANGED, next)
    }
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        use VaultError as V;
        let message = error.to_string();
        let (code, next) = match error {
            V::Files(error) => return error.into(),
            V::TooShort => ("usage", "Choose a longer one; a few words are easy to remember."),
            V::Passphrase => ("vault_passphrase", "Type it again: capital letters count."),
            V::Damaged => (
                "vault_damaged",
                "Move `secrets.vault` away from Albumen's data folder, and sign in or type the keys again.",
            ),
            V::Newer => ("vault_newer", "Use that newer version to open it."),
            V::Locked => ("vault_locked", "Type its passphrase, or set ALBUMEN_PASSPHRASE."),
            V::Unreadable(_) | V::System(_) => (
                "vault_failed",
                "Check the disk and its permissions, and try again.",
            ),
        };
        Self::new(code, message, "The file was left as it is.", next)
    }
}

impl From<albumen_store::SpecError> for AppError {
    fn from(error: albumen_store::SpecError) -> Self {
        let code = match error {
            albumen_store::SpecError::Unsupported(_) => "destination_unsupported",
            _ => "destination_invalid",
        };
        Self::new(
            code,
            error.to_string(),
            NOTHING_CHANGED,
            "Correct the destination and try again.",
        )
    }
}

impl From<albumen_files::Error> for AppError {
    fn from(error: albumen_files::Error) -> Self {
        Self::new(
            "file_failed",
            format!("{error}."),
            NOTHING_CHANGED,
            "Check the disk and its permissions.",
        )
    }
}

impl From<albumen_migrate::Error> for AppError {
    fn from(error: albumen_migrate::Error) -> Self {
        use albumen_migrate::Error as M;
        match error {
            M::Catalog(error) => error.into(),
            M::Store(error) => error.into(),
            M::Layout(error) => Self::usage(error.to_string(), "Correct the layout."),
            M::Stopped => Self::new(
                "stopped",
                "Stopped, as you asked.",
                PLACED_STAYS,
                "Start again whenever you like.",
            ),
            M::DestinationGone => Self::new(
                "destination_gone",
                "The destination is not there, although photos were placed in it.",
                "Nothing is concluded from a disk or bucket that is away: all that is known of it stays.",
                "Connect the disk again, or check the name of the bucket. If it is really lost, choose another one.",
            ),
            M::DestinationAnother => Self::new(
                "destination_another",
                "Nothing of what was placed at the destination is there: it is empty, or another place that has its name.",
                "Nothing is concluded from that: all that is known of it stays.",
                "Connect the right disk, or check the address. If it was emptied on purpose, choose another folder in it.",
            ),
            M::Other(message) => Self::new(
                "failed",
                message,
                PLACED_STAYS,
                "Start again; it goes on where it was.",
            ),
        }
    }
}
