// What one decision for all groups shown means, in words, before it is made.
import type { Decision, GroupFilter, GroupPage } from "../../ipc";
import { bytes, plural } from "../../shared/format";

export type BulkKind = "keepSuggested" | "notDuplicates" | "later";

export const bulkDecision = (kind: BulkKind): Decision => ({ kind });

/** Where decided groups are shown among others, a bulk step leaves them alone: only what is open is decided. */
export const bulkFilter = (filter: GroupFilter): GroupFilter => ({ ...filter, status: filter.status ?? "open" });

export const menuText = (kind: BulkKind, groups: number): string => {
  const these = groups === 1 ? "this group" : `these ${plural(groups, "group")}`;
  if (kind === "keepSuggested") return `Accept ${groups === 1 ? "the suggestion" : "suggestions"} for ${these}`;
  return kind === "later" ? `Later: ${these}` : `Not duplicates: ${these}`;
};

export const titleOf = (kind: BulkKind, groups: number): string => {
  const these = plural(groups, "group");
  if (kind === "keepSuggested") return `Accept the suggestions for ${these}?`;
  return kind === "later" ? `Put ${these} off until later?` : `Are the photos of ${these} not duplicates?`;
};

export const buttonOf = (kind: BulkKind, groups: number): string => {
  const these = plural(groups, "group");
  if (kind === "keepSuggested") return `Accept ${these}`;
  return kind === "later" ? `Put ${these} off` : `Keep all photos of ${these}`;
};

export type Reclaim = Pick<GroupPage, "reclaimAssets" | "reclaimBytes">;

/** "412 photos, 1.2 GB, are not copied", or null where the suggestions keep everything. */
export const notCopied = ({ reclaimAssets: photos, reclaimBytes }: Reclaim): string | null =>
  photos > 0 ? `${plural(photos, "photo")}, ${bytes(reclaimBytes)}, ${photos === 1 ? "is" : "are"} not copied` : null;

/** One sentence a line. */
export function happens(kind: BulkKind, groups: number, reclaim: Reclaim): string[] {
  const undo = "One undo takes all of it back.";
  if (kind === "later")
    return [
      `${plural(groups, "group")} wait${groups === 1 ? "s" : ""} under “Later”; until you decide, all photos are copied.`,
      undo,
    ];
  if (kind === "notDuplicates") return [`All photos of ${plural(groups, "group")} are kept and copied.`, undo];
  return [
    `In ${plural(groups, "group")} the suggested photos are kept.`,
    notCopied(reclaim) ? `${notCopied(reclaim)} to the destination.` : "All photos are copied.",
    "Every file stays in its folder. Photos in protected folders stay in any case.",
    undo,
  ];
}
