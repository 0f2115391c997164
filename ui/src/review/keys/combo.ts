// Names of keys: what a key press is called in the table of keys, and how that name is shown and spoken.
type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> & {
  getModifierState?: (name: string) => boolean;
};

const MODIFIERS = ["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Fn", "Dead", "Process", "Unidentified"];

/** Letters by what is printed on them; on keyboards without Latin letters, and for digits typed with Shift, by place. */
function base({ key, code, shiftKey }: Press): string {
  if (key === " ") return "Space";
  if (key.length > 1) return key;
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  if (/^Digit\d$/.test(code) && !shiftKey) return code.slice(5);
  return key.toLowerCase();
}

/** "j", "Shift+ArrowLeft", "Mod+z"; null for a modifier alone. Ctrl and ⌘ are both "Mod". */
export function comboOf(press: Press): string | null {
  if (MODIFIERS.includes(press.key)) return null;
  const name = base(press);
  const typed = name.length === 1 && !/[a-z]/.test(name); // Shift and AltGr were needed to type it
  const graph = press.getModifierState?.("AltGraph") ?? false;
  return [
    (press.ctrlKey || press.metaKey) && !graph && "Mod+",
    press.altKey && !graph && "Alt+",
    press.shiftKey && !typed && "Shift+",
    name,
  ]
    .filter(Boolean)
    .join("");
}

const parts = (combo: string): string[] => {
  const [, mod, alt, shift, name] = /^(Mod\+)?(Alt\+)?(Shift\+)?(.+)$/.exec(combo) ?? [];
  return [mod && "Mod", alt && "Alt", shift && "Shift", name].filter((part): part is string => !!part);
};

const apple = /mac|iphone|ipad/i.test(navigator.userAgent);
const CAPS: Record<string, string> = {
  Mod: apple ? "⌘" : "Ctrl",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  PageUp: "Page up",
  PageDown: "Page down",
  "-": "−",
};
const SPOKEN: Record<string, string> = {
  Mod: apple ? "Command" : "Control",
  ArrowLeft: "Left arrow",
  ArrowRight: "Right arrow",
  ArrowUp: "Up arrow",
  ArrowDown: "Down arrow",
  PageUp: "Page up",
  PageDown: "Page down",
  "-": "Minus",
  "+": "Plus",
  ",": "Comma",
  ".": "Full stop",
  "?": "Question mark",
};

const cap = (names: Record<string, string>) => (part: string) =>
  names[part] ?? (part.length === 1 ? part.toUpperCase() : part);

/** The key caps to draw, in the order they are pressed. */
export const caps = (combo: string): string[] => parts(combo).map(cap(CAPS));
export const written = (combo: string): string => caps(combo).join(" ");
export const spoken = (combo: string): string => parts(combo).map(cap(SPOKEN)).join(" ");

/** As `aria-keyshortcuts` wants it. */
export const shortcut = (combo: string): string => combo.replace("Mod", apple ? "Meta" : "Control");

/** Keys that move the focus or press a button belong to a control that has the focus; letters do not. */
export const belongsToControls = (combo: string): boolean =>
  /^(Shift\+)?(Arrow(Left|Right|Up|Down)|Home|End|PageUp|PageDown|Enter|Space)$/.test(combo);

/** Keys that cannot be given away: they close, move the focus, or belong to the clipboard and the window. */
export const isReserved = (combo: string): boolean => /^(Shift\+)?(Escape|Tab)$|^Mod\+[acvxqwr]$|^F\d+$/.test(combo);
