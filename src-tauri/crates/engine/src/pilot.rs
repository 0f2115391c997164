//! Stage 6a, pilot: a small part of the plan is moved, read back in full and timed, before anybody waits for the whole.
//!
//! Invariant: what came of it is kept as rows (which files, how long each took, when it was read back): whoever asks later is told
//! what was measured, not what was guessed.

use crate::api::{AppError, Finding, JobKind, Pilot, PlanOptions, Tally, What, stamp};
use crate::engine::{Engine, Outcome};
use crate::finish::READERS;
use crate::job::JobHandle;
use crate::words;
use albumen_catalog::PilotRow;
use albumen_files::clock::now_ms;
use albumen_migrate::{Control, pilot, transfer, verify};
use albumen_model::DestinationId;
use albumen_model::cost::{Measured, Sent, measure};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Clone)]
pub struct PilotOptions {
    /// Part of the photos, 0 to 1; twenty photos at least.
    pub share: f64,
    /// Another one chooses other photos.
    pub seed: u64,
    pub workers: usize,
    /// Bytes a second.
    pub bandwidth: Option<u64>,
    /// Plan anew first (the command line); the window moves a part of the plan that was shown.
    pub replan: Option<PlanOptions>,
}

/// What a pilot came to, as it is kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Told {
    pub measured: Option<Measured>,
    /// A limit of bandwidth that held meanwhile.
    pub limit: Option<u64>,
    pub expected: Tally,
    pub ok: Tally,
    pub failed: u64,
    pub findings: Vec<Finding>,
    /// Reading back.
    pub read_seconds: f64,
}

impl Engine {
    /// Moves a part of the plan, reads it back and times it. Again, it goes on; one that is over is only told.
    pub fn start_pilot(&self, options: PilotOptions) -> Result<JobHandle, AppError> {
        if !(options.share > 0.0 && options.share <= 1.0) {
            return Err(AppError::usage(
                "A pilot is a part of the library.",
                "Choose a part such as 1%.",
            ));
        }
        self.start(JobKind::Pilot, move |engine, control| {
            engine.require_sources()?;
            if let Some(options) = &options.replan {
                engine.plan_by(options, false, control)?;
            }
            let (id, destination) = engine.connected()?;
            engine.learn(id, &destination)?;
            let plan = engine.current_plan(id)?;
            let Some(pilot) = engine.pilot_to_run(id, plan, &options)? else {
                return engine.tell_pilot();
            };
            let catalog = &engine.inner.catalog;
            let rates = engine.hold_rates(id, options.bandwidth);
            let workers = albumen_files::workers_allowed(options.workers);
            let staged = pilot::stage(catalog, plan, pilot)?;
            let work = transfer::Options {
                workers,
                rate: Some(rates.up.clone()),
                pilot: Some(staged),
            };
            let moving = transfer::transfer(
                catalog.clone(),
                destination.clone(),
                id,
                plan,
                work,
                control.clone(),
                now_ms,
            );
            let summary = engine.inner.runtime.block_on(moving);
            if !matches!(&summary, Ok(done) if done.sent.files + done.written.files == 0) {
                engine.forget_verification(id)?;
            }
            engine.tell_changed(&[What::Plan, What::Verification]);
            if summary?.stopped {
                return Err(albumen_migrate::Error::Stopped.into());
            }
            let limit = engine.limit_now(id, options.bandwidth);
            let reading = verify::Reading {
                workers: READERS,
                rate: Some(rates.down.clone()),
            };
            let mut told = engine.read_pilot_back(id, &destination, pilot, reading, control)?;
            told.limit = limit;
            told.failed = catalog.pilot_failed(plan, pilot)?;
            told.measured = engine.measured(id, plan, pilot)?;
            let words = serde_json::to_string(&told).unwrap_or_default();
            catalog.end_pilot(pilot, &words, now_ms())?;
            engine.tell_changed(&[What::Plan, What::Verification]);
            engine.tell_pilot()
        })
    }

    /// The last pilot to the chosen destination.
    pub fn pilot(&self) -> Result<Option<Pilot>, AppError> {
        let Some(row) = self.inner.catalog.chosen_destination()? else {
            return Ok(None);
        };
        match self.inner.catalog.pilot(row.id)? {
            Some(pilot) => self.pilot_of(row.id, &pilot).map(Some),
            None => Ok(None),
        }
    }

    /// The last one to `id` in one sentence.
    pub(crate) fn pilot_words(&self, id: DestinationId) -> Result<Option<String>, AppError> {
        let row = self.inner.catalog.pilot(id)?;
        let told = row.map(|row| self.pilot_of(id, &row)).transpose()?;
        Ok(told.map(|pilot| pilot.words))
    }

    /// What the last pilot that was brought to its end measured.
    pub(crate) fn told(&self, id: DestinationId) -> Result<Option<(PilotRow, Told)>, AppError> {
        let row = self.inner.catalog.pilot(id)?.filter(|row| row.done_at.is_some());
        Ok(row.map(|row| {
            let told = serde_json::from_str(&row.result).unwrap_or_default();
            (row, told)
        }))
    }

