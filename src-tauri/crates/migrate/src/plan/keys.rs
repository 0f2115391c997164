//! A key for every file that is to be copied: names that the layout makes, and what stands under them already.

use super::{Planner, share};
use crate::Result;
use crate::naming::{Asked, Attempt, Ties};
use albumen_catalog::{Origin, PlanFile, Words};
use albumen_model::{
    Capture, Outcome, RelPath, Sha256, StepState, key,
    layout::{self, Named},
};
use albumen_store::ErrorKind;

/// What the key of one file leads to.
pub(super) enum Standing {
    Free,
    /// These very bytes are there.
    There(Origin, String),
    Taken,
}

impl Planner<'_> {
    /// Gives the files of one asset their keys. `beside` are files of it that have theirs, `before` such that had one.
    pub(super) async fn name(
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

    pub(super) async fn standing(&self, file: &PlanFile, sha256: &Sha256, key: &str) -> Result<Standing> {
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
