//! Doubles of providers that have no test server: [`dropbox::Dropbox`] and [`drive::Drive`], each with the sign-in of its
//! provider ([`oauth::OAuth`]), on loopback and in this process. They speak the documented protocol strictly (what the
//! documents do not allow is refused, also where the provider is said to be lenient) and fail as a test scripts it.
//!
//! [`cloud::Cloud`] is less: a front that adds strictness and faults to a lenient server. [`front::Front`] adds faults to any.
//!
//! One listener plays all hosts of a provider; the path decides. A test can
//! - look past the client: what is stored under a name, all names, sessions, requests, bytes;
//! - act past the client: write as a stranger, rot bytes on the disk, remove;
//! - change the world: tokens expire or are revoked, another account signs in, room runs out, sessions expire;
//! - script faults: [`When`] says which request, [`Fault`] what happens to it.
//!
//! ```no_run
//! use albumen_testkit::double::{Fault, When, dropbox::Dropbox};
//! let dir = tempfile::tempdir().unwrap();
//! let dropbox = Dropbox::start(dir.path());
//! let (_base, _token) = (dropbox.endpoint(), dropbox.oauth().sign_in());
//! dropbox.script(When::op("files/upload_session/finish_batch_v2"), Fault::DropAfterCommit);
//! dropbox.script(When::op("files/upload_session/append_v2").after(1).times(2), Fault::status(503));
//! // … the client under test works here …
//! assert_eq!((dropbox.scripted(), dropbox.overwrites(), dropbox.twins()), (0, 0, 0));
//! ```
//!
//! The order in which a request is looked at: rate, script, token, form, meaning. Object bytes lie in the folder the test
//! gives; they are hashed as they come in and never held in memory as a whole. Nothing there is removed before the test
//! removes its folder.

mod call;
pub mod cloud;
pub mod drive;
pub mod dropbox;
pub mod fault;
pub mod front;
pub mod oauth;
mod reply;
pub mod sums;

pub use fault::{Fault, When};

use crate::http::Client;
use call::{Answered, Call};
use fault::Script;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use percent_encoding::percent_decode_str;
use reply::ReplyBody;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

/// One request and the answer it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// As the double names the operation; empty for what it does not know.
    pub op: String,
    pub method: String,
    /// Decoded, with its leading slash.
    pub path: String,
    /// As it was sent.
    pub query: String,
    /// What the request is about: at Dropbox the JSON of the argument, at Drive path, query and metadata; never a token.
    pub arg: String,
    /// 0 when the connection broke, or was left to wait, instead of an answer.
    pub status: u16,
    /// Bytes of its body that arrived.
    pub bytes_in: u64,
}

/// What the doubles have in common. Each of them derefs to it. The double stops when it is dropped.
pub struct Double {
    core: Arc<Core>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Double {
    /// `http://127.0.0.1:PORT`: all hosts of the provider.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.core.address)
    }

    /// For questions beside the code under test. What it asks is counted too.
    pub fn client(&self) -> Client {
        Client {
            address: self.core.address.to_string(),
            keys: None,
        }
    }

    /// Everything that was asked since the start or the last [`Double::forget`], in the order of the answers.
    pub fn asked(&self) -> Vec<Asked> {
        self.core.shared().asked.clone()
    }

    /// Requests of an operation, answered or not.
    pub fn count(&self, op: &str) -> usize {
        self.core
            .shared()
            .asked
            .iter()
            .filter(|asked| asked.op == op)
            .count()
    }

    /// Forgets what was asked and how much arrived.
    pub fn forget(&self) {
        let mut shared = self.core.shared();
        shared.asked.clear();
        shared.received = 0;
    }

    /// Bytes of all bodies that arrived, whole or cut, counted as they come in.
    pub fn bytes_received(&self) -> u64 {
        self.core.shared().received
    }

    /// Adds a fault behind those scripted before.
    pub fn script(&self, when: When, fault: Fault) {
        self.core.shared().script.add(when, fault);
    }

    /// Faults that have not struck yet: 0 shows that a test met what it scripted.
    pub fn scripted(&self) -> usize {
        self.core.shared().script.len()
    }

    /// Forgets the faults that have not struck yet.
    pub fn unscript(&self) {
        self.core.shared().script = Script::default();
    }

    /// From now on at most so many requests per second after a burst, sign-in not counted; more are refused in the provider's form (Dropbox:
    /// 429 with `Retry-After`; Drive: 403 `userRateLimitExceeded`). A refused request uses up the rate too, as Dropbox documents. 0 per second: all are refused.
    pub fn set_rate(&self, per_second: f64, burst: f64) {
        self.core.shared().rate = Some(Rate {
            per_second,
            burst,
            tokens: burst,
            at: Instant::now(),
        });
    }

    pub fn clear_rate(&self) {
        self.core.shared().rate = None;
    }

    /// Room for so many bytes of committed objects in all; None: as much as comes.
    pub fn set_quota(&self, bytes: Option<u64>) {
        self.core.shared().quota = bytes;
    }

    /// Breaks the connections that stall.
    pub fn hang_up(&self) {
        self.core.hang.notify_waiters();
    }