    /// The one that was begun with these options, or a new one; none where that one is over, or nothing is left to try.
    fn pilot_to_run(
        &self,
        id: DestinationId,
        plan: i64,
        options: &PilotOptions,
    ) -> Result<Option<i64>, AppError> {
        let catalog = &self.inner.catalog;
        let seed = options.seed.cast_signed();
        let alike = |row: &PilotRow| row.seed == seed && (row.share - options.share).abs() < 1e-9;
        if let Some(row) = catalog.pilot(id)?.filter(alike) {
            return self.unless_over(id, &row);
        }
        let chosen = pilot::choose(catalog, id, plan, (options.share, seed), now_ms())?;
        match chosen {
            None if catalog.pilot(id)?.is_none() => Err(AppError::usage(
                "Nothing is left to copy, so there is nothing to try.",
                "Verify what is there.",
            )),
            chosen => Ok(chosen),
        }
    }

    /// One that found something, or of which something failed, is tried again.
    fn unless_over(&self, id: DestinationId, row: &PilotRow) -> Result<Option<i64>, AppError> {
        let is_good = row.done_at.is_some() && self.pilot_of(id, row)?.good;
        Ok((!is_good).then_some(row.id))
    }

    fn read_pilot_back(
        &self,
        id: DestinationId,
        destination: &Arc<albumen_store::Destination>,
        pilot: i64,
        reading: verify::Reading,
        control: &Arc<Control>,
    ) -> Result<Told, AppError> {
        let begun = Instant::now();
        let how = verify::How::Pilot(pilot);
        let verifying = verify::verify(
            &self.inner.catalog,
            destination,
            id,
            how,
            reading,
            control,
            now_ms,
        );
        let outcome = self.inner.runtime.block_on(verifying)?;
        Ok(Told {
            expected: outcome.expected,
            ok: outcome.ok,
            findings: outcome
                .findings
                .into_iter()
                .map(|one| Finding {
                    key: one.key,
                    from: one.from,
                    what: one.what.to_owned(),
                })
                .collect(),
            read_seconds: begun.elapsed().as_secs_f64(),
            ..Told::default()
        })
    }

    /// What a file and a byte cost, by the pilot; the spread is that of what is left.
    fn measured(&self, id: DestinationId, plan: i64, pilot: i64) -> Result<Option<Measured>, AppError> {
        let catalog = &self.inner.catalog;
        let Some(row) = catalog.pilot(id)?.filter(|row| row.id == pilot) else {
            return Ok(None);
        };
        let times = catalog.pilot_times(id, pilot)?.into_iter();
        let sent: Vec<Sent> = times
            .map(|(bytes, took)| Sent {
                bytes,
                seconds: took.as_secs_f64(),
            })
            .collect();
        let left = catalog.open_work(plan, 0)?;
        Ok(measure(&sent, row.busy.as_secs_f64(), left.files, left.bytes))
    }

    fn tell_pilot(&self) -> Result<Outcome, AppError> {
        let pilot = self.pilot()?.ok_or_else(|| {
            AppError::new(
                "failed",
                "The pilot vanished.",
                "What was placed stays.",
                "Start again.",
            )
        })?;
        self.say(&pilot.words);
        Ok(Outcome::Piloted(Box::new(pilot)))
    }

    fn pilot_of(&self, id: DestinationId, row: &PilotRow) -> Result<Pilot, AppError> {
        let totals = self.inner.catalog.pilot_totals(id, row.id)?;
        let told: Told = serde_json::from_str(&row.result).unwrap_or_default();
        let seconds = row.busy.as_secs_f64();
        let rate = (seconds > 0.0 && told.measured.is_some()).then_some(seconds);
        let good = row.done_at.is_some()
            && told.failed == 0
            && told.ok == told.expected
            && told.ok.files > 0
            && totals.placed.files >= totals.all.files;
        let mut pilot = Pilot {
            share: row.share,
            seed: row.seed.cast_unsigned(),
            begun_at: stamp(row.begun_at),
            done_at: row.done_at.map(stamp),
            good,
            photos: totals.photos,
            kinds: totals.kinds,
            folders: totals.folders,
            all: totals.all,
            placed: totals.placed,
            read_back: told.ok,
            failed: told.failed,
            findings: told.findings,
            seconds,
            bytes_per_second: rate.map(|seconds| (totals.placed.bytes as f64 / seconds) as u64),
            files_per_second: rate.map(|seconds| totals.placed.files as f64 / seconds),
            words: String::new(),
        };
        pilot.words = in_words(&pilot);
        Ok(pilot)
    }
}

fn in_words(pilot: &Pilot) -> String {
    let what = format!(
        "{} of {} in {}, {}",
        words::many(pilot.photos, "photo"),
        words::many(pilot.kinds, "kind"),
        words::many(pilot.folders, "folder"),
        words::size(pilot.all.bytes),
    );
    if pilot.done_at.is_none() {
        return format!(
            "Pilot: {what}. {} of {} files are there; it is not over.",
            pilot.placed.files, pilot.all.files
        );
    }
    let time = match pilot.bytes_per_second {
        Some(_) => format!(" in {}", words::time(pilot.seconds)),
        None => String::new(),
    };
    let lost = pilot.placed.files.saturating_sub(pilot.read_back.files);
    let end = match (pilot.good, pilot.failed, lost) {
        (true, ..) => "all read back whole.".to_owned(),
        (_, 0, 0) => "but not all of it was there to be read back.".to_owned(),
        (_, failed, 0) => format!("but {} could not be sent.", words::many(failed, "file")),
        (_, 0, lost) => format!("but {} did not come back whole.", words::many(lost, "file")),
        (_, failed, lost) => format!(
            "but {} could not be sent and {lost} did not come back whole.",
            words::many(failed, "file")
        ),
    };
    format!("Pilot: {what}{time}, {end}")
}
