//! A bucket chosen in the real window, by its form: the provider fills in what it always wants, a wrong key says what to
//! do, the test says what works and how fast, and nothing is left behind at the storage.

use crate::e2e::{Display, Window, id};
use albumen_testkit::s3::Server;

#[tokio::test(flavor = "multi_thread")]
async fn bucket_is_tested_and_chosen_in_the_window() {
    let work = tempfile::tempdir().unwrap();
    let server = Server::start(&work.path().join("s3"));
    server.create_bucket("pictures");
    let (catalog, home) = (work.path().join("catalog.db"), work.path().join("home"));
    let display = Display::open();
    let window = Window::open(&display, &catalog, &home).await;

    window.click(&id("step-destination")).await;
    window.click(&id("dest-s3")).await;
    assert_eq!(
        value(&window, "s3-endpoint").await,
        "https://s3.us-east-1.amazonaws.com"
    );
    choose(&window, "b2").await;
    window.picture("bucket-provider").await;
    choose(&window, "other").await;
    window.fill(&id("s3-endpoint"), &server.endpoint()).await;
    window.fill(&id("s3-bucket"), "pictures").await;
    window.fill(&id("s3-prefix"), "library").await;
    window.fill(&id("s3-access-key"), server.access_key()).await;
    window.fill(&id("s3-secret-key"), "not the secret").await;
    window.click(&id("dest-test")).await;
    window.see("[data-testid=dest-facts][data-ok=false]").await;
    let said = window.text(&id("dest-facts")).await;
    assert!(said.contains("The storage refused: the key"), "{said}");
    assert!(
        said.contains("Type the access key and the secret key again"),
        "{said}"
    );
    assert!(!window.is_enabled(&id("dest-use")).await);
    window.picture("bucket-wrong-key").await;

    window.fill(&id("s3-secret-key"), server.secret_key()).await;
    window.click(&id("dest-test")).await;
    window.see("[data-testid=dest-facts][data-ok=true]").await;
    let said = window.text(&id("dest-facts")).await;
    for word in ["Never overwrites", "Reads back", "Can delete", "MB/s"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    window.picture("bucket-tested").await;
    let left: Vec<_> = std::fs::read_dir(server.object_path("pictures", "library/.albumen"))
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    assert!(left.is_empty(), "the test leaves nothing behind: {left:?}");
    window.click(&id("dest-use")).await;
    window.see(&id("dest-current")).await;
    let shown = window.text(&id("dest-current")).await;
    assert!(shown.contains("pictures/library"), "{shown}");
    window.close().await;
}

async fn choose(window: &Window<'_>, provider: &str) {
    let script = "const list = document.querySelector('fieldset select');
        const set = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set;
        set.call(list, arguments[0]);
        list.dispatchEvent(new Event('change', { bubbles: true }))";
    window.see("fieldset select").await;
    window.ask(script, vec![provider.into()]).await;
}

async fn value(window: &Window<'_>, field: &str) -> String {
    let script = "return document.querySelector(`[data-testid=${arguments[0]}]`).value";
    window.see(&id(field)).await;
    let said = window.ask(script, vec![field.into()]).await;
    said.as_str().unwrap().to_owned()
}
