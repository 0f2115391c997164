// The page's reads, cached by name. "changed" events name what is stale; invalidate() maps them to these names.
import { type QueryClient, useQuery } from "@tanstack/react-query";
import type { AppError, Changed, FirstLook, Profile, ReviewTotals, Snapshot } from "../ipc";
import { useIpc } from "./ipc";

export const keys = {
  snapshot: ["snapshot"],
  profile: ["profile"],
  problems: ["problems"],
  groups: ["groups"],
  firstLook: ["firstLook"],
  totals: ["totals"],
  history: ["history"],
  rules: ["rules"],
  folders: ["folders"],
  folderPairs: ["folderPairs"],
  similarity: ["similarity"],
  compare: ["compare"],
  planRows: ["planRows"],
  layout: ["layout"],
  secretStores: ["secretStores"],
  throttle: ["throttle"],
} as const;

const STALE: Record<Changed["what"][number], readonly (readonly string[])[]> = {
  sources: [keys.snapshot],
  profile: [keys.profile, keys.problems, keys.layout],
  groups: [
    keys.groups,
    keys.firstLook,
    keys.totals,
    keys.history,
    keys.folders,
    keys.folderPairs,
    keys.similarity,
    keys.compare,
    keys.layout,
  ],
  destination: [keys.snapshot, keys.secretStores, keys.throttle, keys.layout],
  plan: [keys.snapshot, keys.planRows, keys.layout],
  verification: [keys.snapshot],
};

export function invalidate(client: QueryClient, what: Changed["what"]): void {
  const names = new Set(what.flatMap((name) => STALE[name] ?? [keys.snapshot]));
  for (const queryKey of names) void client.invalidateQueries({ queryKey });
}

export function useSnapshot() {
  const ipc = useIpc();
  return useQuery<Snapshot, AppError>({ queryKey: keys.snapshot, queryFn: ipc.snapshot });
}

export function useProfile(enabled: boolean) {
  const ipc = useIpc();
  return useQuery<Profile, AppError>({ queryKey: keys.profile, queryFn: ipc.profile, enabled });
}

export function useTotals(enabled = true) {
  const ipc = useIpc();
  return useQuery<ReviewTotals, AppError>({ queryKey: keys.totals, queryFn: ipc.reviewTotals, enabled });
}

export function useFirstLook(enabled: boolean) {
  const ipc = useIpc();
  return useQuery<FirstLook, AppError>({ queryKey: keys.firstLook, queryFn: ipc.firstLook, enabled });
}