    /// Times a client replaced the content of an object: a photo app's number is 0.
    pub fn overwrites(&self) -> u64 {
        self.core.shared().overwrites
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only when the double has stopped by itself.
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// A provider behind the listener.
pub(crate) trait Play: Send + Sync + 'static {
    fn answer(&self, call: &mut Call) -> impl Future<Output = Answered> + Send;
}

struct Rate {
    per_second: f64,
    burst: f64,
    tokens: f64,
    at: Instant,
}

impl Rate {
    /// Seconds to wait, whole ones as `Retry-After` has them.
    fn take(&mut self) -> Option<u64> {
        let now = Instant::now();
        let since = now.duration_since(self.at).as_secs_f64();
        self.at = now;
        self.tokens = (self.tokens + since * self.per_second).min(self.burst);
        let enough = self.tokens >= 1.0;
        self.tokens = (self.tokens - 1.0).max(-self.burst);
        let wait = (1.0 - self.tokens) / self.per_second.max(0.01);
        (!enough).then(|| (wait.ceil() as u64).max(1))
    }
}

#[derive(Default)]
struct Shared {
    asked: Vec<Asked>,
    script: Script,
    received: u64,
    rate: Option<Rate>,
    quota: Option<u64>,
    overwrites: u64,
}

/// What all requests of one double share.
pub(crate) struct Core {
    pub(crate) address: SocketAddr,
    dir: PathBuf,
    serial: AtomicU64,
    shared: Mutex<Shared>,
    hang: Notify,
}

impl Core {
    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }

    /// Never the same number twice.
    pub(crate) fn serial(&self) -> u64 {
        self.serial.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn receive(&self, bytes: u64) {
        self.shared().received += bytes;
    }

    pub(crate) fn quota(&self) -> Option<u64> {
        self.shared().quota
    }

    pub(crate) fn overwritten(&self) {
        self.shared().overwrites += 1;
    }

    /// Seconds to wait, or else the fault this request meets.
    fn meet(&self, op: &str, arg: &str) -> (Option<u64>, Option<Fault>) {
        let mut shared = self.shared();
        let limited = !op.starts_with("oauth.");
        if let Some(wait) = shared.rate.as_mut().filter(|_| limited).and_then(Rate::take) {
            return (Some(wait), None);
        }
        (None, shared.script.take(op, arg))
    }

    fn log(&self, call: &Call, status: u16) {
        let asked = Asked {
            op: call.op.clone(),
            method: call.method.to_string(),
            path: percent_decode_str(&call.path).decode_utf8_lossy().into_owned(),
            query: call.raw_query.clone(),
            arg: call.arg.clone(),
            status,
            bytes_in: call.bytes_in,
        };
        self.shared().asked.push(asked);
    }

    /// Logs a request that is not answered, and waits until the double hangs up.
    async fn stall(&self, call: &Call) {
        let mut hung_up = std::pin::pin!(self.hang.notified());
        hung_up.as_mut().enable();
        self.log(call, 0);
        hung_up.await;
    }

    /// A new empty file for an object or a session.
    pub(crate) fn new_file(&self) -> PathBuf {
        let path = self.dir.join(format!("{:08}", self.serial()));
        File::create_new(&path).expect("make a file for an object");
        path
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens a stored file to go on writing at `offset`; what was behind is cut off.
pub(crate) fn open_at(path: &Path, offset: u64) -> File {
    let mut file = OpenOptions::new()
        .write(true)
        .open(path)
        .expect("open a stored file");
    file.set_len(offset).expect("cut a stored file");
    file.seek(SeekFrom::Start(offset)).expect("seek in a stored file");
    file
}

pub(crate) fn append(file: &mut File, bytes: &[u8]) {
    file.write_all(bytes).expect("write into a stored file");
}

/// Turns all bits of the byte in the middle; an empty file stays as it is.
pub(crate) fn rot(path: &Path) {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("open a stored file");
    let middle = file.metadata().expect("look at a stored file").len() / 2;
    let mut byte = [0];
    file.seek(SeekFrom::Start(middle)).expect("seek");
    if file.read(&mut byte).expect("read a stored byte") == 1 {
        file.seek(SeekFrom::Start(middle)).expect("seek");
        file.write_all(&[!byte[0]]).expect("write a rotten byte");
    }
}

/// Starts to listen, with the files of the objects in `dir`; the provider is made of what the requests share.
pub(crate) fn start<P: Play>(dir: &Path, provider: impl FnOnce(&Arc<Core>) -> P) -> (Double, Arc<P>) {
    std::fs::create_dir_all(dir).expect("make the folder of the objects");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("listen on loopback");
    let address = listener.local_addr().expect("a listener has an address");
    let core = Arc::new(Core {
        address,
        dir: dir.to_owned(),
        serial: AtomicU64::new(1),
        shared: Mutex::default(),
        hang: Notify::new(),
    });
    let play = Arc::new(provider(&core));
    let (stop, stopped) = oneshot::channel();
    let (playing, shared) = (Arc::clone(&play), Arc::clone(&core));
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        let runtime = runtime.expect("start a runtime");
        runtime.block_on(async {
            tokio::select! {
                () = serve(listener, playing, shared) => {}
                _ = stopped => {}
            }
        });
        runtime.shutdown_background();
    });
    let double = Double {
        core,
        stop: Some(stop),
        thread: Some(thread),
    };
    (double, play)
}

async fn serve<P: Play>(listener: std::net::TcpListener, play: Arc<P>, core: Arc<Core>) {
    listener.set_nonblocking(true).expect("a listener can wait");
    let listener = TcpListener::from_std(listener).expect("hand the listener over");
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            continue;
        };
        let (play, core) = (Arc::clone(&play), Arc::clone(&core));
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(request, Arc::clone(&play), Arc::clone(&core)));
            // A client that goes away in the middle is an everyday case here.
            Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(socket), answer)
                .await
                .ok();
        });
    }
}

/// In a task of its own: a request is carried to its end also when the client goes away.
async fn answer<P: Play>(
    request: Request<Incoming>,
    play: Arc<P>,
    core: Arc<Core>,
) -> io::Result<hyper::Response<ReplyBody>> {
    let mut call = Call::new(core, request);
    let task = tokio::spawn(async move {
        let answered = play.answer(&mut call).await;
        call.end(answered).await
    });
    task.await.map_err(io::Error::other)?
}
