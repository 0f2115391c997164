//! A small part first, in the real window: the pilot is tried, read back and timed, the estimate says when the rest would be over
//! and what that rests on, the rest follows, and a sample says what it can promise and lets nothing else go.

use crate::e2e::{Opening, id};
use albumen_testkit::tree;

#[tokio::test(flavor = "multi_thread")]
async fn a_small_part_goes_first_and_the_rest_when_it_is_asked_for() {
    let place = Opening::scanned(60).planned();
    let there = place.archive();
    let photos = || {
        let all = if there.exists() {
            tree::snapshot(&there)
        } else {
            Default::default()
        };
        all.into_iter()
            .filter(|(path, entry)| !path.starts_with(".albumen") && entry.size > 0)
            .count()
    };
    let window = place.open().await;
    window.click(&id("step-move")).await;
    window.see("[data-testid=pilot][data-state=offer]").await;
    window.see("[data-testid=estimate][data-basis=none]").await;
    window.picture("pilot-1-offer").await;
    assert_eq!(photos(), 0);
    window.click(&id("start-pilot")).await;
    window.see("[data-testid=pilot][data-state=good]").await;
    window.until_text(&id("pilot-words"), "all read back whole").await;
    window.see("[data-testid=estimate][data-basis=pilot]").await;
    window.until_text(&id("pilot-rest"), "will take").await;
    let tried = photos();
    assert!(tried >= 20 && tried < place.library.photos.len(), "{tried}");
    window.picture("pilot-2-done").await;
    window.centre(&id("estimate")).await;
    window.picture("pilot-3-estimate").await;

    window.click(&id("move-rest")).await;
    window.see(&id("move-done")).await;
    assert!(photos() > tried);
    window.click(&id("step-finish")).await;
    window.click(&id("level-sample")).await;
    window.until_text(&id("sample-words"), "95 % certainty").await;
    window.picture("pilot-4-levels").await;
    window.click(&id("verify")).await;
    window.until_text(&id("sample-bound"), "95% certainty").await;
    assert!(
        !window.is_enabled(&id("open-delete")).await,
        "a sample opens no deletion"
    );
    window.picture("pilot-5-sample").await;
    window.resize(720, 620).await;
    window.picture("pilot-6-narrow").await;
    window.resize(1180, 800).await;
    window.go_dark().await;
    window.picture("pilot-7-dark").await;
    window.click(&id("level-readBack")).await;
    window.click(&id("verify")).await;
    window.until_text(&id("verify-result"), "every byte").await;
    // It is asked anew what may go.
    window.see("[data-testid=open-delete]:enabled").await;
    window.close().await;
    place.cli.ok(&["verify", &place.url()]);
}
