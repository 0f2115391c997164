// What the gallery can do with groups: decide, undo, redo, accept all; shows the change at once, then reads it again.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { type Decision, type Group, type GroupPage, type GroupStatus, type ReviewTotals, toAppError } from "../ipc";
import { grouped } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";

const BULK = "bulk";
export const LAST_KEEPER =
  "The last photo kept can’t be set aside. Keep another one first, or press N if they are not duplicates.";

function applied(group: Group, decision: Decision): Group {
  const status: GroupStatus =
    decision.kind === "later" ? "later" : decision.kind === "notDuplicates" ? "notDuplicates" : "decided";
  const members = group.members.map((m) => {
    if (decision.kind === "keep") return { ...m, keep: decision.assetIds.includes(m.assetId) };
    return { ...m, keep: decision.kind === "keepSuggested" ? m.suggested : true };
  });
  return { ...group, status, members };
}

function patch(client: QueryClient, changed: Group): void {
  client.setQueriesData<GroupPage>(
    { queryKey: keys.groups },
    (page) => page && { ...page, rows: page.rows.map((g) => (g.id === changed.id ? changed : g)) },
  );
}

export function useReview() {
  const ipc = useIpc();
  const client = useQueryClient();

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
      void client.invalidateQueries({ queryKey: keys.groups });
      void client.invalidateQueries({ queryKey: keys.snapshot });
    }
  };

  const undo = async () => {
    const name = client.getQueryData<ReviewTotals>(keys.totals)?.canUndo;
    if (name && (await settle(ipc.undo()))) toast(`Undone: ${grouped(name)}`, { id: "undo" });
  };
  const redo = async () => {
    const name = client.getQueryData<ReviewTotals>(keys.totals)?.canRedo;
    if (name && (await settle(ipc.redo()))) toast(`Done again: ${grouped(name)}`, { id: "undo" });
  };

  return {
    undo,
    redo,
    decide: (group: Group, decision: Decision) => {
      if (decision.kind === "keep" && decision.assetIds.length === 0) {
        toast.warning(LAST_KEEPER, { id: "last-keeper" });
        return Promise.resolve(null);
      }
      patch(client, applied(group, decision));
      return settle(ipc.decide([group.id], decision));
    },
    toggle: (group: Group, assetId: number): Promise<ReviewTotals | null> => {
      const kept = group.members.filter((m) => m.keep).map((m) => m.assetId);
      const next = kept.includes(assetId) ? kept.filter((id) => id !== assetId) : [...kept, assetId];
      if (next.length === 0) {
        toast.warning(LAST_KEEPER, { id: "last-keeper" });
        return Promise.resolve(null);
      }
      const decision: Decision = { kind: "keep", assetIds: next };
      patch(client, applied(group, decision));
      return settle(ipc.decide([group.id], decision));
    },
    acceptExact: async () => {
      const totals = await settle(ipc.acceptExact());
      if (totals?.canUndo)
        toast.success(grouped(totals.canUndo), {
          id: BULK,
          action: { label: "Undo", onClick: () => void undo() },
          duration: 10_000,
        });
    },
  };
}
export type Review = ReturnType<typeof useReview>;
