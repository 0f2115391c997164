//! Upload sessions. A call is kept whole or not at all: a cut body, or one whose `content_hash` is another, leaves the
//! session as it was.

use super::api::Asking;
use super::errors::{bad_input, conflict, conflict_with, tagged};
use crate::double::call::{Answered, Call, Stop, object};
use crate::double::reply::Reply;
use crate::double::sums::ContentHash;
use crate::double::{append, lock, open_at};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

#[derive(Clone)]
pub(super) struct Session {
    pub(super) file: PathBuf,
    pub(super) size: u64,
    pub(super) hash: ContentHash,
    pub(super) closed: bool,
    /// A call is writing to it.
    pub(super) busy: bool,
}

impl Session {
    pub(super) fn new(file: PathBuf) -> Self {
        Self {
            file,
            size: 0,
            hash: ContentHash::default(),
            closed: false,
            busy: false,
        }
    }
}

impl Asking<'_> {
    pub(super) async fn start_session(&self, call: &mut Call, arg: &Value) -> Answered {
        let fields = self.fields(arg, &[], &["close", "session_type", "content_hash"])?;
        let close = self.flag(fields, "close")?;
        if let Some(kind) = fields.get("session_type")
            && kind != "sequential"
            && kind[".tag"] != "sequential"
        {
            return Err(bad_input(self.op, "session_type: only sequential is played here"));
        }
        let mut session = Session::new(call.core.new_file());
        self.take_bytes(call, &mut session, fields).await?;
        session.closed = close;
        let id = format!("AAAAAAAA{:08}", call.core.serial());
        lock(&self.play.state).sessions.insert(id.clone(), session);
        Ok(Reply::json(200, &json!({"session_id": id})))
    }

    pub(super) async fn append_session(&self, call: &mut Call, arg: &Value) -> Answered {
        let fields = self.fields(arg, &["cursor"], &["close", "content_hash"])?;
        let close = self.flag(fields, "close")?;
        let (id, offset) = self.cursor(fields)?;
        let mut session = match self.open_session(&id, offset) {
            Ok(session) => session,
            Err((tags, error)) => return Err(conflict_with(&tags, &error).into()),
        };
        let taken = self.take_bytes(call, &mut session, fields).await;
        let mut state = lock(&self.play.state);
        // A session that expired in the meantime is gone.
        if let Some(stored) = state.sessions.get_mut(&id) {
            if taken.is_ok() {
                session.closed = close;
                *stored = session;
            }
            stored.busy = false;
        }
        taken.map(|()| Reply::json(200, &Value::Null))
    }

    /// A session that takes bytes at `offset`, marked busy; or the tags and the error why not.
    pub(super) fn open_session(&self, id: &str, offset: u64) -> Result<Session, (Vec<&'static str>, Value)> {
        let mut state = lock(&self.play.state);
        let refuse = |tag: &'static str, fields: Value| Err((vec![tag], tagged(&[tag], &fields)));
        let Some(session) = state.sessions.get_mut(id) else {
            return refuse("not_found", json!({}));
        };
        if session.closed {
            return refuse("closed", json!({}));
        }
        if session.size != offset || session.busy {
            return refuse("incorrect_offset", json!({"correct_offset": session.size}));
        }
        session.busy = true;
        Ok(session.clone())
    }

    /// Appends the body of this call. When that fails, the file is as long as before.
    pub(super) async fn take_bytes(
        &self,
        call: &mut Call,
        session: &mut Session,
        fields: &Map<String, Value>,
    ) -> Result<(), Stop> {
        let limit = lock(&self.play.state).call_limit;
        let mut file = open_at(&session.file, session.size);
        let (before, mut own) = (session.size, ContentHash::default());
        let read = call
            .read(|piece| {
                session.size += piece.len() as u64;
                if session.size - before <= limit {
                    append(&mut file, piece);
                    session.hash.update(piece);
                    own.update(piece);
                }
            })
            .await;
        let wanted = fields.get("content_hash").and_then(Value::as_str);
        let refused = match read {
            Err(stop) => Some(stop),
            Ok(()) if session.size - before > limit => Some(conflict(&["payload_too_large"]).into()),
            Ok(()) if wanted.is_some_and(|wanted| wanted != own.hex()) => {
                Some(conflict(&["content_hash_mismatch"]).into())
            }
            Ok(()) => None,
        };
        if let Some(stop) = refused {
            session.size = before;
            open_at(&session.file, before);
            return Err(stop);
        }
        Ok(())
    }

    /// `session_id` and `offset` of the field `cursor`.
    pub(super) fn cursor(&self, fields: &Map<String, Value>) -> Result<(String, u64), Stop> {
        let bad = |why: &str| bad_input(self.op, &format!("cursor: {why}"));
        let cursor = object(&fields["cursor"], &["session_id", "offset"], &[]).map_err(|why| bad(&why))?;
        let id = cursor["session_id"]
            .as_str()
            .ok_or_else(|| bad("session_id: expected string"))?;
        let offset = cursor["offset"]
            .as_u64()
            .ok_or_else(|| bad("offset: expected integer"))?;
        Ok((id.to_owned(), offset))
    }
}
