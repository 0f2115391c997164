// The twin's groups: any number of them, made on demand, filtered, decided, and grouped anew when a setting changes.
import type {
  AppError,
  Comparison,
  Decision,
  Folder,
  FolderPair,
  Group,
  GroupFilter,
  GroupPage,
  GroupQuery,
  Member,
  ReviewTotals,
  Rule,
  Similarity,
} from "../types";
import { compared } from "./compare";
import { type Choice, FakeDecisions } from "./decisions";
import { finds, sorted } from "./filter";
import { FakeFolders } from "./folders";
import { arrange, USUAL_RULES } from "./keeper";
import { kindOf, MEMBERS_PER_GROUP, MOST_DISTANCE, makeGroup, USUAL_DISTANCE } from "./make-group";
import { folderPairs } from "./pairs";

const LAST_KEEPER: AppError = {
  code: "last_keeper",
  message: "A group must keep at least one photo.",
  safe: "The decision was not stored.",
  next: "Choose the one to keep first.",
};
const GONE: AppError = {
  code: "gone",
  message: "This photo is no longer in the catalog.",
  safe: "Nothing was changed.",
  next: "Scan again.",
};

export class FakeGroups {
  readonly decisions = new FakeDecisions();
  rules: Rule[] = USUAL_RULES.map((id) => ({ id, enabled: true }));
  private folders = new FakeFolders();
  private distance = USUAL_DISTANCE;
  /** Suggestions as the marks and rules are now; dropped when those change. */
  private arranged = new Map<number, Group>();
  /** Answers that hold until something is decided or grouped anew. */
  private answers = new Map<string, unknown>();

  constructor(readonly count: number) {}

  /** Beyond `count` lie the similar groups that only a looser setting shows. */
  private get all(): number {
    return Math.ceil(this.count * 1.25);
  }

  private kind = (id: number) => (id < this.count ? kindOf(id) : "similar");
  private farthest = (id: number): number =>
    id < this.count
      ? 2 + ((id * 7) % (USUAL_DISTANCE - 1))
      : USUAL_DISTANCE + 1 + ((id * 7) % (MOST_DISTANCE - USUAL_DISTANCE));
  private isFound = (id: number, distance: number): boolean =>
    this.kind(id) !== "similar" || this.farthest(id) <= distance;

  private once<T>(key: string, work: () => T): T {
    if (!this.answers.has(key)) this.answers.set(key, work());
    return this.answers.get(key) as T;
  }

  private suggested(id: number): Group {
    let group = this.arranged.get(id);
    if (!group) {
      const raw = makeGroup(id, this.kind(id), this.farthest(id), this.folders.pathOf);
      group = arrange(raw, (path) => this.folders.markOf(path), this.rules);
      this.arranged.set(id, group);
    }
    return group;
  }

  group(id: number): Group {
    const group = this.suggested(id);
    const choice = this.decisions.of(id);
    if (!choice) return group;
    const members = group.members.map((m) => ({ ...m, keep: choice.keep.includes(m.assetId) }));
    return { ...group, status: choice.status, members };
  }

  member = (assetId: number): Member | undefined =>
    this.group(Math.floor(assetId / MEMBERS_PER_GROUP)).members.find((m) => m.assetId === assetId);

  private groups(): Group[] {
    return this.once("groups", () =>
      Array.from({ length: this.all }, (_, id) => id)
        .filter((id) => this.isFound(id, this.distance))
        .map((id) => this.group(id)),
    );
  }

  private found(filter: GroupFilter): Group[] {
    return this.groups().filter((group) => finds(filter, group, this.folders.idOf));
  }

  page({ sort, reverse, offset, limit, ...filter }: GroupQuery): GroupPage {
    const { rows, reclaimBytes, reclaimAssets } = this.once(JSON.stringify([filter, sort, reverse]), () => {
      const rows = sorted(this.found(filter), sort, reverse);
      const aside = (group: Group) => group.members.filter((m) => !m.suggestKeep).length;
      return {
        rows,
        reclaimBytes: rows.reduce((sum, group) => sum + group.reclaimBytes, 0),
        reclaimAssets: rows.reduce((sum, group) => sum + aside(group), 0),
      };
    });
    return { total: rows.length, reclaimBytes, reclaimAssets, rows: rows.slice(offset, offset + limit) };
  }

