//! Between every request and the network: one [`Account`] for each destination, whoever sends, `opendal` or our own
//! upload sessions. In order: pacer, meter, client; what the far side said is read before anybody else sees it.
//!
//! Invariant: being throttled is not a failure. A refused request was not carried out, so it waits for the pacer and goes
//! again as it is, until [`Patience::throttled`] passes in which the account got nothing done.

mod body;
mod line;
mod pacer;
mod pulse;
mod rate;
mod said;
mod stream;
mod tls;

pub(crate) use line::{Line, STOPPED};
pub use pacer::{Pace, PacerView};
pub use rate::Rate;
pub(crate) use said::taste;
pub use said::{Dialect, Said};
pub(crate) use stream::Streamed;

use body::{Incoming, Once, Outgoing};
use http::{Method, Request, Response};
use http_body::Body as _;
use opendal::{Buffer, HttpBody, HttpTransport};
use pacer::{Op, Pacer};
use pulse::Pulse;
use std::sync::Arc;
use std::time::Duration;

/// How long the far side may keep us waiting.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    /// Without a byte accepted or given, while there are some. Healthy uploads take as long as they take.
    pub stall: Duration,
    /// For the answer after the last byte went: kernels on the way swallow megabytes.
    pub reply: Duration,
    /// Refused for being too fast, with nothing else of the account going through.
    pub throttled: Duration,
}

impl Patience {
    pub const USUAL: Self = Self {
        connect: Duration::from_secs(15),
        stall: Duration::from_secs(30),
        reply: Duration::from_secs(120),
        throttled: Duration::from_secs(15 * 60),
    };
}

/// Longest error text that is read.
const ERROR_TEXT: usize = 64 << 10;

/// Everything that is sent to one account goes through here.
pub struct Account {
    client: reqwest::Client,
    dialect: &'static Dialect,
    pacer: Pacer,
    patience: Patience,
}

impl Account {
    pub fn new(patience: Patience, dialect: &'static Dialect) -> crate::error::Result<Arc<Self>> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config().map_err(|error| unready(&error))?)
            .connect_timeout(patience.connect)
            .tcp_nodelay(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| unready(&error))?;
        Ok(Arc::new(Self {
            client,
            dialect,
            pacer: Pacer::new(dialect.pace),
            patience,
        }))
    }

    pub fn pace(&self) -> PacerView {
        self.pacer.view()
    }

    async fn patiently(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let op = Op::of(request.method());
        let line = Line::current();
        let (head, body) = request.into_parts();
        line.hear(None);
        loop {
            let Some(ticket) = self.pacer.permit(op, &line).await else {
                return Err(stopped());
            };
            let again = Request::from_parts(head.clone(), body.clone());
            let (response, said) = match self.once(again, &line).await {
                Ok(answer) => answer,
                Err(failed) => {
                    self.pacer.failed(&ticket);
                    return Err(failed);
                }
            };
            if !said.throttled {
                self.pacer.accepted(op);
                line.hear(Some(said));
                return Ok(response);
            }
            tracing::debug!(status = said.status, code = said.code, "asked to slow down");
            let refused_for = self.pacer.refused(op, &ticket, said.after);
            if refused_for >= self.patience.throttled.min(line.patience()) {
                line.hear(Some(said));
                return Ok(response);
            }
        }
    }

    async fn once(
        &self,
        request: Request<Buffer>,
        line: &Arc<Line>,
    ) -> opendal::Result<(Response<HttpBody>, Said)> {
        let is_head = request.method() == Method::HEAD;
        let (head, body) = request.into_parts();
        let url = reqwest::Url::parse(&head.uri.to_string())
            .map_err(|error| opendal::Error::new(opendal::ErrorKind::Unexpected, error.to_string()))?;
        let pulse = Arc::new(Pulse::new(self.patience.stall, self.patience.reply));
        let mut asked = self.client.request(head.method, url).headers(head.headers);
        let outgoing = match head.extensions.get::<Streamed>() {
            Some(streamed) => Outgoing::streamed(streamed, pulse.clone(), line.clone()),
            None => Outgoing::new(body, pulse.clone(), line.clone()),
        };
        if outgoing.is_end_stream() {
            pulse.all_sent();
        } else {
            asked = asked.body(reqwest::Body::wrap(outgoing));
        }
        let mut answer = tokio::select! {
            answer = asked.send() => answer.map_err(|error| unsent(&error))?,
            () = pulse.stalled() => return Err(stalled()),
        };
        let length = if is_head { None } else { answer.content_length() };
        let mut made = Response::builder().status(answer.status());
        if let Some(headers) = made.headers_mut() {
            std::mem::swap(headers, answer.headers_mut());
        }
        let build = |body: HttpBody, made: http::response::Builder| {
            made.body(body)
                .map_err(|error| opendal::Error::new(opendal::ErrorKind::Unexpected, error.to_string()))
        };
        let status = answer.status().as_u16();
        let stream = Incoming::new(answer.bytes_stream(), self.patience.stall, line.clone());
        if status < 400 {
            let said = Said::new(self.dialect, status, made.headers_ref(), None);
            return Ok((build(HttpBody::new(stream, length), made)?, said));
        }
        let text = stream.text(ERROR_TEXT).await?;
        let said = Said::new(self.dialect, status, made.headers_ref(), Some(&text));
        let length = text.len() as u64;
        let body = HttpBody::new(Once(Some(Buffer::from(text))), (!is_head).then_some(length));
        Ok((build(body, made)?, said))
    }
}

