//! From a plan to proof: plan · transfer · verify · reconcile · cleanup · rollback, one module each, in this order.
//!
//! Invariants: a step is journalled before it acts and after it lands; a key is given once; only [`verify`] makes a
//! [`verify::Receipt`], and only [`cleanup`] removes an original, taking the receipt by value.

mod budget;
pub mod cleanup;
pub mod control;
mod error;
pub mod exports;
mod ledger;
mod listing;
mod markers;
pub mod naming;
pub mod pilot;
pub mod plan;
pub mod recall;
pub mod reconcile;
pub mod rollback;
pub mod transfer;
pub mod verify;
pub mod written;

pub use control::Control;
pub use error::{Error, Result};

use albumen_catalog::Catalog;
use albumen_model::DestinationId;
use albumen_store::{Destination, ErrorKind};
use std::sync::Arc;

/// Names that are looked for, of each kind.
const LANDMARKS: i64 = 8;

/// Absence is not evidence: where photos were placed and the whole place is away, empty or another one, nothing is concluded
/// from that.
pub async fn require_home(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    control: &Arc<Control>,
) -> Result<()> {
    if catalog.verify_totals(id)?.expected.files == 0 {
        return Ok(());
    }
    let flow = control.flow();
    if !destination.is_there(&flow).await? {
        return Err(Error::DestinationGone);
    }
    for name in catalog.landmarks(id, LANDMARKS)? {
        match destination.head(&name, &flow).await {
            Ok(None) => {}
            Ok(Some(_)) => return Ok(()),
            Err(error) if error.is_fatal() || error.kind == ErrorKind::Stopped => return Err(error.into()),
            // One that cannot be looked at says nothing about the place.
            Err(_) => return Ok(()),
        }
    }
    Err(Error::DestinationAnother)
}
