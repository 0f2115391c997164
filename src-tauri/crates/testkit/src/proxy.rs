//! A connection that fails on demand: TCP on loopback, forwarded to any server of the tests, cut, slowed down or silenced.
//!
//! It forwards bytes as they are. Of what the client sends it also follows the borders of HTTP/1.1 requests, so that the
//! answer to a certain one can be lost; what is not HTTP is forwarded and counted all the same.

mod requests;

use requests::Requests;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What is read at once; a rate is kept in pieces of a twentieth of a second.
const PIECE: usize = 16 << 10;
const PIECES_A_SECOND: u64 = 20;

/// Stops when it is dropped, and with it every connection.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    sent: u64,
    requests: u64,
    connections: u64,
    /// `sent` at which the connection is cut that gets there.
    cut_at: Option<u64>,
    /// Bytes that servers answered, and at which of them the connection is cut that gets there.
    answered: u64,
    cut_reply_at: Option<u64>,
    /// `sent` at which all connections end, and how many then are turned away.
    outage: Option<(u64, usize)>,
    turn_away: usize,
    turned_away: Vec<Instant>,
    /// Number of the request whose answer is lost.
    swallow: Option<u64>,
    silent: bool,
    /// Number of the request at which it falls silent.
    silent_at: Option<u64>,
    /// Bytes a second from the client, over all connections.
    rate: Option<u64>,
    /// Until when the bytes that were forwarded take, at that rate.
    busy_until: Option<Instant>,
    stopped: bool,
    open: Vec<Weak<Pair>>,
    threads: Vec<JoinHandle<()>>,
}

