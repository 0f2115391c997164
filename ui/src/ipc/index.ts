// The one seam between the page and the desktop shell: everything the page can ask for, as one typed interface.
// Two implementations: tauri.ts (the app) and fake/ (an in-memory twin for tests and browser previews).
import type {
  AppError,
  Changed,
  ClockCamera,
  ClockChange,
  ClockPreview,
  ClockSetting,
  Comparison,
  Conflict,
  ConflictChoice,
  Conflicts,
  ConflictTotals,
  CopyLook,
  CutOverPreview,
  Decision,
  DecisionStep,
  DeletePreview,
  DestinationFacts,
  DestinationInfo,
  DestinationSpec,
  DifferenceKind,
  DifferencesPage,
  Dropped,
  Estimate,
  Exported,
  FirstLook,
  Folder,
  FolderMark,
  FolderPair,
  GroupFilter,
  GroupPage,
  GroupQuery,
  Home,
  InStep,
  JobState,
  LayoutPreview,
  Level,
  PauseOn,
  PlanOptions,
  PlanPage,
  PlanQuery,
  ProblemPage,
  Profile,
  Provenance,
  Reconciliation,
  Report,
  ReportFormat,
  ReportPage,
  ReportQuery,
  ReviewTotals,
  RollbackPreview,
  Rule,
  Secret,
  SecretStores,
  SignedInAs,
  Similarity,
  Snapshot,
  SourceInfo,
  SourceLoad,
  SourceLoadSetting,
  Step,
  Strategy,
  StrategyOffer,
  SwitchBackPreview,
  Throttle,
  Toward,
  UnpackOffer,
  VerifyOffer,
  Way,
  XmpPage,
  XmpQuery,
} from "./types";

export type * from "./types";

export type Unlisten = () => void;
export type DropEvent = { kind: "over" } | { kind: "leave" } | { kind: "drop"; paths: string[] };

