//! Review in the real window by keyboard alone: every decision, Compare, undo, filters; and all of it is there again
//! after a restart.
//!
//! The screen says what was decided; the catalog, read by someone else while the window is closed, has to agree.

use crate::e2e::{Display, Window, id};
use albumen_catalog::{Catalog, Error, GroupFilter, GroupRow, GroupSort};
use albumen_model::GroupStatus;
use albumen_testkit::library::{self, Options};
use albumen_testkit::tree::{self, Tree};
use albumen_testkit::versions;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const CONTROL: char = '\u{e009}';
const SHIFT: char = '\u{e008}';
const ESCAPE: char = '\u{e00c}';
const ENTER: char = '\u{e007}';
const SPACE: char = ' ';
const RIGHT: char = '\u{e014}';
const HOME: char = '\u{e011}';
const END: char = '\u{e010}';

/// The group the gallery stands at: its members in order, and which of them are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Shown {
    kind: String,
    focused: i64,
    members: Vec<(i64, bool)>,
}

/// What was said of a group: its status, and its members that stay.
type Said = BTreeMap<BTreeSet<i64>, (GroupStatus, BTreeSet<i64>)>;

#[tokio::test(flavor = "multi_thread")]
async fn review_by_keyboard_alone_outlives_a_restart() {
    let work = tempfile::tempdir().unwrap();
    let (catalog, home) = (work.path().join("catalog.db"), work.path().join("home"));
    let root = work.path().join("library");
    let mut folders = library::make(
        &root,
        &Options {
            photos: 24,
            odd: false,
            ..Options::default()
        },
    )
    .folders;
    versions::make(&root.join("More"), 2);
    folders.push(root.join("More"));
    let before = tree::snapshot(work.path());

    let display = Display::open();
    let window = Window::open(&display, &catalog, &home).await;
    window.see(&id("drop-zone")).await;
    window.drop_folders(&folders).await;
    window.see(&id("profile")).await;
    window.gone(&id("job-bar")).await;

    let mut said = Said::new();
    open_review(&window).await;
    decide(&window, &mut said).await;
    compare(&window, &mut said).await;
    sheet_of_keys(&window).await;
    filter(&window).await;
    let history = history(&window).await;
    let filtered = list(&window).await;
    window.close().await;
    assert_eq!(decided(&catalog), said, "the catalog holds what the keys said");

    // Another day: the window opens where it was left.
    let window = Window::open(&display, &catalog, &home).await;
    window.see(&id("group-row")).await;
    assert_eq!(chosen(&window).await, json!(["Similar", "Decided"]));
    assert_eq!(list(&window).await, filtered);
    window.picture("review-next-day").await;
    assert_eq!(self::history(&window).await, history);

    // The last step of that day is undone on this one.
    let undone = history[0].0.clone();
    window.press(&[CONTROL, 'z']).await;
    let script =
        "return document.querySelector('[data-testid=redo]').getAttribute('aria-label') === arguments[0]";
    let label = format!("Redo: {undone}");
    window
        .until("the step is not undone", script, vec![json!(label)])
        .await;
    let now = self::history(&window).await;
    assert!(now[0].1 && now[1..].iter().all(|(_, undone)| !undone), "{now:?}");
    window.close().await;
    assert_eq!(decided(&catalog).len(), said.len() - 1);

    only_the_apps_own(&before, work.path());
}

/// A picture of every state, light, dark and narrow: for README, and for people to look at.
#[tokio::test(flavor = "multi_thread")]
async fn review_shows_every_state() {
    let work = tempfile::Builder::new().prefix("photos-").tempdir().unwrap();
    let root = work.path().join("Pictures");
    versions::make(&root, 3);
    let display = Display::open();
    let window = Window::open(
        &display,
        &work.path().join("catalog.db"),
        &work.path().join("home"),
    )
    .await;
    window.see(&id("drop-zone")).await;
    window.drop_folders(&[root]).await;
    window.see(&id("profile")).await;
    window.gone(&id("job-bar")).await;
    window.click(&id("step-review")).await;
    window.pictures(&id("gallery")).await;

    every_state(&window, "light").await;
    window.go_dark().await;
    every_state(&window, "dark").await;
    window.resize(720, 680).await;
    every_state(&window, "narrow").await;
    window.close().await;
}

