//! A drive in the cloud, from the first click to the proof, in the real window: signed in to, kept under a passphrase, tested,
//! limited by the hour, moved to, and proven by its own digests. The provider is a double on loopback; the person's browser
//! is a visit to the address that the window shows.

use crate::e2e::{Display, Window, id};
use albumen_testkit::app::Cli;
use albumen_testkit::double::dropbox::Dropbox;
use albumen_testkit::double::oauth;
use albumen_testkit::library::{self, Options};

const PASSPHRASE: &str = "a long walk by the sea";

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_drive_is_signed_in_to_limited_moved_to_and_proven() {
    let work = tempfile::tempdir().unwrap();
    let dropbox = Dropbox::start(&work.path().join("dropbox"));
    for port in 53682..=53684 {
        dropbox.oauth().register(&format!("http://127.0.0.1:{port}/"));
    }
    let options = Options {
        photos: 6,
        odd: false,
        ..Options::default()
    };
    let library = library::make(&work.path().join("library"), &options);
    let cli = Cli::new(work.path());
    cli.ok(&["scan", &library.root.to_string_lossy()]);
    // Only a destination that was named on the command line may be served from this machine.
    let url = format!("dropbox:///Photos?api={}", dropbox.endpoint());
    let unknown = cli.run(&["plan", &url]);
    assert!(unknown.stderr.contains("not signed in"), "{}", unknown.stderr);

    let display = Display::open();
    let window = Window::open(&display, &cli.catalog, &cli.home).await;
    window.click(&id("step-destination")).await;
    window.picture("sign-in-01-homes").await;
    window.click(&id("dest-dropbox")).await;
    window.click(&id("dropbox-own")).await;
    window.fill(&id("dropbox-client-id"), oauth::CLIENT_ID).await;
    window.picture("sign-in-02-form").await;
    window.click(&id("dropbox-sign-in")).await;
    let link = "return document.querySelector('[data-testid=dropbox-link]')?.value ?? ''";
    let link = window.until("no address is shown", link, Vec::new()).await;
    window.picture("sign-in-03-waiting").await;
    oauth::say_yes(link.as_str().unwrap());
    window.see(&id("dropbox-account")).await;

    window.click("[data-testid=remember] button").await;
    window.fill(&id("vault-passphrase"), PASSPHRASE).await;
    window.fill(&id("vault-passphrase-again"), PASSPHRASE).await;
    window.click(&id("dest-test")).await;
    window.see("[data-testid=dest-facts][data-ok=true]").await;
    window.picture("sign-in-04-tested").await;
    assert_eq!(dropbox.objects().len(), 0, "the test leaves nothing behind");
    window.click(&id("dest-use")).await;
    window.gone(&id("form-dropbox")).await;
    window.see(&id("dest-current")).await;

    window.click(&id("step-plan")).await;
    window.click(&id("make-plan")).await;
    window.see(&id("plan-row")).await;
    window.gone(&id("job-bar")).await;
    window.click(&id("start-moving")).await;
    window.click(&id("throttle-open")).await;
    window.click(&id("throttle-add")).await;
    window.see(&id("hours-0")).await;
    window.picture("sign-in-05-limits").await;
    window.click(&id("throttle-save")).await;
    window.gone(&id("throttle-sheet")).await;
    window.click(&id("start-move")).await;
    window.see("[data-testid=move-progress][data-state=done]").await;
    window.gone(&id("job-bar")).await;
    assert_eq!(dropbox.twins(), 0);
    let photos = dropbox.list();
    let arrived = photos.iter().filter(|path| path.starts_with("/Photos/"));
    assert!(arrived.count() >= 6, "{photos:?}");

    window.click(&id("step-finish")).await;
    window.click("[data-testid=level-digest]").await;
    dropbox.forget();
    window.click(&id("verify")).await;
    window.see("[data-testid=verify-result][data-ok=true]").await;
    window.picture("sign-in-06-proven").await;
    assert_eq!(dropbox.count("files/download"), 0, "nothing came back for it");
    window.close().await;

    // Another day, the sign-in is there once the passphrase is.
    let window = Window::open(&display, &cli.catalog, &cli.home).await;
    window.click(&id("step-destination")).await;
    window.see(&id("unlock")).await;
    window.picture("sign-in-07-locked").await;
    window.fill(&id("unlock-passphrase"), PASSPHRASE).await;
    window.click(&id("unlock")).await;
    window.gone(&id("unlock")).await;
    window.see("[data-testid=dest-current][data-secret=vault]").await;
    let shown = window.text(&id("dest-current")).await;
    assert!(shown.contains("passphrase"), "{shown}");
    window.close().await;
}
