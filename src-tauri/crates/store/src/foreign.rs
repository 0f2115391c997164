//! The readers of what comes from outside, one by one, for whoever feeds them with anything (`crates/fuzz`). Nothing else
//! calls them from here. None may panic, whatever the bytes are, nor take longer or hold more than they are worth.

use crate::session::Session;
use crate::sums::Sums;
use crate::version::{same_version, word};
use crate::{azure, drive, dropbox, gcs, json, known, oauth, s3, sftp, tokens, webdav, wire};

/// As every answer of a provider that is read here: pages of listings, errors, tokens.
pub fn answers(bytes: &[u8]) {
    json::error(bytes);
    tokens::taste(bytes);
    drive::taste(bytes);
    dropbox::taste(bytes);
    gcs::taste(bytes);
    s3::taste(bytes);
    azure::taste(bytes);
    webdav::taste(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        wire::taste(text);
    }
}

/// As the packets of an SFTP server: a folder's names, attributes, a status.
pub fn packets(bytes: &[u8]) {
    sftp::taste(bytes);
}

/// As the request by which the browser comes back from a sign-in.
pub fn returns(bytes: &[u8]) {
    oauth::taste(bytes);
}

/// As what the catalog keeps of an upload that is under way, and of a destination.
///
/// # Panics
/// When a session that was read is not the same once it is written and read again.
pub fn checkpoint(words: &str) {
    if let Some(session) = Session::parse(words) {
        let again = serde_json::to_string(&session).ok();
        let again = again.and_then(|words| Session::parse(&words));
        assert!(
            again.as_ref() == Some(&session),
            "a session changed in the ledger"
        );
    }
    known::Known::parse(words);
    let sums = Sums::parse(words);
    for algo in sums.algos() {
        sums.base64(algo);
    }
    sums.agree(&sums);
    word(words, "etag");
    same_version(words, words);
    drop(Sums::default().with_etag(words));
}
