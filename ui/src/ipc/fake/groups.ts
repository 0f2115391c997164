// The twin's groups and decisions: any number of groups, made on demand, with an undo stack of named steps.
import type {
  Comparison,
  Decision,
  FieldDiff,
  Group,
  GroupKind,
  GroupPage,
  GroupQuery,
  GroupStatus,
  Member,
  ReviewTotals,
} from "../types";
import { pick, randomOf } from "./random";

type Choice = { status: GroupStatus; keep: number[] };
type UndoStep = { name: string; before: Map<number, Choice>; after: Map<number, Choice> };

const FOLDERS = [
  "Phone backup/2021",
  "Camera/DCIM/102CANON",
  "Old laptop/Pictures",
  "Holidays/Norway 2023",
  "WhatsApp Images",
  "Desktop/unsorted",
];
const CAMERAS = ["Canon EOS R6", "iPhone 13", "Pixel 7", "Fujifilm X-T4", null];
const REASONS = [
  "largest picture",
  "has the original date",
  "RAW with its JPEG",
  "in the folder with the most of this day",
  "oldest file",
];
export const MEMBERS_PER_GROUP = 32;

export class FakeGroups {
  private choices = new Map<number, Choice>();
  private cache = new Map<number, Group>();
  private undos: UndoStep[] = [];
  private redos: UndoStep[] = [];

  constructor(readonly count: number) {}

  private kindOf = (id: number): GroupKind => (id % 5 < 3 ? "exact" : "similar");
  private statusOf = (id: number): GroupStatus => this.choices.get(id)?.status ?? "open";

  private base(id: number): Group {
    const known = this.cache.get(id);
    if (known) return known;
    const random = randomOf(id + 11);
    const kind = this.kindOf(id);
    const size = random() < 0.82 ? 2 + Math.floor(random() * 2) : 4 + Math.floor(random() * 17);
    const year = 2014 + Math.floor(random() * 11);
    const captured = `${year}-${String(1 + Math.floor(random() * 12)).padStart(2, "0")}-${String(1 + Math.floor(random() * 28)).padStart(2, "0")}T${String(8 + Math.floor(random() * 12)).padStart(2, "0")}:24:10`;
    const bytes = 2_400_000 + Math.floor(random() * 9_000_000);
    const number = 1000 + (id % 9000);
    const members: Member[] = Array.from({ length: size }, (_, i) => {
      const fileId = id * MEMBERS_PER_GROUP + i;
      const smaller = kind === "similar" && i > 0;
      return {
        assetId: fileId,
        fileId,
        name:
          i === 0
            ? `IMG_${number}.JPG`
            : kind === "exact"
              ? `IMG_${number} (${i}).JPG`
              : `IMG-${year}0${1 + (i % 9)}12-WA00${i}.jpg`,
        folder: FOLDERS[(id + i) % FOLDERS.length],
        size: smaller ? Math.floor(bytes / (2 + i)) : bytes,
        width: smaller ? 1600 : 6000,
        height: smaller ? 1200 : 4000,
        captured: smaller && i % 3 === 2 ? null : captured,
        camera: smaller ? null : pick(randomOf(id), CAMERAS),
        hasGps: i === 0,
        companions: i === 0 && id % 7 === 0 ? [`IMG_${number}.CR3`] : [],
        distance: kind === "exact" || i === 0 ? 0 : 2 + (i % 6),
        suggested: i === 0,
        keep: i === 0,
        hasThumb: !(id % 41 === 0 && i === 1),
      };
    });
    const reclaimBytes = members.slice(1).reduce((sum, m) => sum + m.size, 0);
    const group: Group = { id, kind, status: "open", reason: pick(random, REASONS), reclaimBytes, members };
    this.cache.set(id, group);
    return group;
  }

  group(id: number): Group {
    const base = this.base(id);
    const choice = this.choices.get(id);
    if (!choice) return base;
    const members = base.members.map((m) => ({ ...m, keep: choice.keep.includes(m.assetId) }));
    return {
      ...base,
      status: choice.status,
      members,
      reclaimBytes: members.filter((m) => !m.keep).reduce((s, m) => s + m.size, 0),
    };
  }

  page({ kind, status, sort, offset, limit }: GroupQuery): GroupPage {
    let ids: number[] = [];
    for (let id = 0; id < this.count; id++) {
      if ((kind === null || this.kindOf(id) === kind) && (status === null || this.statusOf(id) === status))
        ids.push(id);
    }
    if (sort === "count") ids.sort((a, b) => this.base(b).members.length - this.base(a).members.length);
    if (sort === "size") ids.sort((a, b) => this.base(b).reclaimBytes - this.base(a).reclaimBytes);
    if (sort === "date")
      ids.sort((a, b) =>
        (this.base(a).members[0].captured ?? "").localeCompare(this.base(b).members[0].captured ?? ""),
      );
    const total = ids.length;
    ids = ids.slice(offset, offset + limit);
    return { total, rows: ids.map((id) => this.group(id)) };
  }

