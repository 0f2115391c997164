//! Resumable uploads: of a chunk that is cut, whole 256 KiB are kept.

use super::errors::{invalid, refuse};
use super::files::shown_as;
use super::meta::Meta;
use super::{Content, FOLDER, Playing};
use crate::double::call::{Answered, Call, Stop};
use crate::double::reply::Reply;
use crate::double::sums::DriveSums;
use crate::double::{append, lock, open_at};
use std::io::Read;
use std::path::{Path, PathBuf};

const UNIT: u64 = 256 << 10;

#[derive(Clone)]
pub(super) struct Session {
    pub(super) meta: Meta,
    fields: Option<String>,
    file: PathBuf,
    size: u64,
    sums: DriveSums,
    total: Option<u64>,
    /// The file it became.
    done: Option<serde_json::Value>,
    busy: bool,
}

/// What a PUT says of its body.
enum Span {
    /// All of it.
    Whole,
    /// `bytes */N`: nothing, it asks how far it is.
    Asks(Option<u64>),
    /// From, to (exclusive), of.
    Chunk(u64, u64, Option<u64>),
}

fn span(header: Option<&str>) -> Option<Span> {
    let Some(header) = header else {
        return Some(Span::Whole);
    };
    let (range, total) = header.strip_prefix("bytes ")?.split_once('/')?;
    let total = if total == "*" {
        None
    } else {
        Some(total.parse().ok()?)
    };
    if range == "*" {
        return Some(Span::Asks(total));
    }
    let (first, last) = range.split_once('-')?;
    let (first, end): (u64, u64) = (first.parse().ok()?, last.parse::<u64>().ok()?.checked_add(1)?);
    let fits = first < end && total.is_none_or(|total| end <= total);
    fits.then_some(Span::Chunk(first, end, total))
}

/// 308 with what is kept; at 0 without a `Range`.
fn incomplete(size: u64) -> Reply {
    match size.checked_sub(1) {
        Some(last) => Reply::new(308).with("range", &format!("bytes=0-{last}")),
        None => Reply::new(308),
    }
}

fn gone() -> Stop {
    refuse(404, "notFound", "The upload session is not known, or too old.")
}

impl Playing {
    pub(super) fn begin(&self, call: &Call, body: &[u8]) -> Answered {
        let kind = call.content_type();
        if !body.is_empty() && kind.split(';').next() != Some("application/json") {
            return Err(refuse(400, "badContent", "Metadata must be application/json."));
        }
        let mut meta = Meta::to_create(if body.is_empty() { b"{}" } else { body })?;
        if meta.mime_type.as_deref() == Some(FOLDER) {
            return Err(invalid("A folder has no media."));
        }
        if let Some(kind) = call.header("x-upload-content-type") {
            meta.mime_type.get_or_insert(kind.to_owned());
        }
        let total = match call.header("x-upload-content-length").map(str::parse) {
            None => None,
            Some(Ok(total)) => Some(total),
            Some(Err(_)) => return Err(invalid("X-Upload-Content-Length")),
        };
        let fields = call.parameter("fields").map(str::to_owned);
        // A bad selection is refused before the bytes are sent.
        shown_as(fields.as_deref(), &serde_json::json!({}))?;
        let mut state = lock(&self.state);
        state.check_new(&call.core, &meta, total.unwrap_or(0))?;
        let id = format!("upload{:024}", call.core.serial());
        let session = Session {
            meta,
            fields,
            file: call.core.new_file(),
            size: 0,
            sums: DriveSums::default(),
            total,
            done: None,
            busy: false,
        };
        state.sessions.insert(id.clone(), session);
        let address = call.core.address;
        let location = format!("http://{address}{}?{}&upload_id={id}", call.path, call.raw_query);
        Ok(Reply::new(200).with("location", &location))
    }

    /// Name of the file of a session, for the log and the script.
    pub(super) fn name_of_session(&self, call: &Call) -> String {
        let id = call.parameter("upload_id").unwrap_or("");
        let state = lock(&self.state);
        let name = state
            .sessions
            .get(id)
            .and_then(|session| session.meta.name.clone());
        name.unwrap_or_default()
    }