  totals(): ReviewTotals {
    return this.once("totals", () => {
      const t: ReviewTotals = {
        exact: 0,
        similar: 0,
        burst: 0,
        open: 0,
        openExact: 0,
        decided: 0,
        notDuplicates: 0,
        later: 0,
        setAsideAssets: 0,
        setAsideBytes: 0,
        canUndo: this.decisions.canUndo,
        canRedo: this.decisions.canRedo,
      };
      for (const { kind, status, members } of this.groups()) {
        t[kind]++;
        t[status]++;
        if (kind === "exact" && status === "open") t.openExact++;
        for (const m of status === "decided" ? members : []) {
          if (m.keep) continue;
          t.setAsideAssets++;
          t.setAsideBytes += m.size;
        }
      }
      return t;
    });
  }

  decide(ids: number[], decision: Decision, label = this.labelOf(ids, decision)): ReviewTotals {
    if (decision.kind === "keep" && decision.assetIds.length === 0) throw LAST_KEEPER;
    if (ids.length > 0) this.decisions.add(label, new Map(ids.map((id) => [id, this.choiceOf(id, decision)])));
    return this.changed();
  }

  decideAll(filter: GroupFilter, decision: Decision): ReviewTotals {
    const ids = this.found(filter).map((group) => group.id);
    const groups = `${ids.length} ${filter.kind === "exact" ? "exact " : ""}${ids.length === 1 ? "group" : "groups"}`;
    const label =
      decision.kind === "later"
        ? `Decide ${groups} later`
        : decision.kind === "notDuplicates"
          ? `Not duplicates: ${groups}`
          : `Accept ${groups}`;
    return this.decide(ids, decision, label);
  }

  private choiceOf(id: number, decision: Decision): Choice {
    const { members } = this.suggested(id);
    const kept = (rule: (m: Member) => boolean) =>
      members.filter((m) => rule(m) || m.mark === "protected").map((m) => m.assetId);
    if (decision.kind === "keep")
      return { status: "decided", keep: kept((m) => decision.assetIds.includes(m.assetId)) };
    if (decision.kind === "keepSuggested") return { status: "decided", keep: kept((m) => m.suggestKeep) };
    if (decision.kind === "keepOnlyKeeper") return { status: "decided", keep: kept((m) => m.suggested) };
    return { status: decision.kind, keep: kept(() => true) };
  }

  /** Forgets the answers that a decision made stale. */
  changed(): ReviewTotals {
    this.answers.clear();
    return this.totals();
  }

  /** Chooses all keepers anew, after marks, rules or the similarity changed. */
  regroup(change: { rules?: Rule[]; distance?: number; mark?: Parameters<FakeFolders["mark"]> }): void {
    if (change.rules) this.rules = change.rules;
    if (change.distance !== undefined) this.distance = change.distance;
    if (change.mark) this.folders.mark(...change.mark);
    this.arranged.clear();
    this.answers.clear();
  }

  folderList(): Folder[] {
    const grouped = new Map<number, number>();
    for (const { members } of this.groups())
      for (const { folder } of members) {
        const id = this.folders.idOf(folder);
        grouped.set(id, (grouped.get(id) ?? 0) + 1);
      }
    return this.folders.list(grouped);
  }

  pairs(): FolderPair[] {
    return folderPairs(this.groups(), this.folderList());
  }

  similarity(distance = this.distance): Similarity {
    const answer: Similarity = {
      distance,
      usual: USUAL_DISTANCE,
      most: MOST_DISTANCE,
      groups: 0,
      photos: 0,
      copies: 0,
    };
    for (let id = 0; id < this.all; id++) {
      if (!this.isFound(id, distance)) continue;
      const { members } = this.suggested(id);
      answer.groups++;
      answer.photos += members.length;
      answer.copies += members.filter((m) => !m.suggestKeep).length;
    }
    return answer;
  }

  compare(left: number, right: number): Comparison {
    const [l, r] = [this.member(left), this.member(right)];
    if (!l || !r) throw GONE;
    return compared(l, r);
  }

  private labelOf(ids: number[], decision: Decision): string {
    const many = ids.length > 1 ? ` for ${ids.length} groups` : "";
    if (decision.kind === "later") return `Later${many}`;
    if (decision.kind === "notDuplicates") return `Not duplicates${many}`;
    if (ids.length !== 1) return `Accept ${ids.length} groups`;
    return `Keep ${this.choiceOf(ids[0], decision).keep.length} of ${this.suggested(ids[0]).members.length}`;
  }
}
