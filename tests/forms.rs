//! Homes of every other kind chosen in the real window, each by its own form as a person fills it in: what is wrong is said
//! in words that help, the test says what works and how fast, and then a small library moves there and is proven. S3 is in
//! `bucket`, Dropbox and the vault in `sign_in`.

use crate::e2e::{Display, Window, id};
use albumen_testkit::app::Cli;
use albumen_testkit::double::drive::Drive;
use albumen_testkit::double::oauth::{CLIENT_ID, CLIENT_SECRET, consent, say_yes};
use albumen_testkit::double::{Fault, When};
use albumen_testkit::http::visit;
use albumen_testkit::library::{self, Options};
use albumen_testkit::servers::{self, Objects};
use albumen_testkit::tree;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';
const PHOTOS: usize = 4;
const STORAGE_SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_write";
/// The key of nobody.
const PEM: &str = include_str!("../src-tauri/crates/store/src/google/assertion/throwaway.pem");
const WORKS: [&str; 6] = [
    "Reachable",
    "Can write",
    "Never overwrites",
    "Reads back",
    "MB/s",
    "Can delete",
];

/// Somebody with a small library that is scanned.
struct Person {
    work: TempDir,
    cli: Cli,
}

impl Person {
    fn new() -> Self {
        let work = tempfile::tempdir().unwrap();
        let options = Options {
            photos: PHOTOS,
            odd: false,
            ..Options::default()
        };
        let library = library::make(&work.path().join("library"), &options);
        let cli = Cli::new(work.path());
        cli.ok(&["scan", &library.root.to_string_lossy()]);
        Self { work, cli }
    }

