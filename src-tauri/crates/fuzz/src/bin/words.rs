//! libFuzzer over one target for words: `ALBUMEN_TARGET=marker fuzz-words CORPUS`.
#![no_main]

use albumen_fuzz::{Target, start, words};
use std::sync::OnceLock;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: { start(&TARGET, words::TARGETS); },
    |bytes: &[u8]| if let Some(target) = TARGET.get() { (target.run)(bytes) }
);
