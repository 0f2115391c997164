//! Cloud Storage's JSON interface in front of a server that stores objects and is lenient
//! ([`gcs_emulator`](crate::servers::gcs_emulator)): requests are handed on, and what that server lacks is added here:
//! tokens of a service account that end, creation only where nothing is, listings in pages, faults that a test scripts.
//!
//! **Operations** (names for [`When::op`](super::When::op), [`Double::count`]):
//!
//! | | |
//! |---|---|
//! | `oauth.token` | POST `/token` with a signed statement (RFC 7523), whose signature is not looked at |
//! | `objects.insert`, `upload.start` | POST `/upload/storage/v1/b/BUCKET/o`, `uploadType=multipart`, `resumable` |
//! | `upload.put`, `upload.query`, `upload.cancel` | PUT, PUT with `bytes */N`, DELETE to the address of a session |
//! | `objects.list`, `objects.get`, `objects.download`, `objects.delete` | `/storage/v1/b/BUCKET/o…` |
//!
//! [`Asked::arg`](super::Asked::arg) is path and query. With `ifGenerationMatch=0` a name that is taken is 412
//! `conditionNotMet`, at the start of a session and at its last bytes too. Bodies go through memory: at most 8 MiB.

use super::call::{Answered, Call, Stop};
use super::drive::refusal;
use super::reply::{Reply, Source};
use super::{Double, Play, lock, start};
use crate::http::{self, Answer};
use hyper::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex};
use url::form_urlencoded;

/// What is handed on of a request, and of an answer.
const ASKED: [&str; 5] = [
    "content-type",
    "content-range",
    "range",
    "x-upload-content-type",
    "x-upload-content-length",
];
const ANSWERED: [&str; 5] = ["content-type", "content-range", "range", "location", "etag"];

/// The front. Stops when it is dropped; the server behind it goes on.
pub struct Cloud {
    double: Double,
    play: Arc<Playing>,
}

struct Playing {
    /// `HOST:PORT` of the server behind.
    server: String,
    state: Mutex<State>,
    /// Looking whether a name is free and taking it are one step.
    turn: tokio::sync::Mutex<()>,
}

struct State {
    /// The one token that is good.
    token: Option<String>,
    page_size: usize,
    empty_pages: usize,
    /// Path of the object by the id of its session.
    sessions: HashMap<String, String>,
}

impl Deref for Cloud {
    type Target = Double;

    fn deref(&self) -> &Double {
        &self.double
    }
}

impl Cloud {
    /// In front of `server` (`http://HOST:PORT`); `dir` stays empty.
    pub fn start(server: &str, dir: &Path) -> Self {
        let (double, play) = start(dir, |_| Playing {
            server: server.trim_start_matches("http://").to_owned(),
            state: Mutex::new(State {
                token: None,
                page_size: 1000,
                empty_pages: 0,
                sessions: HashMap::new(),
            }),
            turn: tokio::sync::Mutex::default(),
        });
        Self { double, play }
    }

    /// The key file of a service account whose tokens come from here.
    pub fn key_file(&self, private_key_pem: &str) -> String {
        json!({
            "type": "service_account",
            "client_email": "mover@project.iam.gserviceaccount.com",
            "private_key": private_key_pem,
            "private_key_id": "k1",
            "token_uri": format!("{}/token", self.endpoint()),
        })
        .to_string()
    }

    /// The token that was given last is refused from now on.
    pub fn expire_token(&self) {
        lock(&self.play.state).token = None;
    }

    /// Objects of a page of a listing, at most; the client's `maxResults` counts too.
    pub fn set_page_size(&self, objects: usize) {
        lock(&self.play.state).page_size = objects;
    }

    /// The next `n` pages hold nothing and say where to go on, as the documents allow.
    pub fn empty_pages(&self, n: usize) {
        lock(&self.play.state).empty_pages = n;
    }
}

