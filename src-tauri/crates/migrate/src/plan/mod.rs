//! Stage 5, plan: every file gets an outcome, and every file to be copied a key of its own. Nothing is written at the
//! destination; running the plan is [`crate::transfer`].
//!
//! Deterministic: the same files and decisions give the same keys, whatever of them is placed already. So a run that was
//! killed is planned onto the same names and finds what it had placed, and so machines that share a migration agree on them.

mod before;
mod keys;
mod library;
mod met;
mod share;
mod steps;

pub use keys::facts;
pub use share::Share;
pub(crate) use share::place;
pub(crate) use steps::{SHARD_BYTES, SHARD_FILES};

use crate::naming::Names;
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, Landed, NewStep, PlanFile};
use albumen_model::{AssetId, DestinationId, FileId, Kind, Layout, Outcome, Sha256, StepState, layout};
use albumen_store::{Destination, Flow};
use before::Before;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    pub layout: String,
    pub skip_duplicates: bool,
    /// Part of the assets to take, 0 to 1; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<f64>,
    /// The part that this machine copies, where several share the migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// To report on all parts: what stands under the names of other machines' files is compared too, where no marker tells of it.
    #[serde(skip)]
    pub merge: bool,
    /// While in step: what somebody removed or edited at the destination stays so, and is not sent again.
    #[serde(skip)]
    pub keep_gone: bool,
    /// What is known of each photo goes into an XMP file beside its copy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub xmp: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            layout: layout::DEFAULT.to_owned(),
            skip_duplicates: false,
            sample: None,
            share: None,
            merge: false,
            keep_gone: false,
            xmp: false,
        }
    }
}

/// Makes the plan for `id` and returns its number.
pub async fn plan(
    catalog: &Arc<Catalog>,
    destination: &Destination,
    id: DestinationId,
    options: &Options,
    now: i64,
    control: &Arc<Control>,
) -> Result<i64> {
    let layout = Layout::parse(&options.layout)?;
    crate::listing::list(catalog, destination, id, control).await?;
    if options.share.is_some() || options.merge || share::was_shared(catalog, id)? {
        for odd in crate::recall::read_in(catalog, destination, id, control, now)
            .await?
            .findings
        {
            tracing::info!(key = odd.key, from = odd.from, "not read in: {}", odd.what);
        }
    }
    if catalog.has_untied(id)? {
        met::tie_by_path(catalog, id)?;
    }
    let words = serde_json::to_string(options).map_err(|error| Error::Other(error.to_string()))?;
    let plan = catalog.begin_plan(id, &words, catalog.revision()?, now)?;
    let mut planner = Planner {
        catalog,
        destination,
        id,
        names: Names::new(layout, destination.name_limits()),
        begun: HashMap::new(),
        sample: options.sample,
        share: options.share,
        merge: options.merge,
        keep_gone: options.keep_gone,
        theirs: None,
        aside: library::set_aside(catalog, options.skip_duplicates)?,
        shard: 0,
        shard_files: 0,
        shard_bytes: 0,
        steps: Vec::new(),
        found: Vec::new(),
        has_untied: catalog.has_untied(id)?,
        renamed: catalog.renamed_since_placed(id)?,
        tied: HashSet::new(),
        ties: Vec::new(),
        plan,
        now,
        flow: control.flow(),
    };
    planner.reserve_placed()?;
    control.begin_open("Deciding what goes where");
    let (mut assets, reading) = library::assets(catalog);
    while let Some(asset) = assets.recv().await {
        if !control.go_on().await {
            return Err(Error::Stopped);
        }
        let files = asset.len() as u64;
        planner.asset(asset).await?;
        control
            .files_done
            .fetch_add(files, std::sync::atomic::Ordering::Relaxed);
    }
    reading.await.map_err(|died| Error::Other(died.to_string()))??;
    planner.flush()?;
    if options.xmp {
        crate::written::plan(catalog, destination, id, plan, &planner.aside, control).await?;
    }
    catalog.complete_plan(plan)?;
    Ok(plan)
}

