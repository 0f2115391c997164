// The one view of both pictures, kept within bounds whatever the window and the pictures become.
import { useRef, useState } from "react";
import { bounded, FIT, type Point, pan, type Size, type Space, type View, zoomTo } from "./geometry";

const MIDDLE: Point = { x: 0, y: 0 };

export function useView(space: Space) {
  const [raw, setRaw] = useState<View>(FIT);
  const latest = useRef(space);
  latest.current = space;
  const update = (change: (view: View, space: Space) => View) =>
    setRaw((was) => change(bounded(was, latest.current), latest.current));
  const view = bounded(raw, space);
  const isActual = Math.abs(view.scale / space.actual - 1) < 0.005;
  const to = (scale: number, at: Point, fitted: Size) => update((v, now) => zoomTo(v, scale, at, fitted, now));
  return {
    view,
    isActual,
    isFit: view.scale === 1,
    fit: () => setRaw(FIT),
    zoom: (by: number, at: Point = MIDDLE, fitted: Size = space.fitted[0]) =>
      update((v, now) => zoomTo(v, v.scale * by, at, fitted, now)),
    toggleActual: (at: Point = MIDDLE, fitted: Size = space.fitted[0]) =>
      isActual ? setRaw(FIT) : to(space.actual, at, fitted),
    pan: (by: Point, fitted: Size = space.fitted[0]) => update((v, now) => pan(v, by, fitted, now)),
  };
}
export type LinkedView = ReturnType<typeof useView>;
