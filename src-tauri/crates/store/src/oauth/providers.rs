//! Where each provider is asked for consent, and for how little.

use crate::oauth::SignInError;
use crate::spec::{SignedIn, Spec};

/// An address, taken apart so that a test's own server can stand for the origin.
#[derive(Clone, Copy)]
pub(super) struct Place {
    origin: &'static str,
    path: &'static str,
}

impl Place {
    pub fn at(self, api: &str) -> String {
        let origin = if api.is_empty() { self.origin } else { api };
        format!("{origin}{}", self.path)
    }
}

/// What the provider wants to be given when a consent is taken back.
#[derive(Clone, Copy)]
pub(super) enum Revoke {
    RefreshToken(Place),
    /// As the bearer; the refresh token behind it ends with it.
    AccessToken(Place),
}

pub(super) struct Provider {
    pub name: &'static str,
    pub authorize: Place,
    pub token: Place,
    pub revoke: Revoke,
    /// Divided by spaces; each has to be granted.
    pub scope: &'static str,
    /// Beside what OAuth itself asks with: a consent that lasts.
    pub asking: &'static [(&'static str, &'static str)],
    /// Of the way back; empty where any free one will do.
    pub ports: &'static [u16],
    /// Client id, and secret where the provider gives its desktop clients one that is not secret.
    pub built_in: Option<(&'static str, &'static str)>,
}

impl Provider {
    /// `error` as it came back with the browser (RFC 6749, 4.1.2.1).
    pub fn denied(&self, error: String) -> SignInError {
        if error == "access_denied" {
            return SignInError::Denied(error);
        }
        self.refused(error)
    }

    pub fn refused(&self, said: String) -> SignInError {
        SignInError::Refused {
            provider: self.name,
            said,
        }
    }
}

const fn place(origin: &'static str, path: &'static str) -> Place {
    Place { origin, path }
}

/// `drive.file`: only what Albumen itself made there, the least that Drive knows.
static GOOGLE: Provider = Provider {
    name: "Google",
    authorize: place("https://accounts.google.com", "/o/oauth2/v2/auth"),
    token: place("https://oauth2.googleapis.com", "/token"),
    revoke: Revoke::RefreshToken(place("https://oauth2.googleapis.com", "/revoke")),
    scope: "https://www.googleapis.com/auth/drive.file",
    // A second consent gives no refresh token, unless it is asked for in so many words.
    asking: &[("access_type", "offline"), ("prompt", "consent")],
    ports: &[],
    built_in: match (
        option_env!("ALBUMEN_GOOGLE_CLIENT_ID"),
        option_env!("ALBUMEN_GOOGLE_CLIENT_SECRET"),
    ) {
        (Some(id), Some(secret)) => Some((id, secret)),
        _ => None,
    },
};

/// Dropbox compares the redirect address with those registered for the app, port and all: README names these three.
static DROPBOX: Provider = Provider {
    name: "Dropbox",
    authorize: place("https://www.dropbox.com", "/oauth2/authorize"),
    token: place("https://api.dropboxapi.com", "/oauth2/token"),
    revoke: Revoke::AccessToken(place("https://api.dropboxapi.com", "/2/auth/token/revoke")),
    scope: "account_info.read files.content.read files.content.write files.metadata.read",
    asking: &[("token_access_type", "offline")],
    ports: &[53682, 53683, 53684],
    built_in: match option_env!("ALBUMEN_DROPBOX_CLIENT_ID") {
        Some(id) => Some((id, "")),
        None => None,
    },
};

pub(super) fn of(spec: &Spec) -> Option<(&'static Provider, &SignedIn)> {
    match spec {
        Spec::Drive { at, .. } => Some((&GOOGLE, at)),
        Spec::Dropbox { at, .. } => Some((&DROPBOX, at)),
        _ => None,
    }
}
