//! What the page and the window may do: one way to talk to each other, and no door to the world.

use super::house::{assert_none, code, files_below, read_json};
use serde_json::{Value, json};

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
