//! The way back from the browser (RFC 8252, 7.3): a listener on 127.0.0.1 for one sign-in.
//!
//! Invariant: only a GET of the exact path with the `state` of this sign-in ends the wait, once. A browser's other
//! questions, strangers and wrong states get a page and change nothing: whoever could end a sign-in could also end each.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use zeroize::Zeroizing;

const PATH: &str = "/";
/// Longest head of a request; codes are some hundred bytes.
const HEAD: usize = 16 << 10;
const HEADERS: usize = 64;
/// Browsers open connections ahead of need and leave them silent.
const SILENT: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 32;

/// The code, or the provider's word for why there is none.
pub(super) type Came = Result<Zeroizing<String>, String>;

pub(super) struct Door {
    listener: TcpListener,
    port: u16,
}

impl Door {
    /// On the first free one of `ports`; on any free one if there are none to choose from.
    pub async fn open(ports: &[u16]) -> io::Result<Self> {
        let mut taken = None;
        for port in if ports.is_empty() { &[0] } else { ports } {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).await {
                Ok(listener) => {
                    let port = listener.local_addr()?.port();
                    return Ok(Self { listener, port });
                }
                Err(error) => taken = Some(error),
            }
        }
        Err(taken.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }

    pub fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Until the browser comes back with `state`. Nothing listens afterwards.
    pub async fn wait(self, state: &str) -> io::Result<Came> {
        let awaited = Arc::new(Awaited {
            host: format!("127.0.0.1:{}", self.port),
            state: Zeroizing::new(state.to_owned()),
            came: AtomicBool::new(false),
        });
        let mut guests = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if guests.len() < AT_ONCE => match accepted {
                    Ok((stream, _)) => {
                        guests.spawn(receive(stream, awaited.clone()));
                    }
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) => return Err(error),
                },
                Some(guest) = guests.join_next() => {
                    if let Ok(Some(came)) = guest {
                        return Ok(came);
                    }
                }
            }
        }
    }
}

struct Awaited {
    host: String,
    state: Zeroizing<String>,
    came: AtomicBool,
}

async fn receive(mut stream: TcpStream, awaited: Arc<Awaited>) -> Option<Came> {
    let asked = tokio::time::timeout(SILENT, query(&mut stream, &awaited.host)).await;
    let asked = asked.ok()?.ok()?;
    let came = asked
        .and_then(|asked| answered(&asked, &awaited.state))
        .filter(|_| !awaited.came.swap(true, Ordering::AcqRel));
    let (status, words) = match &came {
        Some(Ok(_)) => ("200 OK", "Albumen has got the answer. You can close this window."),
        Some(Err(_)) => ("200 OK", "Albumen was not let in. You can close this window."),
        None => ("404 Not Found", "This is not the answer that Albumen waits for."),
    };
    // A browser that does not wait for this has said all the same.
    if !matches!(
        tokio::time::timeout(SILENT, reply(&mut stream, status, words)).await,
        Ok(Ok(()))
    ) {
        tracing::debug!("the browser did not wait for its page");
    }
    came
}

/// What is asked of the path; nothing for other questions.
async fn query(stream: &mut TcpStream, host: &str) -> io::Result<Option<Zeroizing<String>>> {
    let mut head = Zeroizing::new(Vec::with_capacity(HEAD));
    loop {
        if stream.read_buf(&mut *head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match target(&head, host) {
            Ok(None) if head.len() < HEAD => {}
            Ok(asked) => return Ok(asked),
            Err(Stranger) => return Ok(None),
        }
    }
}

async fn reply(stream: &mut TcpStream, status: &str, words: &str) -> io::Result<()> {
    let page = format!("<!doctype html><meta charset=utf-8><title>Albumen</title><p>{words}</p>\n");
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'\r\n\r\n{page}",
        page.len()
    );
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}

/// Asks something else, or is no HTTP.
struct Stranger;

/// The query of a GET of the path; nothing yet while the head is not whole.
fn target(head: &[u8], host: &str) -> Result<Option<Zeroizing<String>>, Stranger> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(Stranger),
    }
    let is_ours = request
        .headers
        .iter()
        .any(|header| header.name.eq_ignore_ascii_case("host") && header.value == host.as_bytes());
    let (path, query) = request
        .path
        .and_then(|target| target.split_once('?'))
        .ok_or(Stranger)?;
    if request.method == Some("GET") && is_ours && path == PATH {
        Ok(Some(Zeroizing::new(query.to_owned())))
    } else {
        Err(Stranger)
    }
}

