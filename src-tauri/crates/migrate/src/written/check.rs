//! Whether the XMP files that were written are still as they were, and taking them back. Nothing else depends on it: another program
//! may have edited them, and that is what they are for.

use crate::verify::{Finding, How};
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, LandedWriting, WrittenRow};
use albumen_model::{DestinationId, Tally};
use albumen_store::{Destination, ErrorKind, Flow, same_version};
use std::sync::Arc;
use tokio::task::JoinSet;

const PAGE: u64 = 500;
const MOST_FINDINGS: usize = 10_000;

#[derive(Debug, Clone, Default)]
pub struct Checked {
    pub expected: Tally,
    /// As they were written.
    pub ok: Tally,
    pub findings: Vec<Finding>,
}

enum Standing {
    /// With its version.
    Same(String),
    Missing,
    Different,
    Unreadable,
}

/// Looks at all of them, or at a sample.
pub(crate) async fn check(
    catalog: &Catalog,
    destination: &Arc<Destination>,
    id: DestinationId,
    how: How,
    workers: usize,
    control: &Arc<Control>,
) -> Result<Checked> {
    let mut checked = Checked::default();
    let mut after = 0;
    loop {
        let page = catalog.written_page(id, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(checked);
        };
        after = last.id;
        let chosen = page.into_iter().filter(|row| how.takes(&row.sha256));
        let mut rows = chosen.collect::<Vec<_>>().into_iter();
        let mut running = JoinSet::new();
        let mut landed = Vec::new();
        loop {
            while running.len() < workers.max(1)
                && let Some(row) = rows.next()
            {
                if !control.go_on().await {
                    return Err(Error::Stopped);
                }
                let (destination, flow) = (destination.clone(), control.flow());
                running.spawn(async move {
                    let standing = look(&destination, &row, how, &flow).await;
                    (row, standing)
                });
            }
            let Some(ended) = running.join_next().await else {
                break;
            };
            let (row, standing) = ended.map_err(|died| Error::Other(died.to_string()))?;
            let what = match standing? {
                Standing::Missing if row.version.is_empty() => continue,
                Standing::Same(version) => {
                    checked.expected.add(row.size);
                    checked.ok.add(row.size);
                    if version != row.version {
                        landed.push(LandedWriting {
                            writing: None,
                            key: row.key,
                            version,
                            made_dirs: Vec::new(),
                        });
                    }
                    continue;
                }
                Standing::Missing => "missing",
                Standing::Different => "edited",
                Standing::Unreadable => "unreadable",
            };
            checked.expected.add(row.size);
            if checked.findings.len() < MOST_FINDINGS {
                checked.findings.push(Finding {
                    key: row.key,
                    from: "XMP file that Albumen wrote".to_owned(),
                    what,
                });
            }
        }
        catalog.put_written(id, &landed)?;
    }
}

async fn look(
    destination: &Destination,
    row: &WrittenRow,
    how: How,
    flow: &Flow,
) -> albumen_store::Result<Standing> {
    if matches!(how, How::Digest | How::Sizes) && destination.versions_are_firm() && !row.version.is_empty() {
        match destination.head(&row.key, flow).await? {
            None => return Ok(Standing::Missing),
            Some(there) if there.size == row.size && same_version(&there.version, &row.version) => {
                return Ok(Standing::Same(there.version));
            }
            Some(_) => {}
        }
    }
    match destination.digest(&row.key, flow).await {
        Ok((sha256, _, version)) if sha256 == row.sha256 => Ok(Standing::Same(version)),
        Ok(_) => Ok(Standing::Different),
        Err(error) => match error.kind {
            ErrorKind::NotThere => Ok(Standing::Missing),
            ErrorKind::Stopped => Err(error),
            _ if error.is_fatal() => Err(error),
            _ => Ok(Standing::Unreadable),
        },
    }
}

/// What a roll back did with them.
#[derive(Debug, Clone, Default)]
pub(crate) struct TakenBack {
    pub removed: u64,
    /// Another program changed them.
    pub changed: u64,
    /// Their copies stay.
    pub beside: u64,
}

/// Removes those that are as they were written and whose copies are gone.
pub(crate) async fn take_back(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    control: &Arc<Control>,
) -> Result<TakenBack> {
    // Where no photo is left to be looked for, the place may be away all the same: absence is not evidence.
    let any = !catalog.written_page(id, 0, 1)?.is_empty();
    if any && !destination.is_there(&control.flow()).await? {
        return Err(Error::DestinationGone);
    }
    super::put::sweep(catalog, destination, id)?;
    let mut done = TakenBack::default();
    let mut after = 0;
    loop {
        let page = catalog.written_page(id, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(done) };
        after = last.id;
        for row in page {
            if !control.go_on().await {
                return Err(Error::Stopped);
            }
            if catalog.is_placed_key(id, &row.beside)? {
                done.beside += 1;
                continue;
            }
            let ours = (row.key.as_str(), row.version.as_str(), &row.sha256);
            match crate::rollback::take_back(destination, ours, &control.flow()).await {
                Ok(()) => done.removed += 1,
                Err(error) => match error.kind {
                    ErrorKind::NotThere => {}
                    ErrorKind::Changed => done.changed += 1,
                    _ => return Err(error.into()),
                },
            }
            catalog.forget_written(id, std::slice::from_ref(&row.key))?;
        }
    }
}
