//! Stage 5, plan: every file gets an outcome, and every file to be copied a key of its own. Nothing is written at the
//! destination; running the plan is [`crate::transfer`].
//!
//! Deterministic: the same files and decisions give the same keys, whatever of them is placed already. So a run that was
//! killed is planned onto the same names and finds what it had placed, and so machines that share a migration agree on them.

mod library;
mod met;
mod share;

pub use share::Share;
pub(crate) use share::place;

use crate::listing::size_there;
use crate::naming::{Asked, Attempt, Names, Ties};
use crate::{Control, Error, Result};
use albumen_catalog::{Catalog, Landed, NewStep, Origin, PlanFile, Untied, Words};
use albumen_model::{
    AssetId, Capture, DestinationId, FileId, Kind, Layout, Outcome, RelPath, Sha256, StepState, key,
    layout::{self, Named},
};
use albumen_store::{Destination, ErrorKind, Flow};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A shard is checkpointed and gets its marker together.
pub(crate) const SHARD_FILES: u32 = 256;
pub(crate) const SHARD_BYTES: u64 = 512 << 20;
const BATCH: usize = 1000;

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

/// Where a file was placed before.
enum Before {
    There(String),
    /// It had this key, and is not there any more.
    Was(String),
    Never,
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
        let names = &mut self.names;
        self.catalog
            .placed_and_listed_folds(self.id, |fold| names.reserve(fold))?;
        self.catalog.named_files(self.id, |file| {
            let (name, primary) = (file.path.name(), file.primary_path.name());
            let ties = Ties::new(&file.display, primary).with(file.kind, name, primary);
            names.reserve_stem(file.asset, &file.key, name, primary, ties);
        })?;
        let is_numbered = self.names.layout().is_numbered();
        for (sha256, key) in self.catalog.intents_by_digest(self.id)? {
            if is_numbered {
                self.names.hold(&key);
            }
            self.begun.entry(sha256).or_default().push(key);
        }
        Ok(())
    }

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

    async fn placed_before(&mut self, file: &PlanFile, sha256: &Sha256) -> Result<Before> {
        let (key, waits) = match self.catalog.placed_of(self.id, file.id, sha256)? {
            Some(placed) => (placed.key, None),
            None => match self.waiting(file, sha256)? {
                Some(untied) => (untied.key, Some(untied.placed)),
                None => return Ok(Before::Never),
            },
        };
        let size = size_there(self.catalog, self.destination, self.id, &key, &self.flow).await?;
        if size != Some(file.size) {
            return Ok(Before::Was(key));
        }
        if let Some(placed) = waits {
            self.tied.insert(placed);
            self.ties.push((placed, file.id));
        }
        let (name, primary) = (file.path.name(), file.primary_path.name());
        let ties = Ties::new(&file.display, primary).with(file.kind, name, primary);
        self.names.reserve_stem(file.asset, &key, name, primary, ties);
        Ok(Before::There(key))
    }

    /// A run that was killed may have placed it without a word, under a name that it would not get today: it was renamed since,
    /// or what had its name is gone. Where several files have these bytes, each looks under its own name.
    async fn landed_before(&mut self, file: &PlanFile, sha256: &Sha256) -> Result<Option<String>> {
        let Some(keys) = self.begun.get(sha256).cloned() else {
            return Ok(None);
        };
        if self.names.layout().is_numbered() || self.catalog.files_with(sha256)? > 1 {
            return Ok(None);
        }
        for key in keys {
            let Standing::There(Origin::Sent, version) = self.standing(file, sha256, &key).await? else {
                continue;
            };
            self.names.reserve(&key::fold(&key));
            let (name, primary) = (file.path.name(), file.primary_path.name());
            let ties = Ties::new(&file.display, primary).with(file.kind, name, primary);
            self.names.reserve_stem(file.asset, &key, name, primary, ties);
            self.adopt(file, *sha256, key.clone(), Origin::Sent, version)?;
            return Ok(Some(key));
        }
        Ok(None)
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

    /// Gives the files of one asset their keys. `beside` are files of it that have theirs, `before` such that had one.
    async fn name(
        &mut self,
        open: Vec<(PlanFile, Sha256)>,
        beside: &[(String, Vec<u8>)],
        mut before: Vec<(String, Vec<u8>)>,
    ) -> Result<()> {
        let asked = asked(&open);
        if self.names.layout().is_numbered() {
            for (file, sha256) in &open {
                let keys = self.begun.get(sha256).into_iter().flatten();
                before.extend(keys.map(|key| (key.clone(), file.path.name().to_vec())));
            }
        } else {
            before.clear();
        }
        for named in self.known(&asked, beside, &before) {
            if !self.names.is_free(&named, &asked) {
                continue;
            }
            if let Some(standings) = self.standings(&open, &named).await? {
                self.names.give(&named, &asked, None);
                return self.settle(&open, named, standings, "");
            }
        }
        let mut attempt = Attempt::default();
        while let Some(named) = self.names.next(&asked, &mut attempt) {
            if let Some(standings) = self.standings(&open, &named).await? {
                let is_second = attempt.is_second_choice() && !self.names.layout().is_numbered();
                let why = match (is_second, named.is_shortened) {
                    (true, _) => "Another photo has this name; both are kept.",
                    (_, true) => "Its name is shortened: the destination takes no longer one.",
                    _ => "",
                };
                self.names.give(&named, &asked, Some(&attempt));
                return self.settle(&open, named, standings, why);
            }
        }
        for (file, _) in &open {
            let why = "No free name was found for it that the destination takes: choose a shorter layout.";
            self.put(file, Outcome::Failed, StepState::None, None, why)?;
        }
        Ok(())
    }

    /// Names that follow from what the asset has or had, best first.
    fn known(
        &self,
        asked: &Asked<'_>,
        beside: &[(String, Vec<u8>)],
        before: &[(String, Vec<u8>)],
    ) -> Vec<Named> {
        let (limits, primary) = (self.names.limits(), asked.facts.name);
        let mut known = Vec::new();
        let plain = self.names.layout().name(&asked.facts, &asked.names, None, limits);
        for (key, of) in beside {
            let Some(named) = layout::beside(key, of, primary, &asked.names, limits) else {
                continue;
            };
            let is_plain = |plain: &&Named| key::fold(&plain.stem) == key::fold(&named.stem);
            known.extend(plain.as_ref().filter(is_plain).cloned());
            known.push(named);
        }
        // A number of another layout is none of this one.
        let folder = |named: &Named| named.stem.rsplit_once('/').map(|(folder, _)| key::fold(folder));
        let again = before
            .iter()
            .filter_map(|(key, of)| layout::beside(key, of, primary, &asked.names, limits))
            .filter(|named| plain.as_ref().is_some_and(|plain| folder(plain) == folder(named)));
        known.extend(again);
        known
    }

    /// What the keys lead to; `None` when one of them is taken.
    async fn standings(&self, open: &[(PlanFile, Sha256)], named: &Named) -> Result<Option<Vec<Standing>>> {
        let mut standings = Vec::new();
        for ((file, sha256), key) in open.iter().zip(&named.keys) {
            match self.standing(file, sha256, key).await? {
                Standing::Taken => return Ok(None),
                standing => standings.push(standing),
            }
        }
        Ok(Some(standings))
    }

    fn settle(
        &mut self,
        open: &[(PlanFile, Sha256)],
        named: Named,
        standings: Vec<Standing>,
        why: &str,
    ) -> Result<()> {
        for (((file, sha256), key), standing) in open.iter().zip(named.keys).zip(standings) {
            match standing {
                Standing::There(origin, version) => self.adopt(file, *sha256, key, origin, version)?,
                _ => self.put(file, Outcome::Copy, StepState::Planned, Some(key), why)?,
            }
        }
        Ok(())
    }

    async fn standing(&self, file: &PlanFile, sha256: &Sha256, key: &str) -> Result<Standing> {
        match self.catalog.listed(self.id, key)? {
            Some(there) if there.size == file.size && self.theirs.is_some() && !self.merge => {
                // Theirs to send, and to find there.
                let same = share::holds_theirs(self.destination, key, sha256, &self.flow).await?;
                Ok(if same { Standing::Free } else { Standing::Taken })
            }
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
        let is_own = outcome == Outcome::Copy && self.theirs.is_none();
        let shard = is_own.then(|| self.next_shard(file.size));
        let why = &self.with_whose(outcome, why);
        let fold = (outcome == Outcome::Copy)
            .then(|| key.as_deref().map(key::fold))
            .flatten();
        let instead = match outcome {
            Outcome::Duplicate => self.aside.get(&file.asset).copied(),
            _ => None,
        };
        let is_left_out = key.is_none() && outcome != Outcome::Copy;
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
            instead,
            sha256: file.sha256.filter(|_| is_left_out),
        });
        if self.steps.len() >= BATCH {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Says of another machine's file whose it is.
    fn with_whose(&self, outcome: Outcome, why: &str) -> String {
        let (Some(part), Some(share)) = (self.theirs, self.share) else {
            return why.to_owned();
        };
        let whose = match outcome {
            Outcome::Copy => format!("For machine {part} of {}. {why}", share.of()),
            Outcome::AlreadyThere => format!("{why} It is the part of machine {part} of {}.", share.of()),
            _ => why.to_owned(),
        };
        whose.trim_end().to_owned()
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

/// What a layout draws on, of the files of one asset.
fn asked(open: &[(PlanFile, Sha256)]) -> Asked<'_> {
    let (first, digest) = &open[0];
    let primary = first.primary_path.name();
    let ties = open
        .iter()
        .fold(Ties::new(&first.display, primary), |ties, (file, _)| {
            ties.with(file.kind, file.path.name(), primary)
        });
    Asked {
        asset: first.asset,
        facts: facts(&first.words, &first.primary_path, first.primary_sha256),
        names: open.iter().map(|(file, _)| file.path.name()).collect(),
        digest: first.primary_sha256.unwrap_or(*digest),
        ties,
    }
}

/// What a layout draws on, of an asset's primary.
pub fn facts<'a>(words: &'a Words, primary: &'a RelPath, sha256: Option<Sha256>) -> layout::Facts<'a> {
    layout::Facts {
        date: words.captured.as_deref().and_then(Capture::parse_iso),
        camera: words.camera.as_deref(),
        lens: words.lens.as_deref(),
        place: words.place.as_deref(),
        album: words.album.as_deref(),
        name: primary.name(),
        folder: primary.folder(),
        sha256,
        sequence: None,
    }
}
