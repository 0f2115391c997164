//! That every file of tests is run.

use super::house::{assert_none, code, files_below, read};

/// A test that `main.rs` does not name is never run, and nobody notices.
fn forgotten_tests<'a>(main: &str, modules: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    modules
        .into_iter()
        .filter(|module| !code(main).any(|(_, line)| line.trim() == format!("mod {module};")))
        .map(|module| format!("tests/main.rs has no `mod {module};`"))
        .collect()
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

#[test]
fn a_forgotten_test_is_found() {
    let main = "mod flow;\n// mod crash;\n";
    assert_eq!(
        forgotten_tests(main, ["flow", "crash"]),
        ["tests/main.rs has no `mod crash;`"]
    );
}
