//! A catalog that was lost, in the real window: the destination is chosen again, what was moved there is read in, and can be
//! verified without its originals being moved again.

use crate::e2e::{Display, Window, id};
use albumen_testkit::app::Cli;
use albumen_testkit::library::{self, Options};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_moved_before_is_read_in_and_verified_in_the_window() {
    let work = tempfile::tempdir().unwrap();
    let photos = Options {
        photos: 12,
        ..Options::default()
    };
    let library = library::make(&work.path().join("library"), &photos);
    let destination = work.path().join("archive");
    let before = Cli::new(&work.path().join("before"));
    before.ok(&["scan", library.root.to_str().unwrap()]);
    before.ok(&["migrate", &format!("file://{}", destination.display())]);

    let (catalog, home) = (work.path().join("another.db"), work.path().join("home"));
    let display = Display::open();
    let window = Window::open(&display, &catalog, &home).await;
    window.click(&id("step-destination")).await;
    window.test_folder(&destination).await;
    window.click(&id("dest-use")).await;
    window.see(&id("read-in")).await;
    window.picture("lost-1-offered").await;
    window.click(&id("read-in")).await;
    window.see(&id("read-in-done")).await;
    let said = window.text(&id("read-in-done")).await;
    assert!(said.contains("are known again"), "{said}");
    window.picture("lost-2-read-in").await;
    window.click(&id("step-finish")).await;
    window.click(&id("verify")).await;
    window.see("[data-testid=verify-result][data-ok=true]").await;
    window.picture("lost-3-verified").await;
    window.close().await;
}
