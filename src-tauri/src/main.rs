//! The desktop app; everything is in the library so that tests can reach it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    albumen_desktop::begin_decoding_apart();
    albumen_desktop::renderer::choose();
    albumen_desktop::run();
}
