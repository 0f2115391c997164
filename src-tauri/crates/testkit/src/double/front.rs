//! A front before any server that speaks HTTP (S3, WebDAV): requests are handed on as they are, and what a network, a busy
//! or a lying storage does to them is scripted here, as at the other doubles.
//!
//! **Operations** (names for [`When::op`](super::When::op), [`Double::count`]):
//!
//! | | |
//! |---|---|
//! | `LIST` | GET with `list-type`, PROPFIND of what is in a folder |
//! | `LOOK` | HEAD, PROPFIND of one thing |
//! | `READ` | every other GET |
//! | `PUT`, `POST`, `DELETE`, `MKCOL`, `MOVE`, … | the method |
//!
//! [`Asked::arg`](super::Asked::arg) is the path, decoded, with the query; of a `MOVE`, where it goes to.
//!
//! Beside the script it can give stale listings, be an hour away, let somebody else take a name, and fold names as some
//! storages do ([`Names`]). Bodies go through memory: at most 64 MiB.

mod names;
mod stale;

pub use names::Names;

use super::call::{Answered, Call, Stop};
use super::reply::{Reply, Source};
use super::{Double, Play, lock, start};
use crate::http::{self, Answer};
use hyper::Method;
use names::Known;
use percent_encoding::percent_decode_str;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex};
use url::Url;

const LONGEST: u64 = 64 << 20;
/// Of one connection, not of a request; and what is said anew.
const NOT_HANDED_ON: [&str; 5] = [
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "expect",
];

/// The front. Stops when it is dropped; the server behind it goes on.
pub struct Front {
    double: Double,
    play: Arc<Playing>,
}

type Before = Box<dyn FnOnce(&str) + Send>;

struct Playing {
    /// `HOST:PORT` of the server behind.
    server: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Listings to come that are stale.
    stale: usize,
    /// Paths that a stale listing does not show.
    fresh: Vec<String>,
    skew: i64,
    names: Known,
    before_write: Option<Before>,
}

impl Deref for Front {
    type Target = Double;

    fn deref(&self) -> &Double {
        &self.double
    }
}

impl Front {
    /// In front of `server` (`http://HOST:PORT`); `dir` stays empty.
    pub fn start(server: &str, dir: &Path) -> Self {
        let server = server
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let (double, play) = start(dir, |_| Playing {
            server,
            state: Mutex::default(),
        });
        Self { double, play }
    }

    /// The next `n` listings show nothing of what is written from now on, nor what is [hidden](Self::hide).
    pub fn stale_listings(&self, n: usize) {
        let mut state = lock(&self.play.state);
        state.stale = n;
        state.fresh.clear();
    }

    /// Stale listings do not show `path` either.
    pub fn hide(&self, path: &str) {
        lock(&self.play.state).fresh.push(path.to_owned());
    }

    /// From now on the server's clock, as its answers show it, is so many seconds ahead.
    pub fn skew(&self, seconds: i64) {
        lock(&self.play.state).skew = seconds;
    }

    /// How names are folded from now on.
    pub fn names(&self, names: Names) {
        lock(&self.play.state).names = Known::new(names);
    }

    /// Before the next photo gets its name, `act` is told this name: somebody is faster.
    pub fn before_next_write(&self, act: impl FnOnce(&str) + Send + 'static) {
        lock(&self.play.state).before_write = Some(Box::new(act));
    }

    /// As it was at its start, but for folded names; faults that have not struck yet are forgotten.
    pub fn calm(&self) {
        let mut state = lock(&self.play.state);
        (state.stale, state.skew, state.before_write) = (0, 0, None);
        state.fresh.clear();
        drop(state);
        self.double.unscript();
    }
}

/// Of a request: what it asks for under which name, as the server behind knows it.
struct Aim {
    op: &'static str,
    path: String,
    to: Option<String>,
}

impl Play for Playing {
    async fn answer(&self, call: &mut Call) -> Answered {
        let aim = self.aim(call);
        let arg = format!("{}?{}", aim.to.as_ref().unwrap_or(&aim.path), call.raw_query);
        let op = if aim.op.is_empty() {
            call.method.to_string()
        } else {
            aim.op.to_owned()
        };
        call.meet(&op, &arg, too_fast).await?;
        let body = call.bytes_up_to(LONGEST).await?;
        let named = self.named(call, &aim);
        if let Some(path) = &named {
            self.let_others_before(path).await;
        }
        let answer = self.hand_on(call, &aim, body).await?;
        let mut reply = reply(&answer);
        if answer.is_good() {
            self.learn(call, &aim, named);
        }
        if op == "LIST"
            && let Source::Bytes(text) = &mut reply.body
            && let Some(hidden) = self.hidden()
        {
            *text = stale::without(text, &hidden);
        }
        let skew = lock(&self.state).skew;
        if skew != 0 {
            stale::shift(&mut reply.headers, skew);
        }
        Ok(reply)
    }
}

