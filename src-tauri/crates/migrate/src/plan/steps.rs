//! Outcomes become steps: batches of rows, gathered into shards.

use super::Planner;
use crate::Result;
use albumen_catalog::{Landed, NewStep, Origin, PlanFile};
use albumen_model::{Outcome, Sha256, StepState, key};

/// A shard is checkpointed and gets its marker together.
pub(crate) const SHARD_FILES: u32 = 256;
pub(crate) const SHARD_BYTES: u64 = 512 << 20;
const BATCH: usize = 1000;

impl Planner<'_> {
    /// What is there already, byte for byte, is known from now on and not sent.
    pub(super) fn adopt(
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

    pub(super) fn put(
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

    pub(super) fn flush(&mut self) -> Result<()> {
        self.catalog
            .put_steps(self.plan, &std::mem::take(&mut self.steps))?;
        self.catalog.tie(&std::mem::take(&mut self.ties))?;
        self.catalog
            .put_placed(self.id, &std::mem::take(&mut self.found), self.now)?;
        Ok(())
    }
}
