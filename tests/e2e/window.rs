//! What a person does in the window: look for something, click it, type, press keys, drop folders.
//!
//! Every wait is a poll with a deadline, and every request has one too; an error box ends a wait at once. A failure
//! leaves a picture, the page's text and the error's.

use super::driver::Driver;
use super::{Display, id};
use albumen_testkit::app;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

const REQUEST: Duration = Duration::from_secs(20);
const FRAMES: Duration = Duration::from_secs(5);
const WAIT: Duration = Duration::from_secs(60);
const BACKSPACE: char = '\u{e003}';
const POLL: Duration = Duration::from_millis(40);
const SHIFT: char = '\u{e008}';
const TAB: char = '\u{e004}';
const MOST_TABS: usize = 80;

pub struct Window<'a> {
    client: Client,
    display: &'a Display,
    /// What an error box said that was expected.
    expected: Mutex<String>,
    // Last, so that the session is closed before its driver goes.
    _driver: Driver,
}

impl<'a> Window<'a> {
    pub async fn open(display: &'a Display, catalog: &Path, home: &Path) -> Self {
        let driver = Driver::start(display, catalog, home);
        let mut wanted = serde_json::Map::new();
        wanted.insert(
            "webkitgtk:browserOptions".into(),
            json!({ "binary": app::desktop(), "args": [] }),
        );
        let address = format!("http://127.0.0.1:{}", driver.port);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let session = builder.capabilities(wanted);
        let client = timeout(WAIT, session.connect(&address))
            .await
            .expect("the window opens in time");
        Self {
            client: client.expect("the window opens"),
            display,
            expected: Mutex::default(),
            _driver: driver,
        }
    }

    pub async fn close(self) {
        timeout(REQUEST, self.client.clone().close())
            .await
            .expect("the window closes in time")
            .expect("close the window");
    }

    /// The element, as soon as it is there.
    pub async fn see(&self, css: &str) -> Element {
        self.see_within(css, WAIT).await
    }

    pub async fn see_within(&self, css: &str, wait: Duration) -> Element {
        let deadline = Instant::now() + wait;
        loop {
            if let Some(element) = self.find(css).await {
                return element;
            }
            self.again(deadline, &format!("{css} does not appear")).await;
        }
    }

    pub async fn gone(&self, css: &str) {
        let deadline = Instant::now() + WAIT;
        while self.find(css).await.is_some() {
            self.again(deadline, &format!("{css} stays")).await;
        }
    }

    /// Waits until it can be clicked and nothing lies over it.
    pub async fn click(&self, css: &str) {
        let deadline = Instant::now() + WAIT;
        loop {
            if let Some(element) = self.find(css).await
                && request(element.is_enabled()).await == Ok(true)
                && request(element.click()).await.is_ok()
            {
                return;
            }
            // The driver brings things to the edge, where a bar may lie over them.
            let script = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' })";
            self.script(script, vec![json!(css)]).await.ok();
            self.again(deadline, &format!("{css} cannot be clicked")).await;
        }
    }

    /// What the error box says, which ends no wait from now on.
    pub async fn refusal(&self) -> String {
        self.see(&id("error-box")).await;
        let said = self.text(&id("error-box")).await;
        said.clone_into(&mut self.expected.lock().unwrap_or_else(PoisonError::into_inner));
        said
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        let old = request(field.prop("value"))
            .await
            .ok()
            .flatten()
            .unwrap_or_default();
        let backspaces = BACKSPACE.to_string().repeat(old.chars().count());
        request(field.send_keys(&(backspaces + text)))
            .await
            .expect("type into a field");
        let deadline = Instant::now() + WAIT;
        while request(field.prop("value")).await.ok().flatten().as_deref() != Some(text) {
            self.again(deadline, &format!("{css} does not hold {text:?}"))
                .await;
        }
    }