    pub(super) fn cancel(&self, call: &Call) -> Answered {
        let id = call.parameter("upload_id").unwrap_or("");
        match lock(&self.state).sessions.remove(id) {
            Some(_) => Ok(Reply::new(499)),
            None => Err(gone()),
        }
    }

    pub(super) async fn proceed(&self, call: &mut Call) -> Answered {
        let id = call.parameter("upload_id").unwrap_or("").to_owned();
        let span = span(call.header("content-range")).ok_or_else(|| invalid("Content-Range"))?;
        let mut session = match self.look(&id, &span, call)? {
            Ok(session) => session,
            Err(reply) => return Ok(reply),
        };
        let start = session.size;
        let mut file = open_at(&session.file, start);
        let read = call
            .read(|piece| {
                append(&mut file, piece);
                session.sums.update(piece);
                session.size += piece.len() as u64;
            })
            .await;
        let mut state = lock(&self.state);
        session.busy = false;
        if let Err(stop) = read {
            session.size -= session.size % UNIT;
            open_at(&session.file, session.size);
            session.sums = sums_of(&session.file);
            if state.sessions.contains_key(&id) {
                state.sessions.insert(id, session);
            }
            return Err(stop);
        }
        if let Span::Whole = span {
            session.total = Some(session.size);
        }
        if !state.sessions.contains_key(&id) {
            return Err(gone());
        }
        if session.total != Some(session.size) {
            let reply = incomplete(session.size);
            state.sessions.insert(id, session);
            return Ok(reply);
        }
        let (path, sums) = (session.file.clone(), session.sums.clone());
        let content = Content::new(&call.core, path, session.size, sums);
        let made = state.make(&call.core, &session.meta, Some(content));
        if let Ok(value) = &made {
            session.done = Some(value.clone());
        }
        let fields = session.fields.clone();
        state.sessions.insert(id, session);
        shown_as(fields.as_deref(), &made?)
    }

    /// The session, marked busy, when this call brings what it can take; the answer when there is nothing to take.
    fn look(&self, id: &str, span: &Span, call: &Call) -> Result<Result<Session, Reply>, Stop> {
        let mut state = lock(&self.state);
        let session = state.sessions.get_mut(id).ok_or_else(gone)?;
        if let Some(file) = &session.done {
            return Ok(Err(shown_as(session.fields.as_deref(), file)?));
        }
        let length = call.length();
        let (from, to, total) = match *span {
            Span::Asks(total) => {
                if length.is_some_and(|length| length > 0) {
                    return Err(invalid("A query has no body."));
                }
                (session.size, session.size, total)
            }
            Span::Whole => (0, length.unwrap_or(u64::MAX), length),
            Span::Chunk(from, to, total) => (from, to, total),
        };
        if let (Some(known), Some(total)) = (session.total, total)
            && known != total
        {
            return Err(invalid("The total size is another than before."));
        }
        session.total = session.total.or(total);
        // An empty file is whole as soon as its size is known.
        if let (Span::Asks(_), true) = (span, session.total != Some(0)) {
            return Ok(Err(incomplete(session.size)));
        }
        if let Span::Chunk(from, to, _) = *span {
            if length != Some(to - from) {
                return Err(invalid("Content-Length is not that of Content-Range."));
            }
            let is_last = session.total == Some(to);
            if session.total.is_some_and(|total| to > total)
                || (!is_last && !(to - from).is_multiple_of(UNIT))
            {
                return Err(invalid("The size of a chunk must be a multiple of 262144 bytes."));
            }
        }
        if from != session.size || session.busy {
            return Ok(Err(incomplete(session.size)));
        }
        session.busy = to > from;
        Ok(Ok(session.clone()))
    }
}

fn sums_of(path: &Path) -> DriveSums {
    let mut file = std::fs::File::open(path).expect("open a stored file");
    let mut sums = DriveSums::default();
    let mut piece = vec![0; UNIT as usize];
    loop {
        let n = file.read(&mut piece).expect("read a stored file");
        if n == 0 {
            return sums;
        }
        sums.update(&piece[..n]);
    }
}
