//! What the inputs of every target begin as: what it is built to read, made on the fly.

mod files;
mod requests;
mod words;

/// For the target of this name.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "requests" => requests::all(),
        "names" | "marker" | "checkpoint" | "answers" | "packets" => words::of(target),
        file => files::of(file),
    }
}
