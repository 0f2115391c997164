//! The real window, driven as a person drives it: the built program, WebKit's own driver, an X display, screenshots.

mod display;
mod driver;
mod opening;
mod ways;
mod window;

pub use display::Display;
pub use opening::Opening;
pub use window::Window;

/// The selector of an element by its `data-testid`.
pub fn id(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}
