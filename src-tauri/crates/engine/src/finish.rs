//! Stages 7 to 9: verify, delete originals, roll back. Each deletion is bound to what the person saw, by a token over
//! exactly those files.

use crate::api::{
    AppError, Blocked, DeletePreview, DeleteResult, Finding, JobKind, NamedCount, RollbackPreview,
    RollbackResult, Tally, Verification, What, XmpChecked, stamp,
};
use crate::bring_back::{self, not_restored, refuse_unseen};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use albumen_catalog::{DestinationRow, Origin, RemovalCandidate};
use albumen_files::clock::now_ms;
pub use albumen_migrate::verify::How as VerifyHow;
use albumen_migrate::{Control, cleanup, rollback, verify};
use albumen_model::{Bound, DestinationId, Level};
use albumen_store::Destination;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

pub(crate) const READERS: usize = 4;

impl Engine {
    /// Looks at everything that was moved, or at a part of it.
    pub fn start_verify(&self, how: VerifyHow) -> Result<JobHandle, AppError> {
        let home = self.chosen_row()?;
        self.start_verify_of(home, how)
    }

    /// Of one home.
    pub(crate) fn start_verify_of(
        &self,
        home: DestinationRow,
        how: VerifyHow,
    ) -> Result<JobHandle, AppError> {
        self.start(JobKind::Verify, move |engine, control| {
            let verification = engine.verify_home(&home, how, control)?;
            Ok(Outcome::Verified(Box::new(verification)))
        })
    }

    /// Within a job.
    pub(crate) fn verify_home(
        &self,
        home: &DestinationRow,
        how: VerifyHow,
        control: &Arc<Control>,
    ) -> Result<Verification, AppError> {
        let (id, destination) = self.connected_to(home)?;
        if self.inner.catalog.verify_totals(id)?.expected.files == 0 {
            return Err(AppError::usage(
                "Nothing was moved to this destination yet.",
                "Move the photos first.",
            ));
        }
        let rates = self.hold_rates(id, None);
        let reading = verify::Reading {
            workers: READERS,
            rate: Some(rates.down.clone()),
        };
        let verifying = verify::verify(
            &self.inner.catalog,
            &destination,
            id,
            how,
            reading,
            control,
            now_ms,
        );
        let outcome = self.inner.runtime.block_on(verifying)?;
        let bound = match how {
            VerifyHow::Sample(_) if outcome.is_good() => {
                let all = self.inner.catalog.verify_totals(id)?.expected.files;
                Some(Bound::new(all, outcome.expected.files))
            }
            _ => None,
        };
        let verification = Verification {
            at: stamp(now_ms()),
            full: !matches!(how, VerifyHow::Sample(_) | VerifyHow::New | VerifyHow::Pilot(_)),
            level: Some(level(how)),
            bound,
            read_back: outcome.read_back,
            expected: outcome.expected,
            ok: outcome.ok,
            missing: outcome.missing,
            different: outcome.different,
            unreadable: outcome.unreadable,
            written: XmpChecked {
                files: outcome.written.expected.files,
                ok: outcome.written.ok.files,
            },
            findings: outcome
                .findings
                .into_iter()
                .chain(outcome.written.findings)
                .map(|one| Finding {
                    key: one.key,
                    from: one.from,
                    what: one.what.to_owned(),
                })
                .collect(),
        };
        // What is new says nothing of the rest.
        if how != VerifyHow::New {
            self.store(&verified_key(id), &verification)?;
        }
        self.tell_changed(&[What::Verification, What::Plan]);
        Ok(verification)
    }

    /// How the chosen destination was verified last.
    pub fn verification(&self) -> Result<Option<Verification>, AppError> {
        match self.inner.catalog.chosen_destination()? {
            Some(row) => self.verification_of(row.id),
            None => Ok(None),
        }
    }

    pub(crate) fn verification_of(&self, id: DestinationId) -> Result<Option<Verification>, AppError> {
        let stored = self.stored::<Option<Verification>>(&verified_key(id))?;
        Ok(stored.flatten())
    }

