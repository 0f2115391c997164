//! From a plan to proof: plan · transfer · verify · cleanup · rollback, one module each, in this order.
//!
//! Invariants: a step is journalled before it acts and after it lands; a key is given once; only [`verify`] makes a
//! [`verify::Receipt`], and only [`cleanup`] removes an original, taking the receipt by value.

mod budget;
pub mod cleanup;
pub mod control;
mod error;
mod ledger;
mod listing;
pub mod plan;
pub mod recall;
pub mod rollback;
pub mod transfer;
pub mod verify;

pub use control::Control;
pub use error::{Error, Result};

use albumen_catalog::Catalog;
use albumen_model::DestinationId;
use albumen_store::Destination;
use std::sync::Arc;

/// Absence is not evidence: where photos were placed and the whole place is away, nothing is concluded from that.
pub(crate) async fn require_home(
    catalog: &Catalog,
    destination: &Destination,
    id: DestinationId,
    control: &Arc<Control>,
) -> Result<()> {
    if catalog.verify_totals(id)?.expected.files > 0 && !destination.is_there(&control.flow()).await? {
        return Err(Error::DestinationGone);
    }
    Ok(())
}
