// The app's implementation of Ipc: one line a command. Errors arrive as AppError already.
import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { Ipc } from ".";
import type { Changed, JobState } from "./types";

export function tauriIpc(): Ipc {
  const thumbs = convertFileSrc("", "thumb");
  return {
    snapshot: () => invoke("snapshot"),
    setStep: (step) => invoke("set_step", { step }),
    pickSources: () => invoke("pick_sources"),
    addSources: (paths) => invoke("add_sources", { paths }),
    sortDropped: (paths) => invoke("sort_dropped", { paths }),
    pickArchives: () => invoke("pick_archives"),
    unpackOffer: (archives, into) => invoke("unpack_offer", { archives, into }),
    pickUnpackFolder: () => invoke("pick_unpack_folder"),
    startUnpack: (archives, into) => invoke("start_unpack", { archives, into }),
    removeSource: (id) => invoke("remove_source", { id }),
    startScan: () => invoke("start_scan"),
    profile: () => invoke("profile"),
    problems: (offset, limit) => invoke("problems", { offset, limit }),
    groups: (query) => invoke("groups", { query }),
    firstLook: () => invoke("first_look"),
    reviewTotals: () => invoke("review_totals"),
    decide: (groupIds, decision) => invoke("decide", { groupIds, decision }),
    decideAll: (filter, decision) => invoke("decide_all", { filter, decision }),
    undo: () => invoke("undo"),
    redo: () => invoke("redo"),
    history: () => invoke("history"),
    goToStep: (id) => invoke("go_to_step", { id }),
    rules: () => invoke("rules"),
    setRules: (rules) => invoke("set_rules", { rules }),
    folders: () => invoke("folders"),
    markFolder: (id, mark) => invoke("mark_folder", { id, mark }),
    folderPairs: () => invoke("folder_pairs"),
    similarity: () => invoke("similarity"),
    trySimilarity: (distance) => invoke("try_similarity", { distance }),
    setSimilarity: (distance) => invoke("set_similarity", { distance }),
    preference: (key) => invoke("preference", { key }),
    setPreference: (key, value) => invoke("set_preference", { key, value }),
    compare: (left, right) => invoke("compare", { left, right }),
    pickDestinationFolder: () => invoke("pick_destination_folder"),
    testDestination: (spec, secret) => invoke("test_destination", { spec, secret }),
    chooseDestination: (spec, secret, remember) => invoke("choose_destination", { spec, secret, remember }),
    signIn: (spec, clientId, clientSecret) => invoke("sign_in", { spec, clientId, clientSecret }),
    cancelSignIn: () => invoke("cancel_sign_in"),
    signInLink: () => invoke("sign_in_link"),
    signOut: (spec) => invoke("sign_out", { spec }),
    secretStores: () => invoke("secret_stores"),
    openVault: (passphrase) => invoke("open_vault", { passphrase }),
    lockVault: () => invoke("lock_vault"),
    layoutPreview: (options) => invoke("layout_preview", { options }),
    startPlan: (options) => invoke("start_plan", { options }),
    planRows: (query) => invoke("plan_rows", { query }),
    xmpRows: (query) => invoke("xmp_rows", { query }),
    startMigrate: (workers, leaveList) => invoke("start_migrate", { workers, leaveList }),
    pauseJob: () => invoke("pause_job"),
    resumeJob: () => invoke("resume_job"),
    cancelJob: () => invoke("cancel_job"),
    startRebuild: () => invoke("start_rebuild"),
    startVerify: (byDigest) => invoke("start_verify", { byDigest }),
    startReconcile: (full) => invoke("start_reconcile", { full }),
    reconciliation: () => invoke("reconciliation"),
    differences: (of, after, limit, conflicts) => invoke("differences", { of, after, limit, conflicts }),
    startRepair: (conflicts) => invoke("start_repair", { conflicts }),
    throttle: () => invoke("throttle"),
    setThrottle: (throttle) => invoke("set_throttle", { throttle }),
    report: () => invoke("report"),
    reportPage: (query) => invoke("report_page", { query }),
    exportReport: (format) => invoke("export_report", { format }),
    whereIs: (file) => invoke("where_is", { file }),
    deletePreview: () => invoke("delete_preview"),
    startDelete: (token, typed, permanent) => invoke("start_delete", { token, typed, permanent }),
    rollbackPreview: () => invoke("rollback_preview"),
    startRollback: (token) => invoke("start_rollback", { token }),

    onJob: (listener) => listen<JobState>("job", (event) => listener(event.payload)),
    onChanged: (listener) => listen<Changed>("changed", (event) => listener(event.payload)),
    onDrop: (listener) =>
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === "drop") listener({ kind: "drop", paths: payload.paths });
        else listener({ kind: payload.type === "leave" ? "leave" : "over" });
      }),
    thumbUrl: (fileId) => `${thumbs}${fileId}`,
    previewUrl: (fileId) => `${thumbs}preview/${fileId}`,
  };
}
