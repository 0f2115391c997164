//! The catalog as the store's ledger of upload sessions.

use albumen_catalog::Catalog;
use albumen_model::DestinationId;
use albumen_store::{Destination, ErrorKind, Flow, Ledger};
use std::sync::Arc;

pub(crate) struct Sessions {
    pub catalog: Arc<Catalog>,
    pub destination: DestinationId,
    pub now: fn() -> i64,
}

impl Ledger for Sessions {
    fn open(&self, key: &str) -> Option<String> {
        let found = self.catalog.upload(self.destination, key);
        found
            .inspect_err(|failed| tracing::warn!(key, "an upload session could not be read: {failed}"))
            .ok()
            .flatten()
    }

    fn save(&self, key: &str, session: &str) -> bool {
        let saved = self
            .catalog
            .put_upload(self.destination, key, session, (self.now)());
        saved
            .inspect_err(|failed| tracing::warn!(key, "an upload session could not be kept: {failed}"))
            .is_ok()
    }

    fn close(&self, key: &str) {
        if let Err(left) = self.catalog.end_upload(self.destination, key) {
            tracing::warn!(key, "an ended upload session stays in the catalog: {left}");
        }
    }
}

/// Gives up every session of a destination; what cannot be given up now stays in the ledger.
pub(crate) async fn abandon_all(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    flow: &Flow,
) -> crate::Result<()> {
    for (key, session) in catalog.uploads(id)? {
        abandon(catalog, destination, id, (&key, &session), flow).await?;
    }
    Ok(())
}

/// Gives up one, of a key.
pub(crate) async fn abandon(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    (key, session): (&str, &str),
    flow: &Flow,
) -> crate::Result<()> {
    match destination.or_stop(flow, destination.abandon(key, session)).await {
        Ok(()) => catalog.end_upload(id, key)?,
        Err(stopped) if stopped.kind == ErrorKind::Stopped => return Err(stopped.into()),
        Err(left) => tracing::warn!(key, "an upload could not be given up: {left}"),
    }
    Ok(())
}
