// What the twin's destination differs in: a few of each kind, or very many in the huge library.
import type { Conflicts, Difference, DifferenceKind, DifferencesPage, Reconciliation, Repaired } from "../types";

const COUNTS: Record<DifferenceKind, number> = { missing: 12, different: 3, extra: 5, unlisted: 0, unreadable: 1 };
const ORDER: DifferenceKind[] = ["missing", "different", "extra", "unlisted", "unreadable"];

function repairOf(kind: DifferenceKind, conflicts: Conflicts): Pick<Difference, "repair" | "why"> {
  if (kind === "missing") return { repair: "send", why: "" };
  if (kind === "extra") return { repair: "leave", why: "" };
  if (kind === "unlisted") return { repair: "mark", why: "" };
  if (kind === "unreadable") return { repair: "", why: "It cannot be looked at now. Compare again later." };
  if (conflicts === "ask") return { repair: "", why: "Other bytes have its name. Say which of the two is to stay." };
  return { repair: conflicts === "both" ? "beside" : "replace", why: "" };
}

export function fakeReconcile(huge: boolean) {
  let last: Reconciliation | null = null;
  let counts = { ...COUNTS };
  const rows = (): { kind: DifferenceKind; at: number }[] =>
    ORDER.flatMap((kind) => Array.from({ length: counts[kind] }, (_, at) => ({ kind, at })));
  return {
    compare(files: number): void {
      if (huge) counts.extra = 50_000;
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
    page(of: DifferenceKind | null, after: number, limit: number, conflicts: Conflicts): DifferencesPage {
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
          ...repairOf(kind, conflicts),
        })),
        next: found.at(-1)?.id ?? null,
      };
    },
    repair(conflicts: Conflicts): Repaired {
      const different = conflicts === "ask" ? counts.different : 0;
      counts = { missing: 0, different, extra: 0, unlisted: 0, unreadable: counts.unreadable };
      return {
        sent: { files: COUNTS.missing, bytes: 49e6 },
        replaced: { files: conflicts === "source" ? COUNTS.different : 0, bytes: 0 },
        beside: { files: conflicts === "both" ? COUNTS.different : 0, bytes: 0 },
        left: COUNTS.extra,
        markers: 1,
        open: different + counts.unreadable,
      };
    },
  };
}
