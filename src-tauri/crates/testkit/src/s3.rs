//! A real S3 server (s3s-fs) on loopback, in this process: it checks signatures and preconditions as a stranger would.
//!
//! It counts what it was asked, so that a test can prove that no object was sent twice, and can refuse on demand.

use crate::http::Client;
use hyper::body::{Body as _, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use percent_encoding::percent_decode_str;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError, HttpResponse};
use std::future::poll_fn;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

const ACCESS_KEY: &str = "AKIAALBUMENTEST";
const SECRET_KEY: &str = "a-secret-of-the-tests-only";

/// One request and the answer it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    /// `bucket/key`, decoded; without a leading slash.
    pub path: String,
    pub query: String,
    pub status: u16,
    /// When it was answered.
    pub at: Instant,
}

#[derive(Default)]
struct Log {
    asked: Vec<Asked>,
    /// Refusals to come, the next one last.
    refuse: Vec<u16>,
    limit: Option<Limit>,
    received: u64,
}

/// A bucket of tokens: so many writes a second are taken, after a burst of as many.
struct Limit {
    rate: f64,
    tokens: f64,
    since: Instant,
}

impl Limit {
    fn takes(&mut self) -> bool {
        let now = Instant::now();
        let grown = now.duration_since(self.since).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + grown).min(self.rate);
        self.since = now;
        let takes = self.tokens >= 1.0;
        self.tokens -= if takes { 1.0 } else { 0.0 };
        takes
    }
}

impl Log {
    fn refusal(&mut self, method: &Method) -> Option<u16> {
        let limit = self
            .limit
            .as_mut()
            .filter(|_| matches!(*method, Method::PUT | Method::POST));
        let slow_down = limit.is_some_and(|limit| !limit.takes()).then_some(503);
        self.refuse.pop().or(slow_down)
    }
}

/// Stops when it is dropped. The folder, and what was stored in it, stays.
pub struct Server {
    root: PathBuf,
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `dir`, where a bucket is a folder, on a free port.
    pub fn start(dir: &Path) -> Self {
        std::fs::create_dir_all(dir).expect("make the folder of the buckets");
        let mut builder =
            S3ServiceBuilder::new(s3s_fs::FileSystem::new(dir).expect("open the folder of the buckets"));
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let log = Arc::new(Mutex::new(Log::default()));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("listen on loopback");
        let address = listener.local_addr().expect("a listener has an address");
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&log);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build();
            let runtime = runtime.expect("start a runtime");
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, service, shared) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        Self {
            root: dir.to_owned(),
            address,
            log,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn access_key(&self) -> &'static str {
        ACCESS_KEY
    }

    pub fn secret_key(&self) -> &'static str {
        SECRET_KEY
    }

    /// For questions beside the code under test. What it asks is counted too.
    pub fn client(&self) -> Client {
        Client {
            address: self.address.to_string(),
            keys: Some((ACCESS_KEY.to_owned(), SECRET_KEY.to_owned())),
        }
    }

    pub fn create_bucket(&self, name: &str) {
        std::fs::create_dir_all(self.root.join(name)).expect("make a bucket");
    }

    /// The file that holds an object.
    pub fn object_path(&self, bucket: &str, key: &str) -> PathBuf {
        self.root.join(bucket).join(key)
    }

    /// Everything that was asked since the start or the last [`Server::forget`], in the order of the answers.
    pub fn asked(&self) -> Vec<Asked> {
        self.log().asked.clone()
    }

    pub fn count(&self, method: &str) -> usize {
        self.log()
            .asked
            .iter()
            .filter(|asked| asked.method == method)
            .count()
    }

    /// `bucket/key` of every write of a whole object that was accepted, also in parts. A key twice in it was sent twice.
    pub fn puts(&self) -> Vec<String> {
        let whole = |asked: &&Asked| {
            let put = asked.method == "PUT" && !asked.query.contains("partNumber=");
            let completed = asked.method == "POST" && asked.query.contains("uploadId=");
            asked.status < 300 && (put || completed)
        };
        self.log()
            .asked
            .iter()
            .filter(whole)
            .map(|asked| asked.path.clone())
            .collect()
    }

    pub fn forget(&self) {
        self.log().asked.clear();
    }

    /// Bytes of all bodies that arrived, whole or cut.
    pub fn received(&self) -> u64 {
        self.log().received
    }

    /// Answers the next `n` requests with `status` (as a busy server: 503) and does nothing of what they ask.
    pub fn fail_next(&self, n: usize, status: u16) {
        self.log().refuse = vec![status; n];
    }

    /// From now on answers 503 to writes beyond `rate` a second.
    pub fn take_at_most(&self, rate: f64) {
        self.log().limit = Some(Limit {
            rate,
            tokens: rate,
            since: Instant::now(),
        });
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only when the server has stopped by itself.
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: std::net::TcpListener, service: S3Service, log: Arc<Mutex<Log>>) {
    listener.set_nonblocking(true).expect("a listener can wait");
    let listener = TcpListener::from_std(listener).expect("hand the listener over");
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            continue;
        };
        let (service, log) = (service.clone(), Arc::clone(&log));
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(request, service.clone(), Arc::clone(&log)));
            // A client that goes away in the middle is an everyday case here.
            Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(socket), answer)
                .await
                .ok();
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    service: S3Service,
    log: Arc<Mutex<Log>>,
) -> Result<HttpResponse, HttpError> {
    let method = request.method().clone();
    let path = percent_decode_str(request.uri().path().trim_start_matches('/'))
        .decode_utf8_lossy()
        .into_owned();
    let query = request.uri().query().unwrap_or("").to_owned();
    let refused = lock(&log).refusal(&method);
    let response = match refused {
        Some(status) => refusal(request, status).await,
        None => {
            let counted = |body| Counted {
                body,
                log: Arc::clone(&log),
            };
            service
                .call(request.map(|body| Body::http_body(counted(body))))
                .await?
        }
    };
    let status = response.status().as_u16();
    lock(&log).asked.push(Asked {
        method: method.to_string(),
        path,
        query,
        status,
        at: Instant::now(),
    });
    Ok(response)
}