/// What `opendal` sends through.
pub struct Wire(pub Arc<Account>);

impl HttpTransport for Wire {
    async fn fetch(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        self.0.patiently(request).await
    }
}

fn unready(error: &dyn std::error::Error) -> crate::error::Error {
    crate::error::Error::new(crate::error::ErrorKind::Other, error.to_string())
}

fn unsent(error: &reqwest::Error) -> opendal::Error {
    // The outermost words only say that sending failed; the innermost say why.
    let mut why: &dyn std::error::Error = error;
    while let Some(cause) = why.source() {
        why = cause;
    }
    opendal::Error::new(
        opendal::ErrorKind::Unexpected,
        format!("send http request: {why}"),
    )
    .set_temporary()
}

fn stalled() -> opendal::Error {
    opendal::Error::new(
        opendal::ErrorKind::Unexpected,
        "the connection stood still and was given up",
    )
    .set_temporary()
}

fn stopped() -> opendal::Error {
    opendal::Error::new(opendal::ErrorKind::Unexpected, STOPPED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::Instant;

    const IMPATIENT: Patience = Patience {
        stall: Duration::from_millis(400),
        reply: Duration::from_millis(400),
        ..Patience::USUAL
    };

    /// Serves connection after connection with `answer`; gives its address.
    /// Each connection is answered on a thread of its own: who asks again may open another while the first is kept.
    fn server(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("listen");
        let address = listener.local_addr().expect("address");
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, mut stream) = (answer.clone(), stream.expect("a connection"));
                std::thread::spawn(move || answer(&mut stream));
            }
        });
        format!("http://{address}/x")
    }

    /// The head of a request and the body it announces.
    fn read(stream: &mut TcpStream) -> usize {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).expect("read") == 0 {
                return 0;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let length = head
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split("\r\n").next()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).expect("body");
        body.len()
    }

    async fn put(account: &Arc<Account>, url: &str, body: Vec<u8>) -> opendal::Result<u16> {
        let request = Request::put(url)
            .header("content-length", body.len())
            .body(Buffer::from(body));
        let reply = Wire(account.clone()).fetch(request.expect("a request")).await?;
        Ok(reply.status().as_u16())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_that_takes_no_more_bytes_is_given_up_soon() {
        let url = server(|stream| {
            let mut some = [0; 4096];
            stream.read_exact(&mut some).expect("read");
            std::thread::park_timeout(Duration::from_secs(20));
        });
        let account = Account::new(IMPATIENT, &crate::s3::DIALECT).expect("account");
        let begun = Instant::now();
        let failed = put(&account, &url, vec![7; 64 << 20]).await.expect_err("stalled");
        assert!(
            failed.is_temporary() && failed.to_string().contains("stood still"),
            "{failed}"
        );
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_answer_that_never_comes_is_not_waited_for() {
        let url = server(|stream| {
            read(stream);
            std::thread::park_timeout(Duration::from_secs(20));
        });
        let account = Account::new(IMPATIENT, &crate::s3::DIALECT).expect("account");
        let failed = put(&account, &url, vec![7; 100]).await.expect_err("no answer");
        assert!(failed.to_string().contains("stood still"), "{failed}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_slow_upload_that_moves_is_left_alone() {
        let url = server(|stream| {
            read(stream);
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("answer");
        });
        let account = Account::new(IMPATIENT, &crate::s3::DIALECT).expect("account");
        let begun = Instant::now();
        // Its own bandwidth makes it take far longer than a connection may stand still.
        let rate = Arc::new(Rate::new(1 << 20));
        let line = Line::new(|| true).with_rates(Some(rate), None);
        let status = line
            .during(put(&account, &url, vec![7; 2 << 20]))
            .await
            .expect("sent");
        assert_eq!(status, 200);
        assert!(
            begun.elapsed() > Duration::from_millis(1500),
            "{:?}",
            begun.elapsed()
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_wait_for_bandwidth_ends_when_nobody_wants_the_bytes() {
        let url = server(|stream| {
            read(stream);
            let body = [7; 64 << 10];
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
                body.len()
            )
            .expect("answer");
            // The client may be gone before all of it went.
            stream.write_all(&body).unwrap_or_default();
        });
        let account = Account::new(Patience::USUAL, &crate::s3::DIALECT).expect("account");
        let looks = std::sync::atomic::AtomicU32::new(0);
        let line = Line::new(move || looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 3);
        let line = line.with_rates(None, Some(Arc::new(Rate::new(100))));
        let begun = Instant::now();
        let reading = async {
            let request = Request::get(&url).body(Buffer::new()).expect("a request");
            let reply = Wire(account.clone()).fetch(request).await?;
            reply.into_body().to_buffer().await
        };
        let stopped = line.during(reading).await.expect_err("not wanted any more");
        assert_eq!(crate::Error::from(stopped).kind, crate::ErrorKind::Stopped);
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn small_files_keep_to_the_bandwidth_too() {
        let url = server(|stream| {
            while read(stream) > 0 {
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("answer");
            }
        });
        let account = Account::new(Patience::USUAL, &crate::s3::DIALECT).expect("account");
        let line = Line::new(|| true).with_rates(Some(Arc::new(Rate::new(100_000))), None);
        let begun = Instant::now();
        let sending = async {
            for _ in 0..5 {
                let status = put(&account, &url, vec![7; 30_000]).await.expect("sent");
                assert_eq!(status, 200);
            }
        };
        line.during(sending).await;
        // 1.5 seconds of bytes, of which a quarter may go at once.
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refusal_for_pace_waits_as_told_and_goes_again() {
        let asked = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let counted = asked.clone();
        let url = server(move |stream| {
            while read(stream) > 0 {
                let first = counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
                let status = if first {
                    "503 Busy\r\nretry-after: 1"
                } else {
                    "200 OK"
                };
                write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").expect("answer");
            }
        });
        let account = Account::new(Patience::USUAL, &crate::s3::DIALECT).expect("account");
        let begun = Instant::now();
        let status = put(&account, &url, vec![7; 100]).await.expect("sent");
        assert_eq!(
            (status, asked.load(std::sync::atomic::Ordering::Relaxed)),
            (200, 2)
        );
        assert!(begun.elapsed() >= Duration::from_secs(1));
        assert_eq!(account.pace().refused, 1);
        // Who asks for somebody in front of the window does not wait.
        asked.store(0, std::sync::atomic::Ordering::Relaxed);
        let status = Line::impatient()
            .during(put(&account, &url, vec![7; 100]))
            .await
            .expect("answered");
        assert_eq!(status, 503);
    }

    async fn put_streamed(
        account: &Arc<Account>,
        url: &str,
        size: u64,
        given: usize,
    ) -> opendal::Result<u16> {
        let open = move || {
            let (sender, receiver) = tokio::sync::mpsc::channel(1);
            tokio::spawn(async move {
                for at in (0..given).step_by(100_000) {
                    let piece = vec![7; (given - at).min(100_000)];
                    sender.send(piece.into()).await.unwrap_or_default();
                }
            });
            receiver
        };
        let streamed = Streamed {
            size,
            open: Arc::new(open),
        };
        let request = Request::put(url)
            .header("content-length", size)
            .extension(streamed)
            .body(Buffer::new());
        let reply = Wire(account.clone()).fetch(request.expect("a request")).await?;
        Ok(reply.status().as_u16())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_body_that_is_read_while_it_is_sent_is_opened_anew_for_another_try() {
        let got = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = got.clone();
        let url = server(move |stream| {
            loop {
                let size = read(stream);
                if size == 0 {
                    return;
                }
                let mut all = seen.lock().expect("sizes");
                let first = all.is_empty();
                all.push(size);
                let status = if first {
                    "503 Busy\r\nretry-after: 0"
                } else {
                    "201 Made"
                };
                write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").expect("answer");
            }
        });
        let account = Account::new(Patience::USUAL, &crate::s3::DIALECT).expect("account");
        let status = put_streamed(&account, &url, 1_000_003, 1_000_003)
            .await
            .expect("sent");
        assert_eq!(status, 201);
        assert_eq!(*got.lock().expect("sizes"), [1_000_003, 1_000_003]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_body_that_ends_early_is_no_whole_request() {
        let url = server(|stream| {
            let mut some = [0; 4096];
            while stream.read(&mut some).is_ok_and(|n| n > 0) {}
        });
        let account = Account::new(Patience::USUAL, &crate::s3::DIALECT).expect("account");
        let failed = put_streamed(&account, &url, 1_000_003, 500_000).await;
        assert!(failed.is_err_and(|failed| failed.is_temporary()));
    }
}
