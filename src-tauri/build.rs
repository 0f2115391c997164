//! Bakes the window's pages, capabilities and permissions into the app.

use std::path::Path;

fn main() {
    // The pages are embedded at compile time; a checkout whose pages are not built must still compile and test.
    let dist = Path::new("ui/dist");
    if !dist.join("index.html").exists() {
        let page = "<!doctype html><title>Albumen</title><p>The window is not built yet: run <code>make run</code>.</p>";
        std::fs::create_dir_all(dist).expect("make ui/dist");
        #[expect(
            clippy::disallowed_methods,
            reason = "a build script has no other door to the file system"
        )]
        std::fs::write(dist.join("index.html"), page).expect("write the placeholder page");
    }
    for path in ["ui/dist", "src-tauri/capabilities", "src-tauri/permissions"] {
        println!("cargo:rerun-if-changed={path}");
    }
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(
                tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*.toml"),
            ),
    )
    .expect("the window's configuration is sound");
}
