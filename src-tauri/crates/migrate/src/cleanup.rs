//! Stage 9, delete originals: the only code that removes a file of the person's.
//!
//! For each asset, in this order: the destination confirms every file (a [`Receipt`] each); every original is read and
//! hashed once more and must be the file that was fingerprinted; each removal is journalled, done through the identity
//! seen a moment ago, and journalled again. Anything else keeps the whole asset.

use crate::verify::{Receipt, confirm};
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, RemovalCandidate};
use albumen_files::{read_through, remove_original, settle_original, trash_original};
use albumen_model::{DestinationId, Identity, Tally};
use albumen_store::{Destination, ErrorKind};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub removed: Tally,
    /// Reason to number of files.
    pub kept: BTreeMap<String, u64>,
    /// Files that stay because their volume has no trash: the person is asked again.
    pub no_trash: u64,
}

/// What an original has to be at, by its proofs, before it goes.
pub struct Homes<'a> {
    pub chosen: Arc<Destination>,
    /// Homes of the library besides the chosen one, by their ids: an original goes when all of them confirm it.
    pub others: Others,
    /// Whether these are still all: asked right before each photo goes.
    pub are_all: &'a (dyn Fn() -> bool + Send + Sync),
}

pub type Others = BTreeMap<i64, Arc<Destination>>;

const ANOTHER_HOME: &str = "The homes of the library were changed meanwhile: look at the new list";

/// Removes the originals in `candidates` (as given by the catalog and confirmed by the person), asset by asset.
pub async fn delete_originals(
    catalog: &Arc<Catalog>,
    homes: &Homes<'_>,
    id: DestinationId,
    candidates: Vec<RemovalCandidate>,
    permanent: bool,
    control: &Arc<Control>,
    now: fn() -> i64,
) -> Result<Summary> {
    let bytes = candidates.iter().map(|one| one.size).sum();
    control.begin("Checking and removing originals", candidates.len() as u64, bytes);
    let mut summary = Summary::default();
    let mut rest = candidates.as_slice();
    while let Some(first) = rest.first() {
        if !control.go_on().await {
            return Ok(summary);
        }
        let end = rest
            .iter()
            .position(|one| one.asset != first.asset)
            .unwrap_or(rest.len());
        let (asset, later) = rest.split_at(end);
        rest = later;
        // What another home has to prove first is not in the list.
        let ready = match (homes.are_all)() {
            true => match ready(&homes.chosen, &homes.others, asset, control).await {
                // Nothing of this photo was begun.
                Err(Error::Stopped) => return Ok(summary),
                ready => ready?,
            },
            false => Err(ANOTHER_HOME.to_owned()),
        };
        match ready.and_then(|proofs| {
            (homes.are_all)()
                .then_some(proofs)
                .ok_or_else(|| ANOTHER_HOME.to_owned())
        }) {
            Err(why) => {
                *summary.kept.entry(why).or_default() += asset.len() as u64;
                asset.iter().for_each(|_| control.file_failed());
            }
            Ok(proofs) => {
                for (one, (receipt, identity)) in asset.iter().zip(proofs) {
                    remove(catalog, id, one, receipt, identity, permanent, &mut summary, now)?;
                }
            }
        }
        for one in asset {
            control.file_done();
            control.bytes(one.size);
        }
    }
    Ok(summary)
}

type Proofs = Vec<(Receipt, Identity)>;

