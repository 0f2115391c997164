// The twin's report: the same made-up library as its plan, with what a move, a verification and a deletion made of it.
import type {
  AppError,
  DeleteResult,
  Exported,
  Moment,
  PlanSummary,
  Provenance,
  Report,
  ReportFormat,
  ReportPage,
  ReportQuery,
  ReportRow,
  StateTally,
  StepState,
  Verification,
} from "../types";
import { planRow } from "./library";

/** What the twin stands at. */
export type Stand = {
  plan: PlanSummary | null;
  rows: number;
  copied: number;
  failed: number;
  verification: Verification | null;
  lastDelete: DeleteResult | null;
};

const PLACED = "2025-05-12T09:14:00Z";
const NONE = { files: 0, bytes: 0 };

const NO_PLAN: AppError = {
  code: "usage",
  message: "There is no plan for this destination, so no file has an outcome.",
  safe: "Nothing was changed.",
  next: "Make a plan first. A roll back takes the plan back too.",
};

function planOf(stand: Stand): PlanSummary {
  if (!stand.plan) throw NO_PLAN;
  return stand.plan;
}

const isThere = (stand: Stand) => stand.copied >= 1;

export function fakeReport(stand: Stand): Report {
  const { destination, createdAt, stale, balance } = planOf(stand);
  const v = stand.verification;
  const state: StepState = v ? "verified" : isThere(stand) ? "placed" : "planned";
  return {
    destination,
    plannedAt: createdAt,
    stale,
    balance,
    balanced: balance.balanced,
    without: NONE,
    strays: NONE,
    states: (
      [
        { outcome: "copy", state, tally: balance.copy },
        { outcome: "alreadyThere", state: v ? "verified" : "placed", tally: balance.alreadyThere },
        { outcome: "failed", state: "failed", tally: balance.failed },
      ] satisfies StateTally[]
    ).filter((one) => one.tally.files > 0),
    removed: stand.lastDelete?.removed ?? NONE,
    restored: NONE,
    grades: v
      ? [
          { grade: "digest", files: v.ok.files - v.readBack },
          { grade: "readback", files: v.readBack },
        ].filter((one) => one.files > 0)
      : [],
    verification: v && { ...v, findings: [] },
  };
}

function reportRow(id: number, stand: Stand): ReportRow {
  const step = planRow(id, stand.copied, stand.failed);
  const there = step.outcome === "alreadyThere" || (step.outcome === "copy" && isThere(stand));
  const verified = there && stand.verification !== null;
  const removed = verified && stand.lastDelete !== null;
  return {
    fileId: id,
    assetId: id,
    outcome: step.outcome,
    state: verified ? "verified" : there ? "placed" : step.state,
    original: removed ? "removed" : "there",
    from: step.from,
    fromBytes: null,
    to: step.to,
    size: step.size,
    sha256: step.outcome === "failed" ? null : id.toString(16).padStart(64, "7c"),
    kind: step.outcome === "unsupported" ? "other" : "jpeg",
    why: step.why,
    modified: "2021-08-14T16:02:11Z",
    captured: "2021-08-14T16:02:11",
    offsetMinutes: 120,
    dateSource: "exif",
    camera: "Canon EOS R6",
    north: id % 5 === 0 ? 60.39 : null,
    east: id % 5 === 0 ? 5.32 : null,
    placedAt: there ? PLACED : null,
    grade: verified ? "readback" : null,
    verifiedAt: verified ? (stand.verification?.at ?? null) : null,
    removedAt: removed ? new Date().toISOString() : null,
    lens: "RF24-105mm F4 L IS USM",
    place: null,
    album: null,
    assetKey: there ? step.to : null,
    instead: null,
  };
}

export function fakeReportPage(query: ReportQuery, stand: Stand): ReportPage {
  planOf(stand);
  const rows: ReportRow[] = [];
  const needle = query.search.toLowerCase();
  let total = 0;
  for (let id = 0; id < stand.rows && !query.without; id++) {
    const step = planRow(id, stand.copied, stand.failed);
    if (query.outcome !== null && step.outcome !== query.outcome) continue;
    if (needle && !`${step.from} ${step.to ?? ""} ${step.why}`.toLowerCase().includes(needle)) continue;
    if (query.state !== null && reportRow(id, stand).state !== query.state) continue;
    if (total >= query.offset && rows.length < query.limit) rows.push(reportRow(id, stand));
    total++;
  }
  return { total, rows };
}

export function fakeExport(format: ReportFormat, stand: Stand): Exported {
  planOf(stand);
  const end = format === "json" ? "jsonl" : format;
  return { path: `/home/anna/albumen-report-2025-05-12.${end}`, format, rows: stand.rows };
}

export function fakeProvenance(id: number, stand: Stand): Provenance {
  const row = reportRow(id, stand);
  const place = stand.plan?.destination;
  const timeline: Moment[] = [
    { kind: "found", at: "2025-05-11T18:01:00Z", what: "In /home/anna/Pictures, which was added then" },
    { kind: "fingerprinted", at: null, what: `SHA-256 ${row.sha256}` },
  ];
  if (stand.plan) timeline.push({ kind: "planned", at: stand.plan.createdAt, what: row.why });
  if (row.placedAt) timeline.push({ kind: "copied", at: row.placedAt, what: `To ${row.to} on ${place?.label}` });
  if (row.verifiedAt)
    timeline.push({ kind: "verified", at: row.verifiedAt, what: "Every byte was read back and compared" });
  if (row.removedAt) timeline.push({ kind: "removed", at: row.removedAt, what: "To the trash, after it was verified" });
  const duplicate = row.outcome === "duplicate";
  return {
    fileId: id,
    assetId: row.assetId,
    from: row.from,
    fromBytes: row.fromBytes,
    size: row.size,
    sha256: row.sha256,
    kind: row.kind,
    modified: row.modified,
    captured: row.captured,
    offsetMinutes: row.offsetMinutes,
    dateSource: row.dateSource,
    camera: row.camera,
    north: row.north,
    east: row.east,
    gone: row.original === "removed",
    sourceRemoved: false,
    recalled: false,
    asset: [{ fileId: id, path: row.from, kind: row.kind, gone: false }],
    groups: duplicate
      ? [
          {
            kind: "exact",
            status: "decided",
            decidedAt: "2025-05-11T19:30:00Z",
            members: [
              { assetId: id + 1, path: planRow(id + 1, 1, 0).from, relation: "keeper", keep: true },
              { assetId: id, path: row.from, relation: "identical", keep: false },
            ],
          },
        ]
      : [],
    sameBytes: duplicate ? [{ fileId: id + 1, path: planRow(id + 1, 1, 0).from, kind: "jpeg", gone: false }] : [],
    copies:
      row.placedAt && row.to && place
        ? [
            {
              destination: place.label,
              url: place.url,
              key: row.to,
              sha256: row.sha256 ?? "",
              of: null,
              wasFound: row.outcome === "alreadyThere",
              placedAt: row.placedAt,
              grade: row.grade,
              verifiedAt: row.verifiedAt,
            },
          ]
        : [],
    timeline,
  };
}
