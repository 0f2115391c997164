// How far a file is, how it was proven and what became of its original, in the few words of a row.
import type { MomentKind, OriginalState, ReportRow, StepState } from "../../ipc";

/** In the order of a file’s way, as chips name them. */
export const STATES: { state: StepState; label: string }[] = [
  { state: "planned", label: "Not sent yet" },
  { state: "sending", label: "Being sent" },
  { state: "placed", label: "Not verified" },
  { state: "verified", label: "Verified" },
  { state: "failed", label: "Failed" },
];

const STATE: Record<StepState, string> = {
  planned: "not sent yet",
  sending: "being sent",
  placed: "there, not verified",
  verified: "verified",
  failed: "failed",
  none: "",
};

export const PROOF: Record<string, string> = {
  readback: "read back and compared",
  digest: "proven by the storage’s own digest",
  refused: "taken by a storage that refuses wrong bytes",
};

export const stateWords = (row: ReportRow): string => STATE[row.state];

export const ORIGINAL: Record<OriginalState, string | null> = {
  there: null,
  removed: "original deleted",
  restored: "original brought back",
  removing: "removal was cut off",
};

export const MOMENT: Record<MomentKind, string> = {
  found: "Found",
  fingerprinted: "Fingerprinted",
  decided: "Decided",
  renamed: "Renamed",
  planned: "Planned",
  copied: "Copied",
  verified: "Verified",
  removed: "Original deleted",
  restored: "Original brought back",
};

export const DATED: Record<string, string> = {
  exif: "by its EXIF",
  takeout: "by Takeout’s JSON",
  name: "by its name",
  mtime: "by its modification time",
};
