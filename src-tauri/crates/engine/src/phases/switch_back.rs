//! Switching back: originals that were deleted here are brought back, each verified; then the old place is home again.
//!
//! Invariants: nothing is removed anywhere, and nothing is written where nothing was deleted. Killed anywhere, the same command
//! goes on; what could not be brought back keeps it from ending.

use crate::api::{AppError, JobKind, SwitchBackPreview, SwitchedBack, Tally, What};
use crate::bring_back::{self, not_restored, refuse_unseen};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use albumen_files::clock::now_ms;
use albumen_files::identity_of;
use albumen_migrate::{Control, rollback};
use albumen_model::{DestinationId, Phase};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

impl Engine {
    pub fn switch_back_preview(&self) -> Result<SwitchBackPreview, AppError> {
        let id = self.chosen()?;
        let bring_back = self.to_bring_back(id)?;
        Ok(SwitchBackPreview {
            token: token(id, bring_back),
            destination: self.label_of(id)?,
            stays: self.inner.catalog.verify_totals(id)?.expected,
            seconds: self.seconds_for(id, bring_back.bytes)?,
            bring_back,
        })
    }

    /// Makes the old place home again, as the preview with `token_seen` showed.
    pub fn start_switch_back(&self, token_seen: &str) -> Result<JobHandle, AppError> {
        let id = self.chosen()?;
        let act = self.inner.catalog.way(id)?.and_then(|way| way.act);
        let from = match act {
            Some(from @ (Phase::Home | Phase::SwitchingBack)) => from,
            _ => {
                return Err(AppError::usage(
                    "The chosen destination is not home.",
                    "There is nothing to switch back from.",
                ));
            }
        };
        let now = token(id, self.to_bring_back(id)?);
        refuse_unseen(&now, token_seen, "brought back")?;
        self.start(JobKind::SwitchBack, move |engine, control| {
            // Into a disk that is away nothing is brought back, and it is no home.
            engine.require_sources()?;
            engine.go_to(id, from, Phase::SwitchingBack, "")?;
            let made = engine.switch_back(id, control)?;
            engine.say(&words(&made));
            Ok(Outcome::SwitchedBack(Box::new(made)))
        })
    }

    fn switch_back(&self, id: DestinationId, control: &Arc<Control>) -> Result<SwitchedBack, AppError> {
        let catalog = &self.inner.catalog;
        let mut made = SwitchedBack::default();
        if !catalog.to_restore(id)?.is_empty() {
            let row = catalog.destination_row(id)?;
            let (_, destination) = self.connected_to(&row)?;
            let bringing = rollback::bring_originals_back(catalog, &destination, id, control, now_ms);
            let brought = self.inner.runtime.block_on(bringing);
            self.regroup(control)?;
            self.tell_changed(&[What::Sources, What::Profile, What::Groups, What::Plan]);
            let brought = brought?;
            made.restored = brought.restored;
            made.not_restored = not_restored(brought.not_restored);
        }
        made.missing = self.missing_in_old_place(id, control)?;
        if !made.not_restored.is_empty() {
            catalog.say_of_way(id, &words(&made))?;
            self.tell_changed(&[What::Way]);
            return Ok(made);
        }
        let finding = match made.missing {
            0 => String::new(),
            _ => words(&made),
        };
        self.go_to(id, Phase::SwitchingBack, Phase::Copy, &finding)?;
        made.switched = true;
        Ok(made)
    }

    /// Files that somebody else took away since, or changed in size; they are told and left so.
    fn missing_in_old_place(&self, id: DestinationId, control: &Control) -> Result<u64, AppError> {
        control.begin_open("Looking at the old place");
        let mut missing = 0;
        let mut goes_on = true;
        self.inner.catalog.each_copied(id, |root, path, size, _| {
            let full = Path::new(OsStr::from_bytes(root)).join(OsStr::from_bytes(path));
            let there = identity_of(&full);
            missing += u64::from(!there.is_ok_and(|identity| identity.size == size));
            control.file_done();
            goes_on = control.go_on_blocking();
            goes_on
        })?;
        if goes_on {
            Ok(missing)
        } else {
            Err(crate::scan::stopped())
        }
    }
}

fn token(id: DestinationId, back: Tally) -> String {
    bring_back::token("back", id, &[back.files, back.bytes])
}

fn words(made: &SwitchedBack) -> String {
    let beside = || {
        let mut words = "The old place is home again. Nothing was removed at the destination.".to_owned();
        if made.missing > 0 {
            words += &format!(
                " {} files are not in the old place as they were, and not by Albumen: their copies stay.",
                made.missing
            );
        }
        words
    };
    bring_back::words(
        made.restored.files,
        made.not_restored.len(),
        "the destination is home still. Switch back again to go on.",
        beside,
    )
}
