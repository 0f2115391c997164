// Conflicts of the twin: what was said of each, step by step, and what a look at a copy tells.
import type { Conflict, ConflictChoice, ConflictTotals, CopyLook, Newer, Toward } from "../types";

const KINDS: { newer: Newer; why: string; bothChanged: boolean }[] = [
  { newer: "there", why: "", bothChanged: false },
  { newer: "damaged", why: "", bothChanged: false },
  {
    newer: "untold",
    why: "Both were changed at about the same time. Say which of the two is to stay.",
    bothChanged: true,
  },
];

/** `open` are the ids of the conflicts, in order. */
export function fakeConflicts(open: () => number[]) {
  let steps: { ids: number[]; choice: ConflictChoice }[] = [];
  const choiceOf = (): Map<number, ConflictChoice> =>
    new Map(steps.flatMap(({ ids, choice }) => ids.map((id) => [id, choice] as const)));
  const one = (id: number, before: number): Conflict => ({
    id,
    before,
    key: `2021/2021-08/IMG_${3001 + id}.JPG`,
    from: `/home/anna/Pictures/2021/IMG_${3001 + id}.JPG`,
    file: id,
    placed: 1000 + id,
    choice: choiceOf().get(id) ?? null,
    ...KINDS[before % KINDS.length],
  });
  const totals = (): ConflictTotals => {
    const said = choiceOf();
    const ids = open();
    const many = (choice: ConflictChoice) => ids.filter((id) => said.get(id) === choice).length;
    return {
      conflicts: ids.length,
      source: many("source"),
      both: many("both"),
      leave: many("leave"),
      steps: steps.length,
    };
  };
  return {
    totals,
    choiceOf,
    find(id: number, toward: Toward): Conflict | null {
      const ids = open();
      const at =
        toward === "previous"
          ? ids.findLastIndex((other) => other < id)
          : ids.findIndex((other) => (toward === "next" ? other > id : other >= id));
      return at < 0 ? null : one(ids[at], at);
    },
    choose(id: number, choice: ConflictChoice): ConflictTotals {
      steps = [...steps, { ids: [id], choice }];
      return totals();
    },
    rest(choice: ConflictChoice): ConflictTotals {
      const said = choiceOf();
      steps = [...steps, { ids: open().filter((id) => !said.has(id)), choice }];
      return totals();
    },
    undo(): number | null {
      const last = steps.at(-1);
      steps = steps.slice(0, -1);
      return last?.ids[0] ?? null;
    },
    forget: () => {
      steps = [];
    },
    look(file: number | null, placed: number | null): CopyLook {
      const id = placed !== null ? placed - 1000 : (file ?? 0);
      const isConflict = placed !== null;
      const damaged = isConflict && open().indexOf(id) % KINDS.length === 1;
      return {
        placed: 1000 + id,
        key: `2021/2021-08/IMG_${3001 + id}.JPG`,
        verdict: isConflict ? (damaged ? "damaged" : "changed") : "whole",
        shown: !damaged,
        why: damaged ? "Its picture cannot be shown: it is no JPEG any more." : "",
        width: damaged ? null : 4032,
        height: damaged ? null : 3024,
        size: 4_100_000 + id * 1000,
        differs: isConflict
          ? [
              { field: "File size", left: "4 312 551 bytes", right: "4 105 000 bytes", better: null },
              ...(damaged ? [] : [{ field: "Camera", left: "Apple iPhone 12", right: null, better: null }]),
              { field: "File changed", left: "2021-08-14T10:22:31Z", right: "2024-02-03T19:05:12Z", better: null },
              { field: "SHA-256", left: "9f86d081…", right: "60303ae2…", better: null },
            ]
          : [],
        difference: isConflict ? id : null,
        replaceable: true,
      };
    },
  };
}
