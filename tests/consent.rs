//! Signing in to doubles of the providers on loopback: from consent to account, and to the end of it. The test plays the
//! browser.

use albumen_engine::Engine;
use albumen_engine::api::{AppError, DestinationSpec, SecretPlace, SignedInAs, VaultState};
use albumen_store::oauth::{Client, SignIn, SignInError, revoke};
use albumen_testkit::app::{Cli, Output, wait};
use albumen_testkit::double::drive::Drive;
use albumen_testkit::double::dropbox::Dropbox;
use albumen_testkit::double::oauth::{CLIENT_ID, CLIENT_SECRET, Consent, consent, say_yes};
use albumen_testkit::http::{Answer, visit};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tempfile::TempDir;
use url::Url;

/// Dropbox's way back has three ports, for all tests together.
static PORTS: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    PORTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// With every way back registered, as README tells people to.
fn dropbox(dir: &Path) -> Dropbox {
    let dropbox = Dropbox::start(dir);
    for port in 53682..=53684 {
        dropbox.oauth().register(&format!("http://127.0.0.1:{port}/"));
    }
    dropbox
}

struct Home {
    _alone: MutexGuard<'static, ()>,
    dir: TempDir,
    dropbox: Dropbox,
    engine: Engine,
}

impl Home {
    fn new() -> Self {
        let alone = alone();
        let dir = tempfile::tempdir().expect("a folder");
        let dropbox = dropbox(&dir.path().join("there"));
        let here = dir.path().join("here");
        let engine =
            Engine::open_with(&here.join("catalog.db"), &here.join("secrets.vault")).expect("an engine");
        Self {
            _alone: alone,
            dir,
            dropbox,
            engine,
        }
    }

    fn spec(&self, account: &str) -> DestinationSpec {
        let url = format!(
            "dropbox:///Photos?account={account}&api={}",
            self.dropbox.endpoint()
        );
        DestinationSpec::parse(&url).expect("a spec")
    }

    /// Signs in while `browser` does what a browser does with the link.
    fn sign_in(
        &self,
        account: &str,
        browser: impl FnOnce(&str) + Send + 'static,
    ) -> Result<SignedInAs, AppError> {
        let mut at_the_browser: Option<JoinHandle<()>> = None;
        let done = self
            .engine
            .sign_in_telling(self.spec(account), CLIENT_ID, "", |link| {
                let link = link.to_owned();
                at_the_browser = Some(std::thread::spawn(move || browser(&link)));
            });
        at_the_browser
            .expect("a link was told")
            .join()
            .expect("the browser");
        done
    }

    fn files(&self) -> Vec<PathBuf> {
        let listed = std::fs::read_dir(self.dir.path().join("here")).expect("a folder");
        listed.flatten().map(|entry| entry.path()).collect()
    }
}

fn come_back(link: &str) -> Answer {
    visit(&consent(link)).expect("somebody listens")
}

/// What came back under a name, as the `code` and the `state` of an answer do.
fn told(answer: &str, name: &str) -> String {
    let answer = Url::parse(answer).expect("an address");
    let mut pairs = answer.query_pairs();
    let found = pairs.find(|(one, _)| one == name);
    found.unwrap_or_else(|| panic!("no {name}")).1.into_owned()
}

/// Comes back as the browser would, but with the code of another consent.
fn come_back_with(link: &str, code: &str) {
    let consented = consent(link);
    let mut back = Url::parse(&consented).expect("an address");
    back.query_pairs_mut()
        .clear()
        .append_pair("code", code)
        .append_pair("state", &told(&consented, "state"));
    visit(back.as_str()).expect("somebody listens");
}

