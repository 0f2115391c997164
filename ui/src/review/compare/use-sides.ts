// The two pictures as they are to be drawn: shape, size in the pane, turn, and how true to the pixels they are shown.
import type { Comparison, Member } from "../../ipc";
import {
  actualScale,
  area,
  beyondPreview,
  combined,
  exact,
  fit,
  inverse,
  laid,
  magnification,
  type Point,
  type Size,
  sameShape,
  turned,
  turnedPlace,
  upright,
} from "./geometry";
import { type Picture, usePicture } from "./use-picture";

export type Name = "Left" | "Right";
/** What is drawn: a member of a group, or anything else that has a name and a size. */
export type Drawn = Pick<Member, "name" | "width" | "height"> & {
  /** Said where it has no picture, when that is known for sure. */
  without?: string;
};
export type Side<M extends Drawn = Member> = {
  name: Name;
  member: M;
  picture: Picture;
  /** EXIF orientation that turns it to match. */
  match: number;
  /** The one it is drawn with; 1 is as it is. */
  turn: number;
  /** Its size at "fit". */
  fitted: Size;
  /** What both lie in, at "fit": its own size, or that of the picture it is a crop of. */
  frame: Size;
  /** Its middle from the frame's. */
  at: Point;
  /** The file's own pixels, the way round they are drawn; null where nothing tells. */
  pixels: Size | null;
  preview: Size | null;
};

/** Until anything is known of a picture, it is drawn in the shape of most cameras. */
const GUESS: Size = { width: 3, height: 2 };
const MIDDLE: Point = { x: 0, y: 0 };

/** With its edges on whole CSS pixels: half-covered ones would look like a difference. */
function snapped({ width, height }: Size, pane: Size): Size {
  const even = (size: number, room: number) => Math.max(1, room - 2 * Math.round((room - size) / 2));
  return { width: even(width, pane.width), height: even(height, pane.height) };
}

function sideOf<M extends Drawn>(
  name: Name,
  member: M,
  picture: Picture,
  match: number,
  asIs: boolean,
  pane: Size,
): Side<M> {
  const turn = asIs ? 1 : match;
  const { width, height } = member;
  const counted = width && height ? { width, height } : null;
  const shown = picture.size ?? counted ?? GUESS;
  const pixels = counted ? upright(counted, shown) : picture.state === "ready" ? picture.size : null;
  const fitted = snapped(fit(turned(shown, turn), pane), pane);
  return {
    name,
    member,
    picture,
    match,
    turn,
    fitted,
    frame: fitted,
    at: MIDDLE,
    pixels: pixels && turned(pixels, turn),
    preview: picture.size && turned(picture.size, turn),
  };
}

/** How the right one lies to the left one. */
type Lie = Pick<Comparison, "place" | "turn">;

/** A crop over the same part of the picture it is of; null where they are not shown the way they lie to each other. */
function laidOver(l: Side, r: Side, { place, turn }: Lie): [Side, Side] | null {
  if (!place || combined(l.turn, turn) !== r.turn) return null;
  const onLeft = exact(turnedPlace(place, l.turn), l.pixels, r.pixels);
  const isInside = area(onLeft) <= 1;
  const frame = isInside ? l.fitted : r.fitted;
  const part = laid(isInside ? onLeft : inverse(onLeft), frame);
  return isInside ? [l, { ...r, ...part, frame }] : [{ ...l, ...part, frame }, r];
}

export function useSides(
  left: Member,
  right: Member,
  turns: [number, number],
  asIs: boolean,
  pane: Size,
  lie?: Lie,
): [Side, Side] {
  const l = sideOf("Left", left, usePicture(left), turns[0], asIs, pane);
  const r = sideOf("Right", right, usePicture(right), turns[1], asIs, pane);
  const over = lie && laidOver(l, r, lie);
  if (over) return over;
  // A smaller copy is a pixel out of proportion; laid over the other it must cover the same place.
  return [l, sameShape(l.fitted, r.fitted) ? { ...r, fitted: l.fitted, frame: l.fitted } : r];
}

/** Two pictures of one name, each as it is. */
export function bothSides<M extends Drawn>(
  left: M,
  right: M,
  [first, second]: [Picture, Picture],
  pane: Size,
): [Side<M>, Side<M>] {
  const l = sideOf("Left", left, first, 1, true, pane);
  const r = sideOf("Right", right, second, 1, true, pane);
  return [l, sameShape(l.fitted, r.fitted) ? { ...r, fitted: l.fitted, frame: l.fitted } : r];
}

type Shape = Pick<Side, "fitted" | "pixels">;
const larger = (l: Shape, r: Shape): Shape => (area(r.pixels ?? GUESS) > area(l.pixels ?? GUESS) ? r : l);

/** The scale that shows the larger picture pixel by pixel; 1 where its pixels are not known. */
export function actualOf([l, r]: [Shape, Shape], ratio: number): number {
  const { fitted, pixels } = larger(l, r);
  return pixels ? actualScale(fitted, pixels, ratio) : 1;
}

/** 0.25 is "25 %": device pixels per pixel of the file. */
export const percentOf = ({ fitted, pixels }: Shape, scale: number, ratio: number): number | null =>
  pixels && magnification(scale, fitted, pixels, ratio);

export const isLimited = ({ fitted, pixels, preview, picture }: Side<Drawn>, scale: number, ratio: number): boolean =>
  picture.state === "ready" && !!pixels && !!preview && beyondPreview(scale, fitted, ratio, preview, pixels);
