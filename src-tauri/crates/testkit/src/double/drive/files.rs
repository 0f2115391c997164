//! Files by id and by search: metadata, listings, downloads, changes.

use super::errors::{invalid, not_found, parameter, refuse};
use super::fields::{ABOUT, FILE, IDS, Known, LIST, Selection};
use super::meta::{Meta, check_count};
use super::query::{Clause, parse};
use super::{Content, FOLDER, File, Playing, ROOT, State};
use crate::double::call::{Answered, Call, Stop};
use crate::double::reply::Reply;
use crate::double::{Core, lock};
use serde_json::{Value, json};

const LARGEST_PAGE: usize = 1000;

/// Projects an answer; without `fields` the short form `default` is sent.
pub(super) fn selected(call: &Call, known: &[Known], default: Option<&str>, value: &Value) -> Answered {
    let selection = selection(call.parameter("fields"), known, default)?;
    Ok(Reply::json(200, &selection.of(value)))
}

fn selection(fields: Option<&str>, known: &[Known], default: Option<&str>) -> Result<Selection, Stop> {
    let Some(text) = fields.or(default) else {
        let why = "The 'fields' parameter is required for this method.";
        return Err(parameter("fields", why));
    };
    let selection = Selection::parse(text).ok_or_else(|| parameter("fields", "Invalid field selection"))?;
    match selection.unknown(known) {
        Some(unknown) => Err(parameter("fields", &format!("Invalid field selection {unknown}"))),
        None => Ok(selection),
    }
}

/// A file as `fields` of the request (or of the session it was begun with) wants it.
pub(super) fn shown_as(fields: Option<&str>, file: &Value) -> Answered {
    let known: Vec<Known> = FILE.iter().map(|name| (*name, &[][..])).collect();
    let selection = selection(fields, &known, Some("kind,id,name,mimeType"))?;
    Ok(Reply::json(200, &selection.of(file)))
}

impl State {
    /// What the app may see: `drive.file` shows only what the app made.
    pub(super) fn seen(&self, id: &str) -> Option<&File> {
        let id = if id == "root" { ROOT } else { id };
        self.files.get(id).filter(|file| !file.hidden)
    }

    /// Trashed itself, or in a folder that is.
    fn is_trashed(&self, file: &File) -> bool {
        file.trashed
            || file
                .parent
                .as_ref()
                .and_then(|parent| self.files.get(parent))
                .is_some_and(|parent| self.is_trashed(parent))
    }

    pub(super) fn json(&self, file: &File) -> Value {
        let mut value = json!({
            "kind": "drive#file",
            "id": file.id,
            "name": file.name,
            "mimeType": file.mime_type,
            "modifiedTime": file.modified,
            "createdTime": file.created,
            "trashed": self.is_trashed(file),
        });
        if let Some(parent) = &file.parent {
            value["parents"] = json!([parent]);
        }
        if !file.properties.is_empty() {
            value["appProperties"] = json!(file.properties);
        }
        if let Some(description) = &file.description {
            value["description"] = description.clone().into();
        }
        if let Some(content) = &file.content {
            value["size"] = content.size.to_string().into();
            value["md5Checksum"] = content.md5.clone().into();
            value["sha256Checksum"] = content.sha256.clone().into();
            value["headRevisionId"] = content.revision.clone().into();
            value["originalFilename"] = file.name.clone().into();
        }
        value
    }

    pub(super) fn used(&self) -> u64 {
        let contents = self.files.values().filter_map(|file| file.content.as_ref());
        contents.map(|content| content.size).sum()
    }

    /// Whether a file of this metadata could be made now.
    pub(super) fn check_new(&self, core: &Core, meta: &Meta, size: u64) -> Result<(), Stop> {
        let parent = meta.parent.as_deref().unwrap_or(ROOT);
        let folder = self.seen(parent).ok_or_else(|| not_found(parent))?;
        if folder.mime_type != FOLDER {
            return Err(refuse(
                403,
                "parentNotAFolder",
                "The specified parent is not a folder.",
            ));
        }
        if let Some(id) = &meta.id {
            if self.files.contains_key(id) {
                let why = "A file already exists with the provided ID.";
                return Err(refuse(409, "fileIdInUse", why));
            }
            if !self.ids.contains(id) {
                return Err(invalid("The provided file ID is not usable."));
            }
        }
        if core.quota().is_some_and(|quota| self.used() + size > quota) {
            let why = "The user's Drive storage quota has been exceeded.";
            return Err(refuse(403, "storageQuotaExceeded", why));
        }
        if size > 0 && self.daily.is_some_and(|limit| self.uploaded + size > limit) {
            let text = super::TOO_MUCH_TODAY;
            return Err(refuse(403, "userRateLimitExceeded", text));
        }
        Ok(())
    }