fn operation(call: &Call) -> &'static str {
    match call.method.as_str() {
        "GET" if call.parameter("list-type").is_some() => "LIST",
        "PROPFIND" if call.header("depth") != Some("0") => "LIST",
        "PROPFIND" | "HEAD" => "LOOK",
        "GET" => "READ",
        _ => "",
    }
}

fn too_fast(seconds: u64) -> Reply {
    Reply::new(429).with("retry-after", &seconds.to_string())
}

fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

impl Playing {
    fn aim(&self, call: &Call) -> Aim {
        let to = call
            .header("destination")
            .and_then(|to| Url::parse(to).ok())
            .map(|to| decoded(to.path()));
        let state = lock(&self.state);
        Aim {
            op: operation(call),
            path: state.names.stored(&decoded(&call.path)),
            to: to.map(|to| state.names.stored(&to)),
        }
    }

    /// The name that a photo gets by this request.
    fn named(&self, call: &Call, aim: &Aim) -> Option<String> {
        let is_whole = call.parameter("partNumber").is_none();
        let named = match &call.method {
            &Method::PUT if is_whole => &aim.path,
            &Method::POST if call.parameter("uploadId").is_some() => &aim.path,
            method if method.as_str() == "MOVE" => aim.to.as_ref()?,
            _ => return None,
        };
        (!named.contains("/.albumen")).then(|| named.clone())
    }

    async fn let_others_before(&self, path: &str) {
        let act = lock(&self.state).before_write.take();
        if let Some(act) = act {
            let path = path.to_owned();
            tokio::task::spawn_blocking(move || act(&path)).await.ok();
        }
    }

    fn learn(&self, call: &Call, aim: &Aim, named: Option<String>) {
        let mut state = lock(&self.state);
        if matches!(call.method.as_str(), "PUT" | "MKCOL") {
            state.names.learn(&aim.path);
        }
        if let Some(to) = &aim.to {
            state.names.learn(to);
        }
        if state.stale > 0 {
            state.fresh.extend(named);
        }
    }

    fn hidden(&self) -> Option<Vec<String>> {
        let mut state = lock(&self.state);
        state.stale = state.stale.checked_sub(1)?;
        Some(state.fresh.clone())
    }

    async fn hand_on(&self, call: &Call, aim: &Aim, body: Vec<u8>) -> Result<Answer, Stop> {
        let folds = lock(&self.state).names.folds();
        let path = if folds {
            http::path(&aim.path)
        } else {
            call.path.clone()
        };
        let target = match call.raw_query.as_str() {
            "" => path,
            query => format!("{path}?{query}"),
        };
        let host = call.header("host").unwrap_or_default().to_owned();
        let headers = call
            .headers
            .iter()
            .filter(|(name, _)| !NOT_HANDED_ON.contains(&name.as_str()));
        let mut headers: Vec<(String, String)> = headers
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        if let (true, Some(to)) = (folds, &aim.to) {
            headers.retain(|(name, _)| name != "destination");
            headers.push((
                "destination".to_owned(),
                format!("http://{host}{}", http::path(to)),
            ));
        }
        let (server, method) = (self.server.clone(), call.method.to_string());
        let asked = tokio::task::spawn_blocking(move || {
            let headers: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            http::send(&server, &method, &target, &headers, &body)
        });
        asked.await.ok().and_then(Result::ok).ok_or(Stop::Gone)
    }
}

fn reply(answer: &Answer) -> Reply {
    let mut reply = Reply::new(answer.status);
    for (name, value) in answer.headers() {
        let name = name.to_ascii_lowercase();
        // That of a HEAD is of a body that does not come.
        let is_length = name == "content-length" && answer.body.is_empty();
        if is_length || !NOT_HANDED_ON.contains(&name.as_str()) {
            reply = reply.with(&name, value);
        }
    }
    reply.body = Source::Bytes(answer.body.clone());
    reply
}