    /// What the delete dialog shows: counts, places, and everything that stays.
    pub fn delete_preview(&self) -> Result<DeletePreview, AppError> {
        let (id, candidates) = self.removable()?;
        let homes = self.proving_homes()?;
        let destination = self.labels_of(&homes)?;
        let mut folders: BTreeMap<String, Tally> = BTreeMap::new();
        for one in &candidates {
            let folder = one.file.display.rsplit_once('/').map_or("", |(folder, _)| folder);
            let name = if folder.is_empty() {
                one.source_display.clone()
            } else {
                format!("{}/{folder}", one.source_display)
            };
            folders.entry(name).or_default().add(one.size);
        }
        let mut assets: Vec<i64> = candidates.iter().map(|one| one.asset.0).collect();
        assets.dedup();
        Ok(DeletePreview {
            token: token(&candidates),
            assets: assets.len() as u64,
            count: candidates.len() as u64,
            bytes: candidates.iter().map(|one| one.size).sum(),
            destination,
            verified_how: verified_how(&self.inner.catalog.receipt_grades(id)?),
            verified_at: self
                .verification()?
                .filter(|last| last.level != Some(Level::Sizes))
                .map(|last| last.at),
            blocked: self.not_removable(&homes, candidates.len())?,
            folders: folders
                .into_iter()
                .map(|(name, tally)| NamedCount {
                    name,
                    files: tally.files,
                    bytes: tally.bytes,
                })
                .collect(),
        })
    }

    /// Deletes exactly what the preview with `token` showed. `typed` is the count the person typed in.
    pub fn start_delete(
        &self,
        token_seen: &str,
        typed: &str,
        permanent: bool,
    ) -> Result<JobHandle, AppError> {
        let (id, candidates) = self.removable()?;
        self.refuse_at_old_place(id)?;
        if token(&candidates) != token_seen {
            return Err(confirmation_void());
        }
        if candidates.is_empty() {
            return Err(AppError::usage(
                "There is no original whose copy is verified.",
                "Move the photos and verify them first.",
            ));
        }
        if typed.trim() != candidates.len().to_string() {
            return Err(AppError::new(
                "confirmation_wrong",
                format!(
                    "To delete them, the number {} must be typed in.",
                    candidates.len()
                ),
                "Nothing was deleted.",
                "Type the number as it is shown.",
            ));
        }
        let token_seen = token_seen.to_owned();
        self.start(JobKind::Delete, move |engine, control| {
            engine.refuse_at_old_place(id)?;
            engine.require_sources()?;
            let homes = engine.proving_homes()?;
            // A home may have been named, or another destination chosen, while the job waited for its turn.
            let (still, candidates) = engine.removable()?;
            if still != id || token(&candidates) != token_seen {
                return Err(confirmation_void());
            }
            let (_, destination) = engine.connected()?;
            engine.is_a_home(id, &destination, control)?;
            let mut others = cleanup::Others::new();
            for row in homes.iter().filter(|row| row.id != id) {
                let (other, destination) = engine.connected_to(row)?;
                engine.is_a_home(other, &destination, control)?;
                others.insert(other.0, destination);
            }
            // And while it runs: none of the list was asked of a home that is named now.
            let are_all = || {
                engine
                    .proving_homes()
                    .is_ok_and(|now| now.iter().map(|row| row.id).eq(homes.iter().map(|row| row.id)))
            };
            let homes = cleanup::Homes {
                chosen: destination,
                others,
                are_all: &are_all,
            };
            let deleting = cleanup::delete_originals(
                &engine.inner.catalog,
                &homes,
                id,
                candidates,
                permanent,
                control,
                now_ms,
            );
            let summary = engine.inner.runtime.block_on(deleting)?;
            let result = DeleteResult {
                removed: summary.removed,
                kept: blocked(summary.kept),
                needs_permanent: summary.no_trash,
            };
            engine.store("last_delete", &result)?;
            let current = engine.plan_summary()?.is_some_and(|plan| !plan.stale);
            engine.regroup(control)?;
            if current {
                engine.inner.catalog.keep_plan(id)?;
            }
            engine.tell_changed(&[
                What::Sources,
                What::Profile,
                What::Groups,
                What::Plan,
                What::Verification,
            ]);
            Ok(Outcome::Deleted(Box::new(result)))
        })
    }

