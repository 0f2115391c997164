//! The files that the rules look at, and how they look at them.

use serde_json::Value;
use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn read_json(path: impl AsRef<Path>) -> Value {
    let path = path.as_ref();
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below `folder` with one of these endings, as (path from the root with `/`, text).
pub fn files_below(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let absolute = root().join(&folder);
        let entries =
            std::fs::read_dir(&absolute).unwrap_or_else(|error| panic!("{}: {error}", absolute.display()));
        for entry in entries {
            let entry = entry.expect("the folder can be listed");
            let path = folder.join(entry.file_name());
            if entry.file_type().expect("the entry has a type").is_dir() {
                folders.push(path);
            } else if endings
                .iter()
                .any(|ending| path.extension().is_some_and(|found| found == *ending))
            {
                found.push((path.to_string_lossy().replace('\\', "/"), read(&path)));
            }
        }
    }
    assert!(
        !found.is_empty(),
        "nothing to look at below `{folder}`: the rule is blind"
    );
    found.sort();
    found
}

/// Lines of code, numbered, without those that are only a comment.
pub fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_comment = |line: &str| {
        ["//", "/*", "* "]
            .iter()
            .any(|start| line.trim_start().starts_with(start))
    };
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(move |(_, line)| !is_comment(line))
}

/// Where `word` stands in `line` as a whole word, as the text before and the text after it.
pub fn whole_word<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .map(move |(at, _)| (&line[..at], &line[at + word.len()..]))
        .filter(move |(before, after)| !before.ends_with(part_of_word) && !after.starts_with(part_of_word))
}

#[track_caller]
pub fn assert_none(findings: Vec<String>) {
    assert!(
        findings.is_empty(),
        "see src-tauri/ARCHITECTURE.md:\n{}",
        findings.join("\n")
    );
}
