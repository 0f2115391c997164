//! How the web view draws, settled before it starts: on a machine without a graphics card its shared-memory renderer
//! needs a quarter of the time of the one that hands graphics buffers over.

/// WebKitGTK reads it when it starts; a process may not change its own environment safely once threads run.
#[cfg(target_os = "linux")]
const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts the app anew, in the same process, where the renderer has to be another one. What the person set stays.
#[cfg(target_os = "linux")]
pub fn choose() {
    use std::os::unix::process::CommandExt;
    if std::env::var_os(SWITCH).is_some() || has_graphics_card() {
        return;
    }
    let Ok(own) = std::env::current_exe() else {
        return;
    };
    // Comes back only when it failed; then the app runs as it is, only slower.
    let failed = std::process::Command::new(own)
        .args(std::env::args_os().skip(1))
        .env(SWITCH, "1")
        .exec();
    eprintln!("the renderer could not be chosen: {failed}");
}

#[cfg(target_os = "linux")]
fn has_graphics_card() -> bool {
    let nodes = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    nodes
        .map(|node| node.file_name())
        .any(|name| name.to_string_lossy().starts_with("renderD"))
}

#[cfg(not(target_os = "linux"))]
pub fn choose() {}
