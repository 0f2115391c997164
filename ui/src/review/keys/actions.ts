// The table of everything in Review that has a key: its name, where it applies, and its keys in each preset.
export type Scope = "gallery" | "compare";
export type Preset = "usual" | "left";

type Row = {
  id: string;
  label: string;
  where: readonly Scope[];
  keys: readonly string[];
  /** Keys of the left-hand preset, where they are others. */
  left?: readonly string[];
  /** Goes on while the key is held. A decision does not: a key held too long must not decide the next group as well. */
  repeats?: boolean;
  /** The key cannot be changed. */
  fixed?: boolean;
};

const G = ["gallery"] as const;
const C = ["compare"] as const;
const BOTH = ["gallery", "compare"] as const;

const TABLE = [
  {
    id: "nextGroup",
    label: "Next group",
    where: BOTH,
    keys: ["j", "ArrowDown"],
    left: ["s", "ArrowDown"],
    repeats: true,
  },
  {
    id: "previousGroup",
    label: "Previous group",
    where: BOTH,
    keys: ["k", "ArrowUp"],
    left: ["w", "ArrowUp"],
    repeats: true,
  },
  {
    id: "nextMember",
    label: "Next member of the group",
    where: BOTH,
    keys: ["ArrowRight"],
    left: ["d", "ArrowRight"],
    repeats: true,
  },
  {
    id: "previousMember",
    label: "Previous member of the group",
    where: BOTH,
    keys: ["ArrowLeft"],
    left: ["a", "ArrowLeft"],
    repeats: true,
  },
  { id: "compare", label: "Open and close Compare", where: BOTH, keys: ["c"], left: ["f"] },
  { id: "notDuplicates", label: "Not duplicates: keep all", where: BOTH, keys: ["n"], left: ["r"] },
  { id: "onlyKeeper", label: "Keep only the keeper", where: BOTH, keys: ["o"], left: ["t"] },
  { id: "later", label: "Later", where: BOTH, keys: ["l"], left: ["g"] },
  { id: "undo", label: "Undo", where: BOTH, keys: ["Mod+z"], left: ["z", "Mod+z"] },
  { id: "redo", label: "Redo", where: BOTH, keys: ["Mod+Shift+z", "Mod+y"], left: ["x", "Mod+Shift+z"] },
  { id: "keys", label: "This sheet", where: BOTH, keys: ["?"] },

  {
    id: "accept",
    label: "Accept the suggestion, or the choice you made",
    where: G,
    keys: ["a", "Enter"],
    left: ["q", "Enter"],
  },
  { id: "toggle", label: "Keep the member, or set it aside", where: G, keys: ["Space"], left: ["e", "Space"] },
  { id: "firstGroup", label: "First group", where: G, keys: ["Home"] },
  { id: "lastGroup", label: "Last group", where: G, keys: ["End"] },
  { id: "discard", label: "Forget a choice not yet accepted", where: G, keys: ["Escape"], fixed: true },

  { id: "keepLeft", label: "Keep left", where: C, keys: ["1"] },
  { id: "keepRight", label: "Keep right", where: C, keys: ["2"] },
  { id: "keepBoth", label: "Keep both", where: C, keys: ["3"] },
  { id: "exchange", label: "Exchange sides", where: C, keys: ["x"], left: ["e"] },
  { id: "flick", label: "Flick between left and right", where: C, keys: ["Space"] },
  { id: "nextMode", label: "Next way to compare", where: C, keys: ["m"], left: ["4", "m"] },
  { id: "side", label: "Side by side", where: C, keys: ["5"] },
  { id: "swap", label: "Swap", where: C, keys: ["6"] },
  { id: "split", label: "Split", where: C, keys: ["7"] },
  { id: "overlay", label: "Overlay", where: C, keys: ["8"] },
  { id: "difference", label: "Difference", where: C, keys: ["9"] },
  {
    id: "less",
    label: "Slider back: divider, overlay, strength",
    where: C,
    keys: [","],
    left: ["Shift+q", ","],
    repeats: true,
  },
  {
    id: "more",
    label: "Slider on: divider, overlay, strength",
    where: C,
    keys: ["."],
    left: ["Shift+e", "."],
    repeats: true,
  },
  { id: "zoomIn", label: "Larger", where: C, keys: ["+", "="], left: ["v", "+"], repeats: true },
  { id: "zoomOut", label: "Smaller", where: C, keys: ["-"], left: ["c", "-"], repeats: true },
  { id: "fit", label: "Fit", where: C, keys: ["0"], left: ["b", "0"] },
  { id: "actual", label: "1:1, and back to fit", where: C, keys: ["z"], left: ["q"] },
  {
    id: "panLeft",
    label: "Move the view left",
    where: C,
    keys: ["Shift+ArrowLeft"],
    left: ["Shift+a", "Shift+ArrowLeft"],
    repeats: true,
  },
  {
    id: "panRight",
    label: "Move the view right",
    where: C,
    keys: ["Shift+ArrowRight"],
    left: ["Shift+d", "Shift+ArrowRight"],
    repeats: true,
  },
  {
    id: "panUp",
    label: "Move the view up",
    where: C,
    keys: ["Shift+ArrowUp"],
    left: ["Shift+w", "Shift+ArrowUp"],
    repeats: true,
  },
  {
    id: "panDown",
    label: "Move the view down",
    where: C,
    keys: ["Shift+ArrowDown"],
    left: ["Shift+s", "Shift+ArrowDown"],
    repeats: true,
  },
  { id: "turn", label: "Turned to match, or as it is", where: C, keys: ["t"], left: ["Shift+r"] },
] as const satisfies readonly Row[];

export type ActionId = (typeof TABLE)[number]["id"];
export type Action = Row & { id: ActionId };

export const ACTIONS: readonly Action[] = TABLE;
export const PRESETS: Record<Preset, string> = { usual: "Usual", left: "Left hand only" };

export const actionOf = (id: ActionId): Action => ACTIONS.find((action) => action.id === id) as Action;
export const presetKeys = (action: Action, preset: Preset): readonly string[] =>
  preset === "left" ? (action.left ?? action.keys) : action.keys;

/** Two actions may share a key when they are never in force together. */
export const meet = (a: Action, b: Action): boolean =>
  a.id !== b.id && a.where.some((scope) => b.where.includes(scope));
