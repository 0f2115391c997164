//! The line of phases in the real window: a strategy is chosen, photos are moved, cut over to, opened from their new home and
//! compared, and the way back restores what was; each with a picture.

use crate::e2e::{Opening, id};
use albumen_testkit::tree;

#[tokio::test(flavor = "multi_thread")]
async fn there_and_back_in_the_window() {
    let place = Opening::scanned_plain(16).planned();
    let before = tree::snapshot(&place.library.root);
    let window = place.open().await;
    window.see("[data-testid=phases][data-phase=copy]").await;
    window.click(&id("open-strategy")).await;
    window.see(&id("strategy-inStep")).await;
    window.until_text(&id("strategy-dialog"), "Recommended").await;
    window.click(&id("strategy-inStep")).await;
    window.picture("phases-1-strategy").await;
    window.click(&id("strategy-confirm")).await;
    window
        .see("[data-testid=open-strategy][data-strategy=inStep]")
        .await;

    window.click(&id("step-move")).await;
    window.click(&id("start-move")).await;
    window.see("[data-testid=phases][data-phase=inStep]").await;
    window.until_text(&id("phase-says"), "0 behind").await;
    window.click(&id("way-pause")).await;
    window.see("[data-testid=phases][data-paused=true]").await;
    window.picture("phases-2-paused").await;
    window.click(&id("way-resume")).await;
    window.see("[data-testid=phases][data-paused=false]").await;

    window.click(&id("step-finish")).await;
    window.click(&id("open-cut-over")).await;
    window
        .until_text(&id("cut-over-dialog"), "Nothing is behind")
        .await;
    window.picture("phases-3-before").await;
    window.click(&id("cut-over-confirm")).await;
    window.see("[data-testid=phases][data-phase=home]").await;
    window.see(&id("home-state")).await;
    // Photos are opened by the page itself, and compared.
    let photo = "const picture = new Image();
        picture.src = 'thumb://localhost/preview/' + arguments[0];
        return true";
    for file in 1..12 {
        window.ask(photo, vec![file.into()]).await;
    }
    let opened = "return Number(document.querySelector('[data-testid=home-state]')?.dataset.agreed) >= 3";
    window.until("they are not compared", opened, Vec::new()).await;
    window.centre(&id("home-state")).await;
    window.picture("phases-4-home").await;
    window.resize(720, 620).await;
    window.centre(&id("home-state")).await;
    window.picture("phases-5-narrow").await;
    window.resize(1180, 800).await;
    window.go_dark().await;
    window.centre(&id("home-state")).await;
    window.picture("phases-6-dark").await;

    window.click(&id("open-switch-back")).await;
    window
        .until_text(&id("switch-back-dialog"), "Nothing, anywhere")
        .await;
    window.picture("phases-7-back").await;
    window.click(&id("switch-back-confirm")).await;
    window.see("[data-testid=phases][data-phase=inStep]").await;
    window.see(&id("switched-back")).await;
    window.close().await;
    assert_eq!(
        tree::differences(&before, &tree::snapshot(&place.library.root)),
        ""
    );
}
