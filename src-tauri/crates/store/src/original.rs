//! The original of a small object: read whole to be sent, or once more to be compared.
//!
//! Invariant: what is handed on has the size and, unless somebody else looks, the SHA-256 of the scan.

use crate::buffers::Buffers;
use crate::destination::{Payload, source_changed, source_unreadable};
use crate::error::Result;
use crate::folder::blocking;
use crate::sums::{Algo, Digester, Sums};
use bytes::Bytes;
use std::io::Read;
use std::sync::Arc;

/// Its bytes, and their digests by the algorithms that are wanted; with none asked for at all, they are not hashed here.
pub async fn whole(
    payload: &Payload,
    wanted: Option<Vec<Algo>>,
    buffers: &Arc<Buffers>,
) -> Result<(Bytes, Sums)> {
    let (size, expected) = (payload.identity.size, payload.sha256);
    let mut file = payload.open()?;
    let buffers = buffers.clone();
    blocking(move || {
        // With room for the byte that must not be there.
        let mut read = buffers.take(usize::try_from(size + 1).unwrap_or(0));
        file.read_up_to(size + 1, &mut read.bytes)
            .map_err(|error| source_unreadable(&error))?;
        if read.bytes.len() as u64 != size {
            return Err(source_changed());
        }
        let (sha256, sums) = match wanted {
            Some(wanted) => Digester::of(&read.bytes, &wanted),
            None => (expected, Sums::default()),
        };
        if sha256 == expected {
            Ok((read.filled(), sums))
        } else {
            Err(source_changed())
        }
    })
    .await
}

/// Whether it is as it was scanned, and has the digests that the storage tells of an object.
pub async fn has_sums(payload: &Payload, told: Sums) -> Result<bool> {
    let mut file = payload.open()?;
    let (sha256, agree) = blocking(move || {
        let wanted: Vec<Algo> = told.algos().collect();
        let mut digester = Digester::new(&wanted);
        let mut piece = vec![0; 1 << 20];
        loop {
            match file.read(&mut piece).map_err(|error| source_unreadable(&error))? {
                0 => break,
                read => digester.update(&piece[..read]),
            }
        }
        let (sha256, sums) = digester.finish();
        Ok((sha256, sums.agree(&told)))
    })
    .await?;
    Ok(sha256 == payload.sha256 && agree == Some(true))
}