    /// A run that was killed while it removed an original could not say how that ended. The folder tells.
    pub(crate) fn settle_removals(&self) -> Result<(), AppError> {
        for begun in self.inner.catalog.removals_without_end()? {
            let root = Path::new(OsStr::from_bytes(&begun.root));
            match albumen_files::settle_original(root, begun.path.as_path()) {
                Ok(stands) => self
                    .inner
                    .catalog
                    .removal_ended(begun.id, begun.file, !stands, now_ms())?,
                // A source that is away is met again.
                Err(away) => tracing::warn!("how a removal ended cannot be told yet: {away}"),
            }
        }
        Ok(())
    }

    /// What rolling back would do.
    pub fn rollback_preview(&self) -> Result<RollbackPreview, AppError> {
        let id = self.chosen()?;
        let (restore, remove, leave) = self.rollback_counts(id)?;
        let written = self.inner.catalog.written_totals(id)?.files;
        Ok(RollbackPreview {
            token: rollback_token(id, restore, remove, leave),
            restore,
            remove,
            written,
            leave,
        })
    }

    pub fn start_rollback(&self, token_seen: &str) -> Result<JobHandle, AppError> {
        let id = self.chosen()?;
        self.refuse_rollback_at_home()?;
        let (restore, remove, leave) = self.rollback_counts(id)?;
        let now = rollback_token(id, restore, remove, leave);
        refuse_unseen(&now, token_seen, "rolled back")?;
        // It would send all of it again.
        self.stop_in_step()?;
        self.start(JobKind::Rollback, move |engine, control| {
            engine.require_sources()?;
            let (_, destination) = engine.connected()?;
            let rolling = rollback::rollback(&engine.inner.catalog, &destination, id, control, now_ms);
            let summary = engine.inner.runtime.block_on(rolling);
            engine.forget_verification(id)?;
            engine.inner.catalog.forget_pilots(id)?;
            engine.store("last_delete", &Option::<DeleteResult>::None)?;
            engine.regroup(control)?;
            engine.tell_changed(&[
                What::Sources,
                What::Profile,
                What::Groups,
                What::Plan,
                What::Verification,
            ]);
            let summary = summary?;
            if summary.not_restored.is_empty() {
                engine.drop_exports();
                engine.is_no_home(id)?;
            }
            engine.say(&rollback_words(&summary));
            Ok(Outcome::RolledBack(Box::new(RollbackResult {
                restored: summary.restored,
                removed: summary.removed,
                written: summary.written,
                left: blocked(summary.left),
                not_restored: not_restored(summary.not_restored),
            })))
        })
    }

    pub(crate) fn forget_verification(&self, id: DestinationId) -> Result<(), AppError> {
        self.store(&verified_key(id), &Option::<Verification>::None)
    }

    pub(crate) fn chosen(&self) -> Result<DestinationId, AppError> {
        Ok(self.chosen_row()?.id)
    }

    pub(crate) fn chosen_row(&self) -> Result<DestinationRow, AppError> {
        let missing = || AppError::usage("No destination is chosen.", "Choose the destination first.");
        self.inner.catalog.chosen_destination()?.ok_or_else(missing)
    }

    /// It is there and the one that was moved to, and is not the originals themselves.
    fn is_a_home(
        &self,
        id: DestinationId,
        destination: &Destination,
        control: &Arc<Control>,
    ) -> Result<(), AppError> {
        let home = albumen_migrate::require_home(&self.inner.catalog, destination, id, control);
        self.inner.runtime.block_on(home)?;
        self.refuse_same_place(id, destination, control)
    }

    fn removable(&self) -> Result<(DestinationId, Vec<RemovalCandidate>), AppError> {
        let id = self.chosen()?;
        let homes = self.proving_homes()?.into_iter().map(|row| row.id);
        let others: Vec<_> = homes.filter(|home| *home != id).collect();
        Ok((id, self.inner.catalog.removable(id, &others)?))
    }