fn holds(path: &Path, text: &str) -> bool {
    let bytes = std::fs::read(path).expect("a file");
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn a_consent_opens_the_account_it_was_given_for() {
    let home = Home::new();
    let signed_in = home.sign_in("", say_yes).expect("signed in");
    assert_eq!(signed_in.name, "ada@example.org");
    assert_eq!(signed_in.spec, home.spec("dbid:AAAAtheFirst"));
    assert!(signed_in.free_bytes.is_some());
    assert_eq!(home.engine.sign_in_link(), None);
    assert_eq!(home.engine.secret_place(&signed_in.spec), SecretPlace::Session);
    assert_eq!(
        home.engine.secret_place(&home.spec("dbid:another")),
        SecretPlace::Missing
    );
    let facts = home
        .engine
        .test_destination(signed_in.spec, None)
        .expect("tested");
    assert!(facts.ok, "{:?}", facts.checks);
}

#[test]
fn a_no_in_the_browser_is_a_no() {
    let home = Home::new();
    home.dropbox.oauth().next_consent(Consent::Deny);
    let refused = home.sign_in("", say_yes).expect_err("denied");
    assert_eq!(refused.code, "sign_in_denied");
    assert_eq!(home.dropbox.count("oauth.token"), 0);
}

#[test]
fn a_wrong_or_missing_state_never_ends_in_a_token() {
    let home = Home::new();
    home.dropbox.oauth().next_consent(Consent::WrongState);
    home.dropbox.oauth().next_consent(Consent::NoState);
    let signed_in = home.sign_in("", |link| {
        assert_eq!(come_back(link).status, 404, "another state");
        assert_eq!(come_back(link).status, 404, "no state");
        say_yes(link);
    });
    signed_in.expect("the right answer still counts");
    let asked = home.dropbox.asked();
    let trades = asked
        .iter()
        .filter(|asked| asked.arg.contains("authorization_code"));
    assert_eq!(trades.count(), 1);
}

#[test]
fn a_code_is_worth_nothing_the_second_time_and_for_another_sign_in() {
    let home = Home::new();
    let (sent, first) = std::sync::mpsc::channel();
    let signed_in = home.sign_in("", move |link| {
        let back = consent(link);
        assert_eq!(visit(&back).expect("somebody listens").status, 200);
        assert!(
            visit(&back).map_or(true, |page| page.status == 404),
            "it was taken already"
        );
        sent.send(back).expect("sent");
    });
    signed_in.expect("signed in");
    let code = told(&first.recv().expect("the first answer"), "code");
    let replayed = home.sign_in("", move |link| come_back_with(link, &code));
    assert_eq!(replayed.expect_err("refused").code, "sign_in_denied");
}

#[test]
fn a_code_of_another_sign_in_does_not_fit_this_verifier() {
    let home = Home::new();
    let (sent, unused) = std::sync::mpsc::channel();
    home.dropbox.oauth().next_consent(Consent::WrongState);
    let cancel = home.engine.clone();
    let cancelled = home.sign_in("", move |link| {
        sent.send(consent(link)).expect("sent");
        cancel.cancel_sign_in();
    });
    assert_eq!(cancelled.expect_err("cancelled").code, "stopped");
    let code = told(&unused.recv().expect("an answer"), "code");
    let mixed = home.sign_in("", move |link| come_back_with(link, &code));
    let refused = mixed.expect_err("refused");
    assert!(refused.message.contains("invalid_grant"), "{refused}");
}

#[test]
fn another_account_than_the_library_was_begun_in_is_refused() {
    let home = Home::new();
    let refused = home.sign_in("dbid:another", say_yes).expect_err("refused");
    assert_eq!(refused.code, "wrong_account");
    for account in ["", "dbid:another", "dbid:AAAAtheFirst"] {
        assert_eq!(
            home.engine.secret_place(&home.spec(account)),
            SecretPlace::Missing
        );
    }
}

#[test]
fn a_consent_that_was_taken_back_asks_to_sign_in_again() {
    let home = Home::new();
    let spec = home.sign_in("", say_yes).expect("signed in").spec;
    home.dropbox.oauth().revoke_all();
    let facts = home.engine.test_destination(spec.clone(), None).expect("tested");
    let said: String = facts.checks.iter().map(|check| check.detail.as_str()).collect();
    assert!(!facts.ok && said.contains("Sign in again"), "{said}");
    let again = home
        .sign_in("dbid:AAAAtheFirst", say_yes)
        .expect("signed in again");
    assert_eq!(again.spec, spec);
    assert!(home.engine.test_destination(spec, None).expect("tested").ok);
}

#[test]
fn signing_out_ends_the_consent_there_and_everything_here() {
    let home = Home::new();
    let spec = home.sign_in("", say_yes).expect("signed in").spec;
    home.engine
        .open_vault("a long passphrase".to_owned())
        .expect("made");
    home.engine
        .choose_destination(spec.clone(), None, true)
        .expect("chosen");
    home.engine.sign_out(spec.clone()).expect("signed out");
    assert_eq!(home.dropbox.count("oauth.revoke"), 1);
    assert_eq!(home.engine.secret_place(&spec), SecretPlace::Missing);
    assert_eq!(
        home.engine.sign_out(spec).expect_err("nothing left").code,
        "secret_missing"
    );

    let spec = home.sign_in("", say_yes).expect("signed in").spec;
    home.dropbox.oauth().revoke_all();
    home.engine.sign_out(spec.clone()).expect("it was gone already");
    assert_eq!(home.engine.secret_place(&spec), SecretPlace::Missing);
}

#[test]
fn what_a_sign_in_leaves_is_nowhere_in_plain_text_and_found_after_a_restart() {
    let home = Home::new();
    let spec = home.sign_in("", say_yes).expect("signed in").spec;
    if home.engine.secret_stores().keychain {
        return;
    }
    home.engine
        .open_vault("canary-passphrase".to_owned())
        .expect("made");
    let chosen = home
        .engine
        .choose_destination(spec.clone(), None, true)
        .expect("chosen");
    assert_eq!(chosen.secret, SecretPlace::Vault);
    home.engine.lock_vault();
    let files = home.files();
    assert!(files.iter().any(|path| path.ends_with("secrets.vault")) && files.len() > 1);
    for path in files {
        // As the double begins all it gives out.
        for secret in ["refresh-", "access-", "code-", "canary"] {
            assert!(!holds(&path, secret), "{secret} in {}", path.display());
        }
    }
    assert_eq!(
        home.engine
            .test_destination(spec.clone(), None)
            .expect_err("locked")
            .code,
        "vault_locked"
    );
    let opened = home
        .engine
        .open_vault("canary-passphrase".to_owned())
        .expect("opened");
    assert_eq!(opened.vault, VaultState::Open);
    assert!(home.engine.test_destination(spec, None).expect("tested").ok);
}

/// Drive's provider is not asked here: consent, trade and revocation are.
#[tokio::test(flavor = "multi_thread")]
async fn google_gives_a_lasting_consent_and_takes_it_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let drive = Drive::start(dir.path());
    let spec = DestinationSpec::parse(&format!("gdrive:///Photos?api={}", drive.endpoint())).expect("a spec");
    let sign_in = async |secret: &str| {
        let client = Client::of(&spec, CLIENT_ID, secret).expect("a client");
        let signing = SignIn::begin(&spec, client).await.expect("begun");
        let link = signing.link().to_owned();
        let browser = std::thread::spawn(move || say_yes(&link));
        let done = signing.finish().await;
        browser.join().expect("the browser");
        done
    };
    let refused = sign_in("not-the-secret").await.expect_err("refused");
    assert!(matches!(refused, SignInError::Refused { .. }), "{refused}");
    sign_in(CLIENT_SECRET).await.expect("the first consent");
    let grant = sign_in(CLIENT_SECRET).await.expect("a second one lasts too");
    assert!(!grant.refresh_token.is_empty());
    revoke(&spec, &grant).await.expect("taken back");
    revoke(&spec, &grant).await.expect("gone already");
    assert_eq!(drive.count("oauth.revoke"), 2);
}

