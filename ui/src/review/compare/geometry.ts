// Linked zoom and pan as arithmetic: both pictures share a scale relative to "fit", and the point in the middle of the pane.
import type { Place } from "../../ipc";

export type Size = { width: number; height: number };
/** `x` and `y` are the point of the picture that is in the middle of the pane, from -0.5 to 0.5 of its width and height. */
export type View = { scale: number; x: number; y: number };
export type Point = { x: number; y: number };
/** What bounds a view: the pane, the pictures as they fit into it, and the scale that shows the larger one 1:1. */
export type Space = { pane: Size; fitted: Size[]; actual: number };

export const FIT: View = { scale: 1, x: 0, y: 0 };
const MOST = 16;
/** Shapes this close are one shape: sizes are whole pixels, so a smaller copy is never quite in proportion. */
const ALIKE = 0.015;
/** A place is found this exactly. */
const UNSCALED = 0.02;

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));
const portrait = ({ width, height }: Size) => height > width;
const aspect = ({ width, height }: Size) => width / height;
export const area = ({ width, height }: Size) => width * height;
export const sideways = (turn: number) => turn >= 5;
export const turned = (size: Size, turn: number): Size =>
  sideways(turn) ? { width: size.height, height: size.width } : size;

/** EXIF orientation as a CSS transform; it turns what the browser already shows upright. */
export const TURNS: Record<number, string> = {
  1: "",
  2: "scaleX(-1)",
  3: "rotate(180deg)",
  4: "scaleY(-1)",
  5: "rotate(270deg) scaleX(-1)",
  6: "rotate(90deg)",
  7: "rotate(90deg) scaleX(-1)",
  8: "rotate(270deg)",
};

/** The same, as quarters of a turn to the right after mirroring. */
export const TURNED: Record<number, { quarters: number; mirrored: boolean }> = {
  1: { quarters: 0, mirrored: false },
  2: { quarters: 0, mirrored: true },
  3: { quarters: 2, mirrored: false },
  4: { quarters: 2, mirrored: true },
  5: { quarters: 3, mirrored: true },
  6: { quarters: 1, mirrored: false },
  7: { quarters: 1, mirrored: true },
  8: { quarters: 3, mirrored: false },
};

/** The turn that does what `first` and then `then` do. */
export function combined(then: number, first: number): number {
  const [a, b] = [TURNED[then] ?? TURNED[1], TURNED[first] ?? TURNED[1]];
  const quarters = (a.quarters + (a.mirrored ? 4 - b.quarters : b.quarters)) % 4;
  const mirrored = a.mirrored !== b.mirrored;
  const found = Object.entries(TURNED).find(([, t]) => t.quarters === quarters && t.mirrored === mirrored);
  return Number(found?.[0] ?? 1);
}

/** The file's pixels the way round its picture is shown; the catalog counts them as the camera's sensor lay. */
export const upright = (pixels: Size, shown: Size): Size =>
  portrait(pixels) === portrait(shown) ? pixels : { width: pixels.height, height: pixels.width };

export const sameShape = (a: Size, b: Size): boolean => Math.abs(aspect(a) / aspect(b) - 1) < ALIKE;

/** As large as the pane allows; small pictures grow too, so that two of one shape are always shown alike. */
export function fit(picture: Size, pane: Size): Size {
  const by = Math.min(pane.width / picture.width, pane.height / picture.height);
  return { width: picture.width * by, height: picture.height * by };
}

/** Device pixels per image pixel; 1 is "100%". */
export const magnification = (scale: number, fitted: Size, pixels: Size, ratio: number): number =>
  (scale * fitted.width * ratio) / pixels.width;

/** The scale at which one image pixel takes one device pixel. */
export const actualScale = (fitted: Size, pixels: Size, ratio: number): number => pixels.width / (fitted.width * ratio);

/** Whether more device pixels are shown than the preview has, while the file itself has more to show. */
export const beyondPreview = (scale: number, fitted: Size, ratio: number, preview: Size, pixels: Size): boolean =>
  preview.width < pixels.width * 0.99 && scale * fitted.width * ratio > preview.width * 1.02;