async fn every_state(window: &Window<'_>, look: &str) {
    let picture = async |name: &str| window.picture(&format!("state-{look}-{name}")).await;
    window.pictures(&id("gallery")).await;
    picture("gallery").await;
    for (button, opens) in [
        ("open-more-filters", "more-filters"),
        ("open-similarity", "similarity"),
        ("open-rules", "rules-sheet"),
        ("open-folders", "folders-sheet"),
        ("open-history", "history-sheet"),
        ("bulk-menu", "bulk-accept"),
    ] {
        window.click(&id(button)).await;
        window.see(&id(opens)).await;
        picture(opens).await;
        if opens == "bulk-accept" {
            window.click(&id("bulk-accept")).await;
            window.see(&enabled("bulk-confirm")).await;
            picture("bulk-dialog").await;
        }
        window.key(ESCAPE).await;
        window
            .gone("[role=dialog], [role=alertdialog], [role=menu]")
            .await;
    }
    let edited = "const focused = document.querySelector('[data-testid=member][data-focused=true]');
        return focused.closest('[data-testid=group-row]').innerText.includes('edited')";
    while window.ask(edited, Vec::new()).await != json!(true) {
        let group = shown(window).await;
        window.key('j').await;
        next(window, &group).await;
    }
    window.key('c').await;
    window.key('5').await;
    for mode in ["side", "swap", "split", "overlay", "difference"] {
        window.pictures(&id("compare")).await;
        picture(&format!("compare-{mode}")).await;
        window.key('m').await;
    }
    window.key(ESCAPE).await;
    window.gone(&id("compare")).await;
    window.key(HOME).await;
}

/// To Review without a click: Tab goes through the steps.
async fn open_review(window: &Window<'_>) {
    window.tab_to(&id("step-review"), false).await;
    window.key(ENTER).await;
    window.see(&id("group-row")).await;
    window.pictures(&id("gallery")).await;
    window.picture("review-gallery").await;
}

async fn decide(window: &Window<'_>, said: &mut Said) {
    let first = shown(window).await;
    window.key('j').await;
    let second = next(window, &first).await;
    window.key('k').await;
    assert_eq!(next(window, &second).await, first);
    window.key(END).await;
    let last = next(window, &first).await;
    window.key(HOME).await;
    assert_eq!(next(window, &last).await, first);

    window.key('a').await;
    say(said, &first, GroupStatus::Decided);
    let group = next(window, &first).await;

    // A member is kept that nobody suggested to keep; Enter stores it.
    window.key(RIGHT).await;
    let group = changed(window, &group, "focused").await;
    assert_eq!(group.focused, group.members[1].0);
    window.key(SPACE).await;
    let toggled = changed(window, &group, "members").await;
    assert_eq!(toggled.members[1].1, !group.members[1].1);
    window.picture("review-toggled").await;
    window.key(ENTER).await;
    say(said, &toggled, GroupStatus::Decided);
    let group = next(window, &toggled).await;

    window.key('n').await;
    say(said, &all_kept(&group), GroupStatus::NotDuplicates);
    let group = next(window, &group).await;

    window.key('l').await;
    say(said, &all_kept(&group), GroupStatus::Later);
    let following = next(window, &group).await;

    // The group comes back to its place, and leaves again.
    window.press(&[CONTROL, 'z']).await;
    assert_eq!(next(window, &following).await, group);
    window.press(&[CONTROL, SHIFT, 'z']).await;
    assert_eq!(next(window, &group).await, following);
}

/// All five ways, and zoom; then decisions, undone and done again without leaving.
async fn compare(window: &Window<'_>, said: &mut Said) {
    let mut group = shown(window).await;
    while group.kind != "similar" || group.members.len() < 2 {
        window.key('j').await;
        group = next(window, &group).await;
    }
    window.key('c').await;
    window.see(&id("compare")).await;
    all_modes(window).await;
    zoom(window).await;

    // Both are kept; members that are not on screen stay as they were.
    assert!(!window.text(&id("consequence")).await.is_empty());
    let pair = captions(window).await;
    window.key('3').await;
    let following = other_pair(window, &pair).await;
    window.press(&[CONTROL, 'z']).await;
    assert_eq!(other_pair(window, &following).await, pair);
    window.press(&[CONTROL, SHIFT, 'z']).await;
    assert_eq!(other_pair(window, &pair).await, following);
    group.members[0].1 = true;
    group.members[1].1 = true;
    say(said, &group, GroupStatus::Decided);

    window.key(ESCAPE).await;
    window.gone(&id("compare")).await;
    let group = shown(window).await;
    window.key('c').await;
    window.pictures(&id("compare")).await;
    window.key('l').await;
    other_pair(window, &following).await;
    say(said, &all_kept(&group), GroupStatus::Later);
    window.key(ESCAPE).await;
    window.gone(&id("compare")).await;
}

async fn all_modes(window: &Window<'_>) {
    let modes = ["Side by side", "Swap", "Split", "Overlay", "Difference"];
    window.key('5').await;
    for mode in modes {
        chip(window, "Way to compare", mode).await;
        window.see(&id("stage")).await;
        window.pictures(&id("compare")).await;
        let name = mode.to_lowercase().replace(' ', "-");
        window.picture(&format!("review-compare-{name}")).await;
        window.key('m').await;
    }
    chip(window, "Way to compare", modes[0]).await;
}

