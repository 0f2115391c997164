//! libFuzzer over one target for requests: `ALBUMEN_TARGET=requests fuzz-requests CORPUS`.
#![no_main]

use albumen_fuzz::{Target, requests, start};
use std::sync::OnceLock;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: { start(&TARGET, requests::TARGETS); },
    |bytes: &[u8]| if let Some(target) = TARGET.get() { (target.run)(bytes) }
);
