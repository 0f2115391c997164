// Toggling members of a group that would leave the list once decided: a draft holds the choice until Enter or moving on.
import { useEffect, useRef, useState } from "react";
import type { Decision, Group } from "../ipc";
import { kept, toggled } from "./choice";
import type { Review } from "./use-review";

type Draft = { group: Group; row: number; keep: number[] };

export function useDraft(review: Review) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const latest = useRef<Draft | null>(null);
  latest.current = draft;
  const decide = useRef(review.decide);
  decide.current = review.decide;

  const take = (): Draft | null => {
    const pending = latest.current;
    latest.current = null;
    setDraft(null);
    return pending;
  };
  const store = (pending: Draft) => decide.current(pending.group, { kind: "keep", assetIds: pending.keep });

  useEffect(
    () => () => {
      if (latest.current) void decide.current(latest.current.group, { kind: "keep", assetIds: latest.current.keep });
    },
    [],
  );

  return {
    /** The group as it is shown: with the draft's choice while there is one. */
    shown: (group: Group): Group =>
      draft?.group.id === group.id
        ? { ...group, members: group.members.map((m) => ({ ...m, keep: draft.keep.includes(m.assetId) })) }
        : group,
    has: (group: Group): boolean => draft?.group.id === group.id,
    toggle: (group: Group, row: number, assetId: number) => {
      const next = toggled(group, draft?.group.id === group.id ? draft.keep : kept(group), assetId);
      if (typeof next === "string") review.refuse(next);
      else setDraft({ group, row, keep: next });
    },
    /** What accepting the group means now: the draft's choice, or the suggestion. */
    accepted: (group: Group): Decision =>
      draft?.group.id === group.id ? { kind: "keep", assetIds: draft.keep } : { kind: "keepSuggested" },
    discard: () => void take(),
    /** Stores the draft when the person goes to another row; gives that row's index once the stored group has left. */
    leaveFor: (row: number): number => {
      const pending = latest.current;
      if (!pending || pending.row === row) return row;
      take();
      void store(pending);
      return row > pending.row ? row - 1 : row;
    },
  };
}
