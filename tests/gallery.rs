//! A very long list of groups in the real window: it opens at once, and scrolling never waits for a script.
//!
//! Here with 2,000 groups, for what has to be true on any machine. `make bench` sets ALBUMEN_GALLERY=1 and has the
//! built release measured with 50,000 groups of 120,000 files, against the limits below.

#[path = "../src-tauri/crates/engine/tests/filled/mod.rs"]
mod filled;

use crate::e2e::{Display, Window, id};
use albumen_catalog::{NewGroup, NewMember};
use albumen_model::{AssetId, GroupKind, Relation, RuleId, Sha256};
use albumen_testkit::picture;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;

const FEW: usize = 2_000;
const MANY: usize = 50_000;
/// Members of one group after the other: 12 files make 5 groups.
const MEMBERS: [usize; 5] = [2, 3, 2, 3, 2];
const THUMBS: usize = 48;
/// Frames that are scrolled in: here, and where it is measured.
const FRAMES: [usize; 2] = [60, 300];
/// Without a graphics card a frame can take long to paint: then fewer are scrolled in. In milliseconds.
const LONGEST_SCROLL: u32 = 40_000;
const END: char = '\u{e010}';
const HOME: char = '\u{e011}';

/// Limits of `make bench`, in milliseconds.
const FIRST_PAGE: f64 = 1000.0;
const SCRIPT: f64 = 50.0;

#[tokio::test(flavor = "multi_thread")]
async fn gallery_of_very_many_groups() {
    let full = std::env::var_os("ALBUMEN_GALLERY").is_some();
    let groups = if full { MANY } else { FEW };
    let frames = FRAMES[usize::from(full)];
    let work = tempfile::tempdir().unwrap();
    let (catalog, home) = (work.path().join("catalog.db"), work.path().join("home"));
    let files = fill(&catalog, work.path(), groups);

    let display = Display::open();
    let window = Window::open(&display, &catalog, &home).await;
    window.see(&id("profile")).await;
    let opened = open_review(&window).await;
    assert_eq!(rows(&window).await, groups);
    window.pictures(&id("gallery")).await;
    window.picture("gallery").await;

    window.key(END).await;
    drawn_at(&window, groups, groups).await;
    window.key(HOME).await;
    drawn_at(&window, 1, groups).await;

    let wheel = scroll(&window, frames, 240.0).await;
    let height = window
        .ask(&format!("return {GALLERY}.scrollHeight"), Vec::new())
        .await;
    window.key(HOME).await;
    drawn_at(&window, 1, groups).await;
    let drag = scroll(&window, frames, height.as_f64().unwrap() / frames as f64).await;
    window.key(END).await;
    drawn_at(&window, groups, groups).await;
    window.close().await;

    for one in [&wheel, &drag] {
        assert!(
            one.most_rows < 20,
            "only rows in view are drawn, not {}",
            one.most_rows
        );
        assert!(
            one.moved > one.frames.len() / 2,
            "the list moved in {} frames",
            one.moved
        );
    }
    println!("gallery: {groups} groups of {files} files");
    let failed = [
        verdict("first page shown, ms", opened, FIRST_PAGE),
        verdict("wheel: longest script of a frame, ms", wheel.script(), SCRIPT),
        verdict(
            "drag over the whole list: longest script of a frame, ms",
            drag.script(),
            SCRIPT,
        ),
    ];
    for (name, one) in [("wheel", &wheel), ("drag", &drag)] {
        println!(
            "      {name}: {} frames; script before a frame, median {:.1} ms, at most {:.1} ms; a task between frames at most {:.1} ms; \
             layout and paint at most {:.1} ms; {} rows drawn at most",
            one.frames.len(),
            median(&one.frames),
            one.frames.iter().copied().fold(0.0, f64::max),
            one.task,
            one.render,
            one.most_rows,
        );
    }
    assert!(!full || failed.iter().all(|failed| !failed), "a limit is missed");
}

/// Prints a line as `make bench` has them; true where the limit is missed.
fn verdict(what: &str, value: f64, limit: f64) -> bool {
    let word = if value > limit { "FAIL" } else { "PASS" };
    println!("{word}  gallery: {what:<63} {value:8.1}  (limit {limit})");
    value > limit
}

// --- the window --------------------------------------------------------------------------------------------

const GALLERY: &str = "document.querySelector('[data-testid=gallery]')";

/// Milliseconds from the click on the step to the frame that has the first rows in it.
async fn open_review(window: &Window<'_>) -> f64 {
    let script = "const began = performance.now();
        const look = () => {
            const row = document.querySelector('[data-testid=group-row] [data-testid=member]');
            const painted = () => { window.measured = performance.now() - began; };
            requestAnimationFrame(row ? painted : look);
        };
        document.querySelector('[data-testid=step-review]').click();
        look()";
    window.ask(script, Vec::new()).await;
    measured(window).await.as_f64().unwrap()
}

async fn rows(window: &Window<'_>) -> usize {
    let script = format!("return Number({GALLERY}.getAttribute('aria-rowcount'))");
    let said = window.until("the list is empty", &script, Vec::new()).await;
    usize::try_from(said.as_u64().unwrap()).unwrap()
}

/// Waits until this row, counted from 1, is drawn with its members.
async fn drawn_at(window: &Window<'_>, row: usize, groups: usize) {
    let script = "const row = document.querySelector(`[role=row][aria-rowindex='${arguments[0]}']`);
        return !!row?.querySelector('[data-testid=member]')";
    let what = format!("row {row} of {groups} is not drawn");
    window.until(&what, script, vec![json!(row)]).await;
}

