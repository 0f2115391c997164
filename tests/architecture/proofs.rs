//! Who may make a receipt, and who may remove an original.

use super::house::{assert_none, code, files_below, whole_word};

/// Only `verify` makes a receipt: elsewhere nobody writes `Receipt { … }` or calls a function of the type.
fn receipts_made(path: &str, text: &str) -> Vec<String> {
    const HOME: &str = "src-tauri/crates/migrate/src/verify";
    if path.starts_with(HOME) {
        return Vec::new();
    }
    let only_names_it = |before: &str| {
        ["struct ", "enum ", "impl ", "for ", "-> ", "&"]
            .iter()
            .any(|end| before.ends_with(end))
    };
    let made = |line: &str| {
        whole_word(line, "Receipt").any(|(before, after)| {
            let before = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            (after.starts_with(" {") && !only_names_it(before))
                || (after.starts_with("::") && !line.trim_start().starts_with("use "))
        })
    };
    code(text)
        .filter(|(_, line)| made(line))
        .map(|(number, line)| {
            format!(
                "{path}:{number}: makes a receipt outside `verify`: {}",
                line.trim()
            )
        })
        .collect()
}

/// Each function of `files` that takes something away, and the only places that call it.
const REMOVERS: [(&str, &[&str]); 3] = [
    ("trash_original", &["src-tauri/crates/migrate/src/cleanup"]),
    ("remove_original", &["src-tauri/crates/migrate/src/cleanup"]),
    (
        "remove_placed",
        &[
            "src-tauri/crates/migrate/src/rollback",
            "src-tauri/crates/store/src/folder",
        ],
    ),
];

fn removals(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (function, homes) in REMOVERS {
        let at_home = homes.iter().any(|home| path.starts_with(home));
        if at_home || path.starts_with("src-tauri/crates/files/") {
            continue;
        }
        for (number, line) in code(text) {
            if whole_word(line, function).next().is_some() {
                findings.push(format!("{path}:{number}: `{function}` belongs to {homes:?}"));
            }
        }
    }
    findings
}

#[test]
fn only_verify_makes_receipts_and_only_cleanup_removes_originals() {
    for (path, text) in files_below("src-tauri", &["rs"]) {
        assert_none(receipts_made(&path, &text));
        assert_none(removals(&path, &text));
    }
    // A remover that was renamed would be guarded no more.
    let files: String = files_below("src-tauri/crates/files/src", &["rs"])
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    for (function, _) in REMOVERS {
        assert!(
            files.contains(&format!("pub fn {function}(")),
            "`files` has no `{function}`: bring REMOVERS up to date"
        );
    }
}

#[test]
fn a_receipt_made_elsewhere_is_found() {
    let elsewhere = "src-tauri/crates/engine/src/job.rs";
    let made = |line| receipts_made(elsewhere, line).len();
    assert_eq!(made("let proof = Receipt { file, grade };"), 1);
    assert_eq!(made("Ok(Receipt {"), 1);
    assert_eq!(made("Receipt { file }"), 1);
    assert_eq!(made("let proof = verify::Receipt { file };"), 1);
    assert_eq!(made("Receipt::new(file)"), 1);

    assert_eq!(made("fn prove(&self) -> Receipt {"), 0);
    assert_eq!(made("fn prove(&self) -> verify::Receipt {"), 0);
    assert_eq!(made("impl Drop for Receipt {"), 0);
    assert_eq!(made("// a Receipt { … } is made by verify"), 0);
    assert_eq!(made("let row = ReceiptRow { file };"), 0);
    assert_eq!(made("fn cleanup(proof: Receipt) {"), 0);
    assert_eq!(made("use albumen_migrate::verify::Receipt;"), 0);
    assert_eq!(
        receipts_made("src-tauri/crates/migrate/src/verify/mod.rs", "Receipt { file }"),
        [""; 0]
    );
}

#[test]
fn an_original_removed_elsewhere_is_found() {
    let call = "files::trash_original(root, below, &identity)?;";
    assert_eq!(
        removals("src-tauri/crates/migrate/src/transfer/mod.rs", call).len(),
        1
    );
    assert_eq!(
        removals(
            "src-tauri/crates/engine/src/delete.rs",
            "use albumen_files::remove_original;"
        )
        .len(),
        1
    );
    assert_eq!(
        removals("src-tauri/crates/migrate/src/cleanup/mod.rs", call),
        [""; 0]
    );
    assert_eq!(
        removals(
            "src-tauri/crates/store/src/folder.rs",
            "files::remove_placed(root, key, &identity)"
        ),
        [""; 0]
    );
}