    /// Makes the file; what [`State::check_new`] refuses is refused.
    pub(super) fn make(&mut self, core: &Core, meta: &Meta, content: Option<Content>) -> Result<Value, Stop> {
        self.check_new(core, meta, content.as_ref().map_or(0, |content| content.size))?;
        let properties = meta.properties.iter();
        let properties = properties.filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
        let properties = properties.collect();
        check_count(&properties)?;
        let now = super::shown(super::now());
        let parent = meta.parent.as_deref().unwrap_or(ROOT);
        let id = meta.id.clone().unwrap_or_else(|| super::new_id(core));
        let binary = "application/octet-stream";
        let file = File {
            id: id.clone(),
            name: meta.name.clone().unwrap_or_else(|| "Untitled".to_owned()),
            mime_type: meta.mime_type.clone().unwrap_or_else(|| binary.to_owned()),
            parent: Some(if parent == "root" { ROOT } else { parent }.to_owned()),
            modified: meta.modified.clone().unwrap_or_else(|| now.clone()),
            created: now,
            description: meta.description.clone(),
            properties,
            trashed: false,
            hidden: false,
            born: self.requests,
            serial: core.serial(),
            content,
        };
        self.uploaded += file.content.as_ref().map_or(0, |content| content.size);
        let value = self.json(&file);
        self.files.insert(id, file);
        Ok(value)
    }

    fn matches(&self, file: &File, clause: &Clause) -> bool {
        match clause {
            Clause::Parent(parent) => {
                let parent = if parent == "root" { ROOT } else { parent };
                file.parent.as_deref() == Some(parent)
            }
            // `=` folds case.
            Clause::Name(name) => file.name.to_lowercase() == name.to_lowercase(),
            Clause::MimeType(kind, equal) => (file.mime_type == *kind) == *equal,
            Clause::Trashed(trashed) => self.is_trashed(file) == *trashed,
            Clause::AppProperty(key, value) => file.properties.get(key) == Some(value),
        }
    }

    fn search(&mut self, clauses: &[Clause]) -> Vec<Value> {
        let stale = self.stale_listings > 0;
        self.stale_listings = self.stale_listings.saturating_sub(1);
        let files = if stale { &self.stale_files } else { &self.files };
        let late = |file: &File| self.requests - file.born <= self.search_lag && file.born > 0;
        let mut found: Vec<&File> = files
            .values()
            .filter(|file| !file.hidden && file.id != ROOT && !late(file))
            .filter(|file| clauses.iter().all(|clause| self.matches(file, clause)))
            .collect();
        // The newest first, as it often is; nothing says so.
        found.sort_by_key(|file| std::cmp::Reverse(file.serial));
        found.iter().map(|file| self.json(file)).collect()
    }
}

impl Playing {
    pub(super) fn about(&self, call: &Call) -> Answered {
        let used = lock(&self.state).used();
        let mut quota = json!({"usage": used.to_string(), "usageInDrive": used.to_string(),
            "usageInDriveTrash": "0"});
        // Without a limit there is no field.
        if let Some(limit) = call.core.quota() {
            quota["limit"] = limit.to_string().into();
        }
        let user = json!({"kind": "drive#user", "displayName": "Ada Tester", "me": true,
            "permissionId": self.oauth.account(), "emailAddress": "ada@example.org"});
        let about = json!({"kind": "drive#about", "user": user, "storageQuota": quota});
        selected(call, ABOUT, None, &about)
    }

    pub(super) fn generate_ids(&self, call: &Call) -> Answered {
        let count = call.parameter("count").unwrap_or("10").parse().unwrap_or(0);
        if !(1..=1000).contains(&count) {
            return Err(parameter("count", "Invalid value: 1 to 1000 are allowed"));
        }
        let space = call.parameter("space").unwrap_or("drive");
        if space != "drive" {
            return Err(parameter("space", "Invalid value: only drive is played here"));
        }
        let ids: Vec<String> = (0..count).map(|_| super::new_id(&call.core)).collect();
        lock(&self.state).ids.extend(ids.iter().cloned());
        let value = json!({"kind": "drive#generatedIds", "ids": ids, "space": space});
        selected(call, IDS, Some("*"), &value)
    }

