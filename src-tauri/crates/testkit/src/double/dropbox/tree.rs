//! What is stored, as the API shows it: metadata, listings, downloads, removals.

use super::api::Asking;
use super::errors::{bad_input, conflict, conflict_with, tagged};
use super::names::{self, BadPath};
use super::{Cursor, Entry, Folder, Listing, State, Stored};
use crate::double::call::{Answered, Stop};
use crate::double::reply::Reply;
use crate::double::{Core, lock};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const LONGEST_PAGE: u64 = 2000;

impl Entry {
    pub(super) fn file(&self) -> Option<&Stored> {
        match self {
            Self::File(file) => Some(file),
            Self::Folder(_) => None,
        }
    }
}

impl State {
    pub(super) fn used(&self) -> u64 {
        let files = self.entries.values().filter_map(Entry::file);
        files.map(|file| file.size).sum()
    }

    /// Makes the folders above `path` and says how `path` is shown: a folder keeps the case it was made with.
    pub(super) fn make_folders(&mut self, core: &Core, path: &str) -> String {
        let mut display = String::new();
        for folder in names::folders(path) {
            let key = names::fold(folder);
            let shown = format!("{display}/{}", names::name(folder));
            let entry = self.entries.entry(key.clone()).or_insert_with(|| {
                self.changes.push(key);
                Entry::Folder(Folder {
                    display: shown,
                    id: format!("id:a{:021}", core.serial()),
                })
            });
            if let Entry::Folder(folder) = entry {
                display.clone_from(&folder.display);
            }
        }
        format!("{display}/{}", names::name(path))
    }

    /// `FileMetadata`, without its tag.
    pub(super) fn metadata(&self, file: &Stored) -> Value {
        json!({
            "name": names::name(&file.display),
            "id": file.id,
            "client_modified": file.client_modified,
            "server_modified": file.server_modified,
            "rev": file.rev,
            "size": file.size,
            "path_lower": names::fold(&file.display),
            "path_display": file.display,
            "is_downloadable": true,
            "content_hash": file.hash,
        })
    }

    pub(super) fn tagged_metadata(&self, entry: &Entry) -> Value {
        match entry {
            Entry::File(file) => {
                let mut metadata = self.metadata(file);
                metadata[".tag"] = "file".into();
                metadata
            }
            Entry::Folder(folder) => json!({
                ".tag": "folder",
                "name": names::name(&folder.display),
                "id": folder.id,
                "path_lower": names::fold(&folder.display),
                "path_display": folder.display,
            }),
        }
    }

    fn remove(&mut self, key: &str) {
        let gone: Vec<String> = self
            .entries
            .keys()
            .filter(|path| *path == key || names::lies_in(path, key, true))
            .cloned()
            .collect();
        for path in gone {
            self.entries.remove(&path);
            self.changes.push(path);
        }
    }

    fn page(&mut self, core: &Core, mut listing: Listing) -> Value {
        let size = self.page_size.min(listing.limit);
        let rest = listing.left.split_off(listing.left.len().min(size));
        let page = std::mem::replace(&mut listing.left, rest);
        let has_more = !listing.left.is_empty();
        let cursor = format!("AAH{:020}", core.serial());
        self.cursors.insert(cursor.clone(), Cursor { listing });
        json!({"entries": page, "cursor": cursor, "has_more": has_more})
    }

    /// Everything in the folder as it is, or as it was when listings were said to be stale.
    fn list(&mut self, folder: &str, recursive: bool) -> Vec<Value> {
        if self.stale_listings > 0 {
            self.stale_listings -= 1;
            return listed(&self.stale_entries, folder, recursive);
        }
        let all = self.entries.iter();
        let all: Vec<_> = all
            .map(|(path, entry)| (path.clone(), self.tagged_metadata(entry)))
            .collect();
        listed(&all, folder, recursive)
    }
}

fn listed(all: &[(String, Value)], folder: &str, recursive: bool) -> Vec<Value> {
    let wanted = |path: &str| names::lies_in(path, folder, recursive) || (recursive && path == folder);
    all.iter()
        .filter(|(path, _)| wanted(path))
        .map(|(_, metadata)| metadata.clone())
        .collect()
}

