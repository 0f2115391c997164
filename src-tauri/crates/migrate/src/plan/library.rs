//! What is planned: the live files asset by asset, and the assets that are left out.

use crate::Result;
use albumen_catalog::{Catalog, PlanFile};
use albumen_model::AssetId;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Assets that are left out, each with the kept asset it is a duplicate of. Chains end at an asset that is itself
/// kept; where they do not, nothing is left out.
pub fn set_aside(catalog: &Catalog, skip_duplicates: bool) -> Result<HashMap<AssetId, AssetId>> {
    let mut pairs: HashMap<AssetId, AssetId> = catalog.set_aside()?.into_iter().collect();
    if skip_duplicates {
        for (asset, keeper) in catalog.open_exact_pairs()? {
            if catalog.is_contained(asset, keeper)? {
                pairs.entry(asset).or_insert(keeper);
            }
        }
    }
    let mut resolved = HashMap::new();
    for &asset in pairs.keys() {
        let mut at = asset;
        let mut steps = 0;
        while let Some(&next) = pairs.get(&at) {
            at = next;
            steps += 1;
            if steps > pairs.len() {
                break;
            }
        }
        if steps <= pairs.len() && at != asset {
            resolved.insert(asset, at);
        }
    }
    Ok(resolved)
}

/// The live files asset by asset, read as the planner takes them: the library is never in memory.
pub fn assets(catalog: &Arc<Catalog>) -> (mpsc::Receiver<Vec<PlanFile>>, JoinHandle<Result<()>>) {
    let (sender, receiver) = mpsc::channel(64);
    let catalog = catalog.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let mut asset: Vec<PlanFile> = Vec::new();
        let gone = || albumen_catalog::Error::Content("the planner went away".to_owned());
        catalog.for_planning(|file| {
            if asset.first().is_some_and(|first| first.asset != file.asset) {
                sender
                    .blocking_send(std::mem::take(&mut asset))
                    .map_err(|_| gone())?;
            }
            asset.push(file);
            Ok(())
        })?;
        if !asset.is_empty() {
            sender.blocking_send(asset).map_err(|_| gone())?;
        }
        Ok(())
    });
    (receiver, reading)
}