    async fn opens<'a>(&self, display: &'a Display, home: &str) -> Window<'a> {
        let window = Window::open(display, &self.cli.catalog, &self.cli.home).await;
        window.click(&id("step-destination")).await;
        window.click(&id(&format!("dest-{home}"))).await;
        window.see(&id(&format!("form-{home}"))).await;
        window
    }

    fn has_file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.work.path().join(name);
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        path
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_google_drive_is_signed_in_to_given_up_and_used() {
    let person = Person::new();
    let drive = Drive::start(&person.work.path().join("drive"));
    drive.set_quota(Some(7_000_000));
    // Only a destination that was named on the command line may be served from this machine.
    let url = format!("gdrive:///Photos?api={}", drive.endpoint());
    let unknown = person.cli.run(&["plan", &url]);
    assert!(unknown.stderr.contains("not signed in"), "{}", unknown.stderr);
    let display = Display::open();
    let window = person.opens(&display, "drive").await;
    let said = window.text(&id("drive-sees")).await;
    assert!(said.contains("only what it puts there itself"), "{said}");

    // A registration of one's own, with a slip.
    window.click(&id("drive-own")).await;
    window.fill(&id("drive-client-id"), CLIENT_ID).await;
    window.fill(&id("drive-client-secret"), "not-the-secret").await;
    window.picture("forms-drive-01-filled").await;
    window.press(&[ENTER]).await;
    say_yes_in_the_browser(&window).await;
    let said = window.refusal().await;
    assert!(said.contains("Check the client id, its secret"), "{said}");
    window.picture("forms-drive-02-wrong-secret").await;

    // Given up half way: by its button, and by going elsewhere.
    window.fill(&id("drive-client-secret"), CLIENT_SECRET).await;
    window.click(&id("drive-sign-in")).await;
    let link = link(&window).await;
    window.picture("forms-drive-03-waiting").await;
    window.click(&id("drive-cancel")).await;
    window.gone(&id("drive-waiting")).await;
    window.see(&id("drive-given-up")).await;
    assert!(window.is_enabled(&id("drive-sign-in")).await);
    window.picture("forms-drive-04-given-up").await;
    assert!(visit(&consent(&link)).is_err(), "nobody waits any more");
    window.click(&id("drive-sign-in")).await;
    window.see(&id("drive-waiting")).await;
    window.click(&id("step-plan")).await;
    window.click(&id("step-destination")).await;
    window.gone(&id("form-drive")).await;
    window
        .see("[data-testid=dest-current][data-secret=missing]")
        .await;

    window.click(&id("dest-drive")).await;
    window.click(&id("drive-own")).await;
    window.fill(&id("drive-client-id"), CLIENT_ID).await;
    window.fill(&id("drive-client-secret"), CLIENT_SECRET).await;
    window.click(&id("drive-sign-in")).await;
    say_yes_in_the_browser(&window).await;
    window.see(&id("drive-account")).await;
    works(&window, "forms-drive-05-tested").await;
    let said = window.text(&id("dest-facts")).await;
    assert!(said.contains("MB free"), "{said}");
    uses(&window, "drive", "Photos").await;
    moves_and_proves(&window).await;
    window.close().await;
    let photos = drive.list();
    let arrived = photos.iter().filter(|path| path.starts_with("/Photos/"));
    assert!(arrived.count() >= PHOTOS, "{photos:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_of_google_is_opened_by_a_key_file() {
    let person = Person::new();
    let Some(server) = servers::gcs_emulator(&person.work.path().join("gcs")) else {
        return;
    };
    let google = Drive::start(&person.work.path().join("tokens"));
    google.oauth().offer(STORAGE_SCOPE);
    let client = person.has_file(
        "client.json",
        &json!({"installed": {"client_id": "x"}}).to_string(),
    );
    let key = json!({
        "type": "service_account",
        "project_id": "holidays",
        "private_key_id": "k1",
        "private_key": PEM,
        "client_email": "albumen@holidays.iam.gserviceaccount.com",
        "token_uri": google.oauth().token_url(),
    });
    let key = person.has_file("key.json", &key.to_string());
    let display = Display::open();
    let window = person.opens(&display, "gcs").await;

    window.fill(&id("gcs-bucket"), server.bucket()).await;
    window.fill(&id("gcs-prefix"), "library").await;
    window.click(&id("gcs-other")).await;
    window.fill(&id("gcs-endpoint"), &server.endpoint()).await;
    choose_file(&window, &client).await;
    window
        .until_text(&id("form-gcs"), "not the key of a service account")
        .await;
    assert!(!window.is_enabled(&id("dest-test")).await);
    window.picture("forms-gcs-01-wrong-file").await;
    choose_file(&window, &key).await;
    window.see(&id("gcs-key-of")).await;
    window.picture("forms-gcs-02-filled").await;

    // As it is answered when the key was deleted there.
    let gone = json!({"error": "invalid_grant", "error_description": "Invalid JWT Signature."});
    google.script(When::op("oauth.token"), Fault::json(400, &gone));
    fails(
        &window,
        &[
            "The storage refused: the key",
            "still listed under the service account",
        ],
        "forms-gcs-03-wrong-key",
    )
    .await;
    works(&window, "forms-gcs-04-tested").await;
    uses(&window, "gcs", "pictures/library").await;
    moves_and_proves(&window).await;
    window.close().await;
    let photos = server.client().keys("library/");
    assert!(photos.len() >= PHOTOS, "{photos:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_of_azure_is_opened_by_its_connection_string() {
    let person = Person::new();
    let Some(server) = servers::azurite(&person.work.path().join("azure")) else {
        return;
    };
    let container = server.create_container("photos");
    let display = Display::open();
    let window = person.opens(&display, "azure").await;

    window.fill(&id("azure-account"), server.account()).await;
    window
        .fill(&id("azure-key"), "YW5vdGhlciBhY2NvdW50IGhhcyB0aGlzIGtleSAwMQ==")
        .await;
    window.fill(&id("azure-container"), "photos").await;
    window.fill(&id("azure-prefix"), "library").await;
    window.click(&id("azure-other")).await;
    window.fill(&id("azure-endpoint"), &server.endpoint()).await;
    window.picture("forms-azure-01-filled").await;
    fails(
        &window,
        &[
            "The storage refused: the key",
            "Copy the key again from the Azure portal",
        ],
        "forms-azure-02-wrong-key",
    )
    .await;

    let all = format!(
        "DefaultEndpointsProtocol=http;AccountName={};AccountKey={};BlobEndpoint={};",
        server.account(),
        server.key(),
        server.endpoint()
    );
    window.paste(&id("azure-account"), &all).await;
    window.fill(&id("azure-container"), "nobodys").await;
    fails(
        &window,
        &["There is no such", "Albumen makes no containers"],
        "forms-azure-03-no-container",
    )
    .await;
    window.fill(&id("azure-container"), "photos").await;
    works(&window, "forms-azure-04-tested").await;
    uses(&window, "azure", "photos/library").await;
    moves_and_proves(&window).await;
    window.close().await;
    let photos = container.keys("library/");
    assert!(photos.len() >= PHOTOS, "{photos:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_webdav_is_opened_by_a_password() {
    let person = Person::new();
    let Some(server) = servers::rclone_webdav(&person.work.path().join("dav")) else {
        return;
    };
    let display = Display::open();
    let window = person.opens(&display, "webdav").await;

    window.fill(&id("webdav-address"), "cloud.example").await;
    window
        .until_text(&id("form-webdav"), "starts with https://")
        .await;
    let address = format!("{}/Photos", server.endpoint());
    window.fill(&id("webdav-address"), &address).await;
    window.fill(&id("webdav-user"), server.user()).await;
    window.fill(&id("webdav-password"), "not the password").await;
    window.picture("forms-webdav-01-filled").await;
    window.press(&[ENTER]).await;
    failed(
        &window,
        &[
            "The storage refused: the key or password",
            "Type the user and the password again",
        ],
        "forms-webdav-02-wrong-password",
    )
    .await;

    window.fill(&id("webdav-password"), server.password()).await;
    fails(
        &window,
        &["There is no such", "Make the folder if it is a new one"],
        "forms-webdav-03-no-folder",
    )
    .await;
    server.ask("MKCOL", "/Photos", &[], b"");
    window
        .until_text(&id("remember"), "This computer has no keychain that is open")
        .await;
    window.click("[data-testid=remember] button").await;
    window.see(&id("vault-passphrase")).await;
    window
        .until_text(&id("remember"), "Nobody can look it up for you")
        .await;
    works(&window, "forms-webdav-04-tested").await;
    window.go_dark().await;
    window.picture("forms-webdav-05-dark").await;
    assert!(
        !window.is_enabled(&id("dest-use")).await,
        "first the passphrase, or none"
    );
    window.click("[data-testid=remember] button").await;
    uses(&window, "webdav", "Photos").await;
    moves_and_proves(&window).await;
    window.close().await;
    let there = tree::snapshot(&server.folder().join("Photos"));
    assert!(there.len() >= PHOTOS, "{there:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_sftp_is_opened_by_the_keys_of_ssh() {
    let person = Person::new();
    let Some(server) = servers::sshd(&person.work.path().join("ssh")) else {
        return;
    };
    let stranger = server.key_of_a_stranger();
    let display = Display::open();
    let window = person.opens(&display, "sftp").await;

    // As it is copied from a terminal or a file manager.
    let folder = server.folder().join("Photos");
    let whole = format!(
        "{}@{}:{}{}",
        server.user(),
        server.host(),
        server.port(),
        folder.display()
    );
    window.fill(&id("sftp-host"), &whole).await;
    window.press(&[TAB]).await;
    window
        .until_text(&id("form-sftp"), &format!("ssh -p {} ", server.port()))
        .await;
    window.fill(&id("sftp-key"), &stranger.to_string_lossy()).await;
    window.picture("forms-sftp-01-filled").await;
    fails(
        &window,
        &["This computer does not know", "compare the fingerprint"],
        "forms-sftp-02-unknown",
    )
    .await;
    server.make_known_to(&stranger);
    fails(
        &window,
        &["does not let", "authorized_keys"],
        "forms-sftp-03-wrong-key",
    )
    .await;
    window
        .fill(&id("sftp-key"), &server.key_file().to_string_lossy())
        .await;
    fails(
        &window,
        &["There is no such", "Make the folder if it is a new one"],
        "forms-sftp-04-no-folder",
    )
    .await;
    std::fs::create_dir(&folder).unwrap();
    works(&window, "forms-sftp-05-tested").await;
    // The keyboard goes on where it was.
    let at = "return document.activeElement?.dataset.testid ?? ''";
    assert_eq!(window.ask(at, Vec::new()).await, "dest-test");
    window.resize(720, 680).await;
    window.picture("forms-sftp-06-narrow").await;
    window.resize(1180, 800).await;
    uses(&window, "sftp", "Photos").await;
    moves_and_proves(&window).await;
    window.close().await;
    let there = tree::snapshot(&folder);
    assert!(there.len() >= PHOTOS, "{there:?}");
}

/// The address that the browser was sent to.
async fn link(window: &Window<'_>) -> String {
    let script = "return document.querySelector('[data-testid=drive-link]')?.value ?? ''";
    let link = window.until("no address is shown", script, Vec::new()).await;
    link.as_str().unwrap().to_owned()
}

async fn say_yes_in_the_browser(window: &Window<'_>) {
    say_yes(&link(window).await);
}

async fn choose_file(window: &Window<'_>, path: &Path) {
    window.give_file(&id("gcs-key-file"), path).await;
}

/// Presses Test, and reads that it does not work, why, and what to do.
async fn fails(window: &Window<'_>, words: &[&str], picture: &str) {
    window.click(&id("dest-test")).await;
    failed(window, words, picture).await;
}

async fn failed(window: &Window<'_>, words: &[&str], picture: &str) {
    for word in words {
        window
            .until_text("[data-testid=dest-facts][data-ok=false]", word)
            .await;
    }
    assert!(!window.is_enabled(&id("dest-use")).await);
    in_its_frame(window).await;
    window.picture(picture).await;
}

/// The steps at the side stand where they always do, whatever was scrolled to.
async fn in_its_frame(window: &Window<'_>) {
    let script = "return ['html', 'body', '#root'].map((one) => document.querySelector(one).scrollTop)";
    assert_eq!(window.ask(script, Vec::new()).await, json!([0, 0, 0]));
}

/// Presses Test, and reads that all works, and how fast.
async fn works(window: &Window<'_>, picture: &str) {
    window.click(&id("dest-test")).await;
    window.see("[data-testid=dest-facts][data-ok=true]").await;
    let said = window.text(&id("dest-facts")).await;
    for word in WORKS {
        assert!(said.contains(word), "{word}: {said}");
    }
    in_its_frame(window).await;
    window.picture(picture).await;
}

async fn uses(window: &Window<'_>, home: &str, label: &str) {
    window.click(&id("dest-use")).await;
    window.gone(&id(&format!("form-{home}"))).await;
    window.until_text(&id("dest-current"), label).await;
}

async fn moves_and_proves(window: &Window<'_>) {
    window.click(&id("step-plan")).await;
    window.click(&id("make-plan")).await;
    window.see(&id("plan-row")).await;
    window.gone(&id("job-bar")).await;
    window.click(&id("start-moving")).await;
    window.click(&id("start-move")).await;
    window.see("[data-testid=move-progress][data-state=done]").await;
    window.gone(&id("job-bar")).await;
    window.click(&id("step-finish")).await;
    window.click(&id("verify")).await;
    // A connection that stands still is given up and made anew, which takes a minute.
    window
        .see_within(
            "[data-testid=verify-result][data-ok=true]",
            Duration::from_secs(150),
        )
        .await;
    let said = window.text(&id("verify-result")).await;
    assert!(said.contains("read back and identical"), "{said}");
}
