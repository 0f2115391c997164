//! From bytes to a file under its path: `upload`, `upload_session/finish`, `finish_batch_v2`.

use super::api::Asking;
use super::errors::{bad_input, conflict_with, tagged};
use super::names::{self, BadPath};
use super::session::Session;
use super::{Entry, State, Stored};
use crate::double::call::{Answered, Call, Stop, object};
use crate::double::reply::Reply;
use crate::double::{Core, lock};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

const MOST_ENTRIES: usize = 1000;

pub(super) struct Commit {
    path: String,
    mode: Mode,
    autorename: bool,
    client_modified: Option<String>,
    strict_conflict: bool,
}

enum Mode {
    Add,
    Overwrite,
    Update(String),
}

/// Tags of a `WriteError`.
type Refused = Vec<&'static str>;

const COMMIT: [&str; 6] = [
    "mode",
    "autorename",
    "client_modified",
    "mute",
    "property_groups",
    "strict_conflict",
];

impl Asking<'_> {
    pub(super) async fn upload(&self, call: &mut Call, arg: &Value) -> Answered {
        let mut optional = COMMIT.to_vec();
        optional.push("content_hash");
        let fields = self.fields(arg, &["path"], &optional)?;
        let commit = self.commit_info(fields)?;
        let mut session = Session::new(call.core.new_file());
        self.take_bytes(call, &mut session, fields).await?;
        let landed = lock(&self.play.state).land(&call.core, &commit, &session);
        match landed {
            Ok(metadata) => Ok(Reply::json(200, &metadata)),
            Err(tags) => {
                // Of the form `UploadWriteFailed`: the reason beside a session that could go on.
                let reason = tagged(&tags, &json!({}));
                let error = json!({".tag": "path", "reason": reason, "upload_session_id": "AAAAAAAA"});
                Err(conflict_with(&[&["path"], tags.as_slice()].concat(), &error).into())
            }
        }
    }

    pub(super) async fn finish_session(&self, call: &mut Call, arg: &Value) -> Answered {
        let fields = self.fields(arg, &["cursor", "commit"], &["content_hash"])?;
        let commit = self.commit_info(self.commit_fields(&fields["commit"])?)?;
        let (id, offset) = self.cursor(fields)?;
        let mut session = match self.open_session(&id, offset) {
            Ok(session) => session,
            Err((tags, error)) => {
                let error = json!({".tag": "lookup_failed", "lookup_failed": error});
                let tags = [&["lookup_failed"], tags.as_slice()].concat();
                return Err(conflict_with(&tags, &error).into());
            }
        };
        let taken = self.take_bytes(call, &mut session, fields).await;
        let mut state = lock(&self.play.state);
        if let Some(stored) = state.sessions.get_mut(&id) {
            stored.busy = false;
        }
        taken?;
        match state.land(&call.core, &commit, &session) {
            Ok(metadata) => {
                state.sessions.remove(&id);
                Ok(Reply::json(200, &metadata))
            }
            Err(tags) => {
                // "Data has already been appended to the upload session": it goes on with them.
                if let Some(stored) = state.sessions.get_mut(&id) {
                    session.busy = false;
                    *stored = session;
                }
                let tags = [&["path"], tags.as_slice()].concat();
                Err(conflict_with(&tags, &tagged(&tags, &json!({}))).into())
            }
        }
    }

    /// One at a time per account: while one works, every entry of another is `too_many_write_operations`.
    pub(super) async fn finish_batch(&self, call: &mut Call, arg: &Value) -> Answered {
        let fields = self.fields(arg, &["entries"], &[])?;
        let entries = fields["entries"]
            .as_array()
            .ok_or_else(|| bad_input(self.op, "entries: expected list"))?;
        if entries.is_empty() || entries.len() > MOST_ENTRIES {
            return Err(bad_input(self.op, "entries: 1 to 1000 items are allowed"));
        }
        let mut asked = Vec::new();
        for entry in entries {
            let entry = object(entry, &["cursor", "commit"], &[])
                .map_err(|why| bad_input(self.op, &format!("entries: {why}")))?;
            let (id, offset) = self.cursor(entry)?;
            asked.push((
                id,
                offset,
                self.commit_info(self.commit_fields(&entry["commit"])?)?,
            ));
        }
        let takes = {
            let mut state = lock(&self.play.state);
            if state.committing {
                let busy = tagged(&["too_many_write_operations"], &json!({}));
                let results: Vec<Value> = asked.iter().map(|_| failure(&busy)).collect();
                return Ok(Reply::json(200, &json!({"entries": results})));
            }
            state.committing = true;
            state.batches += 1;
            state.commit_takes
        };
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        let mut state = lock(&self.play.state);
        let results: Vec<Value> = asked
            .iter()
            .map(|(id, offset, commit)| state.finish_one(&call.core, id, *offset, commit))
            .collect();
        state.committing = false;
        Ok(Reply::json(200, &json!({"entries": results})))
    }

    fn commit_fields<'a>(&self, value: &'a Value) -> Result<&'a Map<String, Value>, Stop> {
        object(value, &["path"], &COMMIT).map_err(|why| bad_input(self.op, &format!("commit: {why}")))
    }

    fn commit_info(&self, fields: &Map<String, Value>) -> Result<Commit, Stop> {
        let path = self.text(fields, "path")?.unwrap_or_default();
        if names::check(&path) == Err(BadPath::Pattern) {
            let why = format!("path: '{path}' did not match pattern");
            return Err(bad_input(self.op, &why));
        }
        let mode = match fields.get("mode") {
            None => Mode::Add,
            Some(mode) => match (mode.as_str().or(mode[".tag"].as_str()), &mode["update"]) {
                (Some("add"), _) => Mode::Add,
                (Some("overwrite"), _) => Mode::Overwrite,
                (Some("update"), Value::String(rev)) => Mode::Update(rev.clone()),
                _ => return Err(bad_input(self.op, "mode: unknown tag")),
            },
        };
        let client_modified = self.text(fields, "client_modified")?;
        if let Some(time) = &client_modified {
            // Seconds and no more, in UTC: `2026-01-02T03:04:05Z`.
            let whole = time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T';
            if !whole || time.parse::<jiff::Timestamp>().is_err() {
                let why = format!("client_modified: time data '{time}' does not match format");
                return Err(bad_input(self.op, &why));
            }
        }
        self.flag(fields, "mute")?;
        Ok(Commit {
            path,
            mode,
            autorename: self.flag(fields, "autorename")?,
            client_modified,
            strict_conflict: self.flag(fields, "strict_conflict")?,
        })
    }
}

