// The person's keys: a preset and what they changed of it. What is stored may be old or damaged, so it is only believed piece by piece.
import { ACTIONS, type Action, type ActionId, actionOf, meet, PRESETS, type Preset, presetKeys } from "./actions";
import { isReserved } from "./combo";

export type KeySettings = { preset: Preset; changed: Partial<Record<ActionId, string[]>> };
export type Keymap = Record<ActionId, string[]>;
export const USUAL: KeySettings = { preset: "usual", changed: {} };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCombo = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length < 40 && !isReserved(value);

/** What is stored, as far as it can be understood; the rest falls back to the defaults. */
export function parseKeys(stored: string | null): KeySettings {
  let value: unknown;
  try {
    value = JSON.parse(stored ?? "null");
  } catch {
    return USUAL;
  }
  if (!isRecord(value)) return USUAL;
  const preset = Object.keys(PRESETS).find((name) => name === value.preset) as Preset | undefined;
  const changed: KeySettings["changed"] = {};
  for (const action of ACTIONS) {
    const keys = isRecord(value.changed) ? value.changed[action.id] : undefined;
    if (!action.fixed && Array.isArray(keys) && keys.every(isCombo)) changed[action.id] = [...new Set(keys)];
  }
  return { preset: preset ?? "usual", changed };
}

/** The keys in force. No key means two things: what the person changed goes first, a default gives way to it. */
export function keymapOf({ preset, changed }: KeySettings): Keymap {
  const keymap = {} as Keymap;
  const settled: Action[] = [];
  const settle = (action: Action, keys: readonly string[]) => {
    const taken = settled.filter((other) => meet(action, other)).flatMap((other) => keymap[other.id]);
    keymap[action.id] = keys.filter((key) => !taken.includes(key));
    settled.push(action);
  };
  for (const action of ACTIONS.filter((a) => changed[a.id])) settle(action, changed[action.id] ?? []);
  for (const action of ACTIONS.filter((a) => !changed[a.id])) settle(action, presetKeys(action, preset));
  return keymap;
}

/** The action that a key would be taken from, if it were given to this one. */
export const holderOf = (keymap: Keymap, id: ActionId, combo: string): Action | null =>
  ACTIONS.find((other) => meet(actionOf(id), other) && keymap[other.id].includes(combo)) ?? null;

/** Gives the action this key in place of its first one. Another changed action loses it; a default gives way by itself. */
export function assign(settings: KeySettings, id: ActionId, combo: string): KeySettings {
  const changed = { ...settings.changed };
  for (const other of ACTIONS)
    if (meet(actionOf(id), other)) {
      const keys = changed[other.id];
      if (keys) changed[other.id] = keys.filter((key) => key !== combo);
    }
  changed[id] = [
    combo,
    ...keymapOf(settings)
      [id].slice(1)
      .filter((key) => key !== combo),
  ];
  return { ...settings, changed };
}
