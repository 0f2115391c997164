// The words of Review: what a member is to its keeper, what each rule does, how a list is ordered.
import type { GroupKind, GroupSort, GroupStatus, Member, Relation, RuleId } from "../ipc";

export const KIND: Record<GroupKind, string> = { exact: "Exact", similar: "Similar", burst: "Burst" };

export const STATUS: Record<GroupStatus, string> = {
  open: "Open",
  decided: "Decided",
  later: "Later",
  notDuplicates: "Not duplicates",
};

export const RELATION: Record<Exclude<Relation, "keeper">, string> = {
  identical: "identical",
  same: "same picture",
  turned: "turned",
  edited: "edited",
  crop: "crop",
  border: "border",
  burst: "burst frame",
  bracket: "bracket",
};

const pixels = (m: Member): number => (m.width ?? 0) * (m.height ?? 0);

/** What the member is to its keeper, in a word or three. */
export function relationWords(member: Member, keeper: Member | undefined): string {
  const { relation } = member;
  if (relation === "keeper") return "keeper";
  if (relation === "same" && keeper && pixels(member) > 0 && pixels(keeper) > 0) {
    if (pixels(member) < pixels(keeper)) return "same picture, smaller";
    return pixels(member) > pixels(keeper) ? "same picture, larger" : "same picture, saved anew";
  }
  if (relation === "turned" && [2, 4, 5, 7].includes(member.turn)) return "mirrored";
  return RELATION[relation];
}

/** `label` names the rule in the list, `won` is what a keeper has ahead of the others, `does` is its one sentence. */
export const RULE: Record<RuleId, { label: string; won: string; does: string }> = {
  protected: {
    label: "In a protected folder",
    won: "In a protected folder",
    does: "A photo in a folder you protected wins. All photos there stay in any case.",
  },
  notDump: {
    label: "Outside of dumps",
    won: "Outside of dumps",
    does: "A photo in a folder you marked as a dump loses against one elsewhere.",
  },
  motion: {
    label: "With its movie",
    won: "With its movie",
    does: "A Motion Photo or Live Photo wins over the same picture without its movie.",
  },
  raw: { label: "RAW over JPEG", won: "RAW", does: "The camera’s raw data wins over a picture made from it." },
  companions: {
    label: "Has more files belonging to it",
    won: "More files belong to it",
    does: "A photo with its RAW, video, edits or notes beside it wins over one that stands alone.",
  },
  original: {
    label: "Camera original",
    won: "Camera original",
    does: "The file as the camera wrote it wins over an export or a copy from a messenger.",
  },
  pixels: { label: "Most pixels", won: "Most pixels", does: "The larger picture wins." },
  metadata: {
    label: "Knows when and with what",
    won: "Knows when it was taken",
    does: "A photo that says when and with which camera it was taken wins.",
  },
  gps: { label: "Knows where", won: "Knows where it was taken", does: "A photo that says where it was taken wins." },
  fileSize: { label: "Larger file", won: "Larger file", does: "The larger file wins: it was compressed less." },
  name: {
    label: "Not named like a copy",
    won: "Not named like a copy",
    does: "“IMG_1.JPG” wins over “IMG_1 (2).JPG” or “Copy of IMG_1.JPG”.",
  },
  older: { label: "Older file", won: "Older file", does: "The file that was written first wins." },
  shortPath: { label: "Shorter path", won: "Shorter path", does: "The file that lies less deep in folders wins." },
};

/** The order that applies until the person sets another one. */
export const USUAL_RULES: RuleId[] = [
  "protected",
  "notDump",
  "motion",
  "raw",
  "companions",
  "original",
  "pixels",
  "metadata",
  "gps",
  "fileSize",
  "name",
  "older",
  "shortPath",
];

export const SORT: Record<GroupSort, { label: string; usual: string; reverse: string }> = {
  size: { label: "Space", usual: "Most space", reverse: "Least space" },
  count: { label: "Members", usual: "Most members", reverse: "Fewest members" },
  date: { label: "Date", usual: "Oldest first", reverse: "Newest first" },
  folder: { label: "Folder", usual: "Folder A to Z", reverse: "Folder Z to A" },
  distance: { label: "Likeness", usual: "Most alike", reverse: "Least alike" },
};
