//! Bytes go into a session first and get their name by a commit (`commit`): a small file closes its session with the one
//! request that carries it, a larger one goes chunk by chunk.
//!
//! Invariants: every request announces the hash of its bytes, and Dropbox keeps none that differ; the commit refuses to
//! replace, also by the same bytes; after a lost answer the name is looked at before it is asked for again.

use super::Dropbox;
use super::api::{Called, Failed};
use super::file::{has_our_time, time};
use crate::about::About;
use crate::chunks::{Chunked, Where};
use crate::destination::Remote;
use crate::error::{Error, ErrorKind, Result};
use crate::json::read;
use crate::provider::Provider as _;
use crate::sums::{Algo, Digester, Sums};
use async_trait::async_trait;
use bytes::Bytes;
use http::Response;
use opendal::Buffer;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Started {
    session_id: String,
}

impl Dropbox {
    /// Opens a session with `body`, whose hash is `hash`; `close` when that is all.
    pub(super) async fn start(&self, body: Bytes, hash: Option<&str>, close: bool) -> Result<String> {
        let arg = json!({ "close": close, "content_hash": hash });
        let started = self
            .carry("files/upload_session/start", &without_nulls(arg), body)
            .await?;
        Ok(read::<Started>(started.body())?.session_id)
    }

    /// Sends bytes, and once more when others arrived.
    async fn carry(&self, function: &str, arg: &Value, body: Bytes) -> Called<Response<Buffer>> {
        match self.api.content(function, arg, body.clone(), None).await {
            Err(spoilt) if spoilt.kind() == ErrorKind::BadDigest => {
                self.api.content(function, arg, body, None).await
            }
            done => done,
        }
    }

    async fn append(&self, session: &str, from: u64, body: Bytes, close: bool) -> Called<()> {
        let hash = (!body.is_empty()).then(|| Digester::of(&body, &[Algo::Dropbox]).1);
        let arg = json!({
            "cursor": { "session_id": session, "offset": from },
            "close": close,
            "content_hash": hash.as_ref().and_then(|sums| sums.get(Algo::Dropbox)),
        });
        self.carry("files/upload_session/append_v2", &without_nulls(arg), body)
            .await
            .map(|_| ())
    }

    /// Gives a closed session its name. Whoever wrote it, what is there under the name is not replaced.
    pub(super) async fn commit(&self, key: &str, session: &str, about: &About) -> Result<Remote> {
        let entry = json!({
            "cursor": { "session_id": session, "offset": about.size },
            "commit": {
                "path": self.api.path(key),
                "mode": "add",
                "autorename": false,
                "client_modified": time(about.mtime_ns),
                "mute": true,
                "strict_conflict": true,
            },
        });
        let mut lost = None;
        loop {
            let failed = match self.committer.commit(&self.api, entry.clone()).await {
                Ok(file) if file.is_named(key) => {
                    let told = file.remote();
                    // Where the answer tells of other bytes, the name itself is asked.
                    return match told.sums.agree(&about.sums) {
                        Some(false) => Ok(self.look_at(key).await?.unwrap_or(told)),
                        _ => Ok(told),
                    };
                }
                Ok(file) => {
                    // Nobody would look for it there.
                    if let Err(stays) = self.delete(&sibling(key, &file.name), &file.remote()).await {
                        tracing::warn!(key, "what was stored as `{}` stays: {stays}", file.name);
                    }
                    return Err(Error::new(
                        ErrorKind::NameRefused,
                        format!("it was stored as `{}`", file.name),
                    ));
                }
                Err(failed) => failed,
            };
            if failed.has("not_closed") && lost.is_none() {
                self.append(session, about.size, Bytes::new(), true).await?;
                lost = Some(Error::from(failed));
                continue;
            }
            let error = Error::from(failed);
            let may_be_there = match error.kind {
                ErrorKind::Unreachable => true,
                // Only a commit before this one can have made it.
                ErrorKind::Exists | ErrorKind::NotThere => lost.is_some(),
                _ => false,
            };
            if !may_be_there {
                return Err(error);
            }
            match self.look_at(key).await? {
                Some(there) if is_ours(&there, about) => return Ok(there),
                Some(_) => return Err(Error::of(ErrorKind::Exists)),
                None if lost.is_none() && error.kind == ErrorKind::Unreachable => lost = Some(error),
                None => return Err(error),
            }
        }
    }
}

