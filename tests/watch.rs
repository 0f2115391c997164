//! Two homes and keeping in step in the real window: a second home is added, keeping in step is switched on, a photo appears in
//! the folder and is said to be at both homes; it goes on by itself when the window is opened again.

use crate::e2e::{Opening, Window, id};
use albumen_testkit::{picture, tree};
use std::io::Write;
use std::path::Path;

async fn both_have_everything(window: &Window<'_>) {
    let script = "const homes = [...document.querySelectorAll('[data-testid=home]')];
        return homes.length === 2 && homes.every((home) => home.dataset.behind === '0'
          && home.dataset.proven === home.dataset.there)";
    window
        .until("both homes do not have everything", script, Vec::new())
        .await;
}

fn names(root: &Path) -> Vec<String> {
    let there = tree::snapshot(root).into_iter();
    let photos = there.filter(|(path, _)| !path.starts_with(".albumen"));
    photos.map(|(_, entry)| entry.sha256).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_photo_is_said_to_be_at_both_homes() {
    let place = Opening::scanned(8).moved(&[]);
    let [one, other] = [place.archive(), place.beside("second disk")];
    let window = place.open().await;
    window.click(&id("step-destination")).await;
    window.click(&id("add-second")).await;
    window.test_folder(&other).await;
    window.click(&id("dest-use")).await;
    window.see("[data-testid=second-home][data-named=true]").await;
    window.picture("second-home-1-named").await;

    window.click(&id("step-move")).await;
    window
        .see("[data-testid=home]:last-child:not([data-behind='0'])")
        .await;
    window.click(&id("in-step-start")).await;
    window
        .see("[data-testid=in-step][data-at=listening][data-behind='0']")
        .await;
    both_have_everything(&window).await;
    let before = names(&other).len();
    assert!(before > 0 && names(&one).len() == before);

    let path = place.library.root.join("a new one.jpg");
    let bytes = picture::jpeg(&picture::paint(4711, 1, (320, 240)), 80);
    std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
    window
        .see(&format!(
            "[data-testid=home]:last-child[data-proven='{}']",
            before + 1
        ))
        .await;
    window
        .see("[data-testid=in-step][data-at=listening][data-behind='0']")
        .await;
    // It may have looked once more since: what it met is told by the homes.
    window.until_text(&id("in-step-last"), "Last round").await;
    both_have_everything(&window).await;
    window.picture("second-home-2-in-step").await;
    let sha256 = tree::sha256(&path);
    assert!(names(&one).contains(&sha256) && names(&other).contains(&sha256));
    // A person's job goes first, and keeping in step goes on after it.
    window.click(&id("step-finish")).await;
    window.click(&id("verify")).await;
    window
        .until_text(&id("verify-result"), "read back and identical")
        .await;
    window.see(&id("in-step-mark")).await;
    window.close().await;

    let window = place.open().await;
    window.click(&id("in-step-mark")).await;
    window.see(&id("in-step-resumed")).await;
    window.picture("second-home-3-went-on").await;
    window.click(&id("in-step-stop")).await;
    window.see("[data-testid=in-step][data-at=off]").await;
    window.gone(&id("in-step-mark")).await;
    window.close().await;
    for home in [&one, &other] {
        place.cli.ok(&["verify", &format!("file://{}", home.display())]);
    }
}