async fn zoom(window: &Window<'_>) {
    let other = "const now = document.querySelector('[data-testid=percent]')?.innerText;
        return now === arguments[0] ? '' : now";
    let at_fit = window.until("there is no scale", other, vec![json!("")]).await;
    window.key('+').await;
    let larger = window
        .until("it does not grow", other, vec![at_fit.clone()])
        .await;
    window.key('-').await;
    let smaller = window.until("it does not shrink", other, vec![larger]).await;
    assert_eq!(smaller, at_fit);
    let pressed = "return [...document.querySelectorAll('[data-testid=compare] button[aria-pressed=true]')]
        .some((button) => button.innerText === arguments[0])";
    for (key, button) in [('z', "1:1"), ('0', "Fit")] {
        window.key(key).await;
        window.until(button, pressed, vec![json!(button)]).await;
    }
}

async fn sheet_of_keys(window: &Window<'_>) {
    window.press(&[SHIFT, '?']).await;
    window.see(&id("key-sheet")).await;
    window.picture("review-keys").await;
    window.key(ESCAPE).await;
    window.gone(&id("key-sheet")).await;
}

/// Similar groups that are decided; and the engine has stored that.
async fn filter(window: &Window<'_>) {
    let similar = "[aria-label='Kind of group'] [role=radio]";
    window.tab_to(similar, true).await;
    for _ in 0..2 {
        window.key(RIGHT).await;
    }
    window.key(SPACE).await;
    chip(window, "Kind of group", "Similar").await;
    window
        .tab_to("[aria-label='Status of group'] [role=radio]", false)
        .await;
    window.key(RIGHT).await;
    window.key(ENTER).await;
    chip(window, "Status of group", "Decided").await;
    window
        .see("[data-testid=gallery][aria-busy=false] [data-testid=group-row][data-status=decided]")
        .await;
    window
        .gone("[data-testid=group-row]:not([data-kind=similar])")
        .await;
    window.picture("review-filtered").await;
    let script = "const [key, done] = arguments;
        const look = () => window.__TAURI_INTERNALS__.invoke('preference', { key }).then((said) => {
            const { kind, status } = JSON.parse(said ?? '{}').query ?? {};
            if (kind === 'similar' && status === 'decided') done(true); else requestAnimationFrame(look);
        });
        look()";
    window.ask_later(script, vec![json!("reviewFilter")]).await;
}

/// The steps as the sheet lists them, newest first, and which are undone.
async fn history(window: &Window<'_>) -> Vec<(String, bool)> {
    window.tab_to(&id("open-history"), true).await;
    window.key(ENTER).await;
    window.see(&id("history-step")).await;
    window.picture("review-history").await;
    let script = "return [...document.querySelectorAll('[data-testid=history-step]')]
        .map((step) => [step.querySelector('p').innerText, step.dataset.undone === 'true'])";
    let steps = window.ask(script, Vec::new()).await;
    window.key(ESCAPE).await;
    window.gone(&id("history-sheet")).await;
    serde_json::from_value(steps).unwrap()
}

// --- what the page shows -----------------------------------------------------------------------------------

const SHOWN: &str = "const shown = () => {
    const focused = document.querySelector('[data-testid=member][data-focused=true]');
    const row = focused?.closest('[data-testid=group-row]');
    const asset = (member) => Number(member.id.slice('member-'.length));
    return row && {
        kind: row.dataset.kind,
        focused: asset(focused),
        members: [...row.querySelectorAll('[data-testid=member]')].map((m) => [asset(m), m.dataset.keep === 'true']),
    };
};";

async fn shown(window: &Window<'_>) -> Shown {
    let script = format!("{SHOWN} return shown()");
    let said = window.until("no group has the focus", &script, Vec::new()).await;
    serde_json::from_value(said).unwrap()
}

/// The group in focus, as soon as it is another one.
async fn next(window: &Window<'_>, from: &Shown) -> Shown {
    let script = format!(
        "{SHOWN} const now = shown();
        return now && now.members.some(([asset]) => !arguments[0].includes(asset)) ? now : null"
    );
    let assets: Vec<i64> = from.members.iter().map(|(asset, _)| *asset).collect();
    let said = window
        .until("the focus stays at the group", &script, vec![json!(assets)])
        .await;
    serde_json::from_value(said).unwrap()
}

