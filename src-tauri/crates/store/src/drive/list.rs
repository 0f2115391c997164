//! Every file below our folder: folder after folder, page after page.

use super::api::{Api, quoted};
use crate::destination::Listed;
use crate::error::Result;
use crate::flow::{Flow, stopped};
use crate::pages::{Pages, deep};
use crate::provider::OnObject;
use crate::retry::patiently;
use std::collections::VecDeque;

/// Twins, files or folders, are all told: the same key comes more than once then.
pub(super) async fn below(api: &Api, tops: Vec<String>, on_object: &mut OnObject<'_>) -> Result<()> {
    let flow = Flow::of_line();
    let mut left: VecDeque<(String, String)> = tops.into_iter().map(|id| (id, String::new())).collect();
    while let Some((id, prefix)) = left.pop_front() {
        deep(&prefix)?;
        let q = format!("{} in parents and trashed=false", quoted(&id));
        let mut pages = Pages::default();
        loop {
            let page = patiently(&flow, || api.page(&q, pages.token())).await?;
            let told = page.files.len();
            for file in page.files {
                let key = format!("{prefix}{}", file.name);
                if file.is_folder() {
                    left.push_back((file.id, format!("{key}/")));
                    continue;
                }
                let remote = file.remote()?;
                let listed = Listed {
                    key,
                    size: remote.size,
                    version: remote.version,
                    sums: remote.sums,
                };
                if !on_object(listed) {
                    return Err(stopped());
                }
            }
            if !pages.turn(page.next_page_token, told)? {
                break;
            }
        }
    }
    Ok(())
}