impl Play for Playing {
    async fn answer(&self, call: &mut Call) -> Answered {
        let op = operation(call);
        let arg = format!("{}?{}", call.path, call.raw_query);
        call.meet(op, &arg, too_fast).await?;
        if op == "oauth.token" {
            return self.token(call).await;
        }
        if call
            .bearer()
            .is_none_or(|token| lock(&self.state).token.as_deref() != Some(token))
        {
            return Err(refusal(401, "authError", "Invalid Credentials").into());
        }
        let body = call.bytes().await?;
        match op {
            "objects.list" => self.list(call).await,
            "objects.insert" | "upload.start" | "upload.put" => self.create(call, op, body).await,
            "" => Err(refusal(404, "notFound", "Not Found").into()),
            _ => self.hand_on(call, &target(call), body).await,
        }
    }
}

fn operation(call: &Call) -> &'static str {
    let kind = call.parameter("uploadType").unwrap_or_default();
    let is_session = call.parameter("upload_id").is_some();
    if call.path == "/token" && call.method == Method::POST {
        return "oauth.token";
    }
    if call.path.starts_with("/upload/storage/v1/b/") {
        let asks = call
            .header("content-range")
            .is_some_and(|range| range.starts_with("bytes */"));
        return match (&call.method, is_session, kind) {
            (&Method::PUT, true, _) if asks => "upload.query",
            (&Method::PUT, true, _) => "upload.put",
            (&Method::DELETE, true, _) => "upload.cancel",
            (&Method::POST, false, "multipart") => "objects.insert",
            (&Method::POST, false, "resumable") => "upload.start",
            _ => "",
        };
    }
    let below = call
        .path
        .strip_prefix("/storage/v1/b/")
        .and_then(|path| path.split_once("/o"));
    match (&call.method, below) {
        (&Method::GET, Some((_, ""))) => "objects.list",
        (&Method::GET, Some(_)) if call.parameter("alt") == Some("media") => "objects.download",
        (&Method::GET, Some(_)) => "objects.get",
        (&Method::DELETE, Some(_)) => "objects.delete",
        _ => "",
    }
}

fn target(call: &Call) -> String {
    match call.raw_query.as_str() {
        "" => call.path.clone(),
        query => format!("{}?{query}", call.path),
    }
}

fn too_fast(seconds: u64) -> Reply {
    refusal(429, "rateLimitExceeded", "Too many requests.").with("retry-after", &seconds.to_string())
}

impl Playing {
    async fn token(&self, call: &mut Call) -> Answered {
        let body = call.bytes().await?;
        let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
        let is_statement = form.get("grant_type").map(String::as_str)
            == Some("urn:ietf:params:oauth:grant-type:jwt-bearer")
            && form
                .get("assertion")
                .is_some_and(|said| said.split('.').count() == 3);
        if !is_statement {
            let why = json!({"error": "invalid_grant", "error_description": "Invalid JWT."});
            return Err(Reply::json(400, &why).into());
        }
        let token = format!("token-{}", call.core.serial());
        lock(&self.state).token = Some(token.clone());
        let given = json!({"access_token": token, "expires_in": 3599, "token_type": "Bearer"});
        Ok(Reply::json(200, &given))
    }

    /// Page by page, with tokens of our own: the server behind gives all at once.
    async fn list(&self, call: &Call) -> Answered {
        let ours = |pair: &&str| !pair.starts_with("maxResults=") && !pair.starts_with("pageToken=");
        let query: Vec<&str> = call.raw_query.split('&').filter(ours).collect();
        let all = self
            .ask(call, &format!("{}?{}", call.path, query.join("&")), Vec::new())
            .await?;
        if !all.is_good() {
            return Ok(reply(all));
        }
        let all: Value = serde_json::from_slice(&all.body).unwrap_or_default();
        let items = all["items"].as_array().cloned().unwrap_or_default();
        let from = match call.parameter("pageToken") {
            None => 0,
            Some(token) => {
                let at = token.split(' ').next().and_then(|at| at.parse().ok());
                at.ok_or_else(|| refusal(400, "invalid", "Invalid page token."))?
            }
        };
        let (most, serial) = (call.parameter("maxResults"), call.core.serial());
        let most = most.and_then(|most| most.parse().ok()).unwrap_or(1000);
        let size = {
            let mut state = lock(&self.state);
            if state.empty_pages > 0 {
                state.empty_pages -= 1;
                0
            } else {
                state.page_size.min(most)
            }
        };
        let to = items.len().min(from + size);
        let mut page = json!({"kind": "storage#objects"});
        if let Some(some) = items.get(from..to).filter(|some| !some.is_empty()) {
            page["items"] = json!(some);
        }
        if to < items.len() {
            page["nextPageToken"] = json!(format!("{to} {serial}"));
        }
        Ok(Reply::json(200, &page))
    }

