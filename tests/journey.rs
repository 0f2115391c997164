//! The whole way in the real window: drop folders, review, plan, move, verify, delete the originals, roll back.
//!
//! The screen says what happened; the disk, looked at by someone else, has to agree.

use crate::e2e::{Display, Window, id};
use albumen_testkit::library::{self, Library, Options};
use albumen_testkit::tree::{self, Tree};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const CONTROL: char = '\u{e009}';
const SHIFT: char = '\u{e008}';
const ESCAPE: char = '\u{e00c}';

#[tokio::test(flavor = "multi_thread")]
async fn journey_from_dropped_folders_to_a_roll_back() {
    let work = tempfile::tempdir().unwrap();
    let (catalog, home) = (work.path().join("catalog.db"), work.path().join("home"));
    let destination = work.path().join("new home/Photos");
    let library = library::make(
        &work.path().join("library"),
        &Options {
            photos: 36,
            ..Options::default()
        },
    );
    let before = tree::snapshot(&library.root);

    let display = Display::open();
    let window = Window::open(&display, &catalog, &home).await;
    add_folders(&window, &library).await;
    review(&window).await;
    choose(&window, &destination).await;
    plan_and_move(&window).await;
    unchanged(&before, &library.root, "after the move");
    let there = placed(&destination);
    everything_arrived(&library, &before, &there);

    let told = verify_and_delete(&window).await;
    let left = tree::snapshot(&library.root);
    let lost: Vec<&PathBuf> = before.keys().filter(|path| !left.contains_key(*path)).collect();
    assert_eq!(lost.len(), told, "the dialog's count is what went");
    assert!(
        lost.iter().all(|path| there.contains(&before[*path].sha256)),
        "only what was copied went"
    );
    let stayed: Tree = before
        .clone()
        .into_iter()
        .filter(|(path, _)| left.contains_key(path))
        .collect();
    assert_eq!(tree::differences(&stayed, &left), "", "what stayed is as it was");
    assert_eq!(
        placed(&destination),
        there,
        "the destination is untouched by the deletion"
    );

    roll_back(&window).await;
    unchanged(&before, &library.root, "after the roll back");
    assert_eq!(
        placed(&destination),
        BTreeSet::new(),
        "the destination is empty again"
    );
    window.close().await;

    // Another day, the same catalog: the window opens where it was left.
    let window = Window::open(&display, &catalog, &home).await;
    window.see(&id("screen-finish")).await;
    window.picture("journey-13-next-day").await;
    window.click(&id("step-sources")).await;
    window.see(&id("profile")).await;
    window.click(&id("step-destination")).await;
    assert!(window.text(&id("dest-current")).await.contains("new home/Photos"));
    window.close().await;
}

async fn add_folders(window: &Window<'_>, library: &Library) {
    window.see(&id("drop-zone")).await;
    window.picture("journey-01-empty").await;
    window.drop_folders(&library.folders).await;
    window.see(&id("profile")).await;
    window.gone(&id("job-bar")).await;
    window.picture("journey-02-profile").await;
}

async fn review(window: &Window<'_>) {
    window.click(&id("step-review")).await;
    window.see(&id("group-row")).await;
    window.pictures(&id("gallery")).await;
    window.picture("journey-03-review").await;

    window.click(&id("accept-exact")).await;
    window.see(&id("set-aside")).await;
    let set_aside = window.text(&id("set-aside")).await;
    // In force exactly while an exact group is open, in view or not.
    let exact_open = enabled("accept-exact");
    window.gone(&exact_open).await;
    window.press(&[CONTROL, 'z']).await;
    window.gone(&id("set-aside")).await;
    window.see(&exact_open).await;
    window.see(&enabled("redo")).await;
    assert!(
        !window.is_enabled(&id("undo")).await,
        "there was one step to undo"
    );
    window.press(&[CONTROL, SHIFT, 'z']).await;
    window.see(&id("set-aside")).await;
    window.gone(&exact_open).await;
    assert_eq!(window.text(&id("set-aside")).await, set_aside);
    window.pictures(&id("gallery")).await;
    window.picture("journey-04-exact-accepted").await;

    window.see(&id("group-row")).await;
    window.press(&['c']).await;
    window.see(&id("compare")).await;
    assert_eq!(window.pictures(&id("compare")).await, 2);
    window.picture("journey-05-compare").await;
    window.press(&[ESCAPE]).await;
    window.gone(&id("compare")).await;
}

