//! One request with what a file is and its bytes (RFC 2387).

use albumen_model::Sha256;
use bytes::Bytes;
use opendal::Buffer;
use serde_json::Value;

/// Content type and body. The bytes cannot hold a boundary that is made of their own digest.
pub(crate) fn body(about: &Value, content_type: &str, bytes: Bytes, sha256: &Sha256) -> (String, Buffer) {
    let boundary = format!("albumen-{sha256}");
    let head = format!(
        "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{about}\r\n\
         --{boundary}\r\nContent-Type: {content_type}\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let pieces = [Bytes::from(head), bytes, Bytes::from(tail)];
    (
        format!("multipart/related; boundary={boundary}"),
        // An empty piece in between would end a body's reading.
        pieces.into_iter().filter(|piece| !piece.is_empty()).collect(),
    )
}
