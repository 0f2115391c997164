//! A large file, in parts, that goes on where it was: after a lost connection, a kill, a restart of the machine.
//!
//! Invariants: the session is in the ledger before its first byte is sent; what is there is asked of the server, never
//! remembered; a session is for one file with one identity and one digest, else it is given up; the whole file is hashed
//! in the same read, and only if the digest is the fingerprint's does the object appear under its name.

use super::api::{Api, Part, Unfinished};
use crate::destination::{Payload, source_changed, source_unreadable};
use crate::error::{ErrorKind, Result};
use crate::flow::Flow;
use crate::folder::blocking;
use crate::retry::patiently;
use crate::session::{Found, Session, close};
use crate::sums::hex;
use albumen_model::Sha256;
use bytes::Bytes;
use sha2::Digest;
use std::collections::HashMap;

/// S3 takes no smaller parts but the last, and at most 10,000; staying below leaves room. Small parts lose little when a
/// run is cut.
const PART: u64 = 5 << 20;
const MOST_PARTS: u64 = 9_000;
const MIB: u64 = 1 << 20;
/// An upload of a week has lost its program: longer than any that is gone on with the next weekend.
const ORPHAN_MS: i64 = 7 * 86_400_000;

fn part_size(size: u64) -> u64 {
    PART.max(size.div_ceil(MOST_PARTS).next_multiple_of(MIB))
}

