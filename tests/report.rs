//! The report in the real window: it balances, is filtered and searched, says of one photo where it came from and where it is,
//! and is taken along through the system's own dialog.

use crate::e2e::{Opening, Window, id};
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_looked_at_asked_and_taken_along() {
    let place = Opening::scanned(16).moved(&["--skip-duplicates"]).verified();
    let said = place.cli.run(&["report"]);
    let files = said.json.iter().filter(|line| line["type"] == "file").count();
    let duplicates = said.json.last().unwrap()["balance"]["duplicate"]["files"]
        .as_u64()
        .unwrap();
    assert!(duplicates > 0);

    let window = place.open().await;
    window.click(&id("step-finish")).await;
    window.see("[data-testid=plan-balance][data-balanced=true]").await;
    window.picture("report-1-balance").await;
    window.click(&id("report-open")).await;
    window
        .until_text(&id("report-count"), &format!("{files} file"))
        .await;
    window.pictures(&id("report-rows")).await;
    window.picture("report-2-files").await;

    filter_by(&window, "Duplicate").await;
    let of_them = format!("{duplicates} file");
    window.until_text(&id("report-count"), &of_them).await;
    window.until_text(&id("report-row"), "Duplicate").await;
    filter_by(&window, "All").await;
    let name = place.library.photos[3].file_name().unwrap().to_str().unwrap();
    window.fill(&id("report-search"), name).await;
    window.until_text(&id("report-row"), name).await;
    window.click(&id("report-row")).await;
    for says in ["Found", "Copied", "Verified"] {
        window.until_text(&id("where-timeline"), says).await;
    }
    window
        .until_text(&id("where-copies"), "Read back and compared")
        .await;
    window.picture("report-3-where").await;
    window.click("[data-testid=where] button[aria-label=Close]").await;
    window.gone(&id("where")).await;
    window.resize(720, 620).await;
    window.picture("report-4-narrow").await;
    window.resize(1180, 800).await;
    window.go_dark().await;
    window.picture("report-5-dark").await;

    let path = place.beside("taken along.csv");
    window.click(&id("report-export")).await;
    window.click(&id("report-export-csv")).await;
    place
        .display()
        .answer("Export the report", path.to_str().unwrap());
    window.until_text("body", "named in").await;
    assert_eq!(records(&path), files, "all of them, whatever the list shows");
    window.close().await;
}

async fn filter_by(window: &Window<'_>, word: &str) {
    let script = "const chips = [...document.querySelectorAll('[data-testid=report-chips] button')];
        const chip = chips.find((one) => one.textContent.startsWith(arguments[0]));
        chip?.click();
        return !!chip";
    let what = format!("there is no chip {word}");
    window.until(&what, script, vec![word.into()]).await;
}

/// Lines of a CSV whose cells hold no line ends, without the header.
fn records(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap().lines().count() - 1
}
