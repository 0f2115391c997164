// The twin's sources, profile, problems, destination checks and plan: plausible numbers that add up.
import type {
  Balance,
  MonthCount,
  Outcome,
  PlanPage,
  PlanQuery,
  PlanRow,
  ProblemPage,
  Profile,
  SourceInfo,
  StepState,
  Tally,
} from "../types";
import { randomOf } from "./random";

export const DEMO_SOURCES: SourceInfo[] = [
  {
    id: 1,
    path: "/home/anna/Pictures",
    files: 14_212,
    bytes: 96_400_000_000,
    problems: 3,
    state: "scanned",
    scannedAt: "2025-05-11T18:22:00Z",
  },
  {
    id: 2,
    path: "/media/anna/SD_CARD/DCIM",
    files: 2_841,
    bytes: 31_900_000_000,
    problems: 0,
    state: "scanned",
    scannedAt: "2025-05-11T18:24:00Z",
  },
  {
    id: 3,
    path: "/home/anna/Phone backups/2019–2023",
    files: 7_406,
    bytes: 28_300_000_000,
    problems: 5,
    state: "scanned",
    scannedAt: "2025-05-11T18:27:00Z",
  },
];

export function fakeProfile(groups: number): Profile {
  const months: MonthCount[] = [];
  const random = randomOf(42);
  for (let year = 2012; year <= 2025; year++)
    for (let month = 1; month <= (year === 2025 ? 5 : 12); month++) {
      if (random() < 0.06) continue;
      const summer = month >= 6 && month <= 8 ? 2.2 : month === 12 ? 1.6 : 1;
      months.push({
        month: `${year}-${String(month).padStart(2, "0")}`,
        assets: Math.floor((20 + random() * 140) * summer * (1 + (year - 2012) / 12)),
      });
    }
  const named = (name: string, files: number, gb: number) => ({ name, files, bytes: gb * 1e9 });
  const kind = (key: string, label: string, files: number, gb: number) => ({
    kind: key,
    label,
    files,
    bytes: gb * 1e9,
  });
  return {
    files: 24_459,
    assets: 21_873,
    bytes: 156_600_000_000,
    undated: 214,
    problems: 8,
    dateFrom: "2012-01-03T10:11:00Z",
    dateTo: "2025-05-10T20:40:00Z",
    kinds: [
      kind("jpeg", "JPEG", 17_904, 71.2),
      kind("raw", "RAW", 2_418, 58.9),
      kind("heic", "HEIC", 2_706, 6.1),
      kind("video", "Video", 611, 19.6),
      kind("png", "PNG", 402, 0.7),
      kind("sidecar", "Sidecars", 418, 0.1),
    ],
    cameras: [
      named("Canon EOS R6", 6_214, 74.2),
      named("iPhone 13", 5_820, 22.4),
      named("Pixel 7", 3_107, 14.9),
      named("iPhone 6s", 2_977, 8.8),
      named("Fujifilm X-T4", 1_544, 19.1),
      named("Canon EOS 550D", 1_203, 7.3),
      named("Unknown", 3_594, 9.9),
    ],
    folders: DEMO_SOURCES.map((s) => ({ name: s.path, files: s.files, bytes: s.bytes })),
    months,
    exactGroups: Math.ceil(groups * 0.6),
    similarGroups: Math.floor(groups * 0.4),
    duplicateBytes: 12_400_000_000,
  };
}

const PROBLEMS: [string, string][] = [
  ["truncated", "The picture ends early: it cannot be shown in full. It is still moved as it is."],
  ["unreadable", "The file could not be read (permission denied). It is left out until it can be."],
  ["bad_date", "The capture date lies in the future; the file's own date is used for the layout."],
  ["empty", "The file has no bytes. It is listed as not supported and not moved."],
];

export function fakeProblems(total: number, offset: number, limit: number): ProblemPage {
  const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => {
    const n = offset + i;
    const [code, what] = PROBLEMS[n % PROBLEMS.length];
    return { sourceId: 1 + (n % 3), path: `Pictures/${2015 + (n % 9)}/IMG_${4100 + n}.JPG`, code, what };
  });
  return { total, rows };
}

const tally = (files: number, gb: number): Tally => ({ files, bytes: Math.round(gb * 1e9) });

export function fakeBalance(copiedPart: number, failed: number): Balance {
  const copy = tally(21_604, 141.9);
  return {
    found: tally(24_459, 156.6),
    copy: { files: copy.files - failed, bytes: copy.bytes - failed * 5_000_000 },
    copied: {
      files: Math.floor((copy.files - failed) * copiedPart),
      bytes: Math.floor((copy.bytes - failed * 5_000_000) * copiedPart),
    },
    alreadyThere: tally(310, 2.2),
    duplicate: tally(2_511, 12.4),
    excluded: tally(22, 0.08),
    unsupported: tally(12, 0.02),
    failed: { files: failed, bytes: failed * 5_000_000 },
    balanced: true,
  };
}

const WHY: Record<Outcome, string> = {
  copy: "Not at the destination yet",
  alreadyThere: "Same SHA-256 at the destination",
  duplicate: "Exact duplicate of a file that is copied",
  excluded: "Set aside in Review",
  unsupported: "Not a photo, video or companion",
  failed: "The source could not be read: permission denied",
};

export function planRow(id: number, copiedPart: number, failed: number): PlanRow {
  const bucket = id % 20;
  let outcome: Outcome =
    bucket < 16
      ? "copy"
      : bucket < 17
        ? "alreadyThere"
        : bucket < 19
          ? "duplicate"
          : id % 40 === 19
            ? "excluded"
            : "unsupported";
  if (id < failed) outcome = "failed";
  const year = 2012 + (id % 13);
  const month = String(1 + (id % 12)).padStart(2, "0");
  const name = `IMG_${1000 + id}.JPG`;
  const state: StepState =
    outcome === "failed" ? "failed" : outcome !== "copy" ? "none" : copiedPart >= 1 ? "placed" : "planned";
  const to =
    outcome === "copy" || outcome === "alreadyThere" || outcome === "failed"
      ? `${year}/${year}-${month}/${name}`
      : null;
  return {
    id,
    fileId: id,
    outcome,
    state,
    from: `/home/anna/Pictures/${year} trip/${name}`,
    to,
    size: 2_000_000 + ((id * 7919) % 9_000_000),
    why: WHY[outcome],
  };
}

export function fakePlanRows(query: PlanQuery, total: number, copiedPart: number, failed: number): PlanPage {
  const rows: PlanRow[] = [];
  let matches = 0;
  const needle = query.search.toLowerCase();
  for (let id = 0; id < total; id++) {
    const row = planRow(id, copiedPart, failed);
    if (query.outcome !== null && row.outcome !== query.outcome) continue;
    if (query.state !== null && row.state !== query.state) continue;
    if (needle && !row.from.toLowerCase().includes(needle) && !row.to?.toLowerCase().includes(needle)) continue;
    if (matches >= query.offset && rows.length < query.limit) rows.push(row);
    matches++;
  }
  return { total: matches, rows };
}
