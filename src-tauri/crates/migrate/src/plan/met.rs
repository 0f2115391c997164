//! Files that markers told of are met again: before names are given, so that what stands there belongs to its asset, whoever
//! placed it.
//!
//! By path: the longest end of the path a marker tells that leads below a source to the same bytes. What lies elsewhere by
//! now is met one by one, when its turn comes.

use crate::Result;
use albumen_catalog::{Catalog, Waiting};
use albumen_model::{DestinationId, FileId};
use std::collections::HashSet;

const PAGE: u64 = 1000;

pub(super) fn tie_by_path(catalog: &Catalog, id: DestinationId) -> Result<()> {
    let mut after = 0;
    loop {
        let page = catalog.waiting_page(id, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.placed;
        let mut taken = HashSet::new();
        let mut ties = Vec::new();
        for one in page {
            if let Some(file) = meet(catalog, id, &one)?.filter(|file| taken.insert(*file)) {
                ties.push((one.placed, file));
            }
        }
        catalog.tie(&ties)?;
    }
}

fn meet(catalog: &Catalog, id: DestinationId, waiting: &Waiting) -> Result<Option<FileId>> {
    let from = waiting.from.trim_start_matches('/');
    let ends = from.match_indices('/').map(|(at, _)| &from[at + 1..]);
    for end in std::iter::once(from).chain(ends) {
        let mut met = catalog.files_to_meet(id, end, &waiting.sha256)?;
        // Below several sources: where it lay.
        met.sort_by_key(|(_, display)| *display != waiting.from);
        if let Some((file, _)) = met.first() {
            return Ok(Some(*file));
        }
    }
    Ok(None)
}
