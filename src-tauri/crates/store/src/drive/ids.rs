//! Ids of files by key. An id is asked of Drive before its file is made, so that making it again finds it and makes no
//! twin; and what was made a moment ago is looked up by its id, since searches lag.

use super::api::Api;
use crate::error::{Error, ErrorKind, Result};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// So many keys of ours are remembered: at the pace Drive takes files, hours. Searches lag by seconds.
const OURS: usize = 10_000;

pub(super) struct Ids {
    /// Not used yet.
    spare: tokio::sync::Mutex<Vec<String>>,
    /// Files that were made here, or are about to be.
    pub ours: Remembered,
}

/// Ids by key, of the latest keys only.
pub(super) struct Remembered {
    most: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    ids: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Ids {
    pub fn new() -> Self {
        Self {
            spare: tokio::sync::Mutex::default(),
            ours: Remembered::new(OURS),
        }
    }

    pub async fn fresh(&self, api: &Api) -> Result<String> {
        let mut spare = self.spare.lock().await;
        if spare.is_empty() {
            *spare = api.ids().await?;
        }
        spare
            .pop()
            .ok_or_else(|| Error::new(ErrorKind::Other, "Drive gives no ids."))
    }

    /// The id that the file of a key has, or is to have: the same for every try.
    pub async fn reserve(&self, api: &Api, key: &str) -> Result<String> {
        if let Some(id) = self.ours.of(key) {
            return Ok(id);
        }
        let id = self.fresh(api).await?;
        self.ours.remember(key, &id);
        Ok(id)
    }
}

impl Remembered {
    pub fn new(most: usize) -> Self {
        Self {
            most,
            known: Mutex::default(),
        }
    }

    pub fn of(&self, key: &str) -> Option<String> {
        self.known().ids.get(key).cloned()
    }

    pub fn remember(&self, key: &str, id: &str) {
        let mut known = self.known();
        if known.ids.insert(key.to_owned(), id.to_owned()).is_none() {
            known.order.push_back(key.to_owned());
        }
        while known.order.len() > self.most {
            if let Some(oldest) = known.order.pop_front() {
                known.ids.remove(&oldest);
            }
        }
    }

    /// The file of this id is not at the key any more.
    pub fn forget(&self, key: &str) {
        let mut known = self.known();
        if known.ids.remove(key).is_some() {
            known.order.retain(|its| its != key);
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_has_a_bound_and_is_forgotten_when_told() {
        let ids = Remembered::new(10);
        for at in 0..=10 {
            ids.remember(&format!("key {at}"), "id");
        }
        assert_eq!(ids.of("key 0"), None);
        assert_eq!(ids.of("key 1").as_deref(), Some("id"));
        ids.forget("key 1");
        assert_eq!(ids.of("key 1"), None);
        assert_eq!(ids.known().order.len(), 9);
    }
}
