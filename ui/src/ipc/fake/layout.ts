// Layouts in the twin: the same words, fallbacks and refusals as the engine's, over a made-up library that is small enough
// to be counted whole.
import type { AppError, LayoutChange, LayoutFolder, LayoutMissing, LayoutPreview, PlanOptions } from "../types";

const WORDS = [
  "year",
  "month",
  "day",
  "hour",
  "camera",
  "lens",
  "place",
  "album",
  "original name",
  "original folder",
  "sequence",
  "sha8",
] as const;
type Word = (typeof WORDS)[number];
type Choice = { words: Word[]; text: string | null };
type Part = (string | Choice)[];
type Photo = Partial<Record<Word, string>> & { from: string; "original name": string };

const DATES: readonly string[] = ["year", "month", "day", "hour"];
const APART: readonly string[] = ["original name", "sequence", "sha8"];
const RESORT: Partial<Record<Word, string>> = {
  year: "undated",
  month: "undated",
  day: "undated",
  hour: "undated",
  camera: "unknown camera",
  lens: "unknown lens",
  place: "unknown place",
  album: "no album",
};

const CAMERAS = ["Canon EOS R6", "iPhone 13", "DJI FC3582", undefined];
const PLACES = ["Lisbon", "Tromsø", "Zürich", undefined, undefined];
const ALBUMS = ["Norway 2023", "Grandma is 80", undefined, undefined];
const FOLDERS = ["Pictures/Norway", "Phone backups/2019–2023", "SD_CARD/DCIM/100MEDIA", "Downloads"];
const two = (n: number) => String(n).padStart(2, "0");

/** Some share their names: phones and cameras count from one again. */
const PHOTOS: Photo[] = Array.from({ length: 2400 }, (_, n) => {
  const folder = FOLDERS[n % FOLDERS.length];
  const name = n % 4 === 1 ? `IMG_${1000 + (n % 700)}.HEIC` : `IMG_${1000 + (n % 900)}.JPG`;
  return {
    from: `/home/anna/${folder}/${name}`,
    year: String(2019 + (n % 6)),
    month: two(1 + ((n * 7) % 12)),
    day: two(1 + ((n * 11) % 28)),
    hour: two((n * 5) % 24),
    camera: CAMERAS[n % CAMERAS.length],
    lens: n % 4 === 0 ? "RF24-105mm F4 L IS USM" : undefined,
    place: PLACES[n % PLACES.length],
    album: ALBUMS[(n >> 2) % ALBUMS.length],
    "original name": name,
    "original folder": folder,
    sha8: ((n * 2654435761) >>> 0).toString(16).padStart(8, "0"),
  };
});

const isByFileTime = (_: Photo, n: number) => n % 29 === 0;

const refusal = (message: string): AppError => ({
  code: "usage",
  message,
  safe: "Nothing was changed.",
  next: "Correct the layout.",
});

