//! What stands at the destination is what was there to be copied, and what does not is told: objects damaged one by one,
//! originals that change while they are read, a roll back of everything, a second run that has nothing to do.

mod again;
mod clean_end;
mod flips;
mod mutate;
mod photos;
mod rollback;

/// How often something is tried: by an environment variable, or the short form that runs with every change.
fn wanted(variable: &str, short: usize) -> usize {
    let text = std::env::var(variable).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(short)
}