export interface Ipc {
  snapshot(): Promise<Snapshot>;
  setStep(step: Step): Promise<void>;
  pickSources(): Promise<SourceInfo[]>;
  addSources(paths: string[]): Promise<SourceInfo[]>;
  /** Tells archives from folders, by names alone. */
  sortDropped(paths: string[]): Promise<Dropped>;
  /** The native picker; empty when it was closed. */
  pickArchives(): Promise<string[]>;
  /**
   * What unpacking would do, below `into` or beside the archives. Codes: "archive_damaged", "archive_not_read" (.tgz),
   * "archive_unreadable".
   */
  unpackOffer(archives: string[], into: string | null): Promise<UnpackOffer>;
  pickUnpackFolder(): Promise<string | null>;
  /** Starts an "unpack" job; what comes of it is a source then. Again after a stop, it goes on where it was. */
  startUnpack(archives: string[], into: string | null): Promise<void>;
  removeSource(id: number): Promise<SourceInfo[]>;
  startScan(): Promise<void>;
  profile(): Promise<Profile>;
  problems(offset: number, limit: number): Promise<ProblemPage>;
  /** Cameras whose photos say when they were taken, those with the most first. */
  clockCameras(): Promise<ClockCamera[]>;
  /** Corrections in force, in the order in which they were said. */
  clocks(): Promise<ClockSetting[]>;
  /** What a correction would make of some photos; nothing is changed. Code: "clock_wrong". */
  previewClock(change: ClockChange): Promise<ClockPreview>;
  /** In the catalog only; refused as "busy" while a job runs. */
  setClock(change: ClockChange): Promise<ClockSetting>;
  forgetClock(id: number): Promise<void>;
  groups(query: GroupQuery): Promise<GroupPage>;
  /** What the small pictures inside the files suggest while a scan still reads; to look at only. */
  firstLook(): Promise<FirstLook>;
  reviewTotals(): Promise<ReviewTotals>;
  decide(groupIds: number[], decision: Decision): Promise<ReviewTotals>;
  /** One decision for every group that the filter finds now, as one step that undo takes back. */
  decideAll(filter: GroupFilter, decision: Decision): Promise<ReviewTotals>;
  undo(): Promise<ReviewTotals>;
  redo(): Promise<ReviewTotals>;
  /** The person's steps, newest first; those undone are marked. */
  history(): Promise<DecisionStep[]>;
  /** Undoes (or redoes) until this step is the last one in force; 0 undoes all. */
  goToStep(id: number): Promise<ReviewTotals>;
  rules(): Promise<Rule[]>;
  /** New order; starts a "group" job that chooses the keepers anew. Decisions stay. */
  setRules(rules: Rule[]): Promise<void>;
  /** Marked folders first, then those with the most grouped photos. */
  folders(): Promise<Folder[]>;
  /** Starts a "group" job. */
  markFolder(id: number, mark: FolderMark | null): Promise<void>;
  /** Pairs of folders that share the most photos, most first. */
  folderPairs(): Promise<FolderPair[]>;
  similarity(): Promise<Similarity>;
  /** What another setting would give; nothing is changed. Quick enough to follow a slider. */
  trySimilarity(distance: number): Promise<Similarity>;
  /** Starts a "group" job. */
  setSimilarity(distance: number): Promise<void>;
  /** Small settings of the page (its keys, say) that outlive a restart; null when never set. */
  preference(key: string): Promise<string | null>;
  setPreference(key: string, value: string): Promise<void>;
  compare(left: number, right: number): Promise<Comparison>;
  pickDestinationFolder(): Promise<string | null>;
  testDestination(spec: DestinationSpec, secret: Secret | null): Promise<DestinationFacts>;
  chooseDestination(spec: DestinationSpec, secret: Secret | null, remember: boolean): Promise<DestinationInfo>;
  /**
   * Drive and Dropbox: opens the browser and waits for the person's consent, five minutes at most. Go on with the answer's
   * `spec` (it names the account) and without a secret. An empty `clientId` stands for Albumen's own, where this build has
   * one: else the code is "client_missing". Other codes: "sign_in_denied", "sign_in_timed_out", "sign_in_port",
   * "wrong_account", "stopped" (cancelled, or begun anew).
   */
  signIn(spec: DestinationSpec, clientId: string, clientSecret: string): Promise<SignedInAs>;
  cancelSignIn(): Promise<void>;
  /** The address to open by hand while a sign-in waits; null when none does. */
  signInLink(): Promise<string | null>;
  /** Takes the consent back at the provider and forgets it here. */
  signOut(spec: DestinationSpec): Promise<void>;
  secretStores(): Promise<SecretStores>;
  /**
   * Opens the file of secrets, or makes it when there is none (eight characters at least). Codes: "vault_passphrase",
   * "vault_damaged". Without keychain and open vault, chooseDestination with `remember` is refused as
   * "keychain_unavailable"; nothing is chosen then.
   */
  openVault(passphrase: string): Promise<SecretStores>;
  lockVault(): Promise<SecretStores>;
  /** Within a second, of the first photos where there are too many; refused as "usage" for a layout that cannot be. */
  layoutPreview(options: PlanOptions): Promise<LayoutPreview>;
  startPlan(options: PlanOptions): Promise<void>;
  planRows(query: PlanQuery): Promise<PlanPage>;
  /** Photos of the plan that get an XMP file, or would, with what is known of them and who says it. */
  xmpRows(query: XmpQuery): Promise<XmpPage>;
  /** What the plan would take, and when it would be over. Asks the destination nothing. */
  estimate(): Promise<Estimate>;
  /** Moves 1 % of the plan first, reads it back and times it; again after a stop, it goes on. */
  startPilot(workers: number): Promise<void>;
  startMigrate(workers: number, leaveList: boolean): Promise<void>;
  pauseJob(): Promise<void>;
  resumeJob(): Promise<void>;
  cancelJob(): Promise<void>;
  /** The ways to look at what was moved, what each allows and takes. */
  verifyOffer(): Promise<VerifyOffer>;
  /** `part` (0 to 1) is that of a sample. */
  startVerify(level: Level, part: number | null): Promise<void>;
  /** Compares the destination with what was placed there; `full` reads every copy back. Nothing is written there. */
  startReconcile(full: boolean): Promise<void>;
  /** The last comparison, with what is still open of it; null when there was none. */
  reconciliation(): Promise<Reconciliation | null>;
  /** A page of differences after the one of `after`, each with what a repair under `conflicts` would do. */
  differences(of: DifferenceKind | null, after: number, limit: number, conflicts: Conflicts): Promise<DifferencesPage>;
  /** Works off the differences of the last comparison. */
  startRepair(conflicts: Conflicts): Promise<void>;
  /** An open conflict; null where there is none in that direction. */
  conflict(id: number, toward: Toward): Promise<Conflict | null>;
  conflictTotals(): Promise<ConflictTotals>;
  /** Saved at once, done by the repair; refused as "busy" while a job runs. */
  chooseConflict(id: number, choice: ConflictChoice): Promise<ConflictTotals>;
  /** The same for all of which nothing was said, as one step. */
  chooseConflicts(choice: ConflictChoice): Promise<ConflictTotals>;
  /** Takes the last step back; the conflict it concerned. */
  undoChoice(): Promise<number | null>;
  /**
   * Reads back the copy of a file at the chosen destination, or the one of `placed`. What is not as it was placed becomes a
   * difference; nothing is mended by it.
   */
  lookAtCopy(file: number | null, placed: number | null): Promise<CopyLook>;
  /** Sends this one again from its original, as a "repair" job. */
  startMend(difference: number): Promise<void>;
  /** Reads in what earlier moves left at the destination. Code: "no_markers". */
  startRebuild(): Promise<void>;
  /** Limits of the chosen destination; a change holds at once, for a running job too. */
  throttle(): Promise<Throttle>;
  setThrottle(throttle: Throttle): Promise<void>;
  /** How hard the disks of the originals are worked; a change holds at once, for a running job too. */
  sourceLoad(): Promise<SourceLoadSetting>;
  setSourceLoad(load: SourceLoad): Promise<void>;
  /** When jobs wait by themselves; a change holds at once. While one is held, resumeJob lets it go on anyway. */
  pauseOn(): Promise<PauseOn>;
  setPauseOn(wanted: PauseOn): Promise<void>;
  /** What became of every file that was found, by the plan of the chosen destination. */
  report(): Promise<Report>;
  reportPage(query: ReportQuery): Promise<ReportPage>;
  /** Asks the person where to and writes the whole report there; null when they changed their mind. */
  exportReport(format: ReportFormat): Promise<Exported | null>;
  /** Everything that is known of one file, of the report or of another answer. */
  whereIs(file: number): Promise<Provenance>;
  deletePreview(): Promise<DeletePreview>;
  startDelete(token: string, typed: string, permanent: boolean): Promise<void>;
  rollbackPreview(): Promise<RollbackPreview>;
  startRollback(token: string): Promise<void>;
  /** How far it is with the chosen destination, in phases; null when none is chosen. */
  way(): Promise<Way | null>;
  strategies(): Promise<StrategyOffer[]>;
  /** Code: "phase_refused", while the destination is home and the strategy has no such phase. */
  chooseStrategy(strategy: Strategy): Promise<void>;
  /** By what is known; nobody is asked. */
  cutOverPreview(): Promise<CutOverPreview>;
  /** Starts a "cutOver" job. Where anything does not agree it ends as done, and `Way.finding` says why nothing was switched. */
  startCutOver(): Promise<void>;
  /** Leaves one that was cut off. */
  leaveCutOver(): Promise<void>;
  compareOnOpening(compares: boolean): Promise<void>;
  /** Originals may be deleted from then on; before, that is refused as "old_place_kept". */
  letOldPlaceGo(): Promise<void>;
  switchBackPreview(): Promise<SwitchBackPreview>;
  startSwitchBack(token: string): Promise<void>;
  /** The destination and, where there are two, the second home; each with how far it is. */
  homes(): Promise<Home[]>;
  /** Everything goes there too from now on. Nothing is sent by that. Code: "same_home". */
  nameSecondHome(spec: DestinationSpec, secret: Secret | null, remember: boolean): Promise<Home[]>;
  /** Nothing is removed there. */
  forgetSecondHome(): Promise<Home[]>;
  inStep(): Promise<InStep>;
  /** Goes on until it is stopped, over restarts too; makes way for every job that is started. */
  keepInStep(workers: number): Promise<InStep>;
  pauseInStep(): Promise<InStep>;
  resumeInStep(): Promise<InStep>;
  stopInStep(): Promise<InStep>;

