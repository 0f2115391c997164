//! Keeps `src-tauri/ARCHITECTURE.md` true: who imports whom, who may make a receipt or remove an original,
//! what the page and the window may do. Each rule is a function from text to findings, shown to find something.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

// --- the rules -------------------------------------------------------------------------------------------

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

/// Lines of code, numbered, without those that are only a comment.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
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
fn whole_word<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .map(move |(at, _)| (&line[..at], &line[at + word.len()..]))
        .filter(move |(before, after)| !before.ends_with(part_of_word) && !after.starts_with(part_of_word))
}

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

/// The page talks to the window through one folder.
fn window_imports(path: &str, text: &str) -> Vec<String> {
    if path.starts_with("ui/src/ipc/") {
        return Vec::new();
    }
    code(text)
        .filter(|(_, line)| line.contains("@tauri-apps/") || line.contains("__TAURI"))
        .map(|(number, line)| format!("{path}:{number}: only ui/src/ipc talks to Tauri: {}", line.trim()))
        .collect()
}

/// The page runs no code but ours and loads nothing from another machine.
fn open_doors_in_config(config: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let security = &config["app"]["security"];
    for policy in ["csp", "devCsp"] {
        let sources = match &security[policy] {
            Value::String(text) => text.clone(),
            Value::Object(directives) => directives
                .values()
                .map(Value::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            _ if policy == "devCsp" => continue,
            _ => {
                findings.push("there is no content security policy".to_owned());
                continue;
            }
        };
        if !sources.contains("default-src") && !security[policy]["default-src"].is_string() {
            findings.push(format!("{policy}: no default-src"));
        }
        let source_end = |c: char| c.is_whitespace() || ";,\"[]".contains(c);
        for source in sources.split(source_end).filter(|source| !source.is_empty()) {
            let host = source
                .split_once("://")
                .map(|(_, rest)| rest.split([':', '/']).next().unwrap_or(rest));
            let own = host.is_none_or(|host| host == "localhost" || host.ends_with(".localhost"));
            let any = ["http:", "https:", "ws:", "wss:"].contains(&source) || source.contains('*');
            if !own || any || source == "'unsafe-eval'" {
                findings.push(format!("{policy} allows {source}"));
            }
        }
    }
    if config["app"]["withGlobalTauri"] == true {
        findings.push("withGlobalTauri gives every script the window's commands".to_owned());
    }
    if security["assetProtocol"]["enable"] == true {
        findings.push("the asset protocol gives the page files by path: thumbnails go by id".to_owned());
    }
    for (key, value) in security.as_object().into_iter().flatten() {
        if key.starts_with("dangerous") && *value != false {
            findings.push(format!("security.{key} is set"));
        }
    }
    findings
}

/// The window may call our commands and what shows a window: nothing that reads files or goes online.
fn open_doors_in_capability(capability: &Value) -> Vec<String> {
    const NEVER: [&str; 8] = [
        "fs",
        "shell",
        "http",
        "process",
        "opener",
        "upload",
        "websocket",
        "updater",
    ];
    let mut findings = Vec::new();
    if capability["windows"] != json!(["main"]) {
        findings.push(format!(
            "windows are {} and not [\"main\"]",
            capability["windows"]
        ));
    }
    for key in ["remote", "webviews"] {
        if !capability[key].is_null() {
            findings.push(format!("`{key}` lets more in than the window"));
        }
    }
    for permission in capability["permissions"].as_array().into_iter().flatten() {
        let name = permission
            .as_str()
            .or_else(|| permission["identifier"].as_str())
            .unwrap_or_default();
        let plugin = name.split(':').next().unwrap_or_default();
        if NEVER.contains(&plugin) {
            findings.push(format!("permission {name}"));
        }
    }
    findings
}

/// A test that `main.rs` does not name is never run, and nobody notices.
fn forgotten_tests<'a>(main: &str, modules: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    modules
        .into_iter()
        .filter(|module| !code(main).any(|(_, line)| line.trim() == format!("mod {module};")))
        .map(|module| format!("tests/main.rs has no `mod {module};`"))
        .collect()
}