fn failure(error: &Value) -> Value {
    json!({".tag": "failure", "failure": error})
}

impl State {
    fn finish_one(&mut self, core: &Core, id: &str, offset: u64, commit: &Commit) -> Value {
        let lookup = |tag: &str, fields: &Value| failure(&tagged(&["lookup_failed", tag], fields));
        let Some(session) = self.sessions.get(id) else {
            return lookup("not_found", &json!({}));
        };
        if !session.closed {
            return lookup("not_closed", &json!({}));
        }
        if session.size != offset {
            return lookup("incorrect_offset", &json!({"correct_offset": session.size}));
        }
        let session = session.clone();
        match self.land(core, commit, &session) {
            Ok(mut metadata) => {
                self.sessions.remove(id);
                metadata[".tag"] = "success".into();
                metadata
            }
            Err(tags) => failure(&tagged(&[&["path"], tags.as_slice()].concat(), &json!({}))),
        }
    }

    /// The metadata of the file that now stands there.
    fn land(&mut self, core: &Core, commit: &Commit, session: &Session) -> Result<Value, Refused> {
        match names::check(&commit.path) {
            Err(BadPath::Disallowed) => return Err(vec!["disallowed_name"]),
            Err(_) => return Err(vec!["malformed_path"]),
            Ok(()) => {}
        }
        for folder in names::folders(&commit.path) {
            if let Some(Entry::File(_)) = self.entries.get(&names::fold(folder)) {
                return Err(vec!["conflict", "file_ancestor"]);
            }
        }
        let hash = session.hash.clone().hex();
        let mut path = commit.path.clone();
        match self.entries.get(&names::fold(&path)) {
            None => {
                if let (Mode::Update(_), true) = (&commit.mode, commit.strict_conflict) {
                    return Err(vec!["conflict", "file"]);
                }
            }
            Some(Entry::Folder(_)) if !commit.autorename => return Err(vec!["conflict", "folder"]),
            Some(Entry::Folder(_)) => path = self.free_name(&path),
            Some(Entry::File(file)) => {
                let equal = file.hash == hash && file.size == session.size;
                let replaces = match &commit.mode {
                    Mode::Add => false,
                    Mode::Overwrite => true,
                    Mode::Update(rev) => *rev == file.rev,
                };
                if !replaces && equal && !commit.strict_conflict {
                    return Ok(self.metadata(file));
                }
                if !replaces && !commit.autorename {
                    return Err(vec!["conflict", "file"]);
                }
                if replaces && !equal {
                    core.overwritten();
                }
                if !replaces {
                    path = self.free_name(&path);
                }
            }
        }
        let there = self.entries.get(&names::fold(&path));
        let freed = there.map_or(0, |entry| entry.file().map_or(0, |file| file.size));
        if core
            .quota()
            .is_some_and(|quota| self.used() - freed + session.size > quota)
        {
            return Err(vec!["insufficient_space"]);
        }
        let modified = commit.client_modified.clone();
        let file = self.put(core, &path, session.file.clone(), session.size, hash, modified);
        Ok(self.metadata(&file))
    }

    /// Writes the entry and the folders above it.
    pub(super) fn put(
        &mut self,
        core: &Core,
        path: &str,
        file: PathBuf,
        size: u64,
        hash: String,
        modified: Option<String>,
    ) -> Stored {
        let display = self.make_folders(core, path);
        let key = names::fold(path);
        let id = match self.entries.get(&key) {
            Some(Entry::File(old)) => old.id.clone(),
            _ => format!("id:a{:021}", core.serial()),
        };
        let now = super::now();
        let stored = Stored {
            display,
            file,
            size,
            hash,
            id,
            rev: format!("{:015x}", 0x0156_0000_0000_u64 + core.serial()),
            client_modified: modified.unwrap_or_else(|| now.clone()),
            server_modified: now,
        };
        self.entries.insert(key.clone(), Entry::File(stored.clone()));
        self.changes.push(key);
        stored
    }

    /// `a.jpg` becomes `a (1).jpg`: a twin, which a photo app never asks for.
    fn free_name(&mut self, path: &str) -> String {
        self.twins += 1;
        let dot = path
            .rfind('.')
            .filter(|dot| *dot > path.rfind('/').unwrap_or(0) + 1);
        let (stem, ending) = path.split_at(dot.unwrap_or(path.len()));
        let mut names = (1_u64..).map(|n| format!("{stem} ({n}){ending}"));
        let free = names.find(|name| !self.entries.contains_key(&names::fold(name)));
        free.unwrap_or_default()
    }
}
