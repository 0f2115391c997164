// The ways to look at two pictures, and the one that was used last in this window.
import { useState } from "react";

export const MODES = ["side", "swap", "split", "overlay", "difference"] as const;
export type Mode = (typeof MODES)[number];
export const MODE: Record<Mode, { label: string; says: string }> = {
  side: { label: "Side by side", says: "Side by side: left and right next to each other." },
  swap: { label: "Swap", says: "Swap: one place, flick between left and right." },
  split: { label: "Split", says: "Split: left of the divider is the left picture, right of it the right one." },
  overlay: { label: "Overlay", says: "Overlay: the right picture lies over the left one." },
  difference: { label: "Difference", says: "Difference: what is black is equal, what is light differs." },
};

/** The slider of the modes that have one. */
export const DIAL = {
  split: { label: "Divider", least: 0, most: 100, step: 2, start: 50, unit: " %" },
  overlay: { label: "Right over left", least: 0, most: 100, step: 5, start: 50, unit: " %" },
  difference: { label: "Strength", least: 1, most: 20, step: 1, start: 4, unit: " times" },
};
export type Dial = keyof typeof DIAL;
export type Dials = Record<Dial, number>;
export const hasDial = (mode: Mode): mode is Dial => mode in DIAL;
export const clampDial = (dial: Dial, value: number): number =>
  Math.max(DIAL[dial].least, Math.min(DIAL[dial].most, value));

const KEY = "albumen.compare";

export function useMode(): [Mode, (mode: Mode) => void] {
  const [mode, setMode] = useState<Mode>(() => MODES.find((m) => m === localStorage.getItem(KEY)) ?? "side");
  const choose = (next: Mode) => {
    setMode(next);
    localStorage.setItem(KEY, next);
  };
  return [mode, choose];
}

export function useDials() {
  const [dials, setDials] = useState<Dials>({
    split: DIAL.split.start,
    overlay: DIAL.overlay.start,
    difference: DIAL.difference.start,
  });
  return { dials, set: (dial: Dial, value: number) => setDials((was) => ({ ...was, [dial]: clampDial(dial, value) })) };
}
