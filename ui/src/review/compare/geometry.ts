// Linked zoom and pan as arithmetic: both pictures share a scale relative to "fit", and the point in the middle of the pane.
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

/** Where the picture's middle lies from the pane's, in CSS pixels. */
export const offset = (view: View, fitted: Size): Point => ({
  x: -view.x * fitted.width * view.scale,
  y: -view.y * fitted.height * view.scale,
});

/** The picture's edges as distances from the pane's, one pixel inside: its outermost row may be half covered. */
export function edges(view: View, fitted: Size, pane: Size): { x: [number, number]; y: [number, number] } {
  const middle = offset(view, fitted);
  const between = (room: number, size: number, at: number): [number, number] => {
    const rest = (room - size * view.scale) / 2;
    return [Math.max(0, rest + at + 1), Math.max(0, rest - at + 1)];
  };
  return { x: between(pane.width, fitted.width, middle.x), y: between(pane.height, fitted.height, middle.y) };
}
