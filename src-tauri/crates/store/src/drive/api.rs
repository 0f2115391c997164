//! The requests of Drive v3 ("Google Drive API", REST reference). Each is one attempt.

use super::file::{FIELDS, FOLDER, File};
use crate::error::{Error, ErrorKind, Result};
use crate::google::{self, DAY_IS_OVER, related, resumable};
use crate::json::{self, Caller};
use crate::pages::Pages;
use crate::provider::Person;
use crate::wire::Line;
use albumen_model::Sha256;
use bytes::Bytes;
use http::Request;
use opendal::Buffer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

/// A page of a listing has at most so many.
const PAGE: u32 = 1000;
/// Ids that are asked for at once.
const IDS: u32 = 200;

pub(super) struct Api {
    caller: Caller,
    /// Scheme and host of all requests.
    base: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct Page {
    pub files: Vec<File>,
    pub next_page_token: Option<String>,
    incomplete_search: bool,
}

/// In a search; `\` and `'` end words there.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

impl Api {
    pub fn new(caller: Caller, base: &str) -> Self {
        Self {
            caller,
            base: base.to_owned(),
        }
    }

    pub fn resumable(&self) -> resumable::Resumable<'_> {
        resumable::Resumable {
            caller: &self.caller,
            base: &self.base,
        }
    }

