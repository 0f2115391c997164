//! Stage 5, plan: the dry run, and reading it.

use crate::api::{AppError, JobKind, PlanOptions, PlanPage, PlanQuery, PlanRow, PlanSummary, What, stamp};
use crate::engine::{Engine, Outcome};
use crate::job::JobHandle;
use albumen_catalog::{DestinationRow, StepFilter};
use albumen_files::clock::now_ms;
use albumen_migrate::{Control, plan};
use albumen_model::{Balance, Layout};
use std::sync::Arc;

const LONGEST_PAGE: u64 = 1000;

/// How a plan is made.
pub(crate) struct Asked<'a> {
    pub options: &'a PlanOptions,
    /// For a report on the parts of all machines.
    pub merge: bool,
    /// What somebody removed at the destination stays so.
    pub keep_gone: bool,
}

impl Engine {
    pub fn start_plan(&self, options: PlanOptions) -> Result<JobHandle, AppError> {
        Layout::parse(&options.layout).map_err(albumen_migrate::Error::from)?;
        share(&options)?;
        self.start(JobKind::Plan, move |engine, control| {
            let summary = engine.plan_by(&options, false, control)?;
            Ok(Outcome::Planned(Box::new(summary)))
        })
    }

    /// `merge`: for a report on the parts of all machines.
    pub(crate) fn plan_by(
        &self,
        options: &PlanOptions,
        merge: bool,
        control: &Arc<Control>,
    ) -> Result<PlanSummary, AppError> {
        let home = self.chosen_row()?;
        let asked = Asked {
            options,
            merge,
            keep_gone: false,
        };
        self.plan_for(&home, &asked, control)?;
        self.plan_summary()?.ok_or_else(|| {
            AppError::new(
                "failed",
                "The plan vanished.",
                "Nothing was changed.",
                "Plan again.",
            )
        })
    }

    /// Plans for one home.
    pub(crate) fn plan_for(
        &self,
        home: &DestinationRow,
        asked: &Asked<'_>,
        control: &Arc<Control>,
    ) -> Result<(), AppError> {
        self.require_sources()?;
        let options = asked.options;
        let share = share(options)?;
        let (id, destination) = self.connected_to(home)?;
        let options = plan::Options {
            layout: options.layout.clone(),
            skip_duplicates: options.skip_duplicates,
            sample: options.sample,
            share,
            merge: asked.merge,
            keep_gone: asked.keep_gone,
            xmp: options.xmp,
        };
        let planning = plan::plan(&self.inner.catalog, &destination, id, &options, now_ms(), control);
        self.inner.runtime.block_on(planning)?;
        self.tell_changed(&[What::Plan]);
        Ok(())
    }

    /// The plan for the chosen destination, with its accounting.
    pub fn plan_summary(&self) -> Result<Option<PlanSummary>, AppError> {
        let Some(destination) = self.destination()? else {
            return Ok(None);
        };
        let catalog = &self.inner.catalog;
        let Some(row) = catalog.plan(albumen_model::DestinationId(destination.id))? else {
            return Ok(None);
        };
        let options: plan::Options = serde_json::from_str(&row.options).unwrap_or_default();
        let xmp = options.xmp.then(|| self.xmp_summary(row.id)).transpose()?;
        Ok(Some(PlanSummary {
            destination,
            options: PlanOptions {
                layout: options.layout,
                skip_duplicates: options.skip_duplicates,
                sample: options.sample,
                shard: options.share.map(|share| (share.part(), share.of())),
                xmp: options.xmp,
            },
            created_at: stamp(row.made_at),
            stale: row.revision != catalog.revision()?,
            shards: row.shards,
            balance: catalog.balance(row.id)?,
            list_due: self.exports_are_due(row.destination)?,
            xmp,
        }))
    }

    pub fn balance(&self) -> Result<Option<Balance>, AppError> {
        Ok(self.plan_summary()?.map(|plan| plan.balance))
    }

    pub fn plan_rows(&self, query: &PlanQuery) -> Result<PlanPage, AppError> {
        let none = PlanPage {
            total: 0,
            rows: Vec::new(),
        };
        let Some(row) = self.inner.catalog.chosen_destination()? else {
            return Ok(none);
        };
        let Some(plan) = self.inner.catalog.plan(row.id)? else {
            return Ok(none);
        };
        let filter = StepFilter {
            search: query.search.trim().to_owned(),
            outcome: query.outcome,
            state: query.state,
            offset: query.offset,
            limit: query.limit.min(LONGEST_PAGE),
        };
        let (total, rows) = self.inner.catalog.steps(plan.id, &filter)?;
        let rows = rows.into_iter().map(|step| PlanRow {
            id: step.id,
            file_id: step.file.0,
            outcome: step.outcome,
            state: step.state,
            from: step.from,
            to: step.key,
            size: step.size,
            why: step.why,
        });
        Ok(PlanPage {
            total,
            rows: rows.collect(),
        })
    }
}

fn share(options: &PlanOptions) -> Result<Option<plan::Share>, AppError> {
    let asked = options.shard.map(|(part, of)| {
        plan::Share::new(part, of).ok_or_else(|| {
            AppError::usage(
                format!("There is no part {part} of {of}."),
                "Parts are counted from 1 to the number of machines.",
            )
        })
    });
    asked.transpose()
}