impl Proxy {
    /// Forwards a free port of loopback to `server`: `HOST:PORT`, also with `http://` in front and a path behind.
    pub fn to(server: &str) -> Self {
        let server = server.trim_start_matches("http://");
        let server = server.split('/').next().unwrap_or(server);
        let server: SocketAddr = server.parse().expect("the address of a server");
        let listener = TcpListener::bind("127.0.0.1:0").expect("listen on loopback");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        let accepting = std::thread::spawn(move || {
            for client in listener.incoming() {
                if ours.state().stopped {
                    return;
                }
                if ours.turns_away() {
                    continue;
                }
                // A client that is gone already, or a server that is: the client sees its connection end.
                client
                    .and_then(|client| ours.connect(client, server))
                    .unwrap_or_default();
            }
        });
        Self {
            address,
            shared,
            accepting: Some(accepting),
        }
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Bytes that clients sent and the server was given, heads of requests among them: all that are not held back.
    pub fn sent(&self) -> u64 {
        self.shared.state().sent
    }

    /// Requests whose head has arrived.
    pub fn requests(&self) -> u64 {
        self.shared.state().requests
    }

    pub fn connections(&self) -> u64 {
        self.shared.state().connections
    }

    /// Ends the connection on which the `n`th byte from now is sent, after the server was given it. Once.
    pub fn cut_after(&self, n: u64) {
        let mut state = self.shared.state();
        state.cut_at = Some(state.sent + n);
    }

    /// Ends the connection on which the `n`th byte from now is answered, after the client was given it. Once.
    pub fn cut_reply_after(&self, n: u64) {
        let mut state = self.shared.state();
        state.cut_reply_at = Some(state.answered + n);
    }

    /// The next `n` connections end as soon as they are made.
    pub fn turn_away(&self, n: usize) {
        self.shared.state().turn_away = n;
    }

    /// After `n` more bytes from clients all connections end, and the next `connections` are turned away: a network that
    /// is gone for a while.
    pub fn outage(&self, n: u64, connections: usize) {
        let mut state = self.shared.state();
        state.outage = Some((state.sent + n, connections));
    }

    /// When a connection was turned away, since the start.
    pub fn turned_away(&self) -> Vec<Instant> {
        self.shared.state().turned_away.clone()
    }

    /// Whether everything that was asked of it has come to pass, and nothing more will.
    pub fn is_calm(&self) -> bool {
        let state = self.shared.state();
        let cuts = [state.cut_at, state.cut_reply_at, state.swallow];
        cuts == [None; 3] && state.outage.is_none() && state.turn_away == 0
    }

    /// Forgets what has not come to pass yet.
    pub fn calm(&self) {
        let mut state = self.shared.state();
        (state.cut_at, state.cut_reply_at, state.swallow) = (None, None, None);
        (state.outage, state.turn_away) = (None, 0);
    }

    /// The server gets the `nth` request from now (the next is the first) and answers; the answer is lost, and its
    /// connection ends. Once.
    pub fn swallow_reply(&self, nth: u64) {
        let mut state = self.shared.state();
        state.swallow = Some(state.requests + nth);
    }

    /// From now on nothing is forwarded, in either direction, and connections are accepted that nobody answers: what a
    /// firewall or a machine that is gone looks like.
    pub fn half_open(&self) {
        self.shared.state().silent = true;
    }

    /// As [`Proxy::half_open`], from the `nth` request from now on (the next is the first); the server does not get that one
    /// before [`Proxy::go_on`].
    pub fn silent_at(&self, nth: u64) {
        let mut state = self.shared.state();
        state.silent_at = Some(state.requests + nth);
    }

    /// Whether somebody waits, or would, for what is not forwarded.
    pub fn is_silent(&self) -> bool {
        self.shared.state().silent
    }

    /// Ends [`Proxy::half_open`]: what was held back is forwarded.
    pub fn go_on(&self) {
        {
            let mut state = self.shared.state();
            (state.silent, state.silent_at) = (false, None);
        }
        self.shared.changed.notify_all();
    }

    /// From now on clients send no more than so many bytes a second, together.
    pub fn rate(&self, bytes_per_second: u64) {
        let mut state = self.shared.state();
        state.rate = Some(bytes_per_second.max(1));
        state.busy_until = None;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let open = {
            let mut state = self.shared.state();
            state.stopped = true;
            std::mem::take(&mut state.open)
        };
        self.shared.changed.notify_all();
        for pair in open.iter().filter_map(Weak::upgrade) {
            pair.end();
        }
        // Wakes it.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.accepting.take() {
            thread.join().ok();
        }
        let threads = std::mem::take(&mut self.shared.state().threads);
        for thread in threads {
            thread.join().ok();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turns_away(&self) -> bool {
        let mut state = self.state();
        let away = state.turn_away > 0;
        if away {
            state.turn_away -= 1;
            state.turned_away.push(Instant::now());
        }
        away
    }

    fn connect(self: &Arc<Self>, client: TcpStream, server: SocketAddr) -> io::Result<()> {
        let server = TcpStream::connect(server)?;
        for end in [&client, &server] {
            end.set_nodelay(true)?;
        }
        let pair = Arc::new(Pair {
            client,
            server,
            loses_answer: AtomicBool::new(false),
        });
        let (up, down) = (Arc::clone(self), Arc::clone(self));
        let other = Arc::clone(&pair);
        let mut state = self.state();
        if state.stopped {
            return Ok(());
        }
        state.connections += 1;
        state.open.retain(|pair| pair.strong_count() > 0);
        state.open.push(Arc::downgrade(&pair));
        state.threads.retain(|thread| !thread.is_finished());
        state.threads.push(std::thread::spawn(move || {
            up.up(&pair).unwrap_or_default();
            // The answer to what was sent may still be on its way.
            pair.server.shutdown(Shutdown::Write).ok();
        }));
        state.threads.push(std::thread::spawn(move || {
            down.down(&other).unwrap_or_default();
            other.end();
        }));
        Ok(())
    }

    /// From the client to the server.
    fn up(&self, pair: &Pair) -> io::Result<()> {
        let mut requests = Requests::default();
        let mut piece = [0; PIECE];
        loop {
            let n = (&pair.client).read(&mut piece)?;
            if n == 0 || !self.wait_while_silent() {
                return Ok(());
            }
            let mut rest = &piece[..n];
            while !rest.is_empty() {
                let (now, cut) = self.allowed(rest.len());
                let Some(now) = now else { return Ok(()) };
                let (part, left) = rest.split_at(now);
                // Before the server sees it: its answer may come at once.
                let begun = requests.begun_in(part);
                {
                    let mut state = self.state();
                    let before = state.requests;
                    state.requests += begun;
                    if state
                        .swallow
                        .is_some_and(|nth| before < nth && nth <= state.requests)
                    {
                        state.swallow = None;
                        pair.loses_answer.store(true, Ordering::SeqCst);
                    }
                    if state.silent_at.is_some_and(|nth| state.requests >= nth) {
                        (state.silent, state.silent_at) = (true, None);
                    }
                }
                if !self.wait_while_silent() {
                    return Ok(());
                }
                (&pair.server).write_all(part)?;
                if cut {
                    pair.end();
                    return Ok(());
                }
                rest = left;
            }
        }
    }

    /// From the server to the client.
    fn down(&self, pair: &Pair) -> io::Result<()> {
        let mut piece = [0; PIECE];
        loop {
            let n = (&pair.server).read(&mut piece)?;
            if n == 0 || !self.wait_while_silent() {
                return Ok(());
            }
            let interim = piece[..n].starts_with(b"HTTP/1.1 100");
            if pair.loses_answer.load(Ordering::SeqCst) && !interim {
                return Ok(());
            }
            let (now, cut) = self.answered(n);
            (&pair.client).write_all(&piece[..now])?;
            if cut {
                return Ok(());
            }
        }
    }

    /// How many of `n` bytes are given to the client, and whether the connection ends after them.
    fn answered(&self, n: usize) -> (usize, bool) {
        let mut state = self.state();
        let before = state.answered;
        state.answered += n as u64;
        let cut = state.cut_reply_at.filter(|at| state.answered >= *at);
        if cut.is_some() {
            state.cut_reply_at = None;
        }
        let now = cut.and_then(|at| usize::try_from(at.saturating_sub(before)).ok());
        (now.unwrap_or(n).min(n), cut.is_some())
    }

    /// Counts how many of `n` bytes are forwarded now, and whether the connection is to be cut after them; waits as the rate
    /// wants it. None when it stopped.
    fn allowed(&self, n: usize) -> (Option<usize>, bool) {
        let mut state = self.state();
        let mut now = n as u64;
        if let Some(rate) = state.rate {
            now = now.min((rate / PIECES_A_SECOND).max(1));
            let free = state.busy_until.unwrap_or_else(Instant::now).max(Instant::now());
            let until = free + Duration::from_secs_f64(now as f64 / rate as f64);
            state.busy_until = Some(until);
            while let Some(left) = until
                .checked_duration_since(Instant::now())
                .filter(|left| !left.is_zero())
            {
                if state.stopped {
                    break;
                }
                let woken = self.changed.wait_timeout(state, left);
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        if state.stopped {
            return (None, false);
        }
        let cut = state.cut_at.filter(|at| state.sent + now >= *at);
        if let Some(at) = cut {
            now = at.saturating_sub(state.sent).min(now);
            state.cut_at = None;
        }
        state.sent += now;
        if let Some((_, connections)) = state.outage.filter(|(at, _)| state.sent >= *at) {
            state.outage = None;
            state.turn_away = connections;
            state
                .open
                .iter()
                .filter_map(Weak::upgrade)
                .for_each(|pair| pair.end());
        }
        (usize::try_from(now).ok(), cut.is_some())
    }

    /// False when it stopped.
    fn wait_while_silent(&self) -> bool {
        let mut state = self.state();
        while state.silent && !state.stopped {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.stopped
    }
}

/// Both ends of one connection.
struct Pair {
    client: TcpStream,
    server: TcpStream,
    /// The answer to come is not for the client.
    loses_answer: AtomicBool,
}

impl Pair {
    /// Both directions' threads end at this, and with the last of them the sockets are closed.
    fn end(&self) {
        self.client.shutdown(Shutdown::Both).ok();
        self.server.shutdown(Shutdown::Both).ok();
    }
}
