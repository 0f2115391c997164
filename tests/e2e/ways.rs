//! Ways through the window that many tests go.

use super::{Window, id};
use std::path::Path;

impl Window<'_> {
    /// In the form of a destination: names a folder and has it tested. It waits to be used.
    pub async fn test_folder(&self, folder: &Path) {
        self.click(&id("dest-folder")).await;
        self.fill(&id("dest-path"), folder.to_str().expect("text")).await;
        self.click(&id("dest-test")).await;
        self.see("[data-testid=dest-facts][data-ok=true]").await;
    }

    /// From any step: a folder becomes the destination.
    pub async fn choose_folder(&self, folder: &Path) {
        self.click(&id("step-destination")).await;
        self.test_folder(folder).await;
        self.click(&id("dest-use")).await;
        self.see(&id("dest-current")).await;
    }

    /// From the theme of the system, over light, to dark.
    pub async fn go_dark(&self) {
        for _ in ["light", "dark"] {
            self.click(&id("theme")).await;
        }
        self.see("html[data-theme=dark]").await;
    }

    /// Scrolls until the element is in the middle, for a picture of it.
    pub async fn centre(&self, css: &str) {
        let script = "const shown = document.querySelector(arguments[0]);
            shown?.scrollIntoView({ block: 'center' });
            return !!shown";
        self.until(&format!("{css} is not there"), script, vec![css.into()])
            .await;
    }
}
