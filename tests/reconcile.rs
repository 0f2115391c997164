//! The destination compared in the real window: what was damaged since is listed, a repair says what it will do and keeps both
//! of two that differ, and another look finds nothing that concerns the photos. Conflicts are looked at side by side and decided by
//! keys; a copy that is opened is compared on the way and mended.

use crate::e2e::{Opening, id};
use albumen_testkit::{picture, tree};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

fn spoil(path: &Path, bytes: &[u8]) {
    std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_seen_and_repaired() {
    let place = Opening::scanned(16).moved(&[]).verified();
    let there = place.archive();
    let window = place.open().await;
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
    window.centre(&id("reconcile-result")).await;
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
    window.centre(&id("reconcile-result")).await;
    window.picture("reconcile-5-narrow").await;
    window.resize(1180, 800).await;
    window.go_dark().await;
    window.picture("reconcile-6-dark").await;
    window.close().await;
    place.cli.ok(&["verify", &place.url()]);
}

/// What is painted in the middle of an element.
fn middle(picture: &Path, place: &serde_json::Value) -> String {
    let at = |name: &str| place[name].as_f64().expect("a number") as i64;
    let crop = format!("60x60+{}+{}", at("x") - 30, at("y") - 30);
    let cut = Command::new("convert")
        .arg(picture)
        .args(["-crop", &crop, "+repage", "-format", "%#", "info:"])
        .output();
    String::from_utf8(cut.expect("run convert").stdout).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_looked_at_side_by_side_and_decided_by_keys() {
    let place = Opening::scanned(12).moved(&[]).verified();
    let there = place.archive();
    let before = tree::snapshot(&place.library.root);
    let photos: Vec<PathBuf> = tree::snapshot(&there)
        .into_keys()
        .filter(|path| {
            !path.starts_with(".albumen") && path.extension().is_some_and(|end| end == "jpg" || end == "JPG")
        })
        .map(|path| there.join(path))
        .collect();
    let (edited, broken) = (&photos[1], &photos[3]);
    let whole = std::fs::read(edited).unwrap();
    let theirs = picture::jpeg(&picture::paint(977, 3, (480, 640)), 85);
    spoil(edited, &theirs);
    spoil(broken, b"no picture any more");

    let window = place.open().await;
    window.click(&id("step-finish")).await;
    window.click(&id("reconcile")).await;
    window.see("[data-testid=reconcile-result][data-open='2']").await;
    window.click(&id("open-conflicts")).await;
    window.see(&id("conflict-dialog")).await;
    let sizes = "const shown = (side) => document.querySelector(`[data-testid=layer-${side}] img`);
        const [l, r] = [shown('left'), shown('right')];
        if (!l?.naturalWidth || !r?.naturalWidth || !r.complete) return null;
        const middle = (one) => { const { left, top, width, height } = one.getBoundingClientRect();
            return { x: left + width / 2 + window.screenX, y: top + height / 2 + window.screenY } };
        return { left: middle(l), right: middle(r), wide: l.naturalWidth > l.naturalHeight,
                 high: r.naturalHeight > r.naturalWidth }";
    let seen = window
        .until("both pictures do not arrive", sizes, Vec::new())
        .await;
    assert_eq!(
        (&seen["wide"], &seen["high"]),
        (&json!(true), &json!(true)),
        "each is its own"
    );
    window.until_text(&id("conflict-facts"), "SHA-256").await;
    window.picture("conflict").await;
    if let Some(painted) = place.display().picture("conflict") {
        let [left, right] = ["left", "right"].map(|side| middle(&painted, &seen[side]));
        assert!(!left.is_empty() && left != right, "the pixels differ");
    }
    window.key('1').await;
    window.until_text(&id("conflict-place"), "2 of 2").await;
    window.until_text(&id("copy-note"), "shown").await;
    window.picture("conflict-2-broken").await;
    window.key('3').await;
    window.see("[data-testid=conflict-open][data-open='0']").await;
    window.key('u').await;
    window.see("[data-testid=conflict-open][data-open='1']").await;
    window.key('2').await;
    window.see("[data-testid=conflict-open][data-open='0']").await;
    assert_eq!(std::fs::read(edited).unwrap(), theirs, "nothing is done yet");
    window.resize(720, 620).await;
    window.picture("conflict-3-narrow").await;
    window.resize(1180, 800).await;
    window.click(&id("conflict-repair")).await;
    window
        .until_text(&id("decided"), "1 replaced by the original, 1 kept both")
        .await;
    window.picture("conflict-4-plan").await;
    window.click(&id("repair-confirm")).await;
    window.see("[data-testid=reconcile-result][data-open='0']").await;
    assert_eq!(std::fs::read(edited).unwrap(), whole);
    assert_eq!(std::fs::read(broken).unwrap(), b"no picture any more");
    let stem = broken.file_stem().unwrap().to_str().unwrap();
    let ending = broken.extension().unwrap().to_str().unwrap();
    assert!(broken.with_file_name(format!("{stem} (2).{ending}")).exists());
    assert_eq!(
        tree::differences(&before, &tree::snapshot(&place.library.root)),
        ""
    );

    // A copy that is opened is compared, and mended when that is wanted.
    let gone = &photos[5];
    let key = gone.strip_prefix(&there).unwrap().to_str().unwrap();
    let name = gone.file_name().unwrap().to_str().unwrap();
    assert!(Command::new("rm").arg(gone).status().unwrap().success());
    window.click(&id("report-open")).await;
    window.fill("[data-testid=report] input", name).await;
    let open = "const rows = [...document.querySelectorAll('[data-testid=report-row]')];
        const row = rows.find((one) => one.textContent.includes('to' + arguments[0]));
        row?.click();
        return !!row";
    window
        .until("the photo is not in the report", open, vec![json!(key)])
        .await;
    window.click(&id("open-copy")).await;
    window
        .see("[data-testid=copy-verdict][data-verdict=missing]")
        .await;
    window.picture("conflict-5-missing").await;
    window.click(&id("mend")).await;
    window.see("[data-testid=copy-verdict][data-verdict=whole]").await;
    window.pictures(&id("where")).await;
    window.picture("conflict-6-mended").await;
    assert!(gone.exists());
    window.close().await;

    let dark = place.open().await;
    spoil(edited, &theirs);
    dark.click(&id("step-finish")).await;
    dark.go_dark().await;
    dark.click(&id("reconcile")).await;
    dark.see("[data-testid=reconcile-result][data-open='1']").await;
    dark.click(&id("open-conflicts")).await;
    dark.until("both pictures do not arrive", sizes, Vec::new()).await;
    dark.picture("conflict-7-dark").await;
    dark.close().await;
}
