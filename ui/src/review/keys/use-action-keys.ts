// Runs actions by their keys. Our own matching, not a hotkey library's: any key a person records must work, "+" and "," too.
import { useEffect, useRef } from "react";
import { ACTIONS, type ActionId, type Scope } from "./actions";
import { belongsToControls, comboOf } from "./combo";
import type { Keymap } from "./keymap";
import { useKeymap } from "./use-keymap";

export type ActionHandlers = Partial<Record<ActionId, () => void>>;

/** Put on the dialog whose keys are in force while it is the topmost one. */
export const SCOPE = "data-keys";

/** Where the person is: in the topmost dialog if it has keys of its own, in the gallery if none is open. */
function scopeNow(): Scope | null {
  const dialogs = document.querySelectorAll("[role=dialog],[role=alertdialog]");
  const top = dialogs[dialogs.length - 1];
  if (!top) return "gallery";
  return top.getAttribute(SCOPE) === "compare" ? "compare" : null;
}

const TYPED = "input:not([type=radio],[type=checkbox],[type=range],[type=button]),textarea,[contenteditable=true]";
const PRESSED = "button,a[href],summary,[role=button],[role=switch]";
const MOVED = "input,[role=radio],[role=slider],[role=tab],[role=option]";

/** Whether the focused control has its own use for this key: buttons for the two that press them, others for arrows too. */
function isTaken(target: EventTarget | null, combo: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches(TYPED)) return true;
  if (target.closest("select,[role=menu],[role=listbox]")) return !combo.startsWith("Mod+");
  if (target.matches(MOVED)) return belongsToControls(combo);
  return target.matches(PRESSED) && (combo === "Enter" || combo === "Space");
}

const actionFor = (keymap: Keymap, combo: string, scope: Scope) =>
  ACTIONS.find((action) => action.where.includes(scope) && keymap[action.id].includes(combo));

/** Listens for the keys of these actions, wherever the table says that they apply; `only` narrows that to one place. */
export function useActionKeys(
  handlers: ActionHandlers,
  { active = true, only }: { active?: boolean; only?: Scope } = {},
) {
  const { keymap } = useKeymap();
  const latest = useRef({ handlers, keymap, only });
  latest.current = { handlers, keymap, only };
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const now = latest.current;
      const scope = scopeNow();
      const combo = comboOf(event);
      if (event.defaultPrevented || event.isComposing || !combo || !scope || (now.only && now.only !== scope)) return;
      const action = actionFor(now.keymap, combo, scope);
      const run = action && now.handlers[action.id];
      if (!run || isTaken(event.target, combo)) return;
      event.preventDefault();
      if (!event.repeat || action.repeats) run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [active]);
}