  onJob(listener: (job: JobState) => void): Promise<Unlisten>;
  onChanged(listener: (changed: Changed) => void): Promise<Unlisten>;
  onInStep(listener: (inStep: InStep) => void): Promise<Unlisten>;
  onDrop(listener: (event: DropEvent) => void): Promise<Unlisten>;
  thumbUrl(fileId: number): string;
  previewUrl(fileId: number): string;
  /** Of a copy that was looked at; `at` tells one look from the next. */
  copyUrl(placed: number, at: number): string;
}

/** Any rejection as an AppError; what is not one of ours says so without promising more than is known. */
export function toAppError(error: unknown): AppError {
  if (typeof error === "object" && error !== null && "message" in error && "next" in error) return error as AppError;
  return {
    code: "unexpected",
    message: error instanceof Error ? error.message : String(error),
    safe: "Your originals are only ever removed by the delete step, after you confirm it.",
    next: "Try again. If it happens again, restart Albumen; it goes on from where it was.",
  };
}

/** The real shell inside the app; the twin in a browser with ?fake; null in a browser without. */
export async function connect(): Promise<Ipc | null> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri")).tauriIpc();
  const params = new URLSearchParams(window.location.search);
  if (!params.has("fake")) return null;
  return (await import("./fake/from-url")).fakeFromUrl(params);
}
