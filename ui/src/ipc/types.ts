// This file is generated from src-tauri/crates/engine/src/api. Do not edit it.

/** Error as every command returns it: what happened, what is safe, what to do next. `code` is stable. */
export type AppError = { code: string, message: string, safe: string, next: string, };

export type SourceState = "new" | "scanned" | "missing";
export type SourceInfo = { id: number, path: string, files: number, bytes: number, problems: number, state: SourceState, scannedAt: string | null, };

export type Tally = { files: number, bytes: number, };
export type KindCount = { kind: string, label: string, files: number, bytes: number, };
export type NamedCount = { name: string, files: number, bytes: number, };
export type MonthCount = { month: string, assets: number, };
/** What the sources hold; `months` is sorted and without gaps filled in ("2024-05"). */
export type Profile = { files: number, assets: number, bytes: number, undated: number, problems: number, dateFrom: string | null, dateTo: string | null, kinds: Array<KindCount>, cameras: Array<NamedCount>, folders: Array<NamedCount>, months: Array<MonthCount>, exactGroups: number, similarGroups: number, duplicateBytes: number, };
export type ProblemRow = { sourceId: number, path: string, code: string, what: string, };
export type ProblemPage = { total: number, rows: Array<ProblemRow>, };

export type JobKind = "scan" | "plan" | "migrate" | "verify" | "delete" | "rollback";
export type JobStatus = "running" | "paused" | "stopping" | "done" | "failed" | "cancelled";
export type WorkerState = { id: number, current: string | null, bytes: number, bytesPerSecond: number, };
/** A snapshot of the running (or last) job, sent at most ten times a second as event "job". */
export type JobState = { id: number, kind: JobKind, status: JobStatus, stage: string, filesDone: number, filesTotal: number | null, bytesDone: number, bytesTotal: number | null, bytesPerSecond: number, etaSeconds: number | null, elapsedSeconds: number, failed: number, workers: Array<WorkerState>, message: string | null, error: AppError | null, };

export type GroupKind = "exact" | "similar";
export type GroupStatus = "open" | "decided" | "notDuplicates" | "later";
export type Member = { assetId: number, fileId: number, name: string, folder: string, size: number, width: number | null, height: number | null, captured: string | null, camera: string | null, hasGps: boolean, companions: Array<string>, distance: number, suggested: boolean, keep: boolean, hasThumb: boolean, };
/** `suggested` is the rule's keeper, `keep` what is in force (the decision, or the suggestion while open). */
export type Group = { id: number, kind: GroupKind, status: GroupStatus, reason: string, reclaimBytes: number, members: Array<Member>, };
export type GroupQuery = { kind: GroupKind | null, status: GroupStatus | null, sort: "size" | "count" | "date" | "folder", offset: number, limit: number, };
export type GroupPage = { total: number, rows: Array<Group>, };
export type Decision = { kind: "keep", assetIds: Array<number>, } | { kind: "keepSuggested" } | { kind: "notDuplicates" } | { kind: "later" };
/** `canUndo`/`canRedo` name the step ("Keep 1 of 3", "Accept 812 exact groups"). */
export type ReviewTotals = { exact: number, similar: number, open: number, decided: number, notDuplicates: number, later: number, setAsideAssets: number, setAsideBytes: number, canUndo: string | null, canRedo: string | null, };
export type FieldDiff = { field: string, left: string | null, right: string | null, better: "left" | "right" | null, };
export type Comparison = { left: Member, right: Member, same: Array<string>, differs: Array<FieldDiff>, };

export type DestinationSpec = { kind: "folder", path: string, } | { kind: "s3", bucket: string, prefix: string, endpoint: string, region: string, };
export type S3Secret = { accessKey: string, secretKey: string, };
export type SecretPlace = "none" | "keychain" | "session" | "environment" | "missing";
export type DestinationInfo = { id: number, kind: "folder" | "s3", url: string, label: string, secret: SecretPlace, spec: DestinationSpec, };
export type Check = { name: string, ok: boolean, detail: string, };
export type DestinationFacts = { ok: boolean, checks: Array<Check>, freeBytes: number | null, };

export type Outcome = "copy" | "alreadyThere" | "duplicate" | "excluded" | "unsupported" | "failed";
/** found = copy + alreadyThere + duplicate + excluded + unsupported + failed, in files and bytes; `copied` of `copy` are done. */
export type Balance = { found: Tally, copy: Tally, copied: Tally, alreadyThere: Tally, duplicate: Tally, excluded: Tally, unsupported: Tally, failed: Tally, balanced: boolean, };
export type PlanOptions = { layout: string, skipDuplicates: boolean, };
export type PlanSummary = { destination: DestinationInfo, options: PlanOptions, createdAt: string, stale: boolean, shards: number, balance: Balance, };
export type StepState = "planned" | "sending" | "placed" | "verified" | "failed" | "none";
export type PlanRow = { id: number, fileId: number, outcome: Outcome, state: StepState, from: string, to: string | null, size: number, why: string, };
export type PlanQuery = { search: string, outcome: Outcome | null, state: StepState | null, offset: number, limit: number, };
export type PlanPage = { total: number, rows: Array<PlanRow>, };
export type LayoutSample = { from: string, to: string, };

export type Finding = { key: string, from: string, what: string, };
/** The last verification: `ok` have receipts of grade "read back"; `expected` is what the move placed. */
export type Verification = { at: string, full: boolean, expected: Tally, ok: Tally, missing: number, different: number, unreadable: number, findings: Array<Finding>, };
export type Blocked = { why: string, files: number, };
/** `token` ties the dialog to exactly these files; it is void when anything changed. The person types `count`. */
export type DeletePreview = { token: string, assets: number, count: number, bytes: number, destination: string, verifiedHow: string, verifiedAt: string | null, blocked: Array<Blocked>, folders: Array<NamedCount>, };
export type DeleteResult = { removed: Tally, kept: Array<Blocked>, needsPermanent: number, };
export type RollbackPreview = { token: string, restore: Tally, remove: Tally, leave: number, };

export type Step = "sources" | "review" | "destination" | "plan" | "move" | "finish";
export type Snapshot = { version: string, catalog: string, step: Step, sources: Array<SourceInfo>, destination: DestinationInfo | null, plan: PlanSummary | null, verification: Verification | null, lastDelete: DeleteResult | null, job: JobState | null, };
/** Event "changed": these queries are stale. */
export type Changed = { what: Array<"sources" | "profile" | "groups" | "destination" | "plan" | "verification">, };