/// All sides of every file of one asset, checked now.
async fn ready(
    destination: &Destination,
    others: &Others,
    asset: &[RemovalCandidate],
    control: &Arc<Control>,
) -> Result<std::result::Result<Proofs, String>> {
    let flow = control.flow();
    let mut proofs = Vec::with_capacity(asset.len());
    for one in asset {
        let receipt = match confirm(destination, one, &flow).await {
            Ok(Some(receipt)) => receipt,
            Ok(None) => {
                return Ok(Err(
                    "Its copy at the destination is missing or changed since it was verified".to_owned(),
                ));
            }
            Err(error) if ends(&error) => return Err(error.into()),
            Err(error) => return Ok(Err(format!("Its copy could not be checked: {error}"))),
        };
        for also in &one.also {
            let there = RemovalCandidate {
                key: also.key.clone(),
                version: also.version.clone(),
                ..one.clone()
            };
            let Some(other) = others.get(&also.destination) else {
                return Ok(Err("The other home is not within reach".to_owned()));
            };
            match confirm(other, &there, &flow).await {
                Ok(Some(_)) => {}
                Ok(None) => {
                    return Ok(Err(
                        "Its copy at the other home is missing or changed since it was verified".to_owned(),
                    ));
                }
                Err(error) if ends(&error) => return Err(error.into()),
                Err(error) => {
                    return Ok(Err(format!(
                        "Its copy at the other home could not be checked: {error}"
                    )));
                }
            }
        }
        let path = root(one).join(one.file.path.as_path());
        let stops = control.clone();
        let read = tokio::task::spawn_blocking(move || read_through(&path, |_| 0, &|| stops.is_stopping()));
        let identity = match read.await.map_err(|died| Error::Other(died.to_string()))? {
            Ok(read) if read.sha256 == *receipt.sha256() => read.identity,
            Ok(_) => return Ok(Err("The original changed after it was copied".to_owned())),
            Err(error) if error.is_not_found() => return Ok(Err("The original is gone already".to_owned())),
            Err(_) if control.is_stopping() => return Err(Error::Stopped),
            Err(error) => return Ok(Err(format!("The original could not be read again: {error}"))),
        };
        let is_itself = || -> Result<bool> {
            for also in &one.also {
                if let Some(other) = others.get(&also.destination)
                    && other.is_itself(&also.key, &identity)?
                {
                    return Ok(true);
                }
            }
            Ok(destination.is_itself(&one.key, &identity)?)
        };
        if is_itself()? {
            return Ok(Err(
                "Its copy at the destination is the original itself, under another name".to_owned(),
            ));
        }
        proofs.push((receipt, identity));
    }
    Ok(Ok(proofs))
}

/// Says nothing of this one file.
fn ends(error: &albumen_store::Error) -> bool {
    error.is_fatal() || error.kind == ErrorKind::Stopped
}

fn root(one: &RemovalCandidate) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&one.file.root))
}

/// One original. The receipt is used up.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact that the removal depends on"
)]
fn remove(
    catalog: &Catalog,
    id: DestinationId,
    one: &RemovalCandidate,
    receipt: Receipt,
    identity: Identity,
    permanent: bool,
    summary: &mut Summary,
    now: fn() -> i64,
) -> Result<()> {
    let proven = receipt.spend();
    if proven != one.sha256 {
        *summary
            .kept
            .entry("Its proof is for other bytes".to_owned())
            .or_default() += 1;
        return Ok(());
    }
    let how = if permanent { "permanent" } else { "trash" };
    let removal = catalog.will_remove(id, one, how, now())?;
    let removed = if permanent {
        remove_original(&root(one), one.file.path.as_path(), &identity, &proven)
    } else {
        trash_original(&root(one), one.file.path.as_path(), &identity, &proven)
    };
    // An error does not say that it stands: the folder does. Where that cannot be told, the next run settles it.
    let gone = match &removed {
        Ok(_) => Some(true),
        Err(_) => settle_original(&root(one), one.file.path.as_path())
            .ok()
            .map(|stands| !stands),
    };
    if let Some(gone) = gone {
        catalog.removal_ended(removal, one.file.id, gone, now())?;
    }
    match removed {
        _ if gone == Some(true) => summary.removed.add(one.size),
        Ok(_) => {}
        Err(albumen_files::Error::NoTrash { why, .. }) => {
            summary.no_trash += 1;
            *summary
                .kept
                .entry(format!("There is no trash for it: {why}"))
                .or_default() += 1;
        }
        Err(error) => *summary.kept.entry(error.to_string()).or_default() += 1,
    }
    Ok(())
}
