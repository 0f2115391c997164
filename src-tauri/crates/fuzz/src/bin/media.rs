//! libFuzzer over one target for files: `ALBUMEN_TARGET=exif fuzz-media CORPUS`.
#![no_main]

use albumen_fuzz::{Target, media, start};
use std::sync::OnceLock;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: { start(&TARGET, media::TARGETS); },
    |bytes: &[u8]| if let Some(target) = TARGET.get() { (target.run)(bytes) }
);
