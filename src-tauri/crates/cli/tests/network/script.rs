//! What goes wrong in an episode: drawn from everything a network, a busy or a lying storage does, each in the words of
//! its provider.

use crate::home::{Home, Kind};
use albumen_testkit::double::{Fault, When, drive, dropbox};
use albumen_testkit::random::Random;
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Migrate,
    Verify,
    Rollback,
}

/// One thing that goes wrong.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// At a request; the words say what it is.
    At(&'static str, When, Fault),
    Stale(usize),
    /// The photo of a stranger is not listed.
    HidesAStranger(usize),
    /// Seconds that the storage's clock is ahead.
    Skew(i64),
    /// Somebody takes a name just before we do.
    TakesAName,
    TokenExpires,
    TurnedAway(usize),
    /// After so many bytes all connections end, and the next ones are turned away.
    Outage(u64, usize),
    CutAfter(u64),
    CutReplyAfter(u64),
}

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(what, when, _) => write!(out, "{what} at {when:?}"),
            other => write!(out, "{other:?}"),
        }
    }
}

impl Trouble {
    /// Its kind, for the count.
    pub fn name(&self) -> &'static str {
        match self {
            Self::At(what, ..) => what,
            Self::Stale(_) => "stale listing",
            Self::HidesAStranger(_) => "stranger not listed",
            Self::Skew(_) => "clock an hour away",
            Self::TakesAName => "name taken meanwhile",
            Self::TokenExpires => "token expired",
            Self::TurnedAway(_) => "connections refused",
            Self::Outage(..) => "network gone for a while",
            Self::CutAfter(_) => "reset at a byte of a request",
            Self::CutReplyAfter(_) => "reset at a byte of an answer",
        }
    }

    /// How many more sends it may cost, of `photos`.
    pub fn costs(&self, kind: Kind, photos: usize) -> usize {
        match self {
            // One refusal is of a whole batch of names.
            Self::At(..) if kind == Kind::Dropbox => photos,
            Self::At(..) | Self::CutAfter(_) | Self::CutReplyAfter(_) | Self::TokenExpires => 4,
            Self::Outage(_, n) => n + photos,
            Self::TurnedAway(n) => *n,
            Self::Stale(_) | Self::HidesAStranger(_) | Self::Skew(_) | Self::TakesAName => 0,
        }
    }

    /// Does it from now on.
    pub fn begin(&self, home: &Home, stranger: (&str, &[u8])) {
        let (double, front, proxy) = (home.double(), home.front(), home.proxy());
        match self.clone() {
            Self::At(_, when, fault) => double.expect("requests").script(when, fault),
            Self::Stale(n) => drop(home.stale_listings(n)),
            Self::HidesAStranger(n) => {
                let front = front.expect("a front");
                front.stale_listings(n);
                front.hide(&home.path(stranger.0));
            }
            Self::Skew(seconds) => front.expect("a front").skew(seconds),
            Self::TakesAName => {
                let (put, bytes) = (home.stranger(), stranger.1.to_vec());
                front
                    .expect("a front")
                    .before_next_write(move |path| put(path, &bytes));
            }
            Self::TokenExpires => drop(home.expire_tokens()),
            Self::TurnedAway(n) => proxy.expect("a proxy").turn_away(n),
            Self::Outage(bytes, n) => proxy.expect("a proxy").outage(bytes, n),
            Self::CutAfter(n) => proxy.expect("a proxy").cut_after(n),
            Self::CutReplyAfter(n) => proxy.expect("a proxy").cut_reply_after(n),
        }
    }
}