/// A body that is counted as it arrives.
struct Counted {
    body: Incoming,
    log: Arc<Mutex<Log>>,
}

impl hyper::body::Body for Counted {
    type Data = hyper::body::Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            lock(&self.log).received += data.len() as u64;
        }
        polled
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}

/// Reads the body first: a client that is still sending would see a broken connection instead of the status.
async fn refusal(request: Request<Incoming>, status: u16) -> HttpResponse {
    let head = request.method() == Method::HEAD;
    let mut body = request.into_body();
    while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {}
    let text =
        "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Refused by the test.</Message></Error>";
    let mut response = HttpResponse::new(if head {
        Body::empty()
    } else {
        Body::from(text.to_owned())
    });
    *response.status_mut() = StatusCode::from_u16(status).expect("tests name a valid status");
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    fn ask(server: &Server, head: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(
            stream,
            "{head} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            server.address
        )
        .unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    #[test]
    fn answers_refuses_strangers_fails_on_demand_and_stops() {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(dir.path());
        server.create_bucket("photos");
        assert!(server.object_path("photos", "a/b.jpg").starts_with(dir.path()));

        let said = ask(&server, "PUT /photos/a%20b.jpg");
        assert!(
            said.starts_with("HTTP/1.1 403") && said.contains("AccessDenied"),
            "{said}"
        );
        server.fail_next(1, 503);
        let said = ask(&server, "GET /photos/a.jpg");
        assert!(
            said.starts_with("HTTP/1.1 503") && said.contains("SlowDown"),
            "{said}"
        );
        assert!(ask(&server, "GET /photos/a.jpg").starts_with("HTTP/1.1 403"));
        server.take_at_most(1e-6);
        assert!(ask(&server, "PUT /photos/a.jpg").starts_with("HTTP/1.1 503"));
        assert!(ask(&server, "GET /photos/a.jpg").starts_with("HTTP/1.1 403"));

        assert_eq!(server.asked()[0].path, "photos/a b.jpg");
        assert_eq!((server.count("PUT"), server.count("GET")), (2, 3));
        assert_eq!(
            server.puts(),
            Vec::<String>::new(),
            "what was refused was not stored"
        );
        server.forget();
        assert_eq!(server.asked(), []);

        let address = server.address;
        drop(server);
        assert!(TcpStream::connect(address).is_err());
    }
}
