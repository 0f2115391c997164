//! Azure's signature with an account's key ("Authorize with Shared Key" of its REST reference). The crates that sign for
//! Azure bring RSA and a token client for this one HMAC.

use crate::error::{Error, ErrorKind, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use std::collections::BTreeMap;

/// Headers that are signed by their place, in this order, after the method.
const PLACES: [&str; 11] = [
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

pub(super) struct Signer {
    account: String,
    key: Vec<u8>,
}

impl Signer {
    pub fn new(account: &str, key: &str) -> Result<Self> {
        let key = STANDARD.decode(key.trim()).map_err(|_| {
            Error::new(
                ErrorKind::Denied,
                "The key is not one of a storage account: it should be Base64.",
            )
        })?;
        Ok(Self {
            account: account.to_owned(),
            key,
        })
    }

    /// The `Authorization` of a request. `path` is encoded as it is sent, `query` is not; names of headers are in lower
    /// case, `content-length` left out for an empty body.
    pub fn sign(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, String)],
        headers: &BTreeMap<&str, String>,
    ) -> Result<String> {
        let text = self.text(method, path, query, headers);
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&self.key)
            .map_err(|error| Error::new(ErrorKind::Denied, error.to_string()))?;
        mac.update(text.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        Ok(format!("SharedKey {}:{signature}", self.account))
    }

    fn text(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, String)],
        headers: &BTreeMap<&str, String>,
    ) -> String {
        let mut lines = vec![method.to_owned()];
        lines.extend(PLACES.map(|name| headers.get(name).cloned().unwrap_or_default()));
        lines.extend(
            headers
                .iter()
                .filter(|(name, _)| name.starts_with("x-ms-"))
                .map(|(name, value)| format!("{name}:{}", value.trim())),
        );
        lines.push(format!("/{}{path}", self.account));
        let mut query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        query.sort();
        lines.extend(query);
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the reference: "Get Container Metadata".
    #[test]
    fn the_text_that_is_signed_is_that_of_the_reference() {
        let signer = Signer::new("myaccount", "a2V5").expect("base64");
        let headers = BTreeMap::from([
            ("x-ms-version", "2014-02-14".to_owned()),
            ("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT".to_owned()),
        ]);
        let query = [
            ("restype", "container".to_owned()),
            ("comp", "metadata".to_owned()),
            ("timeout", "20".to_owned()),
        ];
        assert_eq!(
            signer.text("GET", "/mycontainer", &query, &headers),
            "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2014-02-14\n\
             /myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20"
        );
    }

    #[test]
    fn a_key_that_is_none_is_refused_before_anything_is_asked() {
        assert!(Signer::new("me", "not base64!").is_err_and(|refused| refused.kind == ErrorKind::Denied));
    }
}
