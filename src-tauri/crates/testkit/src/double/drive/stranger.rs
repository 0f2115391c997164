//! What others do to a Drive, past the client and past its checks.

use super::{Content, Drive, FOLDER, File, ROOT, State, new_id, now, shown};
use crate::double::{Core, lock, rot};
use std::collections::BTreeMap;

impl Drive {
    /// Somebody makes a file with the same app, as on another computer; a twin if there is one of its name. Its id.
    pub fn put_as_stranger(&self, path: &str, bytes: &[u8]) -> String {
        self.put(path, bytes, false)
    }

    /// Another app makes a file; the client cannot see it. Its id.
    pub fn put_hidden(&self, path: &str, bytes: &[u8]) -> String {
        self.put(path, bytes, true)
    }

    fn put(&self, path: &str, bytes: &[u8], hidden: bool) -> String {
        let core: &Core = &self.double.core;
        let mut state = lock(&self.play.state);
        let mut names: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let name = names.pop().unwrap_or_default();
        let mut parent = ROOT.to_owned();
        for folder in names {
            let mut files = state.files.values();
            let there = files.find(|file| {
                file.name == folder
                    && file.parent.as_ref() == Some(&parent)
                    && file.content.is_none()
                    && !file.trashed
            });
            let there = there.map(|file| file.id.clone());
            parent = there.unwrap_or_else(|| state.add(core, folder, &parent, None, hidden));
        }
        let mut content = Content::empty(core);
        content.fill(bytes);
        state.add(core, name, &parent, Some(content), hidden)
    }

    /// Somebody replaces the content of a file, as a person can; it has a new revision.
    pub fn replace_as_stranger(&self, id: &str, bytes: &[u8]) {
        let mut content = Content::empty(&self.double.core);
        content.fill(bytes);
        let mut state = lock(&self.play.state);
        state.files.get_mut(id).expect("a file to replace").content = Some(content);
    }

    /// Somebody puts a file or folder into the trash.
    pub fn trash_as_stranger(&self, id: &str) {
        let mut state = lock(&self.play.state);
        state.files.get_mut(id).expect("a file to trash").trashed = true;
    }

    /// Turns a byte in the middle on the disk; what the API says of the file stays.
    pub fn rot(&self, id: &str) {
        rot(&self.object(id).expect("a file to rot").file);
    }

    /// Somebody else removes a file, or a folder with all in it, for good; false when there is none.
    pub fn remove(&self, id: &str) -> bool {
        lock(&self.play.state).remove(id)
    }
}

impl State {
    /// Past the checks a client meets; no search lags for it.
    fn add(
        &mut self,
        core: &Core,
        name: &str,
        parent: &str,
        content: Option<Content>,
        hidden: bool,
    ) -> String {
        let id = new_id(core);
        let now = shown(now());
        let kind = if content.is_some() {
            "application/octet-stream"
        } else {
            FOLDER
        };
        let file = File {
            id: id.clone(),
            name: name.to_owned(),
            mime_type: kind.to_owned(),
            parent: Some(parent.to_owned()),
            modified: now.clone(),
            created: now,
            description: None,
            properties: BTreeMap::new(),
            trashed: false,
            hidden,
            born: 0,
            serial: core.serial(),
            content,
        };
        self.files.insert(id.clone(), file);
        id
    }

    pub(super) fn remove(&mut self, id: &str) -> bool {
        let below: Vec<String> = self
            .files
            .values()
            .filter(|file| file.parent.as_deref() == Some(id))
            .map(|file| file.id.clone())
            .collect();
        for child in below {
            self.remove(&child);
        }
        self.files.remove(id).is_some()
    }
}