async fn choose(window: &Window<'_>, destination: &Path) {
    window.click(&id("step-destination")).await;
    window.test_folder(destination).await;
    window.picture("journey-06-destination").await;
    window.click(&id("dest-use")).await;
    window.see(&id("dest-current")).await;
}

async fn plan_and_move(window: &Window<'_>) {
    window.click(&id("step-plan")).await;
    window.click(&id("make-plan")).await;
    window.see(&id("plan-balance")).await;
    window.see(&id("plan-row")).await;
    window.gone(&id("job-bar")).await;
    window.picture("journey-07-plan").await;

    window.click(&id("start-moving")).await;
    window.see(&id("screen-move")).await;
    window.click(&id("start-move")).await;
    window.see(&id("move-done")).await;
    window.see("[data-testid=move-progress][data-state=done]").await;
    window.gone(&id("job-bar")).await;
    window.picture("journey-08-moved").await;
}

/// Gives back the count that the dialog wanted typed.
async fn verify_and_delete(window: &Window<'_>) -> usize {
    window.click(&id("step-finish")).await;
    window.click(&id("verify")).await;
    window.see("[data-testid=verify-result][data-ok=true]").await;
    window.gone(&id("job-bar")).await;
    window.picture("journey-09-verified").await;

    window.click(&id("open-delete")).await;
    window.see(&id("delete-dialog")).await;
    let dialog = window.text(&id("delete-dialog")).await;
    let asked = dialog
        .split_once("Type ")
        .and_then(|(_, rest)| rest.split_once(" to confirm"))
        .expect("a count to type");
    let count: String = asked.0.chars().filter(char::is_ascii_digit).collect();
    assert!(
        !window.is_enabled(&id("delete-confirm")).await,
        "nothing is typed"
    );
    window.fill(&id("delete-typed"), &format!("{count}0")).await;
    assert!(
        !window.is_enabled(&id("delete-confirm")).await,
        "a wrong count is typed"
    );
    window.fill(&id("delete-typed"), &count).await;
    window.see(&enabled("delete-confirm")).await;
    window.picture("journey-10-delete").await;
    window.click(&id("delete-confirm")).await;
    window.see(&id("delete-result")).await;
    window.gone(&id("job-bar")).await;
    window.picture("journey-11-deleted").await;
    // What was deleted on purpose is still accounted for, and is no reason to plan again.
    assert!(window.text(&id("plan-balance")).await.contains("It balances"));
    assert!(!window.text(&id("step-plan")).await.contains("Plan again"));
    count.parse().unwrap()
}

async fn roll_back(window: &Window<'_>) {
    window.click(&id("open-rollback")).await;
    window.see(&id("rollback-dialog")).await;
    window.click(&id("rollback-confirm")).await;
    window.see(&id("rollback-result")).await;
    window.gone(&id("job-bar")).await;
    window.picture("journey-12-rolled-back").await;
}

fn enabled(name: &str) -> String {
    format!("{}:not(:disabled)", id(name))
}

fn unchanged(before: &Tree, root: &Path, when: &str) {
    assert_eq!(tree::differences(before, &tree::snapshot(root)), "", "{when}");
}

/// The digests of what was placed; our own markers do not count.
fn placed(destination: &Path) -> BTreeSet<String> {
    let tree = tree::snapshot(destination);
    tree.into_iter()
        .filter(|(path, _)| !path.starts_with(".albumen"))
        .map(|(_, entry)| entry.sha256)
        .collect()
}

/// Every photo, with what belongs to it, is there; of exact duplicates one has the bytes of all.
fn everything_arrived(library: &Library, before: &Tree, there: &BTreeSet<String>) {
    let odd = library.odd.as_ref().unwrap();
    let names = [
        &odd.non_utf8,
        &odd.newline,
        &odd.dash,
        &odd.emoji,
        &odd.long,
        &odd.truncated,
    ];
    let twins = odd.unicode_twins.iter().chain(&odd.case_twins);
    let all = library
        .photos
        .iter()
        .chain(library.assets.iter().flatten())
        .chain(&library.videos)
        .chain(names)
        .chain(twins);
    let missing: Vec<&PathBuf> = all
        .filter(|path| !there.contains(&before[path.strip_prefix(&library.root).unwrap()].sha256))
        .collect();
    assert_eq!(missing, Vec::<&PathBuf>::new());
}