impl Asking<'_> {
    /// The key of a path (or `id:`, `rev:`) that something is looked up by.
    fn key(&self, state: &State, path: &str) -> Result<String, Stop> {
        let by = |found: &dyn Fn(&Stored) -> bool| {
            let mut all = state.entries.iter();
            all.find(|(_, entry)| entry.file().is_some_and(found))
                .map_or_else(String::new, |(key, _)| key.clone())
        };
        if path.starts_with("id:") {
            return Ok(by(&|file| file.id == path));
        }
        if let Some(rev) = path.strip_prefix("rev:") {
            return Ok(by(&|file| file.rev == rev));
        }
        match names::check(path) {
            Err(BadPath::Pattern) => Err(bad_input(
                self.op,
                &format!("path: '{path}' did not match pattern"),
            )),
            Err(BadPath::Malformed) => Err(conflict(&["path", "malformed_path"]).into()),
            _ => Ok(names::fold(path)),
        }
    }

    pub(super) fn get_metadata(&self, arg: &Value) -> Answered {
        let optional = [
            "include_media_info",
            "include_deleted",
            "include_has_explicit_shared_members",
            "include_property_groups",
        ];
        let fields = self.fields(arg, &["path"], &optional)?;
        let path = self.text(fields, "path")?.unwrap_or_default();
        if path.is_empty() || path == "/" {
            return Err(bad_input(self.op, "path: The root folder is unsupported."));
        }
        let state = lock(&self.play.state);
        match state.entries.get(&self.key(&state, &path)?) {
            Some(entry) => Ok(Reply::json(200, &state.tagged_metadata(entry))),
            None => Err(conflict(&["path", "not_found"]).into()),
        }
    }

    pub(super) fn list_folder(&self, arg: &Value, core: &Core) -> Answered {
        let optional = [
            "recursive",
            "include_media_info",
            "include_deleted",
            "include_has_explicit_shared_members",
            "include_mounted_folders",
            "limit",
            "include_property_groups",
            "include_non_downloadable_files",
        ];
        let fields = self.fields(arg, &["path"], &optional)?;
        let path = self.text(fields, "path")?.unwrap_or_default();
        if path == "/" {
            let why = "path: Specify the root folder as an empty string rather than as \"/\".";
            return Err(bad_input(self.op, why));
        }
        let recursive = self.flag(fields, "recursive")?;
        let limit = self.limit(fields)?;
        let mut state = lock(&self.play.state);
        let mut folder = String::new();
        if !path.is_empty() {
            folder = self.key(&state, &path)?;
            match state.entries.get(&folder) {
                Some(Entry::Folder(_)) => {}
                Some(Entry::File(_)) => return Err(conflict(&["path", "not_folder"]).into()),
                None => return Err(conflict(&["path", "not_found"]).into()),
            }
        }
        let left = state.list(&folder, recursive);
        let listing = Listing {
            left,
            limit,
            folder,
            recursive,
            seen: state.changes.len(),
        };
        Ok(Reply::json(200, &state.page(core, listing)))
    }

    fn limit(&self, fields: &Map<String, Value>) -> Result<usize, Stop> {
        let Some(limit) = fields.get("limit") else {
            return Ok(500);
        };
        match limit.as_u64() {
            Some(limit) if (1..=LONGEST_PAGE).contains(&limit) => Ok(limit as usize),
            _ => Err(bad_input(self.op, "limit: an integer from 1 to 2000 is allowed")),
        }
    }

    /// The next page; after the last one, what changed since.
    pub(super) fn list_continue(&self, arg: &Value, core: &Core) -> Answered {
        let fields = self.fields(arg, &["cursor"], &[])?;
        let cursor = self.text(fields, "cursor")?.unwrap_or_default();
        let mut state = lock(&self.play.state);
        if std::mem::take(&mut state.reset_next) {
            return Err(conflict(&["reset"]).into());
        }
        let Some(Cursor { listing }) = state.cursors.get(&cursor).cloned() else {
            return Err(bad_input(self.op, "cursor: Invalid \"cursor\" parameter"));
        };
        let mut listing = listing;
        if listing.left.is_empty() {
            let changed: BTreeSet<String> = state.changes[listing.seen..].iter().cloned().collect();
            listing.seen = state.changes.len();
            listing.left = changed
                .iter()
                .filter(|path| names::lies_in(path, &listing.folder, listing.recursive))
                .map(|path| match state.entries.get(path) {
                    Some(entry) => state.tagged_metadata(entry),
                    None => json!({".tag": "deleted", "name": names::name(path), "path_lower": path,
                        "path_display": path}),
                })
                .collect();
        }
        Ok(Reply::json(200, &state.page(core, listing)))
    }

    pub(super) fn create_folder(&self, arg: &Value, core: &Core) -> Answered {
        let fields = self.fields(arg, &["path"], &["autorename"])?;
        let path = self.text(fields, "path")?.unwrap_or_default();
        if self.flag(fields, "autorename")? {
            return Err(bad_input(self.op, "autorename: only false is played here"));
        }
        let mut state = lock(&self.play.state);
        let key = self.key(&state, &path)?;
        if names::check(&path) == Err(BadPath::Disallowed) {
            return Err(conflict(&["path", "disallowed_name"]).into());
        }
        match state.entries.get(&key) {
            Some(Entry::Folder(_)) => return Err(conflict(&["path", "conflict", "folder"]).into()),
            Some(Entry::File(_)) => return Err(conflict(&["path", "conflict", "file"]).into()),
            None => {}
        }
        let is_file = |folder: &&str| matches!(state.entries.get(&names::fold(folder)), Some(Entry::File(_)));
        if names::folders(&path).iter().any(is_file) {
            return Err(conflict(&["path", "conflict", "file_ancestor"]).into());
        }
        state.make_folders(core, &format!("{path}/x"));
        let mut metadata = state
            .entries
            .get(&key)
            .map_or(Value::Null, |entry| state.tagged_metadata(entry));
        if let Some(fields) = metadata.as_object_mut() {
            fields.remove(".tag");
        }
        Ok(Reply::json(200, &json!({"metadata": metadata})))
    }

    pub(super) fn delete(&self, arg: &Value) -> Answered {
        let fields = self.fields(arg, &["path"], &["parent_rev"])?;
        let path = self.text(fields, "path")?.unwrap_or_default();
        let wanted = self.text(fields, "parent_rev")?;
        let mut state = lock(&self.play.state);
        let key = self.key(&state, &path)?;
        let Some(entry) = state.entries.get(&key) else {
            return Err(conflict(&["path_lookup", "not_found"]).into());
        };
        let metadata = state.tagged_metadata(entry);
        match (entry, wanted) {
            (Entry::Folder(_), Some(_)) => {
                return Err(bad_input(
                    self.op,
                    "parent_rev: does not support deleting a folder",
                ));
            }
            (Entry::File(file), Some(wanted)) if file.rev != wanted => {
                let tags = ["path_write", "conflict", "file"];
                return Err(conflict_with(&tags, &tagged(&tags, &json!({}))).into());
            }
            _ => {}
        }
        state.remove(&key);
        Ok(Reply::json(200, &json!({"metadata": metadata})))
    }

    pub(super) fn download(&self, arg: &Value, range: Option<&str>) -> Answered {
        let fields = self.fields(arg, &["path"], &["rev"])?;
        let path = self.text(fields, "path")?.unwrap_or_default();
        let state = lock(&self.play.state);
        let file = match state.entries.get(&self.key(&state, &path)?) {
            Some(Entry::File(file)) => file.clone(),
            Some(Entry::Folder(_)) => return Err(conflict(&["path", "not_file"]).into()),
            None => return Err(conflict(&["path", "not_found"]).into()),
        };
        let result = super::api::ascii(&state.metadata(&file));
        drop(state);
        Ok(Reply::file(&file.file, file.size, range)
            .with("content-type", "application/octet-stream")
            .with("etag", &format!("W/\"{}\"", file.rev))
            .with("dropbox-api-result", &result))
    }
}