const limits = ({ actual }: Space): { least: number; most: number } => ({
  least: Math.min(1, actual),
  most: Math.max(MOST, 4 * actual),
});

/** The nearest view in which no pane shows emptiness that panning could fill. */
export function bounded({ scale, x, y }: View, space: Space): View {
  const { least, most } = limits(space);
  const s = clamp(scale, least, most);
  const reach = (side: keyof Size) =>
    Math.max(0, ...space.fitted.map((size) => 0.5 - space.pane[side] / (2 * size[side] * s)));
  return { scale: s, x: clamp(x, -reach("width"), reach("width")), y: clamp(y, -reach("height"), reach("height")) };
}

/** Zooms to a scale so that the picture's point under the pointer stays there; `at` is in CSS pixels from the pane's middle. */
export function zoomTo(view: View, scale: number, at: Point, fitted: Size, space: Space): View {
  const { least, most } = limits(space);
  const s = clamp(scale, least, most);
  const by = 1 / view.scale - 1 / s;
  return bounded({ scale: s, x: view.x + (at.x / fitted.width) * by, y: view.y + (at.y / fitted.height) * by }, space);
}

export const pan = (view: View, by: Point, fitted: Size, space: Space): View =>
  bounded(
    {
      ...view,
      x: view.x - by.x / (fitted.width * view.scale),
      y: view.y - by.y / (fitted.height * view.scale),
    },
    space,
  );

/** The same place when the picture it lies on is turned. */
export function turnedPlace(place: Place, turn: number): Place {
  const { quarters, mirrored } = TURNED[turn] ?? TURNED[1];
  let made = mirrored ? { ...place, x: 1 - place.x - place.width } : place;
  for (let done = 0; done < quarters; done++)
    made = { x: 1 - made.y - made.height, y: made.x, width: made.height, height: made.width };
  return made;
}

/** Where the picture lies on the one whose place on it this is. */
export const inverse = ({ x, y, width, height }: Place): Place => ({
  x: -x / width,
  y: -y / height,
  width: 1 / width,
  height: 1 / height,
});

/** A crop that was not scaled: its pixels tell its size to the dot, while its place was found on small pictures. */
export function exact(place: Place, on: Size | null, lying: Size | null): Place {
  if (!on || !lying) return place;
  const [width, height] = [lying.width / on.width, lying.height / on.height];
  const isNear = (counted: number, found: number) => Math.abs(counted / found - 1) < UNSCALED;
  if (!isNear(width, place.width) || !isNear(height, place.height)) return place;
  return { x: place.x + (place.width - width) / 2, y: place.y + (place.height - height) / 2, width, height };
}

/** Its size and its middle from the frame's, where it lies in a frame of this size. */
export const laid = ({ x, y, width, height }: Place, frame: Size): { fitted: Size; at: Point } => ({
  fitted: { width: width * frame.width, height: height * frame.height },
  at: { x: (x + width / 2 - 0.5) * frame.width, y: (y + height / 2 - 0.5) * frame.height },
});

/** Where the picture's middle lies from the pane's, in CSS pixels. */
export const offset = (view: View, fitted: Size): Point => ({
  x: -view.x * fitted.width * view.scale,
  y: -view.y * fitted.height * view.scale,
});

/** What a picture covers: its size at "fit", in a frame that the view is of, and how far its middle is from the frame's. */
export type Covering = { fitted: Size; frame: Size; at: Point };

/** The edges as distances from the pane's of what all cover, one pixel inside: the outermost row may be half covered. */
export function edges(view: View, all: Covering[], pane: Size): { x: [number, number]; y: [number, number] } {
  const along = (side: keyof Size, axis: keyof Point): [number, number] => {
    const each = all.map(({ fitted, frame, at }) => {
      const rest = (pane[side] - fitted[side] * view.scale) / 2;
      const middle = offset(view, frame)[axis] + at[axis] * view.scale;
      return [rest + middle + 1, rest - middle + 1];
    });
    return [Math.max(0, ...each.map(([start]) => start)), Math.max(0, ...each.map(([, end]) => end))];
  };
  return { x: along("width", "x"), y: along("height", "y") };
}