  totals(): ReviewTotals {
    const t: ReviewTotals = {
      exact: 0,
      similar: 0,
      open: 0,
      openExact: 0,
      decided: 0,
      notDuplicates: 0,
      later: 0,
      setAsideAssets: 0,
      setAsideBytes: 0,
      canUndo: this.undos.at(-1)?.name ?? null,
      canRedo: this.redos.at(-1)?.name ?? null,
    };
    for (let id = 0; id < this.count; id++) {
      t[this.kindOf(id)]++;
      t[this.statusOf(id)]++;
      if (this.kindOf(id) === "exact" && this.statusOf(id) === "open") t.openExact++;
      if (this.choices.get(id)?.status !== "decided") continue;
      for (const m of this.group(id).members) {
        if (m.keep) continue;
        t.setAsideAssets++;
        t.setAsideBytes += m.size;
      }
    }
    return t;
  }

  decide(ids: number[], decision: Decision, name = this.nameOf(ids, decision)): ReviewTotals {
    const before = new Map<number, Choice>();
    const after = new Map<number, Choice>();
    for (const id of ids) {
      const base = this.base(id);
      before.set(
        id,
        this.choices.get(id) ?? { status: "open", keep: base.members.filter((m) => m.keep).map((m) => m.assetId) },
      );
      const all = base.members.map((m) => m.assetId);
      const suggested = base.members.filter((m) => m.suggested).map((m) => m.assetId);
      if (decision.kind === "keep") after.set(id, { status: "decided", keep: decision.assetIds });
      if (decision.kind === "keepSuggested") after.set(id, { status: "decided", keep: suggested });
      if (decision.kind === "notDuplicates") after.set(id, { status: "notDuplicates", keep: all });
      if (decision.kind === "later") after.set(id, { status: "later", keep: all });
    }
    if (decision.kind === "keep" && decision.assetIds.length === 0) {
      throw {
        code: "last_keeper",
        message: "A group must keep at least one photo.",
        safe: "The decision was not stored.",
        next: "Choose the one to keep first.",
      };
    }
    this.undos.push({ name, before, after });
    this.redos = [];
    for (const [id, choice] of after) this.choices.set(id, choice);
    return this.totals();
  }

  acceptExact(): ReviewTotals {
    const ids: number[] = [];
    for (let id = 0; id < this.count; id++)
      if (this.kindOf(id) === "exact" && this.statusOf(id) === "open") ids.push(id);
    if (ids.length === 0) return this.totals();
    return this.decide(ids, { kind: "keepSuggested" }, `Accept ${ids.length} exact groups`);
  }

  undo(): ReviewTotals {
    const step = this.undos.pop();
    if (step) {
      for (const [id, choice] of step.before) this.choices.set(id, choice);
      this.redos.push(step);
    }
    return this.totals();
  }

  redo(): ReviewTotals {
    const step = this.redos.pop();
    if (step) {
      for (const [id, choice] of step.after) this.choices.set(id, choice);
      this.undos.push(step);
    }
    return this.totals();
  }

  compare(left: number, right: number): Comparison {
    const find = (asset: number) =>
      this.group(Math.floor(asset / MEMBERS_PER_GROUP)).members[asset % MEMBERS_PER_GROUP];
    const [l, r] = [find(left), find(right)];
    const differs: FieldDiff[] = [];
    const same = ["Colour space", "Orientation"];
    const add = (field: string, a: string | null, b: string | null, better: FieldDiff["better"]) =>
      a === b ? same.push(field) : differs.push({ field, left: a, right: b, better });
    const bigger = (a: number, b: number) => (a === b ? null : a > b ? "left" : "right");
    add("Name", l.name, r.name, null);
    add("Folder", l.folder, r.folder, null);
    add("File size", `${l.size} bytes`, `${r.size} bytes`, null);
    add("Pixels", `${l.width} × ${l.height}`, `${r.width} × ${r.height}`, bigger(l.width ?? 0, r.width ?? 0));
    add("Taken", l.captured, r.captured, l.captured === r.captured ? null : l.captured ? "left" : "right");
    add("Camera", l.camera, r.camera, l.camera === r.camera ? null : l.camera ? "left" : "right");
    add(
      "Place",
      l.hasGps ? "60.39° N, 5.32° E" : null,
      r.hasGps ? "60.39° N, 5.32° E" : null,
      l.hasGps === r.hasGps ? null : l.hasGps ? "left" : "right",
    );
    return { left: l, right: r, same, differs };
  }

  private nameOf(ids: number[], decision: Decision): string {
    const one = ids.length === 1;
    const size = one ? this.base(ids[0]).members.length : 0;
    if (decision.kind === "keep") return `Keep ${decision.assetIds.length} of ${size}`;
    if (decision.kind === "keepSuggested") return one ? `Keep 1 of ${size}` : `Accept ${ids.length} groups`;
    return decision.kind === "later" ? "Later" : "Not duplicates";
  }
}
