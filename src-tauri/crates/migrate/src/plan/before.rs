//! Names of before: what was placed keeps its key, what a killed run placed without a word is met again, and so is what markers
//! told of.

use super::Planner;
use super::keys::Standing;
use crate::Result;
use crate::listing::size_there;
use crate::naming::Ties;
use albumen_catalog::{Origin, PlanFile, Untied};
use albumen_model::{Sha256, key};

/// Where a file was placed before.
pub(super) enum Before {
    There(String),
    /// It had this key, and is not there any more.
    Was(String),
    Never,
}

impl Planner<'_> {
    /// Keys of what was placed before stay with their files.
    pub(super) fn reserve_placed(&mut self) -> Result<()> {
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

    pub(super) async fn placed_before(&mut self, file: &PlanFile, sha256: &Sha256) -> Result<Before> {
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
    pub(super) async fn landed_before(&mut self, file: &PlanFile, sha256: &Sha256) -> Result<Option<String>> {
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
}