/// Sends `payload` under `key`, going on with a session of an earlier run if there is one. Gives the etag that S3 computes of
/// such an upload: the MD5 of its parts' MD5.
pub(super) async fn upload(
    api: &Api,
    key: &str,
    payload: &Payload,
    headers: &[(&'static str, String)],
    flow: &Flow,
) -> Result<String> {
    let (session, sent) = match go_on(api, key, payload, flow).await? {
        Some(all) => all,
        None => {
            let session = begin(api, key, payload, headers, flow).await?;
            let sent = send_parts(api, key, payload, &session, &HashMap::new(), flow).await;
            if sent.is_err() && flow.ledger().is_none() {
                // Nobody remembers it: it would lie there for ever.
                give_up(api, key, &session.upload).await;
            }
            (session, sent?)
        }
    };
    // Finished again after a lost answer, the server does not know the upload any more: the caller then looks whose the
    // object is.
    patiently(flow, || api.finish(key, &session.upload, &sent.parts)).await?;
    close(key, flow);
    Ok(format!("{}-{}", hex(&sent.digests.finalize()), sent.parts.len()))
}

/// Gives up a session of the ledger.
pub(super) async fn abandon(api: &Api, key: &str, session: &str) -> Result<()> {
    let Some(session) = Session::parse(session) else {
        return Ok(());
    };
    match api.abort(key, &session.upload).await {
        Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
        other => other,
    }
}

async fn give_up(api: &Api, key: &str, upload: &str) {
    if let Err(left) = api.abort(key, upload).await
        && left.kind != ErrorKind::NotThere
    {
        tracing::warn!(key, "an upload could not be given up: {left}");
    }
}

async fn begin(
    api: &Api,
    key: &str,
    payload: &Payload,
    headers: &[(&'static str, String)],
    flow: &Flow,
) -> Result<Session> {
    give_up_orphans(api, key).await;
    let upload = patiently(flow, || api.begin(key, headers.to_vec())).await?;
    let session = Session::new(upload, part_size(payload.identity.size), payload);
    session.save(key, flow)?;
    Ok(session)
}

/// What a lost catalog, or a kill before the session was kept, left under this key: nobody goes on with it, and its parts
/// are paid for. Younger ones may be another program's.
async fn give_up_orphans(api: &Api, key: &str) {
    // Not every server lists them, and none has to.
    let uploads = api.uploads(key).await.unwrap_or_default();
    for orphan in orphans(uploads, albumen_files::clock::now_ms()) {
        give_up(api, key, &orphan).await;
    }
}

fn orphans(uploads: Vec<Unfinished>, now_ms: i64) -> Vec<String> {
    let is_old = |one: &Unfinished| {
        let begun = one.initiated.parse::<jiff::Timestamp>();
        begun.is_ok_and(|begun| now_ms - begun.as_millisecond() > ORPHAN_MS)
    };
    let old = uploads.into_iter().filter(is_old);
    old.map(|one| one.upload_id).collect()
}

/// All parts of the session of an earlier run; none if there is no session for this very file, or the server forgot it.
async fn go_on(api: &Api, key: &str, payload: &Payload, flow: &Flow) -> Result<Option<(Session, Sent)>> {
    let session = match Session::find(key, payload, flow) {
        Found::Ours(session) => session,
        Found::Nothing => return Ok(None),
        Found::Others(words) => {
            if let Err(left) = abandon(api, key, &words).await {
                tracing::warn!(key, "an upload of another file could not be given up: {left}");
            }
            close(key, flow);
            return Ok(None);
        }
    };
    let sent = async {
        let there = patiently(flow, || api.parts(key, &session.upload)).await?;
        let there = there.into_iter().map(|part| (part.number, part)).collect();
        send_parts(api, key, payload, &session, &there, flow).await
    };
    match sent.await {
        Ok(sent) => Ok(Some((session, sent))),
        // Gone with its time, or ended half-way: some servers call that "denied". So is a key without the right to list
        // parts, with which every upload begins anew.
        Err(gone) if matches!(gone.kind, ErrorKind::NotThere | ErrorKind::Denied) => {
            tracing::info!(key, "the storage does not know this upload any more: {gone}");
            close(key, flow);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// What the server has of a file that was read to its end.
struct Sent {
    /// Number and etag.
    parts: Vec<(u32, String)>,
    /// Over the MD5 of each.
    digests: md5::Md5,
}

/// Reads the file once, from its start, and sends the parts that are not there. Gives all parts with their etags.
async fn send_parts(
    api: &Api,
    key: &str,
    payload: &Payload,
    session: &Session,
    there: &HashMap<u32, Part>,
    flow: &Flow,
) -> Result<Sent> {
    let mut file = payload.open()?;
    let mut whole = sha2::Sha256::new();
    let mut sent = Sent {
        parts: Vec::new(),
        digests: md5::Md5::new(),
    };
    for number in 1.. {
        let part = session.part;
        let (back, hashed, piece, md5) = blocking(move || {
            let mut piece = Vec::with_capacity(usize::try_from(part).unwrap_or(0));
            file.read_up_to(part, &mut piece)
                .map_err(|error| source_unreadable(&error))?;
            whole.update(&piece);
            let md5: [u8; 16] = md5::Md5::digest(&piece).into();
            Ok((file, whole, Bytes::from(piece), md5))
        })
        .await?;
        (file, whole) = (back, hashed);
        if piece.is_empty() {
            break;
        }
        let size = piece.len() as u64;
        let known = there
            .get(&number)
            .filter(|part| part.size == size && is_md5(part, &md5));
        let etag = match known {
            Some(part) => part.etag.clone().unwrap_or_else(|| quoted(&md5)),
            None => {
                if !flow.goes_on() {
                    return Err(crate::flow::stopped());
                }
                patiently(flow, || {
                    api.part(key, &session.upload, number, piece.clone(), md5)
                })
                .await?
            }
        };
        flow.moved(size)?;
        sent.digests.update(md5);
        sent.parts.push((number, etag));
    }
    if Sha256(whole.finalize().into()) == payload.sha256 {
        Ok(sent)
    } else {
        give_up(api, key, &session.upload).await;
        close(key, flow);
        Err(source_changed())
    }
}

/// A part whose etag is an MD5 has to be these bytes; other etags say nothing about them.
fn is_md5(part: &Part, md5: &[u8; 16]) -> bool {
    let Some(etag) = part.etag.as_deref().map(|etag| etag.trim_matches('"')) else {
        return true;
    };
    let looks = etag.len() == 32 && etag.bytes().all(|byte| byte.is_ascii_hexdigit());
    !looks || etag.eq_ignore_ascii_case(quoted(md5).trim_matches('"'))
}

fn quoted(md5: &[u8; 16]) -> String {
    format!("\"{}\"", hex(md5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_within_what_s3_takes() {
        for size in [PART + 1, 300 << 20, 4 << 30, 5 << 40] {
            let part = part_size(size);
            assert!(part >= PART && size.div_ceil(part) <= 10_000, "{size}: {part}");
        }
    }

    #[test]
    fn only_uploads_of_a_week_ago_are_orphans() {
        let upload = |id: &str, initiated: &str| Unfinished {
            key: "a.jpg".to_owned(),
            upload_id: id.to_owned(),
            initiated: initiated.to_owned(),
        };
        let uploads = vec![
            upload("old", "2026-11-01T10:00:00.000Z"),
            upload("young", "2026-11-20T10:00:00Z"),
            upload("undated", ""),
        ];
        let now: jiff::Timestamp = "2026-11-21T10:00:00Z".parse().expect("a time");
        assert_eq!(orphans(uploads, now.as_millisecond()), ["old"]);
    }

    #[test]
    fn a_part_with_another_md5_does_not_count() {
        let part = |etag: Option<&str>| Part {
            number: 1,
            size: 3,
            etag: etag.map(str::to_owned),
        };
        let md5: [u8; 16] = md5::Md5::digest(b"abc").into();
        assert!(is_md5(&part(Some("\"900150983cd24fb0d6963f7d28e17f72\"")), &md5));
        assert!(!is_md5(&part(Some("\"900150983cd24fb0d6963f7d28e17f73\"")), &md5));
        assert!(is_md5(&part(None), &md5) && is_md5(&part(Some("opaque-1")), &md5));
    }
}
