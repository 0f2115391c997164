//! The three places that name the window's commands say the same.

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .expect("a file of this repository")
}

fn after<'a>(text: &'a str, before: &str, end: &str) -> BTreeSet<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split(end).next())
        .collect()
}

/// `        module::name,` becomes `        name,`.
fn without_modules(text: &str) -> String {
    let plain = |line: &str| match line
        .strip_prefix("        ")
        .and_then(|rest| rest.split_once("::"))
    {
        Some((module, name)) if module.chars().all(|c| c.is_ascii_lowercase()) && name.ends_with(',') => {
            format!("        {name}\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(plain).collect()
}

/// Commands that are registered, granted or called more than once, in whichever of the three texts this is.
fn twice<'a>(text: &str, commands: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let times = |name: &str| {
        let ways = [
            format!("\n        {name},"),
            format!("\n  \"{name}\""),
            format!("invoke(\"{name}\""),
        ];
        ways.iter()
            .map(|way| text.matches(way.as_str()).count())
            .sum::<usize>()
    };
    commands.iter().copied().filter(|name| times(name) != 1).collect()
}

#[test]
fn commands_are_equal_in_rust_permissions_and_page() {
    // A subject has a file of its own: `phases::way` is called `way`.
    let rust = without_modules(&read("src-tauri/src/commands/mod.rs"));
    let listed: BTreeSet<&str> = rust
        .split_once("generate_handler![")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(list, _)| {
            list.split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .collect()
        })
        .expect("the list of commands");
    let permissions = read("src-tauri/permissions/app.toml");
    let granted: BTreeSet<&str> = after(permissions.split_once('[').expect("a table").1, "  \"", "\"");
    let page = read("ui/src/ipc/tauri.ts");
    let called: BTreeSet<&str> = after(&page, "invoke(\"", "\"");
    assert!(listed.len() > 20);
    for text in [&rust, &permissions, &page] {
        assert_eq!(twice(text, &listed), BTreeSet::new(), "each command stands once");
    }
    assert_eq!(listed, granted, "permissions/app.toml");
    assert_eq!(listed, called, "ui/src/ipc/tauri.ts");
}

#[test]
fn this_check_notices_a_command_that_stands_twice() {
    let commands = BTreeSet::from(["scan", "plan"]);
    assert_eq!(
        twice("\n  \"scan\",\n  \"plan\",\n  \"scan\"", &commands),
        BTreeSet::from(["scan"])
    );
    assert_eq!(
        twice("invoke(\"scan\") invoke(\"plan\")", &commands),
        BTreeSet::new()
    );
}

#[test]
fn this_check_notices_a_missing_command() {
    assert_eq!(
        after("invoke(\"a\") invoke(\"b\")", "invoke(\"", "\""),
        BTreeSet::from(["a", "b"])
    );
    assert_ne!(
        after("invoke(\"a\")", "invoke(\"", "\""),
        BTreeSet::from(["a", "b"])
    );
}
