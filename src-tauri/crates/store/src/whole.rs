//! An object as a person looks at it: all of its bytes at once, within a limit, hashed as they come.

use crate::destination::Destination;
use crate::error::{ErrorKind, Result};
use crate::flow::Flow;
use albumen_model::Sha256;
use sha2::Digest;

/// What was read under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whole {
    Bytes {
        bytes: Vec<u8>,
        sha256: Sha256,
        version: String,
    },
    /// Of more bytes than were asked for; not read.
    TooLarge {
        size: u64,
        version: String,
    },
    Gone,
}

impl Destination {
    /// Reads an object of at most `most` bytes. What replaced it while it was read shows by its digest.
    pub async fn whole(&self, key: &str, most: u64, flow: &Flow) -> Result<Whole> {
        let Some(there) = self.head(key, flow).await? else {
            return Ok(Whole::Gone);
        };
        if there.size > most {
            return Ok(Whole::TooLarge {
                size: there.size,
                version: there.version,
            });
        }
        let bytes = match self.read_small(key, most, flow).await {
            Err(gone) if gone.kind == ErrorKind::NotThere => return Ok(Whole::Gone),
            read => read?,
        };
        let hashing =
            crate::folder::blocking(move || Ok((Sha256(sha2::Sha256::digest(&bytes).into()), bytes)));
        let (sha256, bytes) = hashing.await?;
        Ok(Whole::Bytes {
            bytes,
            sha256,
            version: there.version,
        })
    }
}
