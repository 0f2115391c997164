//! Jobs, events and the snapshot a window attaches with.

use crate::api::{
    AppError, DeleteResult, DestinationInfo, InStep, Pilot, PlanSummary, SourceInfo, Unpacked, Verification,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum JobKind {
    Scan,
    Group,
    Plan,
    Pilot,
    Migrate,
    Verify,
    Delete,
    Rollback,
    Rebuild,
    Unpack,
    Reconcile,
    Repair,
    CutOver,
    SwitchBack,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum JobStatus {
    Running,
    Paused,
    Stopping,
    Done,
    Failed,
    Cancelled,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct WorkerState {
    pub id: u64,
    pub current: Option<String>,
    pub bytes: u64,
    pub bytes_per_second: u64,
}

/// How the destination's account is used: requests a second that are tried, how many were told to slow down, and for how
/// long nobody may send.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Pace {
    pub rate: f64,
    pub refused: u64,
    pub accepted: u64,
    pub waits_ms: u64,
}

/// A snapshot of the running (or last) job, sent at most ten times a second.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct JobState {
    pub id: u64,
    pub kind: JobKind,
    pub status: JobStatus,
    pub stage: String,
    pub files_done: u64,
    /// Absent while it is not known: no bar pretends to know.
    pub files_total: Option<u64>,
    pub bytes_done: u64,
    pub bytes_total: Option<u64>,
    pub bytes_per_second: u64,
    pub eta_seconds: Option<u64>,
    pub elapsed_seconds: u64,
    pub failed: u64,
    pub workers: Vec<WorkerState>,
    /// Absent for a disk.
    pub pace: Option<Pace>,
    /// Why it waits by itself; absent when nothing or the person holds it.
    pub held_by: Option<String>,
    pub message: Option<String>,
    /// A round of keeping in step: it makes way for what the person starts.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub is_for_watch: bool,
    pub error: Option<AppError>,
}

/// When jobs that send or read much wait by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PauseOn {
    /// On battery, below so many percent; absent for never.
    pub battery: Option<u8>,
    /// On a line that the system calls metered.
    pub metered: bool,
}

impl Default for PauseOn {
    /// A move goes on tomorrow, an empty battery or a bill of a phone's line is today's trouble.
    fn default() -> Self {
        Self {
            battery: Some(30),
            metered: true,
        }
    }
}

impl PauseOn {
    pub fn never() -> Self {
        Self {
            battery: None,
            metered: false,
        }
    }
}

/// The six steps of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Step {
    Sources,
    Review,
    Destination,
    Plan,
    Move,
    Finish,
}

/// Everything a window needs to show where things stand.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Snapshot {
    pub version: String,
    pub catalog: String,
    pub step: Step,
    pub sources: Vec<SourceInfo>,
    pub destination: Option<DestinationInfo>,
    /// The catalog knows of something that stands at the destination, moved or read in.
    pub standing: bool,
    pub plan: Option<PlanSummary>,
    /// The last pilot to the chosen destination.
    pub pilot: Option<Pilot>,
    pub verification: Option<Verification>,
    pub last_delete: Option<DeleteResult>,
    pub last_unpack: Option<Unpacked>,
    pub job: Option<JobState>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts", rename = "What")]
pub enum What {
    Sources,
    Profile,
    Groups,
    Destination,
    Plan,
    Verification,
    Way,
}

/// These queries are stale.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Changed {
    pub what: Vec<What>,
}

/// What the engine says without being asked.
#[derive(Debug, Clone)]
pub enum Event {
    Job(Box<JobState>),
    Changed(Changed),
    InStep(Box<InStep>),
}
