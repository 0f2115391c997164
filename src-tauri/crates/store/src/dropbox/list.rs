//! Everything below the library's folder, page by page.
//!
//! Invariant: each object is told once, also when Dropbox lets a listing start over; an error ends it, and it is never
//! short without one.

use super::api::{Api, Called, Failed};
use super::file::File;
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Flow, stopped};
use crate::pages::Pages;
use crate::provider::OnObject;
use crate::retry::patiently;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Entries of a page, at most.
const PAGE: u32 = 2000;
/// Listings of an account in which much happens may start over so often.
const MOST_RESETS: u32 = 20;

#[derive(Deserialize)]
struct Page {
    entries: Vec<Value>,
    cursor: String,
    has_more: bool,
}

pub(super) async fn list(api: &Api, on_object: &mut OnObject<'_>) -> Result<()> {
    let depth = api.root().matches('/').count();
    // Of a million names a digest each, and not the names.
    let mut told: HashSet<[u8; 16]> = HashSet::new();
    let mut pages = Pages::default();
    let mut resets = 0;
    loop {
        let page = match ask(api, pages.token()).await? {
            Ok(page) => page,
            Err(reset) if reset.has("reset") && resets < MOST_RESETS => {
                resets += 1;
                pages = Pages::default();
                continue;
            }
            // A folder that nobody made yet; with a cursor it was there a moment ago.
            Err(gone) if gone.has("not_found") && pages.token().is_empty() && told.is_empty() => {
                return Ok(());
            }
            Err(other) => return Err(other.into()),
        };
        let entries = page.entries.len();
        for entry in page.entries {
            if entry.get(".tag").and_then(Value::as_str) != Some("file") {
                continue;
            }
            let file: File = serde_json::from_value(entry).map_err(|error| {
                Error::new(
                    ErrorKind::Other,
                    format!("Dropbox's listing cannot be read: {error}"),
                )
            })?;
            let listed = file.listed(depth)?;
            let digest: [u8; 32] = Sha256::digest(&listed.key).into();
            let (half, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
            if told.insert(*half) && !on_object(listed) {
                return Err(stopped());
            }
        }
        if !pages.turn(page.has_more.then_some(page.cursor), entries)? {
            return Ok(());
        }
    }
}

/// One page; what Dropbox refuses is inside, what does not pass by trying again is outside.
async fn ask(api: &Api, cursor: &str) -> Result<Called<Page>> {
    patiently(&Flow::of_line(), || async {
        let page = match cursor {
            "" => {
                let arg = json!({ "path": api.root(), "recursive": true, "limit": PAGE });
                api.rpc("files/list_folder", &arg).await
            }
            cursor => {
                let arg = json!({ "cursor": cursor });
                api.rpc("files/list_folder/continue", &arg).await
            }
        };
        match page {
            Err(Failed::Other(error)) => Err(error),
            answered => Ok(answered),
        }
    })
    .await
}

/// Reads `bytes` as a page of a listing, whose folder lies as deep as `depth`.
pub(super) fn taste(bytes: &[u8], depth: usize) -> usize {
    let page: Option<Page> = serde_json::from_slice(bytes).ok();
    let entries = page.map(|page| page.entries).unwrap_or_default();
    let files = entries
        .into_iter()
        .filter_map(|entry| serde_json::from_value::<File>(entry).ok());
    files.filter(|file| file.listed(depth).is_ok()).count()
}
