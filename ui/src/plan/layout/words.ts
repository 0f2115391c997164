// The words of a layout as people read them, the presets, and how a word is put into a template where the caret stands.

export const DEFAULT_LAYOUT = "{year}/{year}-{month}/{original name}";

export const PRESETS = [
  { name: "Keep my folders", layout: "{original folder}/{original name}" },
  { name: "Year / month", layout: DEFAULT_LAYOUT },
  { name: "Year / month-day", layout: "{year}/{month}-{day}/{original name}" },
  { name: "Camera", layout: "{camera}/{year}/{original name}" },
  { name: "Album", layout: '{album|original folder|"No album"}/{original name}' },
];

export const WORDS = [
  { word: "year", hint: "Year it was taken, such as 2019" },
  { word: "month", hint: "Month, 01 to 12" },
  { word: "day", hint: "Day, 01 to 31" },
  { word: "hour", hint: "Hour, 00 to 23" },
  { word: "camera", hint: "Make and model of the camera" },
  { word: "lens", hint: "Model of the lens" },
  { word: "place", hint: "City that is written in the photo" },
  { word: "album", hint: "Album of a Google Takeout" },
  { word: "original folder", hint: "The folder it lies in now; alone between slashes with all folders above" },
  { word: "original name", hint: "Its name, with its ending" },
  { word: "sequence", hint: "A number, counted in each folder: 0001, 0002 …" },
  { word: "sha8", hint: "Eight digits that only these bytes have" },
];

/** "no album and no original folder" of ["album", "original folder"]. */
export const lacking = (words: string[]): string => words.map((word) => `no ${word}`).join(" and ");

/** Puts a word at the caret; inside of braces it becomes what is asked next where the others have nothing to say. */
export function insertWord(template: string, from: number, to: number, word: string): { text: string; caret: number } {
  const open = from > 0 ? template.lastIndexOf("{", from - 1) : -1;
  const close = open < 0 ? -1 : template.indexOf("}", open);
  if (open >= 0 && close >= from) {
    const inside = template.slice(open + 1, close);
    const quote = inside.indexOf('"');
    const words = (quote < 0 ? inside : inside.slice(0, quote)).replace(/[|\s]*$/, "");
    const rest = quote < 0 ? "" : `|${inside.slice(quote)}`;
    const added = words ? `${words}|${word}` : word;
    return {
      text: `${template.slice(0, open + 1)}${added}${rest}${template.slice(close)}`,
      caret: open + 1 + added.length,
    };
  }
  const put = `{${word}}`;
  return { text: template.slice(0, from) + put + template.slice(to), caret: from + put.length };
}