/// What is asked of a kind of storage in a stage: those that write, read, look, list, delete.
fn requests(kind: Kind, stage: Stage) -> &'static [&'static str] {
    use Stage as S;
    match (kind, stage) {
        (Kind::S3, S::Migrate) => &["PUT", "PUT", "LOOK", "LIST", "POST"],
        (Kind::Webdav, S::Migrate) => &["PUT", "MOVE", "MKCOL", "LOOK", "LIST"],
        (Kind::S3 | Kind::Webdav, S::Verify) => &["READ", "READ", "LOOK", "LIST"],
        (Kind::S3 | Kind::Webdav, S::Rollback) => &["DELETE", "DELETE", "LOOK", "LIST", "READ"],
        (Kind::Gcs, S::Migrate) => &[
            "objects.insert",
            "objects.insert",
            "objects.get",
            "objects.list",
            "oauth.token",
            "upload.start",
            "upload.put",
        ],
        (Kind::Gcs, S::Verify) => &["objects.download", "objects.get", "objects.list"],
        (Kind::Gcs, S::Rollback) => &["objects.delete", "objects.get", "objects.list"],
        (Kind::Dropbox, S::Migrate) => &[
            "files/upload_session/start",
            "files/upload_session/append_v2",
            "files/upload_session/finish_batch_v2",
            "files/list_folder",
            "files/list_folder/continue",
            "files/get_metadata",
            "oauth.token",
        ],
        (Kind::Dropbox, S::Verify) => &["files/download", "files/get_metadata", "files/list_folder"],
        (Kind::Dropbox, S::Rollback) => &["files/delete_v2", "files/get_metadata", "files/list_folder"],
        (Kind::Drive, S::Migrate) => &[
            "upload.multipart",
            "upload.multipart",
            "upload.start",
            "upload.put",
            "files.list",
            "files.get",
            "files.create",
            "files.generateIds",
            "oauth.token",
        ],
        (Kind::Drive, S::Verify) => &["files.download", "files.get", "files.list"],
        (Kind::Drive, S::Rollback) => &["files.update", "files.delete", "files.get", "files.list"],
        (Kind::Sftp, _) => &[],
    }
}

fn s3_error(code: u16, word: &str) -> Fault {
    Fault::Status {
        code,
        headers: vec![("content-type".to_owned(), "application/xml".to_owned())],
        body: format!(
            "<?xml version=\"1.0\"?><Error><Code>{word}</Code><Message>Scripted.</Message></Error>"
        ),
    }
}

/// Refusals in a provider's own words.
fn refusals(kind: Kind) -> Vec<(&'static str, Fault)> {
    let google = |code, reason: &str| drive::error(code, reason, "Scripted.");
    match kind {
        Kind::S3 => vec![
            ("503 SlowDown", s3_error(503, "SlowDown")),
            (
                "429 with Retry-After",
                Fault::status(429).header("retry-after", "1"),
            ),
            ("500", s3_error(500, "InternalError")),
            ("408", s3_error(408, "RequestTimeout")),
            ("400 RequestTimeout", s3_error(400, "RequestTimeout")),
            ("200 with an error", s3_error(200, "InternalError")),
            ("token expired", s3_error(400, "ExpiredToken")),
            ("clock an hour away", s3_error(403, "RequestTimeTooSkewed")),
        ],
        Kind::Webdav => vec![
            (
                "503 with Retry-After",
                Fault::status(503).header("retry-after", "1"),
            ),
            (
                "429 with Retry-After",
                Fault::status(429).header("retry-after", "1"),
            ),
            ("500", Fault::status(500)),
            ("408", Fault::status(408)),
            ("423", Fault::status(423)),
            ("200 with an error", s3_error(200, "InternalError")),
            ("401", Fault::status(401)),
        ],
        Kind::Gcs => vec![
            ("503", google(503, "backendError")),
            (
                "429 with Retry-After",
                google(429, "rateLimitExceeded").header("retry-after", "1"),
            ),
            ("500", google(500, "internalError")),
            ("408", google(408, "uploadBrokenConnection")),
            (
                "200 with an error",
                Fault::json(200, &serde_json::json!({"error": {"code": 500}})),
            ),
            ("token expired", google(401, "authError")),
        ],
        Kind::Drive => vec![
            (
                "403 userRateLimitExceeded",
                drive::error(403, "userRateLimitExceeded", drive::TOO_FAST),
            ),
            (
                "429 with Retry-After",
                google(429, "rateLimitExceeded").header("retry-after", "1"),
            ),
            ("500", google(500, "internalError")),
            ("503", google(503, "backendError")),
            (
                "200 with an error",
                Fault::json(200, &serde_json::json!({"error": {"code": 500}})),
            ),
            ("token expired", google(401, "authError")),
        ],
        Kind::Dropbox => vec![
            (
                "429 with Retry-After",
                dropbox::rate_limited("too_many_requests", 1),
            ),
            (
                "429 of the lock",
                dropbox::rate_limited("too_many_write_operations", 1),
            ),
            ("500", Fault::status(500)),
            ("503", Fault::status(503)),
            (
                "200 with an error",
                Fault::json(200, &serde_json::json!({"error_summary": "internal_error/.."})),
            ),
            ("token expired", dropbox::unauthorized("expired_access_token")),
        ],
        Kind::Sftp => Vec::new(),
    }
}