    async fn get_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = Request::get(format!("{}/drive/v3/{path}", self.base));
        let reply = self.caller.ask(request, Buffer::new()).await?;
        json::read(&reply.into_body())
    }

    pub async fn who(&self) -> Result<Person> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct About {
            user: User,
            #[serde(default)]
            storage_quota: Quota,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct User {
            permission_id: String,
            #[serde(default)]
            email_address: String,
        }
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Quota {
            limit: String,
            usage: String,
        }
        let about: About = self
            .get_json("about?fields=user(permissionId,emailAddress),storageQuota(limit,usage)")
            .await?;
        // An account without a limit has no such field.
        let limit: Option<u64> = about.storage_quota.limit.parse().ok();
        let usage: Option<u64> = about.storage_quota.usage.parse().ok();
        Ok(Person {
            id: about.user.permission_id,
            name: about.user.email_address,
            free_bytes: limit.zip(usage).map(|(limit, usage)| limit.saturating_sub(usage)),
        })
    }

    /// Names for files and folders that are still to be made.
    pub async fn ids(&self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Ids {
            ids: Vec<String>,
        }
        let path = format!("files/generateIds?count={IDS}&space=drive&fields=ids");
        let made: Ids = self.get_json(&path).await?;
        Ok(made.ids)
    }

    /// What is known of a file by its id, which is never out of date.
    pub async fn get(&self, id: &str) -> Result<Option<File>> {
        let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
        match self.get_json(&format!("files/{id}?fields={FIELDS}")).await {
            Ok(file) => Ok(Some(file)),
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// A page of what `q` finds. A search lags behind what was made a moment ago, and says so when it is not whole.
    pub async fn page(&self, q: &str, token: &str) -> Result<Page> {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut path = format!(
            "files?q={}&pageSize={PAGE}&spaces=drive&fields=nextPageToken,incompleteSearch,files({FIELDS})",
            encoded(q)
        );
        if !token.is_empty() {
            path.push_str(&format!("&pageToken={}", encoded(token)));
        }
        let page: Page = self.get_json(&path).await?;
        if page.incomplete_search {
            return Err(Error::new(
                ErrorKind::Unreachable,
                "Drive did not look through all its files.",
            ));
        }
        Ok(page)
    }

    /// What has exactly this name in a folder. Drive finds names in any case.
    pub async fn named(&self, parent: &str, name: &str, folders: bool) -> Result<Vec<File>> {
        let equal = if folders { "=" } else { "!=" };
        let q = format!(
            "{} in parents and name={} and mimeType{equal}{} and trashed=false",
            quoted(parent),
            quoted(name),
            quoted(FOLDER)
        );
        let (mut found, mut pages) = (Vec::new(), Pages::default());
        loop {
            let page = self.page(&q, pages.token()).await?;
            let told = page.files.len();
            found.extend(page.files.into_iter().filter(|file| file.name == name));
            if !pages.turn(page.next_page_token, told)? {
                return Ok(found);
            }
        }
    }

    /// Makes a folder.
    pub async fn make_folder(&self, id: &str, name: &str, parent: &str) -> Result<()> {
        let about = json!({"id": id, "name": name, "mimeType": FOLDER, "parents": [parent]});
        let request = Request::post(format!("{}/drive/v3/files?fields=id", self.base))
            .header(http::header::CONTENT_TYPE, "application/json; charset=UTF-8");
        let made = self.caller.ask(request, Buffer::from(about.to_string())).await;
        made.map(drop).map_err(today)
    }

    fn uploads(&self, kind: &str) -> String {
        format!(
            "{}/upload/drive/v3/files?uploadType={kind}&fields={FIELDS}",
            self.base
        )
    }

    /// A new file in one request.
    pub async fn insert(
        &self,
        about: &Value,
        content_type: &str,
        bytes: Bytes,
        sha256: &Sha256,
    ) -> Result<File> {
        let (kind, body) = related::body(about, content_type, bytes, sha256);
        let request = Request::post(self.uploads("multipart")).header(http::header::CONTENT_TYPE, kind);
        let reply = self.caller.ask(request, body).await.map_err(today)?;
        json::read(&reply.into_body())
    }

    /// Opens a session for a large file; gives its address.
    pub async fn begin(&self, about: &Value, content_type: &str, size: u64) -> Result<String> {
        self.resumable()
            .begin(&self.uploads("resumable"), about, content_type, size)
            .await
            .map_err(today)
    }

    pub async fn read(&self, id: &str, from: u64, to: u64) -> Result<Vec<u8>> {
        let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
        let range = format!("bytes={from}-{}", to.saturating_sub(1));
        let request = Request::get(format!("{}/drive/v3/files/{id}?alt=media", self.base))
            .header(http::header::RANGE, range);
        let reply = self.caller.ask(request, Buffer::new()).await?;
        google::bytes(reply, to)
    }

    /// Into the trash, where the person still finds it. What is gone already is fine.
    pub async fn trash(&self, id: &str) -> Result<()> {
        let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
        let request = Request::patch(format!("{}/drive/v3/files/{id}?fields=id", self.base))
            .header(http::header::CONTENT_TYPE, "application/json; charset=UTF-8");
        let body = Buffer::from(json!({"trashed": true}).to_string());
        match self.caller.ask(request, body).await {
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
            other => other.map(|_| ()),
        }
    }
}

impl Api {
    /// For good. What is gone already is fine.
    pub async fn erase(&self, id: &str) -> Result<()> {
        let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
        let request = Request::delete(format!("{}/drive/v3/files/{id}", self.base));
        match self.caller.ask(request, Buffer::new()).await {
            Err(gone) if gone.kind == ErrorKind::NotThere => Ok(()),
            other => other.map(|_| ()),
        }
    }
}

/// Refused for its pace for as long as the wire waits, and in the words of the limit of a day.
pub(super) fn today(error: Error) -> Error {
    let is_over = error.kind == ErrorKind::RateLimited
        && Line::heard()
            .and_then(|said| said.message)
            .is_some_and(|said| said == DAY_IS_OVER);
    if is_over {
        Error::of(ErrorKind::DayLimit)
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{Claim, Tokens};
    use crate::wire::{Account, Patience};
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    /// Answers every request with this, and nothing else.
    fn refusing(status: &'static str, body: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("listen");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let mut asked = [0; 4096];
                if stream.read(&mut asked).expect("a request") > 0 {
                    let length = body.len();
                    let answer = format!(
                        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
                    );
                    stream.write_all(answer.as_bytes()).expect("answer");
                }
            }
        });
        format!("http://{address}")
    }

    /// How a folder is refused once the wire's patience with refusals for pace is spent.
    async fn refused(body: &'static str) -> ErrorKind {
        let impatient = Patience {
            throttled: Duration::ZERO,
            ..Patience::USUAL
        };
        let account = Account::new(impatient, &crate::google::DRIVE).expect("an account");
        let tokens = Tokens::new(&account, "", Claim::Fixed("a token".to_owned()));
        let api = Api::new(Caller::new(&account, tokens), &refusing("403 Forbidden", body));
        let made = Line::new(|| true).during(api.make_folder("id", "name", "root"));
        made.await.expect_err("refused").kind
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_words_of_the_limit_of_a_day_are_told_from_those_of_pace() {
        let day = r#"{"error":{"message":"User rate limit exceeded.","errors":[{"reason":"userRateLimitExceeded"}]}}"#;
        assert_eq!(refused(day).await, ErrorKind::DayLimit);
        let pace = r#"{"error":{"message":"User Rate Limit Exceeded. Rate of requests for user exceed configured project quota","errors":[{"reason":"userRateLimitExceeded"}]}}"#;
        assert_eq!(refused(pace).await, ErrorKind::RateLimited);
    }

    #[test]
    fn names_cannot_end_their_quotes() {
        assert_eq!(quoted(r"it's \ a"), r"'it\'s \\ a'");
    }
}
