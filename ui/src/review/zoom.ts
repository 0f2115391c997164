// Linked zoom and pan: both pictures share a scale relative to "fit" and a centre as a part of the picture.
import { useState } from "react";

export type View = { scale: number; x: number; y: number };
export const FIT: View = { scale: 1, x: 0, y: 0 };
const MAX = 16;

const clamp = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value));

export function bounded({ scale, x, y }: View): View {
  const s = Math.max(1, Math.min(MAX, scale));
  const limit = (s - 1) / 2;
  return { scale: s, x: clamp(x, limit), y: clamp(y, limit) };
}

/** Zooms so that the point under the pointer stays there; px and py run from -0.5 to 0.5 of the pane. */
export function zoomAt(view: View, factor: number, px: number, py: number): View {
  const scale = Math.max(1, Math.min(MAX, view.scale * factor));
  const by = scale / view.scale;
  return bounded({ scale, x: px - (px - view.x) * by, y: py - (py - view.y) * by });
}

export function useZoom() {
  const [view, setView] = useState(FIT);
  return {
    view,
    fit: () => setView(FIT),
    to: (scale: number) => setView((v) => bounded({ ...v, scale })),
    zoom: (factor: number, px = 0, py = 0) => setView((v) => zoomAt(v, factor, px, py)),
    pan: (dx: number, dy: number) => setView((v) => bounded({ ...v, x: v.x + dx, y: v.y + dy })),
  };
}
export type Zoom = ReturnType<typeof useZoom>;
