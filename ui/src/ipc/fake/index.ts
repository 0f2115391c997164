// The in-memory twin of the desktop shell: same interface, simulated library and jobs. Never used inside the app.
import type { DropEvent, Ipc } from "..";
import type {
  AppError,
  Changed,
  Conflicts,
  DeleteResult,
  DestinationInfo,
  JobKind,
  Level,
  PlanSummary,
  SourceInfo,
  Step,
  Unpacked,
  Verification,
} from "../types";
import { sortDropped, TAKEOUT, unpacked, unpackOffer } from "./archives";
import { clockCalls } from "./clocks";
import { destinationCalls } from "./destination";
import { FakeGroups } from "./groups";
import { homeCalls } from "./homes";
import { FakeJobs, type Work } from "./jobs";
import { layoutPreview } from "./layout";
import { DEMO_SOURCES, fakeBalance, fakePlanRows, fakeProblems, fakeProfile } from "./library";
import { MEMBERS_PER_GROUP } from "./make-group";
import { picture } from "./pictures";
import { describe, FOLDER, SIGNED_IN } from "./places";
import { fakeReconcile } from "./reconcile";
import { fakeExport, fakeProvenance, fakeReport, fakeReportPage } from "./report";
import { reviewCalls } from "./review";
import { throttleCalls } from "./throttle";
import { fakeEstimate, fakePilot, fakeVerifyOffer } from "./trial";
import { wayCalls } from "./way";
import { DAY_LIMIT, LOST, SLOWED, WORK } from "./work";
import { fakeXmpRows, XMP_SUMMARY } from "./xmp";

export type Scenario =
  | "empty"
  | "demo"
  | "huge"
  | "busy"
  | "error"
  | "moved"
  /** Moved, and the list could not be left at the destination. */
  | "listDue"
  /** A pilot is over, was cut off, or found something. */
  | "piloted"
  | "pilotCut"
  | "pilotBad"
  | "verified"
  | "deleted"
  | "broken"
  /** Signing in: nobody answers; the person refuses; this build has no client of its own. */
  | "signing"
  | "denied"
  | "noClient"
  /** No keychain: no vault yet; a vault that is locked, on Google Drive. */
  | "noKeychain"
  | "locked"
  /** A move that waits, as the machine lives on its battery. */
  | "battery"
  /** Moved to two homes and kept in step; one of them is away. */
  | "twoHomes"
  /** The storage asks to slow down; it takes no more today. */
  | "slow"
  | "dayLimit"
  /** In step; paused; cutting over was cut off, or found a place that keeps changing; home; switching back was cut off. */
  | "inStep"
  | "paused"
  | "cutOff"
  | "changing"
  | "home"
  | "homeDiffers"
  | "switchingBack";
const SWITCHING: Scenario[] = ["inStep", "paused", "cutOff", "changing", "home", "homeDiffers", "switchingBack"];
export type FakeOptions = { scenario?: Scenario; step?: Step; instant?: boolean };
export type FakeIpc = Ipc & {
  drop(event: DropEvent): void;
  calls: string[];
  failNext(command: string, error: AppError): void;
};