/// What the provider sent along, if it was for this sign-in.
fn answered(query: &str, state: &str) -> Option<Came> {
    let only = |name: &str| {
        let mut found = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        let first = found.next().map(|(_, value)| value.into_owned());
        first.filter(|value| !value.is_empty() && found.next().is_none())
    };
    let is_ours: bool = only("state")?.as_bytes().ct_eq(state.as_bytes()).into();
    if !is_ours {
        return None;
    }
    match only("error") {
        Some(error) => Some(Err(error.chars().take(100).collect())),
        None => only("code").map(|code| Ok(Zeroizing::new(code))),
    }
}

/// Reads `bytes` as the browser's request.
pub(super) fn taste(bytes: &[u8]) {
    if let Ok(Some(query)) = target(bytes, "127.0.0.1:1") {
        drop(answered(&query, "state"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "s-t-a-t-e";

    /// What a browser would be told, as bytes on the wire.
    async fn ask(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("connect");
        stream.write_all(request.as_bytes()).await.expect("ask");
        let mut said = String::new();
        stream.read_to_string(&mut said).await.expect("an answer");
        said
    }

    fn get(port: u16, target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n")
    }

    async fn waiting() -> (u16, tokio::task::JoinHandle<io::Result<Came>>) {
        let door = Door::open(&[]).await.expect("a port");
        (door.port, tokio::spawn(door.wait(STATE)))
    }

    #[tokio::test]
    async fn what_is_not_the_answer_gets_a_page_and_changes_nothing() {
        let (port, wait) = waiting().await;
        let strange = [
            get(port, "/favicon.ico"),
            get(port, "/"),
            get(port, "/?code=stolen"),
            get(port, "/?code=stolen&state="),
            get(port, "/?code=stolen&state=another"),
            get(port, "/?error=access_denied&state=another"),
            get(port, "/?error=access_denied"),
            get(port, "/deeper?code=stolen&state=s-t-a-t-e"),
            get(port, "/?code=a&code=b&state=s-t-a-t-e"),
            get(port, "/?code=a&state=s-t-a-t-e&state=another"),
            get(port, "/?state=s-t-a-t-e"),
            get(port, "/?code=a&state=s-t-a-t-e").replace("127.0.0.1", "rebound.example"),
            get(port, "/?code=a&state=s-t-a-t-e").replace("GET", "POST"),
            "nonsense\r\n\r\n".to_owned(),
        ];
        for request in strange {
            let said = ask(port, &request).await;
            assert!(said.starts_with("HTTP/1.1 404 "), "{request}: {said}");
            assert!(!said.contains("stolen"), "{said}");
        }
        assert!(!wait.is_finished());
        let said = ask(port, &get(port, "/?state=s-t-a-t-e&code=mine%2B1&scope=x")).await;
        assert!(
            said.starts_with("HTTP/1.1 200 ") && said.contains("close this window"),
            "{said}"
        );
        let came = wait.await.expect("joined").expect("listened");
        assert_eq!(came.as_deref().map(String::as_str), Ok("mine+1"));
    }

    #[tokio::test]
    async fn a_second_answer_finds_nobody() {
        let (port, wait) = waiting().await;
        ask(port, &get(port, "/?code=first&state=s-t-a-t-e")).await;
        let came = wait.await.expect("joined").expect("listened");
        assert_eq!(came.as_deref().map(String::as_str), Ok("first"));
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
    }

    #[tokio::test]
    async fn a_no_is_an_answer_too() {
        let (port, wait) = waiting().await;
        let said = ask(port, &get(port, "/?error=access_denied&state=s-t-a-t-e")).await;
        assert!(said.contains("not let in"), "{said}");
        let came = wait.await.expect("joined").expect("listened");
        assert_eq!(came.err().as_deref(), Some("access_denied"));
    }

    #[tokio::test]
    async fn silent_connections_keep_nobody_waiting() {
        let (port, wait) = waiting().await;
        let silent = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("connect");
        let mut slow = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("connect");
        slow.write_all(b"GET /?code=").await.expect("half");
        ask(port, &get(port, "/?code=quick&state=s-t-a-t-e")).await;
        let came = wait.await.expect("joined").expect("listened");
        assert_eq!(came.as_deref().map(String::as_str), Ok("quick"));
        drop((silent, slow));
    }

    #[tokio::test]
    async fn one_who_gives_up_leaves_nothing_listening() {
        let (port, wait) = waiting().await;
        wait.abort();
        assert!(wait.await.is_err_and(|ended| ended.is_cancelled()));
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
    }

    #[tokio::test]
    async fn the_next_port_of_the_list_is_taken_when_one_is_in_use() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let (taken, next) = (
            held.local_addr().expect("address").port(),
            free.local_addr().expect("address").port(),
        );
        drop(free);
        let door = Door::open(&[taken, next]).await.expect("the second");
        assert_eq!(door.redirect(), format!("http://127.0.0.1:{next}/"));
        assert!(Door::open(&[taken, next]).await.is_err());
    }
}