/// One of the tokens that the doubles give out, by how it is written.
fn shows_a_token(text: &[u8]) -> bool {
    ["refresh-", "access-"].iter().any(|kind| {
        text.windows(kind.len() + 40).any(|part| {
            let (begins, rest) = part.split_at(kind.len());
            begins == kind.as_bytes() && rest.iter().all(u8::is_ascii_hexdigit)
        })
    })
}

fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder).expect("a folder").flatten();
    listed
        .flat_map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => everything_below(&entry.path()),
            Ok(kind) if kind.is_file() => vec![entry.path()],
            _ => Vec::new(),
        })
        .collect()
}

/// Runs `sign-in`, says yes at the address it prints, and gives what it said after that.
fn sign_in_by_command(cli: &Cli, dest: &str) -> Output {
    let mut child = cli.spawn(&["sign-in", dest, "--client-id", CLIENT_ID, "--remember"]);
    let mut said = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    said.read_line(&mut first).expect("a line");
    let link: Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("no link: {first}"));
    say_yes(link["link"].as_str().expect("a link"));
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("the rest");
    let mut output = wait(child);
    output.json = rest
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    output.stdout = first + &rest;
    output
}

#[test]
fn on_the_command_line_a_sign_in_lasts_under_a_passphrase_and_shows_nothing() {
    let _alone = alone();
    let (there, work) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let dropbox = dropbox(there.path());
    let dest = format!("dropbox:///Photos?api={}", dropbox.endpoint());
    let secluded = || {
        Cli::new(work.path())
            .env("ALBUMEN_BROWSER", "none")
            .env("ALBUMEN_LOG", "trace")
    };
    let without = secluded().run(&["sign-in", &dest, "--client-id", CLIENT_ID, "--remember"]);
    assert_eq!(without.status, 3, "{}", without.stderr);
    assert!(
        without.stdout.contains("keychain_unavailable"),
        "nobody was sent to a browser in vain"
    );

    let cli = secluded().env("ALBUMEN_PASSPHRASE", "canary of the passphrase");
    let signed_in = sign_in_by_command(&cli, &dest);
    assert_eq!(signed_in.status, 0, "{}", signed_in.stderr);
    let dest = signed_in.json[0]["dest"]
        .as_str()
        .expect("the DEST to go on with")
        .to_owned();
    assert_eq!(signed_in.json[0]["name"], "ada@example.org");
    assert!(dest.contains("account=dbid%3AAAAAtheFirst"), "{dest}");

    let source = work.path().join("source");
    std::fs::create_dir(&source).expect("a folder");
    cli.ok(&["scan".as_ref(), source.as_os_str()]);
    let planned = cli.ok(&["plan", &dest]);
    let locked = secluded().run(&["sign-out", &dest]);
    assert_eq!(locked.status, 3);
    assert!(locked.stdout.contains("vault_locked"), "{}", locked.stdout);
    let wrong = secluded()
        .env("ALBUMEN_PASSPHRASE", "another one")
        .run(&["plan", &dest]);
    assert_eq!(wrong.status, 3);
    assert!(wrong.stdout.contains("vault_passphrase"), "{}", wrong.stdout);

    let vault = work.path().join("home/data/dev.albumen.desktop/secrets.vault");
    let written = everything_below(work.path());
    assert!(written.contains(&vault), "{written:?}");
    for path in written {
        let bytes = std::fs::read(&path).expect("a file");
        assert!(
            !shows_a_token(&bytes) && !holds(&path, "canary of"),
            "{}",
            path.display()
        );
    }
    let signed_out = cli.ok(&["sign-out", &dest]);
    assert_eq!(dropbox.count("oauth.revoke"), 1);
    for output in [signed_in, planned, signed_out] {
        let said = output.stdout + &output.stderr;
        assert!(
            !said.is_empty() && !shows_a_token(said.as_bytes()) && !said.contains("canary of"),
            "{said}"
        );
    }
}
