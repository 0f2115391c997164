//! What a test scripts to go wrong, and at which request.

use serde_json::Value;

/// One thing that goes wrong at one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Reads the request to its end, does nothing of what it asks, and answers this.
    Status {
        code: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// Breaks the connection; nothing is read and nothing done.
    DropBefore,
    /// Breaks the connection once so many bytes of the request's body have arrived. What the provider keeps of a cut
    /// body is kept: nothing at Dropbox, whole 256 KiB of a resumable upload at Drive.
    DropAt(u64),
    /// Does all that was asked, then breaks the connection without an answer.
    DropAfterCommit,
    /// Does all that was asked; the connection breaks after so many bytes of the answer's body.
    CutReplyAt(u64),
    /// Neither reads the body nor answers; the connection stays open until
    /// [`Double::hang_up`](super::Double::hang_up) or the end of the double.
    Stall,
    /// Reads so many bytes of the request's body and then nothing any more. What the provider keeps of a cut body is kept.
    StallAt(u64),
    /// Does all that was asked and never answers.
    StallAfterCommit,
    /// Does all that was asked; the answer's body stands still after so many bytes.
    StallReplyAt(u64),
    /// Reads the request's body at so many bytes per second.
    SlowUpload(u64),
    /// Sends the answer's body at so many bytes per second.
    SlowReply(u64),
    /// Does all that was asked; every checksum in the JSON of the answer is that of other bytes.
    WrongHashInReply,
    /// Does all that was asked; one bit in the middle of the answer's body is another.
    WrongBytesInReply,
    /// Does all that was asked; the answer says that its body is so many bytes longer than it is.
    WrongLength(i64),
}

impl Fault {
    /// `code` with an empty body.
    pub fn status(code: u16) -> Self {
        Self::Status {
            code,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// `code` with a body of JSON.
    pub fn json(code: u16, body: &Value) -> Self {
        Self::Status {
            code,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string(),
        }
    }

    /// Adds a header; only a [`Fault::Status`] has any.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Status { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// Which requests a fault strikes: by default the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    op: Option<String>,
    key: Option<String>,
    skip: usize,
    times: usize,
}

impl When {
    /// The next request, whatever it is.
    pub fn any() -> Self {
        Self {
            op: None,
            key: None,
            skip: 0,
            times: 1,
        }
    }

    /// The next request of this operation; the names are listed with each double.
    pub fn op(op: &str) -> Self {
        Self {
            op: Some(op.to_owned()),
            ..Self::any()
        }
    }

    /// Only requests whose [`Asked::arg`](super::Asked::arg) contains `text`.
    #[must_use]
    pub fn key(mut self, text: &str) -> Self {
        self.key = Some(text.to_owned());
        self
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub fn after(mut self, n: usize) -> Self {
        self.skip = n;
        self
    }

    /// Strikes so many matching requests in a row.
    #[must_use]
    pub fn times(mut self, n: usize) -> Self {
        self.times = n;
        self
    }

    fn matches(&self, op: &str, arg: &str) -> bool {
        self.op.as_deref().is_none_or(|wanted| wanted == op)
            && self.key.as_deref().is_none_or(|text| arg.contains(text))
    }
}

/// The faults to come, in the order they were added: a request meets the first that matches.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<(When, Fault)>);

impl Script {
    pub(crate) fn add(&mut self, when: When, fault: Fault) {
        if when.times > 0 {
            self.0.push((when, fault));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|(when, _)| when.times).sum()
    }

    pub(crate) fn take(&mut self, op: &str, arg: &str) -> Option<Fault> {
        for at in 0..self.0.len() {
            let (when, fault) = &mut self.0[at];
            if !when.matches(op, arg) {
                continue;
            }
            if when.skip > 0 {
                when.skip -= 1;
                continue;
            }
            when.times -= 1;
            let fault = fault.clone();
            if when.times == 0 {
                self.0.remove(at);
            }
            return Some(fault);
        }
        None
    }
}
