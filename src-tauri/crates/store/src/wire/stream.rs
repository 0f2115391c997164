//! A body that is read while it is sent: for files that go in one request, however large.

use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::mpsc::Receiver;

/// Travels among a request's extensions; the request's own body is empty then. Opened anew for each try of the request.
#[derive(Clone)]
pub(crate) struct Streamed {
    pub size: u64,
    pub open: Arc<dyn Fn() -> Receiver<Bytes> + Send + Sync>,
}
