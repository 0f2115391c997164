// What a difference is called, how it is marked (as rclone does), and what its repair does.
import type { Difference, DifferenceKind, Reconciliation } from "../../ipc";

export const KINDS: { kind: DifferenceKind; symbol: string; label: string; tone: "bad" | "warn" | "quiet" }[] = [
  { kind: "missing", symbol: "+", label: "Missing", tone: "bad" },
  { kind: "different", symbol: "*", label: "Other bytes", tone: "bad" },
  { kind: "unreadable", symbol: "!", label: "Not to be read", tone: "warn" },
  { kind: "unlisted", symbol: "!", label: "In no marker", tone: "warn" },
  { kind: "extra", symbol: "-", label: "Not ours", tone: "quiet" },
];

export const kindOf = (kind: DifferenceKind) => KINDS.find((one) => one.kind === kind) ?? KINDS[0];

const REPAIR: Record<string, string> = {
  send: "Is sent again from its original.",
  replace: "Is replaced by its original.",
  beside: "Stays; its original is placed beside it.",
  yield: "Stays; its original has a copy under another name.",
  leave: "Not placed by Albumen. It stays as it is.",
  mark: "Whole. A marker will tell of it again.",
};

export const repairWords = (row: Difference) => REPAIR[row.repair] ?? (row.why === "repaired" ? "Repaired." : row.why);

export const differences = (r: Reconciliation) => r.missing + r.different + r.extra + r.unlisted + r.unreadable;

/** Concern photos of ours; what others have there does not. */
export const concerning = (r: Reconciliation) => differences(r) - r.extra;