/// From what may happen, what does in this episode.
pub struct Draw<'a> {
    pub random: &'a mut Random,
    /// Connections may stand still until the program gives them up, which takes it minutes.
    pub stalls: bool,
}

impl Draw<'_> {
    fn below(&mut self, n: u32) -> u32 {
        self.random.below(n)
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(u32::try_from(of.len()).expect("few")) as usize].clone()
    }

    pub fn trouble(&mut self, kind: Kind, stage: Stage) -> Trouble {
        if kind == Kind::Sftp {
            return match self.below(4) {
                0 => Trouble::CutAfter(1 + u64::from(self.below(40_000))),
                1 => Trouble::CutReplyAfter(1 + u64::from(self.below(20_000))),
                2 => Trouble::TurnedAway(1 + self.below(3) as usize),
                _ => Trouble::Outage(u64::from(self.below(30_000)), 1 + self.below(4) as usize),
            };
        }
        let fronted = matches!(kind, Kind::S3 | Kind::Webdav);
        match self.below(10) {
            0 if stage == Stage::Migrate && fronted => {
                self.one(&[Trouble::TakesAName, Trouble::HidesAStranger(2), Trouble::Stale(2)])
            }
            0 if kind != Kind::Gcs => Trouble::Stale(1 + self.below(2) as usize),
            1 if fronted => {
                let n = 1 + self.below(4) as usize;
                let bytes = u64::from(self.below(30_000));
                self.one(&[
                    Trouble::TurnedAway(n),
                    Trouble::Outage(bytes, n),
                    Trouble::CutAfter(bytes),
                    Trouble::CutReplyAfter(bytes),
                    Trouble::Skew(3600),
                    Trouble::Skew(-3600),
                ])
            }
            0 | 1 => Trouble::TokenExpires,
            2..=4 => {
                let (what, fault) = self.one(&refusals(kind));
                let times = 1 + self.below(2) as usize;
                self.at(what, fault, kind, stage, times)
            }
            _ => {
                let (what, fault) = self.broken(stage);
                self.at(what, fault, kind, stage, 1)
            }
        }
    }

    fn at(&mut self, what: &'static str, fault: Fault, kind: Kind, stage: Stage, times: usize) -> Trouble {
        let op = self.one(requests(kind, stage));
        // The first of a kind are often those that try the storage out.
        let skip = self.below(if stage == Stage::Migrate { 8 } else { 4 }) as usize;
        Trouble::At(what, When::op(op).after(skip).times(times), fault)
    }

    /// What a network does, whoever is behind it.
    fn broken(&mut self, stage: Stage) -> (&'static str, Fault) {
        let (small, some) = (u64::from(self.below(120)), u64::from(self.below(5_000)));
        if self.stalls && self.below(4) == 0 {
            self.stalls = false;
            return self.one(&[
                ("silence", Fault::Stall),
                ("silence after it was stored", Fault::StallAfterCommit),
                ("silence at a byte of a request", Fault::StallAt(some)),
                ("silence at a byte of an answer", Fault::StallReplyAt(small)),
            ]);
        }
        let mut faults = vec![
            ("reset before", Fault::DropBefore),
            ("reset at a byte of a request", Fault::DropAt(some)),
            ("answer lost after it was stored", Fault::DropAfterCommit),
            ("reset at a byte of an answer", Fault::CutReplyAt(small)),
            ("slow request", Fault::SlowUpload(30_000)),
            ("slow answer", Fault::SlowReply(20_000)),
            ("wrong Content-Length", Fault::WrongLength(7)),
            ("wrong Content-Length", Fault::WrongLength(-7)),
        ];
        if stage != Stage::Migrate {
            faults.push(("wrong bytes", Fault::WrongBytesInReply));
            faults.push(("wrong bytes", Fault::WrongBytesInReply));
        }
        self.one(&faults)
    }
}