export function createFake({ scenario = "demo", step, instant = false }: FakeOptions = {}): FakeIpc {
  const after = (...list: Scenario[]) => list.includes(scenario);
  const groups = new FakeGroups(scenario === "empty" ? 0 : scenario === "huge" ? 50_000 : 240);
  const jobs = new FakeJobs(instant);
  const changed = new Set<(changed: Changed) => void>();
  const drops = new Set<(event: DropEvent) => void>();
  const calls: string[] = [];
  const preferences = new Map<string, string>();
  let failure: { command: string; error: AppError } | null = null;
  let sources: SourceInfo[] = scenario === "empty" ? [] : DEMO_SOURCES.map((s) => ({ ...s }));
  let destination: DestinationInfo | null = null;
  let plan: PlanSummary | null = null;
  let verification: Verification | null = null;
  let lastDelete: DeleteResult | null = null;
  let lastUnpack: Unpacked | null = null;
  let current: Step = step ?? "sources";
  let copied = 0;
  let readIn: DestinationInfo | null = null;
  let piloted: "no" | "cut" | "good" | "bad" =
    scenario === "piloted" ? "good" : scenario === "pilotCut" ? "cut" : scenario === "pilotBad" ? "bad" : "no";
  let failed = scenario === "error" ? 7 : 0;
  const planRows = scenario === "huge" ? 200_000 : 24_459;
  const stand = () => ({ plan, rows: planRows, copied, failed, verification, lastDelete });

  const tell = (...what: Changed["what"]) => {
    for (const listener of changed) listener({ what });
  };
  const makePlan = (layout: string, skipDuplicates: boolean, xmp = false) => {
    if (!destination)
      throw {
        code: "no_destination",
        message: "There is no destination yet.",
        safe: "Nothing was changed.",
        next: "Choose a destination first.",
      } satisfies AppError;
    plan = {
      destination,
      options: { layout, skipDuplicates, xmp },
      createdAt: new Date().toISOString(),
      stale: false,
      shards: 44,
      balance: fakeBalance(copied, failed),
      listDue: scenario === "listDue" && copied >= 1,
      ...(xmp && { xmp: XMP_SUMMARY }),
    };
  };
  const verify = (level: Level = "readBack", part: number | null = null) => {
    const all = fakeBalance(1, failed).copied;
    const files = Math.ceil(all.files * (part ?? 0.01));
    const expected = level === "sample" ? { files, bytes: Math.round((all.bytes * files) / all.files) } : all;
    const bad = scenario === "error" ? 3 : 0;
    verification = {
      at: new Date().toISOString(),
      full: level !== "sample",
      level,
      bound: level === "sample" ? { of: all.files, read: files, atMost: 107, oneMissed: 1 - files / all.files } : null,
      expected,
      ok: { files: expected.files - bad, bytes: expected.bytes - bad * 4e6 },
      missing: bad ? 1 : 0,
      different: bad ? 2 : 0,
      unreadable: 0,
      readBack: level === "sizes" ? 0 : level === "digest" ? 604 : expected.files - bad,
      findings: bad
        ? [
            { key: "2021/2021-08/IMG_3001.JPG", from: "/home/anna/Pictures/2021/IMG_3001.JPG", what: "missing" },
            { key: "2021/2021-08/IMG_3002.JPG", from: "/home/anna/Pictures/2021/IMG_3002.JPG", what: "different" },
            { key: "2019/2019-01/IMG_0120.JPG", from: "/home/anna/Pictures/2019/IMG_0120.JPG", what: "different" },
          ]
        : [],
    };
  };
  const remove = () => {
    lastDelete = {
      removed: { files: 21_590, bytes: 141.7e9 },
      kept: [{ why: "Changed since it was verified", files: 3 }],
      needsPermanent: 4,
    };
  };

  if (scenario !== "empty" && scenario !== "broken") {
    const spec = after("locked", "slow", "dayLimit") ? SIGNED_IN : FOLDER;
    const secret = spec.kind === "folder" ? "none" : scenario === "locked" ? "missing" : "keychain";
    destination = { id: 1, kind: spec.kind, ...describe(spec), secret, spec };
    if (after("moved", "twoHomes", "listDue", "verified", "deleted", "error", ...SWITCHING))
      copied = scenario === "error" && current === "move" ? 0.4 : 1;
    if (scenario === "huge" && step === "finish") copied = 1;
    if (after("slow", "dayLimit", "battery")) copied = 0.3;
    if (after("piloted", "pilotCut", "pilotBad")) copied = 0.01;
    if (current !== "plan" || scenario !== "busy") makePlan("{year}/{year}-{month}/{original name}", true);
    if (after("verified", "deleted", ...SWITCHING) || (scenario === "error" && step === "finish")) verify();
    if (scenario === "deleted") remove();
  }

  let pauseWay = (_paused: boolean): void => {};
  const call = async <T>(name: string, run: () => T | Promise<T>): Promise<T> => {
    calls.push(name);
    if (!instant) await new Promise((resolve) => setTimeout(resolve, 40));
    if (scenario === "broken")
      throw {
        code: "catalog_damaged",
        message: "The catalog did not pass its integrity check.",
        safe: "No photo was touched: the catalog only describes them.",
        next: "Close Albumen and restore the catalog from its backup, or start a new one and scan again.",
      } satisfies AppError;
    if (failure?.command === name) {
      const { error } = failure;
      failure = null;
      throw error;
    }
    return run();
  };
  const job = (kind: JobKind, done: () => void, startAt = 0, over: Partial<Work> = {}) =>
    jobs.start(kind, { ...WORK[kind], ...over }, startAt, done);

  const startScan = (at = 0) =>
    job(
      "scan",
      () => {
        sources = sources.map((s) =>
          s.state === "new"
            ? { ...s, files: 4_212, bytes: 21.4e9, state: "scanned", scannedAt: new Date().toISOString() }
            : s,
        );
        if (plan) plan = { ...plan, stale: true };
        tell("sources", "profile", "groups", "plan");
      },
      at,
    );
  const regroup = (change: Parameters<FakeGroups["regroup"]>[0]) =>
    job("group", () => {
      groups.regroup(change);
      if (plan) plan = { ...plan, stale: true };
      tell("groups", "plan");
    });
  const startPlan = (layout: string, skip: boolean, at = 0, xmp = false) =>
    job(
      "plan",
      () => {
        makePlan(layout, skip, xmp);
        tell("plan");
      },
      at,
    );
  const startPilot = (workers: number, at = 0) =>
    job(
      "pilot",
      () => {
        piloted = "good";
        copied = Math.max(copied, 0.01);
        if (plan) plan = { ...plan, balance: fakeBalance(copied, failed) };
        tell("plan");
      },
      at,
      { workers },
    );
  const startMigrate = (workers: number, at = 0) =>
    job(
      "migrate",
      () => {
        copied = 1;
        failed = 0;
        if (plan) plan = { ...plan, balance: fakeBalance(1, 0), listDue: false };
        tell("plan");
      },
      at,
      { workers },
    );
  const startRebuild = () =>
    job("rebuild", () => {
      readIn = destination;
      tell("destination", "plan");
    });
  const reconcile = fakeReconcile(scenario === "huge");
  const startReconcile = () =>
    job("reconcile", () => {
      reconcile.compare(fakeBalance(1, failed).copied.files);
      tell("verification");
    });
  const startRepair = (conflicts: Conflicts) =>
    job("repair", () => {
      reconcile.repair(conflicts);
      tell("verification", "plan");
    });
  const startUnpack = (archives: string[], into: string | null) => {
    const offer = unpackOffer(archives, into);
    if (!offer.fits)
      throw {
        code: "unpack_no_room",
        message: "There is not enough room.",
        safe: "Nothing was unpacked; the archives were only read.",
        next: "Make room, or choose a place on another disk (--into).",
      } satisfies AppError;
    job("unpack", () => {
      lastUnpack = unpacked(offer);
      add(offer.folders);
      tell("plan");
    });
  };
  const startVerify = (level: Level = "readBack", part: number | null = null, at = 0) =>
    job(
      "verify",
      () => {
        verify(level, part);
        tell("verification", "plan");
      },
      at,
    );

  if (scenario === "busy") {
    if (current === "move") startMigrate(4, 0.3);
    else if (current === "finish") {
      copied = 1;
      makePlan("{year}/{year}-{month}/{original name}", true);
      startVerify("readBack", null, 0.4);
    } else if (current === "plan") startPlan("{year}/{original name}", true, 0.2);
    else startScan(0.02);
  }
  if (scenario === "slow" && current === "move") job("migrate", () => {}, 0.3, { workers: 4, pace: SLOWED });
  if (scenario === "battery" && current === "move")
    job("migrate", () => {}, 0.3, { workers: 4, held: "on battery, 24 % left" });
  if (scenario === "dayLimit" && current === "move") job("migrate", () => {}, 0.395, { error: DAY_LIMIT });
  if (scenario === "error" && current === "move") job("migrate", () => {}, 0.395, { error: LOST, failed: 7 });

  const add = (paths: string[]) => {
    for (const path of paths) {
      if (sources.some((s) => s.path === path)) continue;
      sources = [
        ...sources,
        {
          id: Math.max(0, ...sources.map((s) => s.id)) + 1,
          path,
          files: 0,
          bytes: 0,
          problems: 0,
          state: "new",
          scannedAt: null,
        },
      ];
    }
    tell("sources");
    return sources;
  };
  const decided = <T>(result: T): T => {
    if (plan) plan = { ...plan, stale: true };
    tell("groups", "plan");
    return result;
  };
  const drawn = (id: number, width: number, height: number) =>
    picture(id, Math.floor(id / MEMBERS_PER_GROUP), groups.member(id)?.relation ?? "keeper", width, height);
  const listen =
    <T>(set: Set<(value: T) => void>) =>
    async (listener: (value: T) => void) => {
      set.add(listener);
      return () => void set.delete(listener);
    };

  const isGoing = () => ["running", "paused"].includes(jobs.current?.status ?? "");
  const { pause, ...ways } = wayCalls({
    call,
    scenario,
    stand: () => ({ destination, copied, verified: verification !== null, deleted: lastDelete !== null }),
    start: (kind, done) => job(kind, done),
    changed: () => tell("way"),
  });
  pauseWay = pause;

  return {
    calls,
    failNext: (command, error) => {
      failure = { command, error };
    },
    drop: (event) => {
      for (const listener of drops) listener(event);
    },
    snapshot: () =>
      call("snapshot", () => ({
        version: "0.1.0",
        catalog: "/home/anna/.local/share/albumen/catalog.db",
        step: current,
        sources,
        destination,
        standing: copied > 0 || (destination !== null && readIn?.id === destination.id) || verification !== null,
        plan,
        pilot: piloted === "no" ? null : fakePilot(piloted !== "cut", piloted !== "bad"),
        verification,
        lastDelete,
        lastUnpack,
        job: jobs.current,
      })),
    setStep: (next) =>
      call("set_step", () => {
        current = next;
      }),
    pickSources: () => call("pick_sources", () => add(["/home/anna/Pictures", "/home/anna/Desktop/Camera dump"])),
    addSources: (paths) => call("add_sources", () => add(paths)),
    sortDropped: (paths) => call("sort_dropped", () => sortDropped(paths)),
    pickArchives: () => call("pick_archives", () => TAKEOUT),
    unpackOffer: (archives, into) => call("unpack_offer", () => unpackOffer(archives, into)),
    pickUnpackFolder: () => call("pick_unpack_folder", () => "/media/anna/Big disk"),
    startUnpack: (archives, into) => call("start_unpack", () => startUnpack(archives, into)),
    removeSource: (id) =>
      call("remove_source", () => {
        sources = sources.filter((s) => s.id !== id);
        tell("sources", "profile", "groups", "plan");
        return sources;
      }),
    startScan: () => call("start_scan", () => startScan()),
    profile: () => call("profile", () => fakeProfile(groups.count)),
    problems: (offset, limit) => call("problems", () => fakeProblems(scenario === "huge" ? 12_000 : 8, offset, limit)),
    ...clockCalls({
      call,
      refuseWhileBusy: () => jobs.refuseWhileBusy(),
      changed: () => {
        if (plan) plan = { ...plan, stale: true };
        tell("profile", "groups", "plan");
      },
    }),
    ...reviewCalls(groups, { call, decided, regroup }),
    preference: (key) => call("preference", () => preferences.get(key) ?? null),
    setPreference: (key, value) => call("set_preference", () => void preferences.set(key, value)),
    ...destinationCalls({
      call,
      scenario,
      instant,
      get: () => destination,
      set: (next) => {
        // Another place makes the plan stale; another key to the same place does not.
        if (plan && next.id !== destination?.id) plan = { ...plan, stale: true };
        destination = next;
        tell("destination", "plan");
      },
    }),
    ...throttleCalls(call),
    ...homeCalls({
      call,
      first: () => destination,
      far: () => copied,
      inStep: scenario === "twoHomes",
      tell: () => tell("destination"),
    }),
    layoutPreview: (options) => call("layout_preview", () => layoutPreview(options)),
    startPlan: ({ layout, skipDuplicates, xmp }) =>
      call("start_plan", () => startPlan(layout, skipDuplicates, 0, xmp ?? false)),
    xmpRows: (query) => call("xmp_rows", () => fakeXmpRows(query)),
    planRows: (query) => call("plan_rows", () => fakePlanRows(query, planRows, copied, failed)),
    estimate: () =>
      call("estimate", () => {
        const { copy, copied: there } = plan?.balance ?? fakeBalance(0, 0);
        const left = { files: copy.files - there.files, bytes: copy.bytes - there.bytes };
        return fakeEstimate(copy, left, destination?.label ?? "", piloted === "good");
      }),
    startPilot: (workers) => call("start_pilot", () => startPilot(workers)),
    startMigrate: (workers, _leaveList) => call("start_migrate", () => startMigrate(workers)),
    pauseJob: () =>
      call("pause_job", () => {
        if (isGoing()) jobs.change("paused");
        pauseWay(true);
      }),
    resumeJob: () =>
      call("resume_job", () => {
        if (isGoing()) jobs.change("running");
        pauseWay(false);
      }),
    ...ways,
    cancelJob: () => call("cancel_job", () => jobs.cancel()),
    startRebuild: () => call("start_rebuild", () => startRebuild()),
    startReconcile: () => call("start_reconcile", () => startReconcile()),
    reconciliation: () => call("reconciliation", () => reconcile.last()),
    differences: (of, after, limit, conflicts) =>
      call("differences", () => reconcile.page(of, after, limit, conflicts)),
    startRepair: (conflicts) => call("start_repair", () => startRepair(conflicts)),
    conflict: (id, toward) => call("conflict", () => reconcile.conflicts.find(id, toward)),
    conflictTotals: () => call("conflict_totals", () => reconcile.conflicts.totals()),
    chooseConflict: (id, choice) =>
      call("choose_conflict", () => {
        const totals = reconcile.conflicts.choose(id, choice);
        tell("verification");
        return totals;
      }),
    chooseConflicts: (choice) => call("choose_conflicts", () => reconcile.conflicts.rest(choice)),
    undoChoice: () => call("undo_choice", () => reconcile.conflicts.undo()),
    lookAtCopy: (file, placed) => call("look_at_copy", () => reconcile.conflicts.look(file, placed)),
    startMend: () => call("start_mend", () => job("repair", () => tell("verification", "plan"))),
    verifyOffer: () => call("verify_offer", () => fakeVerifyOffer(fakeBalance(copied, failed).copied)),
    startVerify: (level, part) => call("start_verify", () => startVerify(level, part)),
    report: () => call("report", () => fakeReport(stand())),
    reportPage: (query) => call("report_page", () => fakeReportPage(query, stand())),
    exportReport: (format) => call("export_report", () => fakeExport(format, stand())),
    whereIs: (file) => call("where_is", () => fakeProvenance(file, stand())),
    deletePreview: () =>
      call("delete_preview", () => ({
        token: "t1",
        assets: 19_402,
        count: 21_597,
        bytes: 141.8e9,
        destination: destination?.label ?? "",
        verifiedHow: "every byte read back and compared by SHA-256",
        verifiedAt: verification?.at ?? null,
        blocked: [
          { why: "Not copied: exact duplicate left in its folder", files: 2_511 },
          { why: "Changed since it was verified", files: 3 },
          { why: "Set aside in Review", files: 22 },
        ],
        folders: DEMO_SOURCES.map((s) => ({ name: s.path, files: s.files, bytes: s.bytes })),
      })),
    startDelete: (_token, typed) =>
      call("start_delete", () => {
        if (typed !== "21597")
          throw {
            code: "count",
            message: "The number does not match.",
            safe: "Nothing was removed.",
            next: "Type the number shown.",
          } satisfies AppError;
        job("delete", () => {
          remove();
          tell("sources", "plan");
        });
      }),
    rollbackPreview: () =>
      call("rollback_preview", () => ({
        token: "r1",
        restore: lastDelete?.removed ?? { files: 0, bytes: 0 },
        remove: { files: 21_604, bytes: 141.9e9 },
        leave: 2,
      })),
    startRollback: () =>
      call("start_rollback", () =>
        job("rollback", () => {
          copied = 0;
          verification = null;
          lastDelete = null;
          plan = null;
          tell("sources", "plan", "verification");
        }),
      ),

    onJob: async (listener) => jobs.on(listener),
    onChanged: listen(changed),
    onDrop: listen(drops),
    thumbUrl: (id) => drawn(id, 240, 180),
    previewUrl: (id) => drawn(id, 1500, 1000),
    copyUrl: (placed) => picture(placed - 1000, Math.floor((placed - 1000) / MEMBERS_PER_GROUP), "edited", 1500, 1000),
  };
}
