//! A large file, in blocks, that goes on where it was: after a lost connection, a kill, a restart of the machine.
//!
//! Invariants: the session is in the ledger before its first byte is sent; what is there is asked of the server, never
//! remembered; a block's name holds the MD5 with which the server took it, so one that is there is these very bytes; the
//! blocks are committed only if the digest of all that was read is the fingerprint's.

use super::api::{Api, Headers, base64};
use crate::destination::{Payload, source_changed, source_unreadable};
use crate::error::{ErrorKind, Result};
use crate::flow::Flow;
use crate::folder::blocking;
use crate::retry::patiently;
use crate::session::{Found, Session, close};
use crate::sums::{Algo, Digester, Sums, hex};
use bytes::Bytes;
use sha2::Digest;
use std::collections::HashSet;

/// Azure takes 50,000 blocks of any size; small ones lose little when a run is cut.
const BLOCK: u64 = 4 << 20;
const MOST_BLOCKS: u64 = 45_000;
const MIB: u64 = 1 << 20;

fn block_size(size: u64) -> u64 {
    BLOCK.max(size.div_ceil(MOST_BLOCKS).next_multiple_of(MIB))
}

/// All names of a blob's blocks have one length, whatever run they are of.
fn block_id(session: &str, number: u64, md5: &[u8]) -> String {
    base64(format!("{session:.8}{number:06}{}", hex(md5)).as_bytes())
}

/// Sends `payload` under `key`, going on with an earlier run's blocks if there are some. Gives the MD5 of the whole.
pub(super) async fn upload(
    api: &Api,
    key: &str,
    payload: &Payload,
    notes: &Headers,
    flow: &Flow,
) -> Result<Sums> {
    let (session, there) = match Session::find(key, payload, flow) {
        Found::Ours(session) => {
            let there = patiently(flow, || waiting(api, key)).await?;
            (session, there)
        }
        // Blocks of another file are dropped by Azure with the next commit, or after a week.
        Found::Others(_) | Found::Nothing => {
            let token = sha2::Sha256::digest(crate::part::new(key).as_bytes());
            let session = Session::new(hex(&token[..4]), block_size(payload.identity.size), payload);
            session.save(key, flow)?;
            (session, HashSet::new())
        }
    };
    let sent = send(api, key, payload, &session, &there, flow).await;
    if sent
        .as_ref()
        .is_err_and(|failed| failed.kind == ErrorKind::SourceChanged)
    {
        close(key, flow);
    }
    let (ids, sums) = sent?;
    let mut headers = notes.clone();
    if let Some(md5) = sums.base64(Algo::Md5) {
        headers.push(("x-ms-blob-content-md5", md5));
    }
    // Committed again after a lost answer it is refused: the caller then looks whose the blob is.
    let committed = patiently(flow, || api.commit(key, &ids, headers.clone())).await;
    if !committed
        .as_ref()
        .is_err_and(|failed| failed.kind == ErrorKind::Unreachable)
    {
        close(key, flow);
    }
    committed.map(|_| sums)
}

/// A small file as its one block: takes a name on which blocks of a killed upload wait, where a put is refused.
pub(super) async fn small(
    api: &Api,
    key: &str,
    body: Bytes,
    sums: &Sums,
    mut headers: Headers,
) -> Result<()> {
    let md5: [u8; 16] = md5::Md5::digest(&body).into();
    let id = block_id(&hex(&md5), 0, &md5);
    api.block(key, &id, body, base64(&md5)).await?;
    if let Some(md5) = sums.base64(Algo::Md5) {
        headers.push(("x-ms-blob-content-md5", md5));
    }
    api.commit(key, &[id], headers).await.map(drop)
}

/// What was sent of a blob and not committed.
async fn waiting(api: &Api, key: &str) -> Result<HashSet<(String, u64)>> {
    match api.blocks(key).await {
        Err(gone) if gone.kind == ErrorKind::NotThere => Ok(HashSet::new()),
        blocks => Ok(blocks?.into_iter().collect()),
    }
}

/// Reads the file once, from its start, and sends the blocks that are not there. Gives the names of all.
async fn send(
    api: &Api,
    key: &str,
    payload: &Payload,
    session: &Session,
    there: &HashSet<(String, u64)>,
    flow: &Flow,
) -> Result<(Vec<String>, Sums)> {
    let mut file = payload.open()?;
    let mut whole = Digester::new(&[Algo::Md5]);
    let mut ids = Vec::new();
    for number in 0.. {
        let size = session.part;
        let (back, hashed, block, md5) = blocking(move || {
            let mut block = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
            file.read_up_to(size, &mut block)
                .map_err(|error| source_unreadable(&error))?;
            whole.update(&block);
            let md5: [u8; 16] = md5::Md5::digest(&block).into();
            Ok((file, whole, Bytes::from(block), md5))
        })
        .await?;
        (file, whole) = (back, hashed);
        if block.is_empty() {
            break;
        }
        let size = block.len() as u64;
        let id = block_id(&session.upload, number, &md5);
        if !there.contains(&(id.clone(), size)) {
            if !flow.goes_on() {
                return Err(crate::flow::stopped());
            }
            patiently(flow, || api.block(key, &id, block.clone(), base64(&md5))).await?;
        }
        flow.moved(size)?;
        ids.push(id);
    }
    let (sha256, sums) = whole.finish();
    if sha256 == payload.sha256 {
        Ok((ids, sums))
    } else {
        Err(source_changed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_within_what_azure_takes() {
        for size in [BLOCK + 1, 300 << 20, 1 << 40, 5 << 40] {
            let block = block_size(size);
            assert!(
                block >= BLOCK && size.div_ceil(block) <= 50_000 && block <= 4000 << 20,
                "{size}: {block}"
            );
        }
    }

    #[test]
    fn names_of_blocks_are_of_one_length_and_no_longer_than_taken() {
        let ids = [0, 7, 49_999].map(|number| block_id("0123abcd", number, &[7; 16]));
        assert!(ids.iter().all(|id| id.len() == 64), "{ids:?}");
        assert_ne!(ids[0], block_id("0123abcd", 0, &[8; 16]));
    }
}
