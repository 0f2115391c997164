//! Who imports whom: what the crates declare, compared with the two tables in ARCHITECTURE.md.

use super::house::{assert_none, read, root};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the two tables in ARCHITECTURE.md say.
#[derive(Default)]
struct Rules {
    /// Crate -> the crates of ours that it may import.
    may_import: BTreeMap<String, BTreeSet<String>>,
    /// Crate -> patterns of other people's crates it must not import.
    never: BTreeMap<String, BTreeSet<String>>,
    /// Pattern of other people's crates -> the only crates that may import it.
    homes: BTreeMap<String, BTreeSet<String>>,
}

impl Rules {
    fn read(markdown: &str) -> Rules {
        let mut rules = Rules::default();
        for row in table(markdown, "| crate | may import | never |") {
            let [name, may_import, never] = &row[..] else {
                panic!("three columns expected: {row:?}")
            };
            for name in name {
                rules.may_import.insert(name.clone(), may_import.clone());
                rules.never.insert(name.clone(), never.clone());
            }
        }
        for row in table(markdown, "| library | only in |") {
            let [library, homes] = &row[..] else {
                panic!("two columns expected: {row:?}")
            };
            for library in library {
                rules.homes.insert(library.clone(), homes.clone());
            }
        }
        rules
    }
}

/// The rows under a header; each cell is the set of its words in backticks.
fn table(markdown: &str, header: &str) -> Vec<Vec<BTreeSet<String>>> {
    let words = |cell: &str| cell.split('`').skip(1).step_by(2).map(String::from).collect();
    let mut lines = markdown.lines().skip_while(|line| line.trim() != header);
    assert!(lines.next().is_some(), "ARCHITECTURE.md has no table `{header}`");
    lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim().trim_matches('|').split('|').map(words).collect())
        .collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}

/// Compares what the crates declare (`cargo metadata`, without development dependencies) with the tables.
fn forbidden_imports(metadata: &Value, rules: &Rules) -> Vec<String> {
    let short = |name: &str| name.strip_prefix("albumen-").unwrap_or(name).to_owned();
    let packages = metadata["packages"]
        .as_array()
        .expect("cargo metadata lists packages");
    let ours: BTreeSet<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .collect();
    let mut findings = Vec::new();

    for package in packages {
        let name = short(package["name"].as_str().expect("a package has a name"));
        let Some(may_import) = rules.may_import.get(&name) else {
            findings.push(format!("`{name}` is not in the table"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if dependency["kind"] == "dev" {
                continue;
            }
            let imported = dependency["name"].as_str().expect("a dependency has a name");
            if ours.contains(imported) {
                let imported = short(imported);
                if !may_import.contains(&imported) {
                    findings.push(format!("`{name}` imports `{imported}`"));
                }
                continue;
            }
            let never = rules.never[&name]
                .iter()
                .any(|pattern| matches(pattern, imported));
            let elsewhere = rules
                .homes
                .iter()
                .any(|(pattern, homes)| matches(pattern, imported) && !homes.contains(&name));
            if never || elsewhere {
                findings.push(format!("`{name}` imports `{imported}`"));
            }
        }
    }
    for name in rules.may_import.keys() {
        if !ours.iter().any(|our| short(our) == *name) {
            findings.push(format!("`{name}` is in the table and not in the workspace"));
        }
    }
    findings
}

#[test]
fn crates_import_what_the_table_allows() {
    let output = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata = serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON");
    assert_none(forbidden_imports(
        &metadata,
        &Rules::read(&read("src-tauri/ARCHITECTURE.md")),
    ));
}

const TABLES: &str = "
| crate | may import | never |
|---|---|---|
| `model` | – | `tokio`, `tauri*` |
| `store` | `model` | |
| `desktop` | `model` | |

| library | only in |
|---|---|
| `opendal*` | `store` |
";

fn metadata_with(importer: &str, imported: &str, kind: Value) -> Value {
    let mut packages: Vec<Value> = ["albumen-model", "albumen-store", "albumen-desktop"]
        .iter()
        .map(|name| json!({ "name": name, "dependencies": [] }))
        .collect();
    let package = packages
        .iter_mut()
        .find(|package| package["name"] == importer)
        .expect("one of the three");
    package["dependencies"] = json!([{ "name": imported, "kind": kind }]);
    json!({ "packages": packages })
}

#[test]
fn a_forbidden_import_is_found() {
    let rules = Rules::read(TABLES);
    let findings =
        |importer, imported, kind| forbidden_imports(&metadata_with(importer, imported, kind), &rules);

    assert_eq!(
        findings("albumen-model", "albumen-store", Value::Null),
        ["`model` imports `store`"]
    );
    assert_eq!(
        findings("albumen-model", "tokio", Value::Null),
        ["`model` imports `tokio`"]
    );
    assert_eq!(
        findings("albumen-model", "tauri-build", json!("build")),
        ["`model` imports `tauri-build`"]
    );
    assert_eq!(
        findings("albumen-desktop", "opendal-core", Value::Null),
        ["`desktop` imports `opendal-core`"]
    );

    assert_eq!(findings("albumen-store", "albumen-model", Value::Null), [""; 0]);
    assert_eq!(findings("albumen-store", "opendal", Value::Null), [""; 0]);
    assert_eq!(findings("albumen-model", "tokio", json!("dev")), [""; 0]);
}

#[test]
fn a_crate_the_table_does_not_know_is_found_and_so_is_one_that_is_gone() {
    let metadata = json!({ "packages": [
        { "name": "albumen-model", "dependencies": [] },
        { "name": "albumen-store", "dependencies": [] },
        { "name": "albumen-upload", "dependencies": [] },
    ] });
    assert_eq!(
        forbidden_imports(&metadata, &Rules::read(TABLES)),
        [
            "`upload` is not in the table",
            "`desktop` is in the table and not in the workspace"
        ]
    );
}
