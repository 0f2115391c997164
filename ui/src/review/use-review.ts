// What Review can do with groups: decide one or many, undo, redo, go back; shows the change at once, then reads it again.
import { useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { type Decision, type Group, type GroupFilter, type ReviewTotals, toAppError } from "../ipc";
import { bytes, grouped, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";
import { applied, guarded, kept, lastKeeper, PROTECTED, type Refusal, toggled } from "./choice";
import { EXACT_OPEN } from "./filter";
import { written } from "./keys/combo";
import { useHints } from "./keys/use-keymap";
import { patch } from "./patch";

const BULK = "bulk";

/** What a step over many groups came to, for its message. */
function outcome(before: ReviewTotals | undefined, after: ReviewTotals): string | undefined {
  const photos = after.setAsideAssets - (before?.setAsideAssets ?? 0);
  if (!before || photos <= 0) return undefined;
  return `${plural(photos, "photo")}, ${bytes(after.setAsideBytes - before.setAsideBytes)}, will not be copied. The files stay in their folders.`;
}

export function useReview() {
  const ipc = useIpc();
  const client = useQueryClient();
  const { first } = useHints();
  const totalsNow = () => client.getQueryData<ReviewTotals>(keys.totals);

  const settle = async (work: Promise<ReviewTotals>): Promise<ReviewTotals | null> => {
    toast.dismiss(BULK); // its Undo would now undo something else
    try {
      const totals = await work;
      client.setQueryData(keys.totals, totals);
      return totals;
    } catch (caught) {
      const error = toAppError(caught);
      toast.error(error.message, { description: `${error.safe} ${error.next}` });
      return null;
    } finally {
      for (const queryKey of [keys.groups, keys.snapshot, keys.history]) void client.invalidateQueries({ queryKey });
    }
  };

  const refuse = (why: Refusal) => {
    const key = first("notDuplicates");
    toast.warning(why === "protected" ? PROTECTED : lastKeeper(key && written(key)), { id: "refused" });
  };

  const walk = async (name: string | null | undefined, run: () => Promise<ReviewTotals>, said: string) => {
    if (!name || !(await settle(run()))) return false;
    toast(`${said}: ${grouped(name)}`, { id: "undo" });
    return true;
  };
  /** Whether there was something to undo. */
  const undo = () => walk(totalsNow()?.canUndo, ipc.undo, "Undone");
  const redo = () => walk(totalsNow()?.canRedo, ipc.redo, "Done again");

  const decide = (group: Group, wanted: Decision) => {
    const decision = guarded(group, wanted);
    if (decision.kind === "keep" && decision.assetIds.length === 0) {
      refuse("lastKeeper");
      return Promise.resolve(null);
    }
    void client.cancelQueries({ queryKey: keys.groups }); // an answer from before would bring the group back
    patch(client, applied(group, decision));
    return settle(ipc.decide([group.id], decision));
  };

  const decideAll = async (filter: GroupFilter, decision: Decision) => {
    const before = totalsNow();
    const totals = await settle(ipc.decideAll(filter, decision));
    if (totals?.canUndo)
      toast.success(grouped(totals.canUndo), {
        id: BULK,
        description: outcome(before, totals),
        action: { label: "Undo", onClick: () => void undo() },
        duration: 12_000,
      });
  };

  return {
    undo,
    redo,
    refuse,
    decide,
    decideAll,
    toggle: (group: Group, assetId: number): Promise<ReviewTotals | null> => {
      const next = toggled(group, kept(group), assetId);
      if (typeof next !== "string") return decide(group, { kind: "keep", assetIds: next });
      refuse(next);
      return Promise.resolve(null);
    },
    acceptExact: () => decideAll(EXACT_OPEN, { kind: "keepSuggested" }),
    goToStep: (id: number) => settle(ipc.goToStep(id)),
  };
}
export type Review = ReturnType<typeof useReview>;