/// The same group, as soon as this of it has changed.
async fn changed(window: &Window<'_>, from: &Shown, what: &str) -> Shown {
    let script = format!(
        "{SHOWN} const now = shown();
        return now && JSON.stringify(now[arguments[0]]) !== arguments[1] ? now : null"
    );
    let was = if what == "focused" {
        json!(from.focused)
    } else {
        json!(from.members)
    };
    let said = window
        .until(
            &format!("{what} stays"),
            &script,
            vec![json!(what), json!(was.to_string())],
        )
        .await;
    serde_json::from_value(said).unwrap()
}

/// The files that Compare shows.
const CAPTIONS: &str = "const captions = () => JSON.stringify(
    [...document.querySelectorAll('[data-testid^=caption-] .selectable')].map((name) => name.title));";

async fn captions(window: &Window<'_>) -> Value {
    window
        .ask(&format!("{CAPTIONS} return captions()"), Vec::new())
        .await
}

async fn other_pair(window: &Window<'_>, from: &Value) -> Value {
    let script = format!("{CAPTIONS} const now = captions(); return now === arguments[0] ? null : now");
    window
        .until("Compare stays at the pair", &script, vec![from.clone()])
        .await
}

/// Waits until the row of chips has this one chosen.
async fn chip(window: &Window<'_>, row: &str, label: &str) {
    let script =
        format!("{CHOSEN} return chosen(`[aria-label=\"${{arguments[0]}}\"]`).includes(arguments[1])");
    let what = format!("{row}: {label} is not chosen");
    window.until(&what, &script, vec![json!(row), json!(label)]).await;
}

const CHOSEN: &str =
    "const chosen = (within) => [...document.querySelectorAll(within + ' [aria-checked=true]')]
    .map((chip) => chip.firstChild.textContent);";

async fn chosen(window: &Window<'_>) -> Value {
    let script = format!("{CHOSEN} return chosen('[data-testid=filter-bar]')");
    window.ask(&script, Vec::new()).await
}

/// The rows that are drawn, once the list is no longer on its way.
async fn list(window: &Window<'_>) -> Value {
    window.see("[data-testid=gallery][aria-busy=false]").await;
    let script = "return [...document.querySelectorAll('[data-testid=group-row]')].map((row) => [
        row.dataset.kind, row.dataset.status,
        ...[...row.querySelectorAll('[data-testid=member]')].map((m) => m.id + ' ' + m.dataset.state)])";
    window.ask(script, Vec::new()).await
}

// --- what others see ---------------------------------------------------------------------------------------

fn say(said: &mut Said, group: &Shown, status: GroupStatus) {
    let assets = group.members.iter().map(|(asset, _)| *asset).collect();
    let kept = group.members.iter().filter(|(_, keep)| *keep);
    said.insert(assets, (status, kept.map(|(asset, _)| *asset).collect()));
}

fn all_kept(group: &Shown) -> Shown {
    let mut group = group.clone();
    group.members.iter_mut().for_each(|(_, keep)| *keep = true);
    group
}

/// The catalog, once the window that was closed has let go of it.
fn released(catalog: &Path) -> Catalog {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match Catalog::open(catalog) {
            Err(Error::Locked(_)) if Instant::now() < deadline => sleep(Duration::from_millis(20)),
            opened => return opened.unwrap(),
        }
    }
}

/// What the catalog holds of every group that is not open. Nobody else may have it open.
fn decided(catalog: &Path) -> Said {
    let catalog = released(catalog);
    let all = GroupFilter::default();
    let page = catalog.groups(&all, GroupSort::Size, false, 0, 1000).unwrap();
    let not_open = page
        .rows
        .into_iter()
        .filter(|group| group.status != GroupStatus::Open);
    not_open
        .map(|GroupRow { status, members, .. }| {
            let kept = members.iter().filter(|member| member.keep);
            let kept = kept.map(|member| member.asset.0).collect();
            (
                members.iter().map(|member| member.asset.0).collect(),
                (status, kept),
            )
        })
        .collect()
}

/// Every file of the library is as it was, and nothing of it was put anywhere else.
fn only_the_apps_own(before: &Tree, work: &Path) {
    let (library, others): (Tree, Tree) = tree::snapshot(work)
        .into_iter()
        .partition(|(path, _)| path.starts_with("library"));
    assert_eq!(tree::differences(before, &library), "");
    let contents: BTreeSet<&String> = before.values().map(|entry| &entry.sha256).collect();
    for (path, entry) in others {
        let name = path.to_string_lossy();
        assert!(
            name.starts_with("catalog.db") || name.starts_with("home/"),
            "{path:?}"
        );
        assert!(
            !contents.contains(&entry.sha256),
            "{path:?} is a file of the library"
        );
    }
}

fn enabled(name: &str) -> String {
    format!("{}:not(:disabled)", id(name))
}
