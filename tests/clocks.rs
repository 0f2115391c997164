//! A camera whose clock stood on 2007 after its battery was changed, put right in the real window: the person knows when one
//! of its photos was taken, sees what becomes of the others, and finds them in their real year in the plan.

use crate::e2e::{Opening, Window, id};
use albumen_testkit::exif::Exif;
use albumen_testkit::write::put;
use albumen_testkit::{picture, tree};
use std::path::Path;

const COPIED_NS: u64 = 1_720_000_000_000_000_000;
const CAMERA: &str = "[data-testid=clock-camera]:has([data-camera=\"FUJIFILM X100\"])";

/// As a camera takes them that was never told the time.
fn stood_still(library: &Path) {
    for (number, taken) in (0u64..).zip([
        "2007:01:01 00:12:08",
        "2007:01:02 09:40:31",
        "2007:01:02 19:05:00",
        "2007:01:04 11:11:11",
        "2007:01:05 16:20:59",
        "2007:01:06 21:48:30",
    ]) {
        let exif = Exif {
            make: "FUJIFILM",
            model: "X100",
            taken: taken.to_owned(),
            offset: "",
            orientation: 1,
            gps: None,
        };
        let painted = picture::paint(31, number, (640, 480));
        let bytes = exif.into_jpeg(&picture::jpeg(&painted, 80));
        let name = format!("IMG_{:04}.JPG", number + 1);
        put(library.join("Card").join(name), &bytes, COPIED_NS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_is_put_right_and_the_photos_go_to_their_real_year() {
    let place = Opening::scanned_with(24, stood_still);
    let before = tree::snapshot(&place.library.root);
    let window = place.open().await;
    window.click(&id("step-sources")).await;
    window.click(&id("clocks")).await;
    window.click(CAMERA).await;
    window.see(&id("clock-photo")).await;
    window.pictures(&id("clocks-sheet")).await;
    window.click(&id("clock-photo")).await;
    window.fill(&id("clock-really"), "2024-07-14 16:30:08").await;
    window
        .until_text(&id("clock-preview"), "6 files would get another date")
        .await;
    window.until_text(&id("clock-sample"), "2024").await;
    window.picture("clocks-1-preview").await;
    window.click(&id("apply-clock")).await;
    window.until_text(&id("clock-applied"), "6 files").await;
    window.picture("clocks-2-applied").await;
    window.resize(720, 680).await;
    window.picture("clocks-3-narrow").await;
    window.resize(1280, 900).await;
    window
        .click("[data-testid=clocks-sheet] button[aria-label=Close]")
        .await;
    window.gone(&id("clocks-sheet")).await;

    window.choose_folder(&place.beside("New home")).await;
    window.click(&id("step-plan")).await;
    planned(&window, "2024/2024-07/IMG_0001.JPG").await;

    // Taken back, they are where the camera says.
    window.click(&id("step-sources")).await;
    window.click(&id("clocks")).await;
    window.click("[data-testid=clock-applied] button").await;
    window.gone(&id("clock-applied")).await;
    window
        .click("[data-testid=clocks-sheet] button[aria-label=Close]")
        .await;
    window.gone(&id("clocks-sheet")).await;
    window.click(&id("step-plan")).await;
    planned(&window, "2007/2007-01/IMG_0001.JPG").await;
    window.close().await;
    assert_eq!(
        tree::differences(&before, &tree::snapshot(&place.library.root)),
        ""
    );
}

/// Plans anew and looks for the key.
async fn planned(window: &Window<'_>, key: &str) {
    window.click(&id("make-plan")).await;
    window.see(&id("plan-balance")).await;
    window.gone(&id("job-bar")).await;
    window.fill(&id("plan-search"), "IMG_0001").await;
    let script = "return [...document.querySelectorAll('[data-testid=plan-row] [title]')]
        .some((one) => one.title === arguments[0])";
    window
        .until(&format!("nothing goes to {key}"), script, vec![key.into()])
        .await;
}
