// What the twin's destination differs in: a few of each kind, or very many in the huge library.
import type {
  ConflictChoice,
  Conflicts,
  Difference,
  DifferenceKind,
  DifferencesPage,
  Reconciliation,
  Repaired,
} from "../types";
import { fakeConflicts } from "./conflicts";

const COUNTS: Record<DifferenceKind, number> = { missing: 12, different: 3, extra: 5, unlisted: 0, unreadable: 1 };
const ORDER: DifferenceKind[] = ["missing", "different", "extra", "unlisted", "unreadable"];

type Repair = Pick<Difference, "repair" | "why">;

function repairOf(kind: DifferenceKind, conflicts: Conflicts, choice?: ConflictChoice): Repair {
  if (kind === "missing") return { repair: "send", why: "" };
  if (kind === "extra") return { repair: "leave", why: "" };
  if (kind === "unlisted") return { repair: "mark", why: "" };
  if (kind === "unreadable") return { repair: "", why: "It cannot be looked at now. Compare again later." };
  const way = choice ?? conflicts;
  if (way === "leave") return { repair: "", why: "You chose to leave it as it is." };
  if (way === "ask") return { repair: "", why: "Other bytes have its name. Say which of the two is to stay." };
  return { repair: way === "source" ? "replace" : "beside", why: "" };
}

export function fakeReconcile(huge: boolean) {
  let last: Reconciliation | null = null;
  let counts = { ...COUNTS };
  const rows = (): { kind: DifferenceKind; at: number }[] =>
    ORDER.flatMap((kind) => Array.from({ length: counts[kind] }, (_, at) => ({ kind, at })));
  const conflicts = fakeConflicts(() => rows().flatMap(({ kind }, index) => (kind === "different" ? [index + 1] : [])));
  return {
    conflicts,
    compare(files: number): void {
      if (huge) counts = { ...counts, extra: 50_000, different: 50_000 };
      last = {
        at: new Date().toISOString(),
        markers: 85,
        spoiltMarkers: 0,
        agreed: { files: files - 16, bytes: 141.8e9 },
        bySize: 0,
        byVersion: files - 20,
        byDigest: 0,
        byReading: 4,
        lookedAt: 20,
        ...counts,
      };
    },
    last: () => last && { ...last, ...counts },
    page(of: DifferenceKind | null, after: number, limit: number, policy: Conflicts): DifferencesPage {
      const said = conflicts.choiceOf();
      const all = rows().map((row, index) => ({ ...row, id: index + 1 }));
      const found = all.filter((row) => row.id > after && (!of || row.kind === of)).slice(0, limit);
      return {
        rows: found.map(({ id, kind, at }) => ({
          id,
          kind,
          key: kind === "extra" ? `2023/wedding/guest ${at + 1}.jpg` : `2021/2021-08/IMG_${3001 + id}.JPG`,
          from: kind === "extra" ? "" : `/home/anna/Pictures/2021/IMG_${3001 + id}.JPG`,
          size: kind === "missing" ? 0 : 4_100_000 + id * 1000,
          file: kind === "missing" || kind === "different" ? id : null,
          placed: kind === "extra" ? null : 1000 + id,
          ...repairOf(kind, policy, said.get(id)),
        })),
        next: found.at(-1)?.id ?? null,
      };
    },
    repair(policy: Conflicts): Repaired {
      const { source, both, leave } = conflicts.totals();
      const others = counts.different - source - both - leave;
      const different = leave + (policy === "ask" ? others : 0);
      const replaced = source + (policy === "source" ? others : 0);
      const beside = both + (policy === "both" || policy === "newest" ? others : 0);
      const { extra: left, unreadable } = counts;
      counts = { missing: 0, different, extra: 0, unlisted: 0, unreadable };
      conflicts.forget();
      return {
        sent: { files: COUNTS.missing, bytes: 49e6 },
        replaced: { files: replaced, bytes: 0 },
        beside: { files: beside, bytes: 0 },
        yielded: 0,
        left,
        markers: 1,
        open: different + unreadable,
      };
    },
  };
}