function choice(inside: string): Choice {
  const [, before, text] = /^([^"]*)(?:"([^"]*)"\s*)?$/.exec(inside) ?? [];
  if (before === undefined)
    throw refusal("A text in quotes is the last resort: words stand before it and nothing behind it.");
  const words = before.split("|").map((word) => word.trim());
  if (text !== undefined) words.pop();
  for (const word of words)
    if (!(WORDS as readonly string[]).includes(word))
      throw refusal(
        `\`{${word}}\` is not a word this layout knows. Known: ${WORDS.map((known) => `{${known}}`).join(" ")}.`,
      );
  return { words: words as Word[], text: text ?? null };
}

function parse(layout: string): Part[] {
  const parts: Part[] = [[]];
  for (const piece of layout.match(/\{[^{}]*\}|\/|[^{}/]+|[{}]/g) ?? []) {
    if (piece === "/") parts.push([]);
    else if (piece === "{") throw refusal("A `{` without its `}`.");
    else parts[parts.length - 1].push(piece.startsWith("{") ? choice(piece.slice(1, -1)) : piece);
  }
  const full = parts.filter((part) => part.length > 0);
  if (full.length === 0) throw refusal("A layout needs at least one part.");
  if (!full[full.length - 1].some((one) => typeof one !== "string" && APART.includes(one.words[0])))
    throw refusal("The last part must hold {original name}, {sequence} or {sha8}, or photos would lose their names.");
  if (full.slice(0, -1).some((part) => part.some((one) => typeof one !== "string" && one.words.includes("sequence"))))
    throw refusal("{sequence} counts the photos of a folder, so it belongs in the last part.");
  return full;
}

const resort = ({ words, text }: Choice): string => text ?? RESORT[words[words.length - 1]] ?? "";
const said = (one: Choice, photo: Photo): string => {
  const word = one.words.find((word) => photo[word]);
  return (word && photo[word]) ?? resort(one);
};

const isFolder = (part: Part, photo: Photo): boolean => {
  const [one] = part;
  return part.length === 1 && typeof one !== "string" && one.words.find((word) => photo[word]) === "original folder";
};

function render(part: Part, photo: Photo): string {
  const text = part.map((one) => (typeof one === "string" ? one : said(one, photo))).join("");
  return isFolder(part, photo) ? text : text.replaceAll("/", "_").trim();
}

function missing(parts: Part[]): LayoutMissing[] {
  const made = new Map<string, LayoutMissing>();
  for (const photo of PHOTOS) {
    const seen = new Set<string>();
    for (const one of parts.flat()) {
      if (typeof one === "string") continue;
      const at = one.words.findIndex((word) => photo[word] || APART.includes(word));
      if (at === 0) continue;
      const words = (at < 0 ? one.words : one.words.slice(0, at)).map((word) => (DATES.includes(word) ? "date" : word));
      const lack = { words: [...new Set(words)], word: at < 0 ? null : one.words[at], text: at < 0 ? resort(one) : "" };
      const key = JSON.stringify(lack);
      if (!seen.has(key)) made.set(key, { ...lack, photos: (made.get(key)?.photos ?? 0) + 1 });
      seen.add(key);
    }
  }
  return [...made.values()];
}

function tree(keys: string[]): { tree: LayoutFolder[]; folders: number; atTop: number } {
  const top: LayoutFolder = { name: "", photos: 0, folders: 0, children: [], hidden: 0 };
  let atTop = 0;
  for (const key of keys) {
    const names = key.split("/").slice(0, -1);
    if (names.length === 0) atTop++;
    const way = [top];
    for (const name of names) {
      const at = way[way.length - 1];
      let next = at.children.find((child) => child.name === name);
      if (!next) {
        next = { name, photos: 0, folders: 0, children: [], hidden: 0 };
        at.children.push(next);
        for (const above of way) above.folders++;
      }
      way.push(next);
    }
    for (const folder of way) folder.photos++;
  }
  const sort = (folder: LayoutFolder) => {
    folder.children.sort((a, b) => (a.name < b.name ? -1 : 1));
    folder.children.forEach(sort);
  };
  sort(top);
  return { tree: top.children, folders: top.folders, atTop };
}

export function layoutPreview({ layout }: PlanOptions): LayoutPreview {
  const parts = parse(layout);
  const words = parts.flat().flatMap((one) => (typeof one === "string" ? [] : one.words));
  const isNumbered = words.includes("sequence");
  const given = new Set<string>();
  const numbers = new Map<string, number>();
  const collisions: LayoutChange = { photos: 0, examples: [] };
  const keys = PHOTOS.map((photo) => {
    const [stem, ending] = photo["original name"].split(".");
    const folders = parts.slice(0, -1).map((part) => render(part, photo));
    const folder = folders
      .filter(Boolean)
      .map((name) => `${name}/`)
      .join("");
    const number = (numbers.get(folder) ?? 0) + 1;
    numbers.set(folder, number);
    const facts = { ...photo, "original name": stem, sequence: String(number).padStart(4, "0") };
    const plain = `${folder}${render(parts[parts.length - 1], facts)}`;
    const isTaken = given.has(`${plain}.${ending}`.toLowerCase());
    const key = `${plain}${isTaken ? `~${photo.sha8}` : ""}.${ending}`;
    given.add(key.toLowerCase());
    if (isTaken && collisions.photos++ < 2) collisions.examples.push({ from: photo.from, to: key });
    return key;
  });
  return {
    photos: PHOTOS.length,
    total: PHOTOS.length,
    kept: 0,
    leftOut: 0,
    unread: 0,
    ...tree(keys),
    moreFolders: false,
    hidden: 0,
    samples: [0, 501, 1002, 1503].map((n) => ({ from: PHOTOS[n].from, to: keys[n] })),
    collisions,
    shortened: { photos: 0, examples: [] },
    refused: { photos: 0, examples: [] },
    missing: missing(parts),
    byFileTime: words.some((word) => DATES.includes(word)) ? PHOTOS.filter(isByFileTime).length : 0,
    isNumbered,
  };
}
