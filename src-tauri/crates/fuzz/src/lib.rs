//! Whatever reads bytes from outside is fed here with anything. A target is a function that must come back, whatever it is
//! given: `media` for what files hold, `words` for names, what catalog and destination keep and what providers answer,
//! `requests` for the page. `make fuzz` drives them by libFuzzer; `tests/short.rs` by `mutate` in every test run, after
//! everything that ever failed. Each is a feature, so that a fuzzer is built of no more than it feeds.

#[cfg(feature = "media")]
pub mod media;
#[cfg(feature = "seeds")]
pub mod mutate;
#[cfg(feature = "requests")]
pub mod requests;
#[cfg(all(feature = "seeds", feature = "words"))]
pub mod seeds;
#[cfg(feature = "words")]
pub mod words;

use std::sync::OnceLock;

/// One reader.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
}

/// For a fuzzer: chooses the target that `ALBUMEN_TARGET` names.
pub fn start(chosen: &OnceLock<&'static Target>, targets: &'static [Target]) {
    let wanted = std::env::var("ALBUMEN_TARGET").unwrap_or_default();
    let Some(target) = targets.iter().find(|target| target.name == wanted) else {
        let names: Vec<_> = targets.iter().map(|target| target.name).collect();
        eprintln!("ALBUMEN_TARGET is one of {}", names.join(", "));
        std::process::exit(2);
    };
    panics_of_ours_are_fatal();
    chosen.get_or_init(|| target);
}

/// From now on a panic in what we wrote ourselves ends the process, also where somebody would hold it; one in a library
/// is left to whoever holds it.
fn panics_of_ours_are_fatal() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let file = panic.location().map_or("", |at| at.file());
        if file.contains("src-tauri/") {
            before(panic);
            std::process::abort();
        }
    }));
}
