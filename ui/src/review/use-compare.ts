// Compare over the gallery: which group it shows, by its id in the list as it is now, and where it goes after a decision or undo.
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import type { Decision, Group } from "../ipc";
import { say } from "../shared/say";
import type { Review } from "./use-review";

/** `id` is null while the next group is on its way. */
type Open = { id: number | null; member: number };
/** What was decided in Compare; `at` follows undo and redo, below 0 for steps from before. */
type Trail = { steps: { id: number; row: number }[]; at: number };

export type CompareList = {
  total: number;
  at: (row: number) => Group | undefined;
  find: (id: number) => number | null;
  settled: boolean;
};

type Props = {
  list: CompareList;
  /** The row that the gallery stands at. */
  row: number;
  showRow: (row: number) => void;
  leaves: (decision: Decision) => boolean;
  decide: (group: Group, decision: Decision) => void;
  review: Review;
  onClose: () => void;
};

export function useCompare({ list, row, showRow, leaves, decide, review, onClose }: Props) {
  const [open, setOpen] = useState<Open | null>(null);
  const trail = useRef<Trail>({ steps: [], at: 0 });
  const last = useRef<Group | undefined>(undefined);

  const at = open?.id == null ? null : list.find(open.id);
  const now = at === null ? undefined : list.at(at);
  if (now) last.current = now;

  const show = (group: Group, member = 0) => setOpen({ id: group.id, member });
  const close = () => {
    setOpen(null);
    onClose();
  };

  // The list changes under Compare: rows move up, pages arrive, groups are made anew.
  useEffect(() => {
    if (!open) return;
    if (at !== null) {
      if (at !== row) showRow(at);
      return;
    }
    const next = list.at(row);
    if (!list.settled || !next) return;
    show(next);
    if (open.id === null) return;
    toast.info("The group left the list. This is the one in its place.", { id: "moved" });
  });

  const decideShown = (decision: Decision) => {
    if (!now || at === null) return;
    const goes = leaves(decision);
    const next = list.at(at + 1) ?? (goes && at === list.total - 1 ? list.at(at - 1) : undefined);
    const { steps, at: inForce } = trail.current;
    trail.current = { steps: [...steps.slice(0, Math.max(0, inForce)), { id: now.id, row: at }], at: 0 };
    trail.current.at = trail.current.steps.length;
    decide(now, decision);
    if (next) show(next);
    else if (at >= list.total - 1) {
      say("That was the last group of the list.");
      close();
    } else {
      setOpen({ id: null, member: 0 });
      if (!goes) showRow(at + 1);
    }
  };

  const undo = async () => {
    if (!(await review.undo())) return;
    const step = trail.current.steps[--trail.current.at];
    if (!step) return;
    setOpen((was) => was && { id: step.id, member: 0 });
    showRow(step.row);
  };
  const redo = async () => {
    if (!(await review.redo())) return;
    const step = trail.current.steps[trail.current.at++];
    if (step && step.id === now?.id) setOpen((was) => was && { ...was, id: null });
  };

  const neighbour = (by: 1 | -1) => {
    const group = at === null ? undefined : list.at(at + by);
    return group && (() => show(group));
  };
  return {
    isOpen: open !== null,
    start: (group: Group, member: number) => {
      trail.current = { steps: [], at: 0 };
      last.current = group;
      show(group, member);
    },
    /** For the dialog; null while it is closed. */
    shown: open &&
      last.current && {
        group: now ?? last.current,
        waiting: now === undefined,
        member: open.member,
        upcoming: at === null ? undefined : list.at(at + 1),
        onDecide: decideShown,
        onUndo: () => void undo(),
        onRedo: () => void redo(),
        onPreviousGroup: neighbour(-1),
        onNextGroup: neighbour(1),
        onClose: close,
      },
  };
}