    async fn create(&self, call: &Call, op: &str, body: Vec<u8>) -> Answered {
        let _turn = self.turn.lock().await;
        let session = call.parameter("upload_id").unwrap_or_default();
        let object = match op {
            "upload.put" => lock(&self.state).sessions.get(session).cloned(),
            _ if call.parameter("ifGenerationMatch") == Some("0") => named(call, &body),
            _ => None,
        };
        let appears = match op {
            "upload.put" => ends(call.header("content-range").unwrap_or_default()),
            _ => true,
        };
        if appears && let Some(object) = &object {
            let there = self.send("GET", object, &[], Vec::new()).await?;
            if there.is_good() {
                let why = "At least one of the pre-conditions you specified did not hold.";
                return Err(refusal(412, "conditionNotMet", why).into());
            }
        }
        let made = self.hand_on(call, &target(call), body).await?;
        let address = made.headers.iter().find(|(name, _)| name == "location");
        if let (Some((_, address)), Some(object)) = (address, object)
            && let Some((_, query)) = address.split_once('?')
            && let Some((_, id)) =
                form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "upload_id")
        {
            lock(&self.state).sessions.insert(id.into_owned(), object);
        }
        Ok(made)
    }

    async fn hand_on(&self, call: &Call, target: &str, body: Vec<u8>) -> Answered {
        Ok(reply(self.ask(call, target, body).await?))
    }

    async fn ask(&self, call: &Call, target: &str, body: Vec<u8>) -> Result<Answer, Stop> {
        let headers: Vec<(&'static str, String)> = ASKED
            .into_iter()
            .filter_map(|name| Some((name, call.header(name)?.to_owned())))
            .collect();
        self.send(call.method.as_str(), target, &headers, body).await
    }

    async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, Stop> {
        let (server, method, target) = (self.server.clone(), method.to_owned(), target.to_owned());
        let headers = headers.to_vec();
        let asked = tokio::task::spawn_blocking(move || {
            let headers: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            http::send(&server, &method, &target, &headers, &body)
        });
        asked.await.ok().and_then(Result::ok).ok_or(Stop::Gone)
    }
}

/// Path of the object that a new one's description names.
fn named(call: &Call, body: &[u8]) -> Option<String> {
    let at = body.iter().position(|byte| *byte == b'{')?;
    let about: Value = serde_json::Deserializer::from_slice(&body[at..])
        .into_iter()
        .next()?
        .ok()?;
    let bucket = call.path.strip_prefix("/upload")?;
    Some(format!("{bucket}/{}", http::escape(about["name"].as_str()?)))
}

/// Whether `bytes 0-2/3` holds the last byte.
fn ends(range: &str) -> bool {
    let parts = range.trim_start_matches("bytes ").split_once('/');
    let last = parts.and_then(|(range, all)| {
        let last: u64 = range.split_once('-')?.1.parse().ok()?;
        Some(last + 1 == all.parse::<u64>().ok()?)
    });
    last.unwrap_or(false)
}

fn reply(answer: Answer) -> Reply {
    let mut reply = Reply::new(answer.status);
    for name in ANSWERED {
        if let Some(value) = answer.header(name) {
            reply = reply.with(name, value);
        }
    }
    reply.body = Source::Bytes(answer.body);
    reply
}
