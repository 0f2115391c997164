//! Stage 5, plan: every file gets an outcome, and every file to be copied a key of its own. Nothing is written at the
//! destination; running the plan is [`crate::transfer`].
//!
//! Deterministic: the same files, decisions and destination give the same keys, so a run that was killed is planned
//! onto the same names and finds what it had placed.

use crate::listing::size_there;
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, Landed, NewStep, Origin, PlanFile, Untied};
use albumen_model::{
    AssetId, Capture, DestinationId, FileId, Kind, Layout, Outcome, Sha256, StepState, key, layout,
};
use albumen_store::{Destination, ErrorKind, Flow};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A shard is checkpointed and gets its marker together.
const SHARD_FILES: u32 = 256;
const SHARD_BYTES: u64 = 512 << 20;
const BATCH: usize = 1000;
/// Names tried for one photo before giving up; each carries its digest, so two is already rare.
const MOST_NAMES: u32 = 1000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    pub layout: String,
    pub skip_duplicates: bool,
    /// Part of the assets to take, 0 to 1; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            layout: layout::DEFAULT.to_owned(),
            skip_duplicates: false,
            sample: None,
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
    let words = serde_json::to_string(options).map_err(|error| Error::Other(error.to_string()))?;
    let plan = catalog.begin_plan(id, &words, catalog.revision()?, now)?;
    let mut planner = Planner {
        catalog,
        destination,
        id,
        layout,
        sample: options.sample,
        aside: set_aside(catalog, options.skip_duplicates)?,
        taken: HashSet::new(),
        shard: 0,
        shard_files: 0,
        shard_bytes: 0,
        steps: Vec::new(),
        found: Vec::new(),
        has_untied: catalog.has_untied(id)?,
        tied: HashSet::new(),
        ties: Vec::new(),
        plan,
        now,
        flow: control.flow(),
    };
    planner.reserve_placed()?;
    control.begin_open("Deciding what goes where");
    let (mut assets, reading) = assets(catalog);
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
    catalog.complete_plan(plan)?;
    Ok(plan)
}