// --- the house -------------------------------------------------------------------------------------------

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read_json(path: impl AsRef<Path>) -> Value {
    let path = path.as_ref();
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below `folder` with one of these endings, as (path from the root with `/`, text).
fn files_below(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
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

#[track_caller]
fn assert_none(findings: Vec<String>) {
    assert!(
        findings.is_empty(),
        "see src-tauri/ARCHITECTURE.md:\n{}",
        findings.join("\n")
    );
}

// --- and that it keeps them ------------------------------------------------------------------------------

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
fn the_page_talks_to_the_window_through_ipc() {
    for (path, text) in files_below("ui/src", &["ts", "tsx"]) {
        assert_none(window_imports(&path, &text));
    }
}

#[test]
fn the_window_is_closed_to_the_world() {
    assert_none(open_doors_in_config(&read_json("tauri.conf.json")));
    for (path, text) in files_below("src-tauri/capabilities", &["json"]) {
        let capability = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_none(open_doors_in_capability(&capability));
    }
}

/// To the letter: who widens a gate of the window does it here as well, and knows it.
#[test]
fn the_gates_of_the_window_are_these() {
    let config = read_json("tauri.conf.json");
    let security = &config["app"]["security"];
    let policy = [
        "default-src 'self'",
        "img-src 'self' thumb: http://thumb.localhost data: blob:",
        "style-src 'self' 'unsafe-inline'",
        "connect-src 'self' ipc: http://ipc.localhost",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ];
    assert_eq!(
        *security,
        json!({ "csp": policy.join("; "), "freezePrototype": true, "capabilities": ["main"] })
    );
    let capabilities = files_below("src-tauri/capabilities", &["json", "toml"]);
    let [(_, text)] = capabilities.as_slice() else {
        panic!("one capability: {capabilities:?}")
    };
    let mut capability: Value = serde_json::from_str(text).expect("JSON");
    for words in ["$schema", "description"] {
        capability.as_object_mut().expect("fields").remove(words);
    }
    let permissions = [
        "allow-app",
        "core:event:default",
        "core:webview:default",
        "core:window:default",
        "core:app:default",
    ];
    assert_eq!(
        capability,
        json!({ "identifier": "main", "windows": ["main"], "permissions": permissions })
    );
}

#[test]
fn no_test_is_forgotten() {
    let files = files_below("tests", &["rs"]);
    let modules = files.iter().filter_map(|(path, _)| {
        let module = path.strip_prefix("tests/")?.strip_suffix(".rs")?;
        let module = module.strip_suffix("/mod").unwrap_or(module);
        (module != "main" && !module.contains('/')).then_some(module)
    });
    assert_none(forgotten_tests(&read("tests/main.rs"), modules));
}

// --- each rule finds what it is there for ----------------------------------------------------------------

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

#[test]
fn a_page_that_goes_around_ipc_is_found() {
    let import = "import { invoke } from \"@tauri-apps/api/core\";";
    assert_eq!(window_imports("ui/src/review/grid.tsx", import).len(), 1);
    assert_eq!(
        window_imports(
            "ui/src/review/grid.tsx",
            "window.__TAURI_INTERNALS__.invoke(\"scan\")"
        )
        .len(),
        1
    );
    assert_eq!(
        window_imports("ui/src/review/grid.tsx", "// not @tauri-apps/api: see ipc"),
        [""; 0]
    );
    assert_eq!(window_imports("ui/src/ipc/tauri.ts", import), [""; 0]);
}

#[test]
fn an_open_door_in_the_configuration_is_found() {
    let findings = |security: Value| open_doors_in_config(&json!({ "app": { "security": security } }));
    assert_eq!(
        findings(json!({ "csp": null })),
        ["there is no content security policy"]
    );
    assert_eq!(findings(json!({})), ["there is no content security policy"]);
    assert_eq!(
        findings(json!({ "csp": "img-src 'self'" })),
        ["csp: no default-src"]
    );
    assert_eq!(
        findings(
            json!({ "csp": "default-src 'self'; script-src 'self' 'unsafe-eval' https://cdn.example.org" })
        ),
        ["csp allows 'unsafe-eval'", "csp allows https://cdn.example.org"]
    );
    assert_eq!(
        findings(json!({ "csp": { "default-src": "'self'", "img-src": ["'self'", "https:", "*"] } })),
        ["csp allows https:", "csp allows *"]
    );
    assert_eq!(
        findings(json!({ "csp": "default-src 'self'", "devCsp": "default-src ws://10.0.0.1:1420" })),
        ["devCsp allows ws://10.0.0.1:1420"]
    );
    assert_eq!(
        findings(
            json!({ "csp": "default-src 'self'", "assetProtocol": { "enable": true, "scope": ["**"] } })
        )
        .len(),
        1
    );
    assert_eq!(
        findings(json!({ "csp": "default-src 'self'", "dangerousDisableAssetCspModification": true })).len(),
        1
    );

    let ours = "default-src 'self'; img-src 'self' thumb: http://thumb.localhost data: blob:; \
                connect-src 'self' ipc: http://ipc.localhost";
    assert_eq!(findings(json!({ "csp": ours })), [""; 0]);
    assert_eq!(
        findings(json!({ "csp": ours, "devCsp": "default-src 'self' ws://localhost:1420" })),
        [""; 0]
    );
}

#[test]
fn an_open_door_in_a_capability_is_found() {
    let findings = |windows: Value, permissions: Value| {
        open_doors_in_capability(&json!({ "windows": windows, "permissions": permissions }))
    };
    assert_eq!(findings(json!(["*"]), json!([])).len(), 1);
    assert_eq!(
        findings(json!(["main"]), json!(["fs:allow-read-file"])),
        ["permission fs:allow-read-file"]
    );
    assert_eq!(
        findings(
            json!(["main"]),
            json!([{ "identifier": "shell:allow-execute", "allow": [] }])
        ),
        ["permission shell:allow-execute"]
    );
    assert_eq!(
        open_doors_in_capability(&json!({ "windows": ["main"], "remote": { "urls": [] } })).len(),
        1
    );
    assert_eq!(
        findings(
            json!(["main"]),
            json!(["allow-app", "core:event:default", "dialog:allow-open"])
        ),
        [""; 0]
    );
}

#[test]
fn a_forgotten_test_is_found() {
    let main = "mod flow;\n// mod crash;\n";
    assert_eq!(
        forgotten_tests(main, ["flow", "crash"]),
        ["tests/main.rs has no `mod crash;`"]
    );
}