/// What scrolling cost, in milliseconds.
#[derive(Debug, Deserialize)]
struct Scrolled {
    /// Script of each frame: listeners of scrolling and callbacks of the frame.
    frames: Vec<f64>,
    /// The longest task between two frames: answers that arrive, what they draw.
    task: f64,
    /// The longest time from the callbacks of a frame until it was laid out and painted.
    render: f64,
    most_rows: usize,
    /// Frames in which the list stood elsewhere than in the one before.
    moved: usize,
}

impl Scrolled {
    fn script(&self) -> f64 {
        self.frames.iter().copied().fold(self.task, f64::max)
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Moves the list by so many dots a frame. A frame begins with the listeners of scrolling and the callbacks of frames; a
/// timer that is set then runs when it is laid out and painted. WebKit has no long tasks to observe: between
/// frames, timers of 4 ms that come later show how long a task was.
async fn scroll(window: &Window<'_>, frames: usize, step: f64) -> Scrolled {
    let script = "const [step, count, longest] = arguments;
        const gallery = document.querySelector('[data-testid=gallery]');
        const said = { frames: [], task: 0, render: 0, most_rows: 0, moved: 0 };
        const started = performance.now();
        let began = 0, drawn = 0, ticked = started, running = true, last = gallery.scrollTop;
        const ticks = (now) => {
            if (!began && !drawn) said.task = Math.max(said.task, now - ticked - 4);
            ticked = now;
        };
        const tick = () => {
            ticks(performance.now());
            if (running) setTimeout(tick, 4);
        };
        const scrolls = () => {
            const now = performance.now();
            ticks(now);
            began = now;
        };
        addEventListener('scroll', scrolls, { capture: true });
        const painted = (of) => {
            ticked = performance.now();
            said.render = Math.max(said.render, ticked - of);
            // The next frame may have begun before this timer ran.
            if (drawn === of) drawn = 0;
        };
        const frame = () => {
            drawn = performance.now();
            said.frames.push(began ? drawn - began : 0);
            began = 0;
            setTimeout(painted, 0, drawn);
            said.most_rows = Math.max(said.most_rows, gallery.querySelectorAll('[role=row]').length);
            if (gallery.scrollTop !== last) said.moved++;
            last = gallery.scrollTop;
            if (said.frames.length > count || drawn - started > longest) {
                running = false;
                removeEventListener('scroll', scrolls, { capture: true });
                window.measured = said;
                return;
            }
            gallery.scrollTop += step;
            requestAnimationFrame(frame);
        };
        window.measured = null;
        tick();
        requestAnimationFrame(frame)";
    let args = vec![json!(step), json!(frames), json!(LONGEST_SCROLL)];
    window.ask(script, args).await;
    serde_json::from_value(measured(window).await).unwrap()
}

/// What the script that was started has come to.
async fn measured(window: &Window<'_>) -> Value {
    window
        .until(
            "the measurement does not end",
            "return window.measured",
            Vec::new(),
        )
        .await
}

// --- the catalog -------------------------------------------------------------------------------------------

/// Writes a catalog as a scan would: files that were read, their small pictures, and their groups. Says how many files.
fn fill(path: &Path, root: &Path, groups: usize) -> usize {
    let files = groups / MEMBERS.len() * MEMBERS.iter().sum::<usize>();
    let thumbs: Vec<Vec<u8>> = (0..THUMBS as u64)
        .map(|stream| picture::jpeg(&picture::paint(9, stream, (256, 192)), 75))
        .collect();
    let (catalog, source, assets) = filled::fill(path, root, files, |number, identity, made| {
        identity.size += 37 * (number as u64 % 90_001);
        identity.mtime_ns += number as i64 * 1_000_000_000;
        made.sha256 = sha256(number);
        made.thumb = Some(thumbs[number % thumbs.len()].clone());
    });
    let mut rest = &assets[..];
    let made: Vec<NewGroup> = (0..groups)
        .map(|number| {
            let (members, others) = rest.split_at(MEMBERS[number % MEMBERS.len()]);
            rest = others;
            group(number, members, assets.len() - others.len() - members.len())
        })
        .collect();
    catalog.replace_groups(&made).unwrap();
    catalog.settle(&[source]).unwrap();
    files
}

fn sha256(number: usize) -> Sha256 {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&(number as u64).to_be_bytes());
    Sha256(digest)
}

/// `first` is the number of its first file.
fn group(number: usize, assets: &[AssetId], first: usize) -> NewGroup {
    let (kind, relation) = match number % 10 {
        0..5 => (GroupKind::Exact, Relation::Identical),
        5..9 => (GroupKind::Similar, Relation::Same),
        _ => (GroupKind::Burst, Relation::Burst),
    };
    let stays = kind == GroupKind::Burst;
    let members = assets.iter().enumerate().map(|(place, asset)| NewMember {
        asset: *asset,
        sha256: sha256(first + place),
        distance: place as u32,
        relation: if place == 0 { Relation::Keeper } else { relation },
        turn: 1,
        keep: stays || place == 0,
    });
    let copies = if stays { 0 } else { assets.len() as u64 - 1 };
    NewGroup {
        kind,
        rule: Some(RuleId::FileSize),
        reason: "it is the larger file",
        sure: true,
        reclaim: copies * (2_000_000 + number as u64),
        reclaim_assets: copies,
        members: members.collect(),
    }
}