    pub(super) fn list(&self, call: &Call) -> Answered {
        let mut state = lock(&self.state);
        let size = call.parameter("pageSize").unwrap_or("100").parse().unwrap_or(0);
        if !(1..=LARGEST_PAGE).contains(&size) {
            return Err(parameter("pageSize", "Invalid value: 1 to 1000 are allowed"));
        }
        let q = call.parameter("q").unwrap_or("").to_owned();
        let mut left = match call.parameter("pageToken") {
            Some(token) => match state.pages.get(token) {
                Some((asked, left)) if *asked == q => left.clone(),
                _ => return Err(parameter("pageToken", "Invalid Value")),
            },
            None => {
                let clauses = if q.is_empty() { Some(Vec::new()) } else { parse(&q) };
                let clauses = clauses.ok_or_else(|| parameter("q", "Invalid Value"))?;
                for clause in &clauses {
                    if let Clause::Parent(parent) = clause
                        && state.seen(parent).is_none()
                    {
                        return Err(not_found(""));
                    }
                }
                state.search(&clauses)
            }
        };
        let incomplete = state.incomplete > 0;
        if incomplete {
            state.incomplete -= 1;
            left.truncate(left.len() / 2);
        }
        let rest = left.split_off(left.len().min(size).min(state.page_size));
        let mut page = json!({"kind": "drive#fileList", "incompleteSearch": incomplete, "files": left});
        if !rest.is_empty() {
            let token = format!("~!!~{:020}", call.core.serial());
            state.pages.insert(token.clone(), (q, rest));
            page["nextPageToken"] = token.into();
        }
        let default = "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)";
        selected(call, LIST, Some(default), &page)
    }

    pub(super) fn get(&self, call: &Call, id: &str) -> Answered {
        let state = lock(&self.state);
        let file = state.seen(id).ok_or_else(|| not_found(id))?;
        shown_as(call.parameter("fields"), &state.json(file))
    }

    pub(super) fn download(&self, call: &Call, id: &str) -> Answered {
        let state = lock(&self.state);
        let file = state.seen(id).ok_or_else(|| not_found(id))?;
        let Some(content) = &file.content else {
            let why = "Only files with binary content can be downloaded.";
            return Err(refuse(403, "fileNotDownloadable", why));
        };
        Ok(Reply::file(&content.file, content.size, call.header("range"))
            .with("content-type", &file.mime_type))
    }

    /// Metadata only: a folder, or a file of no bytes.
    pub(super) fn create(&self, call: &Call, body: &[u8]) -> Answered {
        let meta = Meta::to_create(body)?;
        let is_folder = meta.mime_type.as_deref() == Some(FOLDER);
        let content = (!is_folder).then(|| Content::empty(&call.core));
        let made = lock(&self.state).make(&call.core, &meta, content)?;
        shown_as(call.parameter("fields"), &made)
    }

    pub(super) fn update(&self, call: &Call, id: &str, body: &[u8]) -> Answered {
        let meta = Meta::to_update(body)?;
        let mut state = lock(&self.state);
        let mut file = state.seen(id).ok_or_else(|| not_found(id))?.clone();
        if file.id == ROOT {
            return Err(refuse(403, "forbidden", "The root folder cannot be changed."));
        }
        if let Some(parent) = call.parameter("addParents") {
            let leaves = call.parameter("removeParents");
            if leaves != file.parent.as_deref() {
                return Err(invalid("A file must have exactly one parent"));
            }
            let folder = state.seen(parent).ok_or_else(|| not_found(parent))?;
            file.parent = Some(folder.id.clone());
        }
        file.name = meta.name.unwrap_or(file.name);
        file.mime_type = meta.mime_type.unwrap_or(file.mime_type);
        file.trashed = meta.trashed.unwrap_or(file.trashed);
        file.modified = meta.modified.unwrap_or(file.modified);
        file.description = meta.description.or(file.description);
        for (key, value) in meta.properties {
            match value {
                Some(value) => file.properties.insert(key, value),
                None => file.properties.remove(&key),
            };
        }
        check_count(&file.properties)?;
        let value = state.json(&file);
        state.files.insert(file.id.clone(), file);
        shown_as(call.parameter("fields"), &value)
    }

    /// For good, past the trash.
    pub(super) fn delete(&self, id: &str) -> Answered {
        let mut state = lock(&self.state);
        let file = state.seen(id).ok_or_else(|| not_found(id))?;
        let (id, path) = (file.id.clone(), state.path(file));
        if id == ROOT {
            return Err(refuse(403, "forbidden", "The root folder cannot be removed."));
        }
        state.erased.push(path);
        state.remove(&id);
        Ok(Reply::new(204))
    }
}