    /// Why files stay; `removable` may go.
    fn not_removable(&self, homes: &[DestinationRow], removable: usize) -> Result<Vec<Blocked>, AppError> {
        let catalog = &self.inner.catalog;
        let Some(first) = homes.first() else {
            return Ok(Vec::new());
        };
        let reasons = catalog.not_removable(first.id)?.into_iter();
        let mut blocked: Vec<Blocked> = reasons.map(|(why, files)| Blocked { why, files }).collect();
        let here_alone = match homes.len() {
            1 => 0,
            _ => catalog.removable(first.id, &[])?.len().saturating_sub(removable),
        };
        if here_alone > 0 {
            blocked.push(Blocked {
                why: "Not verified at both homes yet".to_owned(),
                files: here_alone as u64,
            });
        }
        Ok(blocked)
    }

    fn rollback_counts(&self, id: DestinationId) -> Result<(Tally, Tally, u64), AppError> {
        let catalog = &self.inner.catalog;
        let restore = self.to_bring_back(id)?;
        let (mut remove, mut leave, mut after) = (Tally::default(), 0, 0);
        loop {
            let page = catalog.placed_page(id, after, 1000)?;
            let Some(last) = page.last() else {
                return Ok((restore, remove, leave));
            };
            after = last.id;
            for row in page {
                if row.origin == Origin::Sent {
                    remove.add(row.size)
                } else {
                    leave += 1
                }
            }
        }
    }
}

/// What the receipts rest on, for the person who is about to rely on them.
fn verified_how(grades: &[(String, u64)]) -> String {
    let of = |grade: &str| {
        grades
            .iter()
            .find(|(one, _)| one == grade)
            .map_or(0, |(_, files)| *files)
    };
    let (read_back, digest, refused) = (of("readback"), of("digest"), of("refused"));
    if digest == 0 && refused == 0 {
        return "Every file was read back from the destination and its SHA-256 compared.".to_owned();
    }
    let mut parts = Vec::new();
    if read_back > 0 {
        parts.push(format!(
            "{read_back} files were read back and their SHA-256 compared"
        ));
    }
    if digest > 0 {
        parts.push(format!(
            "the destination's own digest of {digest} files is that of the original"
        ));
    }
    if refused > 0 {
        parts.push(format!(
            "{refused} files were taken together with their digest by a destination that refuses wrong ones, and are unchanged since"
        ));
    }
    let mut words = parts.join("; ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words + "."
}

fn level(how: VerifyHow) -> Level {
    match how {
        VerifyHow::Sizes => Level::Sizes,
        VerifyHow::Sample(_) => Level::Sample,
        VerifyHow::Digest | VerifyHow::New => Level::Digest,
        VerifyHow::Full | VerifyHow::Pilot(_) => Level::ReadBack,
    }
}

fn verified_key(id: DestinationId) -> String {
    format!("verified:{}", id.0)
}

fn blocked(reasons: BTreeMap<String, u64>) -> Vec<Blocked> {
    reasons
        .into_iter()
        .map(|(why, files)| Blocked { why, files })
        .collect()
}

fn confirmation_void() -> AppError {
    AppError::new(
        "confirmation_void",
        "What would be deleted is no longer what was shown.",
        "Nothing was deleted.",
        "Look at the new list and confirm again.",
    )
}

/// Over every file's id, bytes and identity: another file, another token.
fn token(candidates: &[RemovalCandidate]) -> String {
    let mut hasher = DefaultHasher::new();
    for one in candidates {
        (
            one.file.id,
            one.sha256,
            one.file.identity,
            one.placed,
            &one.version,
            &one.also,
        )
            .hash(&mut hasher);
    }
    format!("{:016x}-{}", hasher.finish(), candidates.len())
}

fn rollback_token(id: DestinationId, restore: Tally, remove: Tally, leave: u64) -> String {
    let shown = [restore.files, restore.bytes, remove.files, remove.bytes, leave];
    bring_back::token("roll", id, &shown)
}

fn rollback_words(summary: &rollback::Summary) -> String {
    let beside = || {
        let mut words = format!(
            "{} files were removed from the destination.",
            summary.removed.files
        );
        if summary.written > 0 {
            words += &format!(" So were {} XMP files.", summary.written);
        }
        let left: u64 = summary.left.values().sum();
        if left > 0 {
            words += &format!(" {left} were left there: they are not ours or were changed.");
        }
        words
    };
    bring_back::words(
        summary.restored.files,
        summary.not_restored.len(),
        "nothing was removed at the destination.",
        beside,
    )
}
