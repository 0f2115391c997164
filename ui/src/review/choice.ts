// What a person may choose in a group: at least one photo stays, and all photos of protected folders do.
import type { Decision, Group, GroupStatus } from "../ipc";

/** Why a choice cannot be. */
export type Refusal = "lastKeeper" | "protected";
/** With the key of "not duplicates", if it has one. */
export const lastKeeper = (key: string | null): string =>
  `The last photo kept can’t be set aside. Keep another one first, or ${key ? `press ${key}` : "choose “Not duplicates”"} if they are not duplicates.`;
export const PROTECTED =
  "This photo is in a protected folder: it always stays. Take the mark back under “Folders” to set it aside.";

export const kept = (group: Group): number[] => group.members.filter((m) => m.keep).map((m) => m.assetId);

/** The photos kept once this one is toggled, or the reason why it can't be. */
export function toggled(group: Group, keep: number[], assetId: number): number[] | Refusal {
  if (!keep.includes(assetId)) return [...keep, assetId];
  if (group.members.some((m) => m.assetId === assetId && m.mark === "protected")) return "protected";
  return keep.length === 1 ? "lastKeeper" : keep.filter((id) => id !== assetId);
}

/** The decision as it is stored: photos in protected folders are kept whatever was chosen. */
export function guarded(group: Group, decision: Decision): Decision {
  if (decision.kind !== "keep") return decision;
  const safe = group.members.filter((m) => m.mark === "protected" && !decision.assetIds.includes(m.assetId));
  return { kind: "keep", assetIds: [...decision.assetIds, ...safe.map((m) => m.assetId)] };
}

const STATUS: Record<Decision["kind"], GroupStatus> = {
  keep: "decided",
  keepSuggested: "decided",
  keepOnlyKeeper: "decided",
  notDuplicates: "notDuplicates",
  later: "later",
};

/** Whether the decision takes the group out of a list of this status. */
export const leaves = (status: GroupStatus | null, decision: Decision): boolean =>
  status !== null && STATUS[decision.kind] !== status;

/** The group as it will be read back, to be shown at once. */
export function applied(group: Group, decision: Decision): Group {
  const members = group.members.map((m) => {
    const keep =
      decision.kind === "keep"
        ? decision.assetIds.includes(m.assetId)
        : decision.kind === "keepSuggested"
          ? m.suggestKeep
          : decision.kind === "keepOnlyKeeper"
            ? m.suggested
            : true;
    return { ...m, keep: keep || m.mark === "protected" };
  });
  return { ...group, status: STATUS[decision.kind], members };
}

/** How many photos the decision sets aside although the rules would keep them: they may be pictures of their own. */
export const onlyOnce = (group: Group, decision: Decision): number =>
  applied(group, guarded(group, decision)).members.filter((m) => !m.keep && m.suggestKeep && !m.suggested).length;
