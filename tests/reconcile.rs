//! The destination compared in the real window: what was damaged since is listed, a repair says what it will do and keeps both
//! of two that differ, and another look finds nothing that concerns the photos.

use crate::e2e::{Display, Window, id};
use albumen_testkit::app::Cli;
use albumen_testkit::library::{self, Options};
use albumen_testkit::tree;
use std::path::{Path, PathBuf};

async fn look_at_the_result(window: &Window<'_>) {
    let script = "const shown = document.querySelector('[data-testid=reconcile-result]');
        shown?.scrollIntoView({ block: 'center' });
        return !!shown";
    window.until("there is no result", script, Vec::new()).await;
}

fn spoil(path: &Path, bytes: &[u8]) {
    std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_seen_and_repaired() {
    let work = tempfile::tempdir().unwrap();
    let options = Options {
        photos: 16,
        ..Options::default()
    };
    let library = library::make(&work.path().join("library"), &options);
    let cli = Cli::new(work.path());
    let there = work.path().join("archive");
    let url = format!("file://{}", there.display());
    cli.run(&["scan", library.root.to_str().unwrap()]);
    cli.run(&["migrate", &url]);
    cli.ok(&["verify", &url]);

    let display = Display::open();
    let window = Window::open(&display, &cli.catalog, &cli.home).await;
    window.click(&id("step-finish")).await;
    window.click(&id("reconcile")).await;
    window.see("[data-testid=reconcile-result][data-open='0']").await;
    window.picture("reconcile-1-agrees").await;

    let copies: Vec<PathBuf> = tree::snapshot(&there)
        .into_iter()
        .filter(|(path, entry)| !path.starts_with(".albumen") && entry.size > 0)
        .map(|(path, _)| there.join(path))
        .collect();
    let (missing, edited) = (&copies[1], &copies[4]);
    let whole = std::fs::read(missing).unwrap();
    let removed = std::process::Command::new("rm").arg(missing).status();
    assert!(removed.unwrap().success());
    spoil(edited, b"edited by somebody");
    spoil(&missing.with_file_name("from the neighbours.jpg"), b"theirs");

    window.click(&id("reconcile")).await;
    window.see("[data-testid=reconcile-result][data-open='3']").await;
    for kind in ["missing", "different", "extra"] {
        window
            .see(&format!("[data-testid=difference][data-kind={kind}]"))
            .await;
    }
    window.pictures(&id("differences")).await;
    look_at_the_result(&window).await;
    window.picture("reconcile-2-differs").await;
    window.click(&id("open-repair")).await;
    window
        .see("[data-testid=conflicts-both][data-state=checked]")
        .await;
    window.until_text(&id("repair-dialog"), "placed beside it").await;
    window.picture("reconcile-3-repair").await;
    window.click(&id("conflicts-source")).await;
    window
        .until_text(&id("repair-dialog"), "Is replaced by its original")
        .await;
    window.click(&id("conflicts-both")).await;
    window.click(&id("repair-confirm")).await;
    window.see("[data-testid=reconcile-result][data-open='0']").await;
    window.see(&id("repair-result")).await;
    window.picture("reconcile-4-repaired").await;
    assert_eq!(std::fs::read(missing).unwrap(), whole);
    assert_eq!(std::fs::read(edited).unwrap(), b"edited by somebody", "it stays");

    window.click(&id("reconcile")).await;
    window.see("[data-testid=reconcile-result][data-open='0']").await;
    window.resize(720, 620).await;
    look_at_the_result(&window).await;
    window.picture("reconcile-5-narrow").await;
    window.resize(1180, 800).await;
    for _ in ["light", "dark"] {
        window.click(&id("theme")).await;
    }
    window.see("html[data-theme=dark]").await;
    window.picture("reconcile-6-dark").await;
    window.close().await;
    cli.ok(&["verify", &url]);
}
