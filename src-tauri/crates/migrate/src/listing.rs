//! What stands at the destination, written into the catalog page by page. Plan and verify look there instead of asking for
//! every file.
//!
//! Invariant: a listing that failed or was stopped is an error; nothing is concluded from a part.

use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, ListedRow};
use albumen_model::DestinationId;
use albumen_store::{Destination, Flow};
use std::sync::Arc;

const BATCH: usize = 1000;

/// The size of what the last listing has under this key.
pub(crate) async fn size_there(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    key: &str,
    flow: &Flow,
) -> Result<Option<u64>> {
    Ok(match catalog.listed(id, key)? {
        Some(there) => Some(there.size),
        // Listed in another case: some storages write a folder's name as it was made first. Or set aside in a folder, by a
        // roll back that was killed: a look puts it back.
        None if destination.folder().is_some() || catalog.listed_fold(id, key)? => {
            destination.head(key, flow).await?.map(|there| there.size)
        }
        None => None,
    })
}

/// Replaces the catalog's listing of the destination.
pub(crate) async fn list(
    catalog: &Arc<Catalog>,
    destination: &Destination,
    id: DestinationId,
    control: &Arc<Control>,
) -> Result<()> {
    control.begin_open("Looking at the destination");
    crate::require_home(catalog, destination, id, control).await?;
    catalog.clear_listing(id)?;
    let mut batch = Vec::with_capacity(BATCH);
    let mut failed = None;
    let mut put = |batch: &mut Vec<ListedRow>| match catalog.put_listing(id, &std::mem::take(batch)) {
        Ok(()) => true,
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let listed = destination
        .list(&control.flow(), &mut |object| {
            control.file_done();
            batch.push(ListedRow {
                key: object.key,
                size: object.size,
                version: object.version,
                sums: object.sums.to_string(),
            });
            !control.is_stopping() && (batch.len() < BATCH || put(&mut batch))
        })
        .await;
    put(&mut batch);
    match (failed, control.is_stopping()) {
        (Some(error), _) => Err(error.into()),
        (None, true) => Err(Error::Stopped),
        (None, false) => Ok(listed?),
    }
}