struct Planner<'a> {
    catalog: &'a Catalog,
    destination: &'a Destination,
    id: DestinationId,
    names: Names,
    /// Keys of what was about to be placed when a run ended, by digest: photos that are counted keep their numbers.
    begun: HashMap<Sha256, Vec<String>>,
    sample: Option<f64>,
    share: Option<Share>,
    merge: bool,
    keep_gone: bool,
    /// The part of another machine that the asset at hand belongs to.
    theirs: Option<u32>,
    aside: HashMap<AssetId, AssetId>,
    shard: u32,
    shard_files: u32,
    shard_bytes: u64,
    steps: Vec<NewStep>,
    found: Vec<Landed>,
    /// Whether markers told of objects whose files were not met yet; those that were met in this plan, and not written down.
    has_untied: bool,
    /// Files whose copies keep the names that they had when they were placed.
    renamed: BTreeSet<FileId>,
    tied: HashSet<i64>,
    ties: Vec<(i64, FileId)>,
    plan: i64,
    now: i64,
    flow: Flow,
}

impl Planner<'_> {
    async fn asset(&mut self, files: Vec<PlanFile>) -> Result<()> {
        let primary = &files[0];
        self.theirs = self.share.and_then(|share| share.theirs(&primary.primary_path));
        if let Some((outcome, why)) = self.not_copied(primary) {
            for file in files {
                self.put(&file, outcome, StepState::None, None, &why)?;
            }
            return Ok(());
        }
        let mut open = Vec::new();
        let mut beside = Vec::new();
        let mut before = Vec::new();
        for file in files {
            match file.sha256 {
                _ if file.excluded => {
                    let why = "A system file or thumbnail of another program.";
                    self.put(&file, Outcome::Excluded, StepState::None, None, why)?;
                }
                None => {
                    let why = file
                        .error
                        .clone()
                        .unwrap_or_else(|| "It was not read yet: scan again.".to_owned());
                    match self.theirs {
                        // Another machine may be able to.
                        Some(_) => self.put(&file, Outcome::Copy, StepState::Planned, None, &why)?,
                        None => self.put(&file, Outcome::Failed, StepState::None, None, &why)?,
                    }
                }
                Some(sha256) => match self.placed_before(&file, &sha256).await? {
                    Before::There(key) => {
                        let why = match self.renamed.contains(&file.id) {
                            true => "Already there, under its earlier name.",
                            false => "Placed by an earlier run.",
                        };
                        beside.push((key.clone(), file.path.name().to_vec()));
                        self.put(&file, Outcome::AlreadyThere, StepState::Placed, Some(key), why)?;
                    }
                    Before::Was(key) if self.keep_gone => {
                        let why = "It was removed or changed at the destination since it was placed: it is not sent again while in step. Compare the destination to bring it back.";
                        self.put(&file, Outcome::Excluded, StepState::None, Some(key), why)?;
                    }
                    Before::Was(key) => {
                        before.push((key, file.path.name().to_vec()));
                        open.push((file, sha256));
                    }
                    Before::Never => match self.landed_before(&file, &sha256).await? {
                        Some(key) => beside.push((key, file.path.name().to_vec())),
                        None => open.push((file, sha256)),
                    },
                },
            }
        }
        if open.is_empty() {
            Ok(())
        } else {
            self.name(open, &beside, before).await
        }
    }

    /// Outcomes that concern the asset as a whole.
    fn not_copied(&self, primary: &PlanFile) -> Option<(Outcome, String)> {
        if primary.excluded {
            return Some((
                Outcome::Excluded,
                "A system file or thumbnail of another program.".to_owned(),
            ));
        }
        if primary.primary_kind == Kind::Other && primary.sha256.is_some() {
            return Some((Outcome::Unsupported, "Not a photo or video.".to_owned()));
        }
        if let Some(keeper) = self.aside.get(&primary.asset) {
            let of = self.catalog.file(FileId(keeper.0)).map(|row| row.display);
            return Some((
                Outcome::Duplicate,
                format!("Duplicate of {}.", of.unwrap_or_default()),
            ));
        }
        let part = self.sample?;
        let place = share::place(&primary.primary_path) as f64 / u64::MAX as f64;
        (place >= part).then(|| (Outcome::Excluded, "Not in the sample.".to_owned()))
    }
}