/// The key of another name in the same folder.
fn sibling(key: &str, name: &str) -> String {
    match key.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

fn is_ours(there: &Remote, about: &About) -> bool {
    there.size == about.size
        && there.sums.agree(&about.sums) == Some(true)
        && has_our_time(there, about.mtime_ns)
}

/// Dropbox takes no `null` for what is left out.
fn without_nulls(mut arg: Value) -> Value {
    if let Value::Object(fields) = &mut arg {
        fields.retain(|_, value| !value.is_null());
    }
    arg
}

/// How far a session is, by what an append to it came to.
fn at(sent: Called<()>, end: u64, size: u64) -> Result<Where> {
    match sent {
        Ok(()) => Ok(Where::At(end)),
        Err(Failed::Refused { tags, .. }) if correct_offset(&tags).is_some() => {
            Ok(Where::At(correct_offset(&tags).unwrap_or_default()))
        }
        // Only the last chunk closes it.
        Err(closed) if closed.has("closed") => Ok(Where::At(size)),
        Err(gone) if gone.has("not_found") => Ok(Where::Gone),
        Err(other) => Err(other.into()),
    }
}

/// What Dropbox holds, wherever in its tags it says so.
fn correct_offset(tags: &Value) -> Option<u64> {
    match tags.get("correct_offset") {
        Some(offset) => offset.as_u64(),
        None => correct_offset(tags.get(tags.get(".tag")?.as_str()?)?),
    }
}

#[async_trait]
impl Chunked for Dropbox {
    /// Sessions that are sent in order take any size.
    /// Dropbox keeps a chunk whole or not at all.
    fn largest(&self) -> u64 {
        4 << 20
    }

    /// Nothing is sent for a name that is taken.
    async fn begin(&self, key: &str, _: &About) -> Result<String> {
        if self.look_at(key).await?.is_some() {
            return Err(Error::of(ErrorKind::Exists));
        }
        self.start(Bytes::new(), None, false).await
    }

    /// There is no question for it: an append of nothing at the start is refused with how far it is.
    async fn ask(&self, _: &str, session: &str, about: &About) -> Result<Where> {
        at(self.append(session, 0, Bytes::new(), false).await, 0, about.size)
    }

    async fn send(&self, _: &str, session: &str, from: u64, body: Bytes, about: &About) -> Result<Where> {
        let end = from + body.len() as u64;
        at(
            self.append(session, from, body, end == about.size).await,
            end,
            about.size,
        )
    }

    async fn finish(&self, key: &str, session: &str, about: &About) -> Result<Remote> {
        self.commit(key, session, about).await
    }

    /// Sessions end by themselves, after a week.
    async fn give_up(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

/// What a small file announces.
pub(super) fn hash_of(sums: &Sums) -> Option<&str> {
    sums.get(Algo::Dropbox)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(tags: Value) -> Called<()> {
        Err(Failed::refused(tags))
    }

    #[test]
    fn a_refusal_tells_how_far_a_session_is() {
        let offset = json!({".tag": "incorrect_offset", "correct_offset": 7});
        let nested = json!({".tag": "lookup_failed", "lookup_failed": offset});
        for tags in [offset, nested] {
            assert!(matches!(at(refused(tags), 1, 9), Ok(Where::At(7))));
        }
        assert!(matches!(
            at(refused(json!({".tag": "closed"})), 0, 9),
            Ok(Where::At(9))
        ));
        assert!(matches!(
            at(refused(json!({".tag": "not_found"})), 0, 9),
            Ok(Where::Gone)
        ));
        assert!(matches!(at(Ok(()), 3, 9), Ok(Where::At(3))));
        let full = at(refused(json!({".tag": "payload_too_large"})), 0, 9).map_err(|error| error.kind);
        assert!(matches!(full, Err(ErrorKind::TooLarge)));
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        assert_eq!(
            without_nulls(json!({"close": true, "content_hash": null})),
            json!({"close": true})
        );
    }
}
