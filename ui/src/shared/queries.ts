// The page's reads, cached by name. "changed" events name what is stale; invalidate() maps them to these names.
import { type QueryClient, useQuery } from "@tanstack/react-query";
import type {
  AppError,
  Changed,
  ConflictTotals,
  CopyLook,
  Estimate,
  FirstLook,
  Profile,
  Provenance,
  Reconciliation,
  Report,
  ReviewTotals,
  Snapshot,
  StrategyOffer,
  VerifyOffer,
  Way,
} from "../ipc";
import { useIpc } from "./ipc";

export const keys = {
  snapshot: ["snapshot"],
  profile: ["profile"],
  problems: ["problems"],
  clocks: ["clocks"],
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
  xmpRows: ["xmpRows"],
  layout: ["layout"],
  report: ["report"],
  reportPage: ["reportPage"],
  whereIs: ["whereIs"],
  reconciliation: ["reconciliation"],
  differences: ["differences"],
  conflicts: ["conflicts"],
  copies: ["copies"],
  secretStores: ["secretStores"],
  throttle: ["throttle"],
  way: ["way"],
  strategies: ["strategies"],
  sourceLoad: ["sourceLoad"],
  estimate: ["estimate"],
  verifyOffer: ["verifyOffer"],
  pauseOn: ["pauseOn"],
  homes: ["homes"],
  inStep: ["inStep"],
} as const;

/** What the report says changes with the plan, with proofs, and with originals that go or come back. */
const REPORTED = [keys.report, keys.reportPage, keys.whereIs];

const STALE: Record<Changed["what"][number], readonly (readonly string[])[]> = {
  sources: [keys.snapshot, keys.sourceLoad, keys.way, ...REPORTED],
  profile: [keys.way, keys.strategies, keys.profile, keys.problems, keys.clocks, keys.layout],
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
    keys.whereIs,
  ],
  destination: [
    keys.snapshot,
    keys.reconciliation,
    keys.differences,
    keys.conflicts,
    keys.secretStores,
    keys.throttle,
    keys.pauseOn,
    keys.layout,
    keys.way,
    keys.strategies,
    keys.estimate,
    keys.verifyOffer,
    keys.homes,
    ...REPORTED,
  ],
  plan: [
    keys.snapshot,
    keys.homes,
    keys.way,
    keys.strategies,
    keys.planRows,
    keys.xmpRows,
    keys.layout,
    keys.estimate,
    ...REPORTED,
  ],
  verification: [
    keys.snapshot,
    keys.homes,
    keys.way,
    keys.reconciliation,
    keys.differences,
    keys.conflicts,
    keys.verifyOffer,
    ...REPORTED,
  ],
  way: [keys.way],
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

export function useReconciliation() {
  const ipc = useIpc();
  return useQuery<Reconciliation | null, AppError>({
    queryKey: keys.reconciliation,
    queryFn: () => ipc.reconciliation(),
  });
}

/** How far it is with the chosen destination; null when there is none. */
export function useWay() {
  const ipc = useIpc();
  return useQuery<Way | null, AppError>({ queryKey: keys.way, queryFn: () => ipc.way() });
}

export function useStrategies() {
  const ipc = useIpc();
  return useQuery<StrategyOffer[], AppError>({ queryKey: keys.strategies, queryFn: () => ipc.strategies() });
}

export function useConflictTotals() {
  const ipc = useIpc();
  return useQuery<ConflictTotals, AppError>({
    queryKey: [...keys.conflicts, "totals"],
    queryFn: () => ipc.conflictTotals(),
  });
}

/** A copy read back just now; asked anew for each opening. */
export function useCopyLook(file: number | null, placed: number | null, enabled: boolean) {
  const ipc = useIpc();
  return useQuery<CopyLook, AppError>({
    queryKey: [...keys.copies, file, placed],
    queryFn: () => ipc.lookAtCopy(file, placed),
    enabled,
    gcTime: 30_000,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function useEstimate(enabled: boolean) {
  const ipc = useIpc();
  return useQuery<Estimate, AppError>({ queryKey: keys.estimate, queryFn: () => ipc.estimate(), enabled });
}

export function useVerifyOffer(enabled: boolean) {
  const ipc = useIpc();
  return useQuery<VerifyOffer, AppError>({ queryKey: keys.verifyOffer, queryFn: () => ipc.verifyOffer(), enabled });
}

export function useReport(enabled = true) {
  const ipc = useIpc();
  return useQuery<Report, AppError>({ queryKey: keys.report, queryFn: () => ipc.report(), enabled });
}

export function useProvenance(file: number | null) {
  const ipc = useIpc();
  return useQuery<Provenance, AppError>({
    queryKey: [...keys.whereIs, file],
    queryFn: () => ipc.whereIs(file ?? 0),
    enabled: file !== null,
  });
}
