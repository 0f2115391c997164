//! A layout typed in the real window: words put in by keys, the tree it would make beside it, which names collide, what is
//! refused; then the plan, which is what the preview told.

use crate::e2e::{Opening, id};
use albumen_testkit::picture;
use albumen_testkit::tree;
use albumen_testkit::write::put;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

const TAB: char = '\u{e004}';
const RIGHT: char = '\u{e014}';
const ENTER: char = '\u{e007}';
const LOCKED: i32 = 4;
const CLOSING: Duration = Duration::from_secs(20);
const TAKEN_NS: u64 = 1_562_000_000_000_000_000;

/// Two cameras that both began at one, on one trip.
fn twins(library: &Path) {
    for (number, folder) in (0u64..).zip(["Anna", "Ben"]) {
        let taken = format!("2019:07:0{} 10:00:00", number + 1);
        let (_, bytes) = picture::taken_at(taken, 5, number);
        put(
            library.join("Lisbon").join(folder).join("DSC_0001.JPG"),
            &bytes,
            TAKEN_NS,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layout_is_typed_its_tree_and_collisions_are_seen_and_the_plan_is_that() {
    let place = Opening::scanned_with(30, twins);
    let home = place.beside("New home");
    let window = place.open().await;
    window.choose_folder(&home).await;
    window.click(&id("step-plan")).await;

    // As it opens: years and months.
    window.see(&id("layout-tree")).await;
    window.until_text(&id("layout-collisions"), "Both are kept").await;
    let names = window.text(&id("layout-collisions")).await;
    assert!(names.contains("DSC_0001~"), "{names}");
    window.picture("layout-01-opened").await;

    // What would lose names is refused where it stands.
    window.fill(&id("layout"), "{year}").await;
    window.see(&format!("{}[aria-invalid=true]", id("layout"))).await;
    window.gone(&id("layout-tree")).await;
    window.picture("layout-02-refused").await;

    // Words by keyboard: Tab to the keys, an arrow to the next, Enter puts it in.
    window.fill(&id("layout"), "").await;
    window.press(&[TAB]).await;
    window.press(&[ENTER]).await;
    window.press(&['/']).await;
    window.press(&[TAB]).await;
    window.press(&[RIGHT]).await;
    window.press(&[ENTER]).await;
    let script = "return document.querySelector(arguments[0]).value === arguments[1]";
    let typed = vec![json!(id("layout")), json!("{year}/{month}")];
    window.until("the words are put in", script, typed).await;
    window
        .fill(
            &id("layout"),
            "{year}/{album|original folder|\"No album\"}/{sequence}",
        )
        .await;
    window
        .until_text(&id("layout-missing"), "the original folder stands for it")
        .await;
    window
        .until_text(&id("layout-apart"), "a number of its own")
        .await;
    window.until_text(&id("layout-tree"), "2019").await;
    window.picture("layout-03-numbered").await;
    window.go_dark().await;
    window.resize(720, 680).await;
    window.picture("layout-04-dark-and-narrow").await;
    window.resize(1280, 900).await;

    window.click(&id("make-plan")).await;
    window.see(&id("plan-balance")).await;
    window.see(&id("plan-row")).await;
    window.gone(&id("job-bar")).await;
    window.close().await;

    // What was planned there is what the command line plans; nothing was written.
    assert!(!home.exists() || tree::snapshot(&home).is_empty());
    let url = format!("file://{}", home.display());
    let layout = "{year}/{album|original folder|\"No album\"}/{sequence}";
    let args = ["plan", &url, "--layout", layout];
    let deadline = Instant::now() + CLOSING;
    let mut planned = place.cli.run(&args);
    // A window that was closed may hold its catalog for a moment.
    while planned.status == LOCKED && Instant::now() < deadline {
        planned = place.cli.run(&args);
    }
    assert_eq!(planned.status, 0, "{}", planned.stderr);
    let keys: Vec<&str> = planned
        .json
        .iter()
        .filter_map(|line| line["to"].as_str())
        .collect();
    assert!(keys.contains(&"2019/Lisbon/Anna/0001.JPG"), "{keys:?}");
    assert!(keys.contains(&"2019/Lisbon/Ben/0001.JPG"), "{keys:?}");
}
