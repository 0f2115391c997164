// The part of the twin that the Review screen asks: groups, decisions, rules, folders, similarity.
import type { GroupFilter, Ipc } from "..";
import type { FakeGroups } from "./groups";

type ReviewCalls = Pick<
  Ipc,
  | "groups"
  | "firstLook"
  | "reviewTotals"
  | "decide"
  | "decideAll"
  | "undo"
  | "redo"
  | "history"
  | "goToStep"
  | "rules"
  | "setRules"
  | "folders"
  | "markFolder"
  | "folderPairs"
  | "similarity"
  | "trySimilarity"
  | "setSimilarity"
  | "compare"
>;
const EVERY: GroupFilter = {
  kind: null,
  status: null,
  relation: null,
  folders: [],
  from: null,
  to: null,
  minBytes: null,
  search: "",
  sure: null,
};

type Tools = {
  call: <T>(name: string, run: () => T) => Promise<T>;
  /** Tells the page that decisions changed, and passes the result on. */
  decided: <T>(result: T) => T;
  /** Starts the job that groups anew. */
  regroup: (change: Parameters<FakeGroups["regroup"]>[0]) => void;
};

export function reviewCalls(groups: FakeGroups, { call, decided, regroup }: Tools): ReviewCalls {
  const { decisions } = groups;
  const walk = (name: string, run: () => void) =>
    call(name, () => {
      run();
      return decided(groups.changed());
    });
  return {
    groups: (query) => call("groups", () => groups.page(query)),
    firstLook: () =>
      call("first_look", () => {
        const page = groups.page({ ...EVERY, sort: "count", reverse: false, offset: 0, limit: 12 });
        const rows = page.rows.map((group) => ({
          members: group.members.map((m) => ({ fileId: m.fileId, path: `${m.folder}/${m.name}` })),
        }));
        return { photos: 9_400, groups: page.total, rows };
      }),
    reviewTotals: () => call("review_totals", () => groups.totals()),
    decide: (ids, decision) => call("decide", () => decided(groups.decide(ids, decision))),
    decideAll: (filter, decision) => call("decide_all", () => decided(groups.decideAll(filter, decision))),
    undo: () => walk("undo", () => decisions.undo()),
    redo: () => walk("redo", () => decisions.redo()),
    history: () => call("history", () => decisions.history()),
    goToStep: (id) => walk("go_to_step", () => decisions.goTo(id)),
    rules: () => call("rules", () => groups.rules),
    setRules: (rules) => call("set_rules", () => regroup({ rules })),
    folders: () => call("folders", () => groups.folderList()),
    markFolder: (id, mark) => call("mark_folder", () => regroup({ mark: [id, mark] })),
    folderPairs: () => call("folder_pairs", () => groups.pairs()),
    similarity: () => call("similarity", () => groups.similarity()),
    trySimilarity: (distance) => call("try_similarity", () => groups.similarity(distance)),
    setSimilarity: (distance) => call("set_similarity", () => regroup({ distance })),
    compare: (left, right) => call("compare", () => groups.compare(left, right)),
  };
}
