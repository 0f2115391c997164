//! The typed contract with the window and the command line. TypeScript is generated from here (`ui/src/ipc/types.ts`).

mod clocks;
mod destination;
mod error;
mod estimate;
mod finish;
mod homes;
mod in_step;
mod job;
mod levels;
mod phases;
mod pilot;
mod plan;
mod reconcile;
mod report;
mod review;
mod sources;
mod unpack;
mod xmp;

pub use albumen_model::{
    Balance, Bound, FolderMark, GroupKind, GroupStatus, Hours, Level, Outcome, Phase, Relation, RuleId,
    SourceLoad, StepState, Strategy, Tally, Throttle,
};
pub use albumen_store::{Check, Secret, Spec as DestinationSpec};
pub use clocks::{ClockCamera, ClockChange, ClockPhoto, ClockPreview, ClockSetting};
pub use destination::{DestinationFacts, DestinationInfo, SecretPlace, SecretStores, SignedInAs, VaultState};
pub use error::AppError;
pub use estimate::{Basis, Estimate, EstimateFinding, Growth, Span};
pub use finish::{
    Blocked, DeletePreview, DeleteResult, Finding, Rebuilt, RollbackPreview, RollbackResult, Verification,
};
pub use homes::Home;
pub use in_step::{HomeRound, InStep, InStepAt, Round};
pub use job::{
    Changed, Event, JobKind, JobState, JobStatus, Pace, PauseOn, Snapshot, Step, What, WorkerState,
};
pub use levels::{LevelOffer, SampleOffer, VerifyOffer};
pub use phases::{
    CutOver, CutOverPreview, HomeState, PhaseInfo, PhaseState, SecondBehind, SecondChecked, StrategyOffer,
    SwitchBackPreview, SwitchedBack, Way,
};
pub use pilot::Pilot;
pub use plan::{
    LayoutChange, LayoutFolder, LayoutMissing, LayoutPreview, LayoutSample, Part, PlanOptions, PlanPage,
    PlanQuery, PlanRow, PlanSummary,
};
pub use reconcile::{
    Conflict, ConflictChoice, ConflictTotals, Conflicts, CopyLook, CopyVerdict, Difference, DifferenceKind,
    DifferencesPage, Newer, Reconciliation, Repaired, Toward,
};
pub use report::{
    Exported, GradeCount, Moment, MomentKind, NamedFile, OriginalState, Provenance, ProvenanceCopy,
    ProvenanceGroup, ProvenanceMember, Report, ReportFormat, ReportPage, ReportQuery, ReportRow, StateTally,
};
pub use review::{
    AllOf, Comparison, Decision, DecisionStep, FieldDiff, Filter, FirstLook, FirstLookGroup, FirstLookMember,
    Folder, FolderPair, Group, GroupPage, GroupQuery, Member, Place, ReviewTotals, Rule, SameField, Side,
    Similarity, Sort,
};
pub use sources::{
    KindCount, MonthCount, NamedCount, ProblemPage, ProblemRow, Profile, SourceInfo, SourceLoadSetting,
    SourceState,
};
pub use unpack::{Dropped, UnpackOffer, UnpackProblem, Unpacked};
pub use xmp::{XmpBecomes, XmpChecked, XmpFact, XmpPage, XmpQuery, XmpRow, XmpSummary, XmpWhat};

/// `2024-05-17T10:11:12Z` of milliseconds since the epoch.
pub(crate) fn stamp(ms: i64) -> String {
    albumen_model::Capture::from_mtime(ms.saturating_mul(1_000_000))
        .map_or_else(String::new, |at| format!("{}Z", at.iso()))
}

#[cfg(test)]
mod tests {
    use ts_rs::{Config, TS};

    /// What only comes in stands in no type that goes out, so it is named here.
    #[test]
    fn export_bindings_of_what_comes_in() {
        let config = Config::from_env();
        super::Secret::export_all(&config).expect("write the secret's type");
        super::Throttle::export_all(&config).expect("write the limits' type");
        super::SourceLoadSetting::export_all(&config).expect("write the load's type");
        super::Conflicts::export_all(&config).expect("write the policies' type");
    }
}