    /// As a paste does: all of it at once.
    pub async fn paste(&self, css: &str, text: &str) {
        self.see(css).await;
        let script = "const field = document.querySelector(arguments[0]);
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, arguments[1]);
            field.dispatchEvent(new Event('input', { bubbles: true }))";
        self.ask(script, vec![json!(css), json!(text)]).await;
    }

    /// What a person does in the system's own dialog for files.
    pub async fn give_file(&self, css: &str, path: &Path) {
        let field = self.see(css).await;
        request(field.send_keys(&path.to_string_lossy()))
            .await
            .expect("give a file");
    }

    /// Waits until the element shows these words.
    pub async fn until_text(&self, css: &str, words: &str) {
        let deadline = Instant::now() + WAIT;
        while !self.text(css).await.contains(words) {
            self.again(deadline, &format!("{css} does not say {words:?}"))
                .await;
        }
    }

    /// Presses the keys together, in the order given, as `Ctrl+Shift+Z` is pressed.
    pub async fn press(&self, keys: &[char]) {
        let down = keys.iter().map(|&value| KeyAction::Down { value });
        let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
        let actions = down
            .chain(up)
            .fold(KeyActions::new("keyboard".into()), InputSource::then);
        request(self.client.perform_actions(actions))
            .await
            .expect("press keys");
    }

    /// What the element shows, empty while it is not there.
    pub async fn text(&self, css: &str) -> String {
        let script = "const e = document.querySelector(arguments[0]); return e ? e.innerText : ''";
        let said = self.script(script, vec![json!(css)]).await;
        said.ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    pub async fn is_enabled(&self, css: &str) -> bool {
        request(self.see(css).await.is_enabled())
            .await
            .expect("look at an element")
    }

    /// Waits until every picture below the element has arrived, and says how many there are.
    pub async fn pictures(&self, css: &str) -> u64 {
        let script = "const all = [...document.querySelectorAll(arguments[0] + ' img')];
            return all.every((i) => i.complete && i.naturalWidth > 0) ? all.length : 0";
        let deadline = Instant::now() + WAIT;
        loop {
            let said = self.script(script, vec![json!(css)]).await;
            if let Some(number @ 1..) = said.ok().and_then(|value| value.as_u64()) {
                return number;
            }
            self.again(deadline, &format!("the pictures in {css} do not arrive"))
                .await;
        }
    }

    /// Presses one key.
    pub async fn key(&self, key: char) {
        self.press(&[key]).await;
    }

    /// Moves the focus with Tab, as often as it takes, or backwards.
    pub async fn tab_to(&self, css: &str, back: bool) {
        let focused = "return !!document.activeElement?.matches(arguments[0])";
        for _ in 0..MOST_TABS {
            if self.ask(focused, vec![json!(css)]).await == json!(true) {
                return;
            }
            self.press(if back { &[SHIFT, TAB] } else { &[TAB] }).await;
        }
        self.fail(&format!("Tab does not come to {css}")).await;
    }

    /// What the script answers.
    pub async fn ask(&self, script: &str, args: Vec<Value>) -> Value {
        self.script(script, args).await.expect("ask the page")
    }

    /// What the script hands to its last argument, a function.
    pub async fn ask_later(&self, script: &str, args: Vec<Value>) -> Value {
        request(self.client.execute_async(script, args))
            .await
            .expect("ask the page")
    }

    /// Asks again until the answer is not empty, null, 0 or false, and gives it back.
    pub async fn until(&self, what: &str, script: &str, args: Vec<Value>) -> Value {
        let deadline = Instant::now() + WAIT;
        loop {
            let said = self.script(script, args.clone()).await.unwrap_or(Value::Null);
            let nothing = [Value::Null, json!(""), json!(0), json!(false)];
            if !nothing.contains(&said) {
                return said;
            }
            self.again(deadline, what).await;
        }
    }

    pub async fn resize(&self, width: u32, height: u32) {
        request(self.client.set_window_size(width, height))
            .await
            .expect("resize the window");
    }

    /// As if the folders had been dropped on the middle of the window: the event that the shell sends then.
    pub async fn drop_folders(&self, paths: &[PathBuf]) {
        // A page that was just opened does not listen yet; Tauri keeps the listeners below a name of its own.
        let script = "const [paths, done] = arguments;
            const drop = { target: { kind: 'Webview', label: 'main' }, event: 'tauri://drag-drop',
                           payload: { paths, position: { x: 400, y: 300 } } };
            const listens = () => Object.getOwnPropertyNames(window)
                .some((name) => name.startsWith('_') && window[name]?.[drop.event]);
            const emit = () => listens()
                ? window.__TAURI_INTERNALS__.invoke('plugin:event|emit_to', drop).then(() => done(''), (e) => done(String(e)))
                : setTimeout(emit, 20);
            emit()";
        let said = request(self.client.execute_async(script, vec![json!(paths)])).await;
        assert_eq!(said.as_ref().map(Value::as_str), Ok(Some("")), "drop folders");
    }

    /// A picture of the display, `target/screenshots/NAME.png`, once what the page holds is painted.
    pub async fn picture(&self, name: &str) {
        let script =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        // A frame that never comes is no reason to fail: the picture itself is looked at.
        timeout(FRAMES, self.client.execute_async(script, Vec::new()))
            .await
            .ok();
        self.display.picture(name);
    }

    async fn find(&self, css: &str) -> Option<Element> {
        request(self.client.find(Locator::Css(css))).await.ok()
    }

    async fn script(&self, script: &str, args: Vec<Value>) -> Result<Value, String> {
        request(self.client.execute(script, args)).await
    }

    /// A moment until the next look, or the end of the test.
    async fn again(&self, deadline: Instant, what: &str) {
        let error = self.text(&id("error-box")).await;
        let expected = self
            .expected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if (error.is_empty() || error == expected) && Instant::now() < deadline {
            return sleep(POLL).await;
        }
        self.fail(&format!("{what}\n{error}")).await;
    }

    async fn fail(&self, why: &str) {
        eprintln!("--- the page\n{}\n---", self.text("body").await);
        self.display.picture("failed");
        panic!("{why}");
    }
}

/// Every request has a deadline: a driver that hangs must not hang the tests.
async fn request<T>(future: impl Future<Output = Result<T, CmdError>>) -> Result<T, String> {
    match timeout(REQUEST, future).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}