/// Assets that are left out, each with the kept asset it is a duplicate of. Chains end at an asset that is itself
/// kept; where they do not, nothing is left out.
fn set_aside(catalog: &Catalog, skip_duplicates: bool) -> Result<HashMap<AssetId, AssetId>> {
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
fn assets(catalog: &Arc<Catalog>) -> (mpsc::Receiver<Vec<PlanFile>>, JoinHandle<Result<()>>) {
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

struct Planner<'a> {
    catalog: &'a Catalog,
    destination: &'a Destination,
    id: DestinationId,
    layout: Layout,
    sample: Option<f64>,
    aside: HashMap<AssetId, AssetId>,
    /// 64-bit hashes of the folded keys that are given away: a false hit costs a suffix, never a photo.
    taken: HashSet<u64>,
    shard: u32,
    shard_files: u32,
    shard_bytes: u64,
    steps: Vec<NewStep>,
    found: Vec<Landed>,
    /// Whether markers told of objects whose files were not met yet; those that were met in this plan, and not written down.
    has_untied: bool,
    tied: HashSet<i64>,
    ties: Vec<(i64, FileId)>,
    plan: i64,
    now: i64,
    flow: Flow,
}

/// What the key of one file leads to.
enum Standing {
    Free,
    /// These very bytes are there.
    There(Origin, String),
    Taken,
}

impl Planner<'_> {
    /// Keys of what was placed before stay with their files.
    fn reserve_placed(&mut self) -> Result<()> {
        let taken = &mut self.taken;
        self.catalog.placed_and_listed_folds(self.id, |fold| {
            taken.insert(hash(&fold));
        })?;
        Ok(())
    }

    async fn asset(&mut self, files: Vec<PlanFile>) -> Result<()> {
        let primary = &files[0];
        if let Some((outcome, why)) = self.not_copied(primary) {
            for file in files {
                self.put(&file, outcome, StepState::None, None, &why)?;
            }
            return Ok(());
        }
        let digest = primary.sha256;
        let (mut open, mut named) = (Vec::new(), Vec::new());
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
                    self.put(&file, Outcome::Failed, StepState::None, None, &why)?;
                }
                Some(sha256) => match self.placed_before(&file, &sha256).await? {
                    Some(key) => {
                        let why = "Placed by an earlier run.";
                        let at = Some(key.clone());
                        self.put(&file, Outcome::AlreadyThere, StepState::Placed, at, why)?;
                        named.push((file, key));
                    }
                    None => open.push((file, sha256)),
                },
            }
        }
        if open.is_empty() {
            Ok(())
        } else {
            self.name(open, digest, &named).await
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
        let place = hash(&primary.asset.0) as f64 / u64::MAX as f64;
        (place >= part).then(|| (Outcome::Excluded, "Not in the sample.".to_owned()))
    }

    async fn placed_before(&mut self, file: &PlanFile, sha256: &Sha256) -> Result<Option<String>> {
        let (key, waits) = match self.catalog.placed_of(self.id, file.id, sha256)? {
            Some(placed) => (placed.key, None),
            None => match self.waiting(file, sha256)? {
                Some(untied) => (untied.key, Some(untied.placed)),
                None => return Ok(None),
            },
        };
        let size = size_there(self.catalog, self.destination, self.id, &key, &self.flow).await?;
        if size != Some(file.size) {
            return Ok(None);
        }
        if let Some(placed) = waits {
            self.tied.insert(placed);
            self.ties.push((placed, file.id));
        }
        Ok(Some(key))
    }

    /// What a marker told of these bytes under this name, where the catalog of that run was lost: of several, the one that
    /// lay where this file lies, as far as the folders' names tell.
    fn waiting(&self, file: &PlanFile, sha256: &Sha256) -> Result<Option<Untied>> {
        if !self.has_untied {
            return Ok(None);
        }
        let alike = |from: &str| {
            let (here, there) = (file.display.rsplit('/'), from.rsplit('/'));
            here.zip(there).take_while(|(one, other)| one == other).count()
        };
        let mut best = None;
        for untied in self.catalog.untied(self.id, sha256)? {
            let alike = alike(&untied.from);
            let better = best.as_ref().is_none_or(|(most, _)| alike > *most);
            if alike > 0 && better && !self.tied.contains(&untied.placed) {
                best = Some((alike, untied));
            }
        }
        Ok(best.map(|(_, untied)| untied))
    }

    /// Gives the files of one asset their keys, all with the same suffix if one is needed: that of its first file's `digest`,
    /// and, where a run was cut off in the middle of it, the one that those it had `named` have.
    async fn name(
        &mut self,
        open: Vec<(PlanFile, Sha256)>,
        digest: Option<Sha256>,
        named: &[(PlanFile, String)],
    ) -> Result<()> {
        let primary = &open[0].0;
        let digest = digest.unwrap_or(open[0].1);
        let stem_of = key::component(primary.primary_path.name());
        let stem = key::split_extension(&stem_of).0.to_owned();
        let suffix_of = |attempt| match attempt {
            0 => None,
            1 => Some(digest.short()),
            n => Some(format!("{}-{n}", digest.short())),
        };
        let with = |plain: &str, suffix: &Option<String>| match suffix {
            Some(suffix) => key::with_suffix(plain, &stem, suffix),
            None => plain.to_owned(),
        };
        let plain: Vec<(String, &String)> =
            named.iter().map(|(file, key)| (self.render(file), key)).collect();
        let has_it = |attempt: &u32| {
            let suffix = suffix_of(*attempt);
            plain.iter().any(|(plain, key)| with(plain, &suffix) == **key)
        };
        let first = (0..MOST_NAMES).find(has_it).unwrap_or(0);
        for attempt in first..MOST_NAMES {
            let suffix = suffix_of(attempt);
            let keys: Vec<String> = open
                .iter()
                .map(|(file, _)| with(&self.render(file), &suffix))
                .collect();
            let mut standings = Vec::new();
            for ((file, sha256), key) in open.iter().zip(&keys) {
                standings.push(self.standing(file, sha256, key).await?);
            }
            let folds: HashSet<String> = keys.iter().map(|key| key::fold(key)).collect();
            if folds.len() < keys.len() || standings.iter().any(|one| matches!(one, Standing::Taken)) {
                continue;
            }
            let why = suffix.map_or("", |_| "Another photo has this name; both are kept.");
            for (((file, sha256), key), standing) in open.into_iter().zip(keys).zip(standings) {
                self.taken.insert(hash(&key::fold(&key)));
                match standing {
                    Standing::There(origin, version) => self.adopt(&file, sha256, key, origin, version)?,
                    _ => self.put(&file, Outcome::Copy, StepState::Planned, Some(key), why)?,
                }
            }
            return Ok(());
        }
        for (file, _) in open {
            self.put(
                &file,
                Outcome::Failed,
                StepState::None,
                None,
                "No free name was found for it.",
            )?;
        }
        Ok(())
    }

    fn render(&self, file: &PlanFile) -> String {
        let facts = layout::Facts {
            date: file.captured.as_deref().and_then(Capture::parse_iso),
            camera: file.camera.as_deref(),
            name: file.path.name(),
            folder: file.primary_path.folder(),
        };
        self.layout.render(&facts)
    }

    async fn standing(&self, file: &PlanFile, sha256: &Sha256, key: &str) -> Result<Standing> {
        if self.taken.contains(&hash(&key::fold(key))) {
            return Ok(Standing::Taken);
        }
        match self.catalog.listed(self.id, key)? {
            Some(there) if there.size == file.size => {
                // Same name and size say nothing; the bytes do.
                let (there, version) = match self.destination.digest(key, &self.flow).await {
                    Ok((there, _, version)) => (there, version),
                    Err(gone) if gone.kind == ErrorKind::NotThere => return Ok(Standing::Free),
                    Err(failed) if failed.is_fatal() || failed.kind == ErrorKind::Stopped => {
                        return Err(failed.into());
                    }
                    // Whatever it is, the name is not free.
                    Err(_) => return Ok(Standing::Taken),
                };
                if there != *sha256 {
                    return Ok(Standing::Taken);
                }
                let ours = self.catalog.intent(self.id, key)? == Some(*sha256);
                Ok(Standing::There(
                    if ours { Origin::Sent } else { Origin::Found },
                    version,
                ))
            }
            Some(_) => Ok(Standing::Taken),
            None if self.catalog.listed_fold(self.id, key)? => Ok(Standing::Taken),
            None => Ok(Standing::Free),
        }
    }

    /// What is there already, byte for byte, is known from now on and not sent.
    fn adopt(
        &mut self,
        file: &PlanFile,
        sha256: Sha256,
        key: String,
        origin: Origin,
        version: String,
    ) -> Result<()> {
        self.found.push(Landed {
            step: None,
            key: key.clone(),
            file: file.id,
            sha256,
            size: file.size,
            mtime_ns: file.mtime_ns,
            version,
            origin,
            made_dirs: Vec::new(),
            sums: String::new(),
            refused_wrong: false,
        });
        let why = match origin {
            Origin::Sent => "Placed by an earlier run.",
            Origin::Found => "The same bytes are there under this name.",
        };
        self.put(file, Outcome::AlreadyThere, StepState::Placed, Some(key), why)
    }

    fn put(
        &mut self,
        file: &PlanFile,
        outcome: Outcome,
        state: StepState,
        key: Option<String>,
        why: &str,
    ) -> Result<()> {
        let shard = (outcome == Outcome::Copy).then(|| self.next_shard(file.size));
        let fold = (outcome == Outcome::Copy)
            .then(|| key.as_deref().map(key::fold))
            .flatten();
        self.steps.push(NewStep {
            file: file.id,
            asset: file.asset,
            outcome,
            state,
            key,
            fold,
            size: file.size,
            why: why.to_owned(),
            shard,
        });
        if self.steps.len() >= BATCH {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn next_shard(&mut self, size: u64) -> u32 {
        if self.shard_files >= SHARD_FILES || (self.shard_files > 0 && self.shard_bytes + size > SHARD_BYTES)
        {
            self.shard += 1;
            (self.shard_files, self.shard_bytes) = (0, 0);
        }
        self.shard_files += 1;
        self.shard_bytes += size;
        self.shard
    }

    fn flush(&mut self) -> Result<()> {
        self.catalog
            .put_steps(self.plan, &std::mem::take(&mut self.steps))?;
        self.catalog.tie(&std::mem::take(&mut self.ties))?;
        self.catalog
            .put_placed(self.id, &std::mem::take(&mut self.found), self.now)?;
        Ok(())
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
