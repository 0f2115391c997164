// The twin's folders and what the person said of them. A mark holds for everything below.
import type { Folder, FolderMark } from "../types";

const PATHS = [
  "/home/anna/Pictures/2021/Sweden",
  "/media/anna/SD_CARD/DCIM/102CANON",
  "/home/anna/Pictures/Old laptop",
  "/home/anna/Phone backups/2019–2023/WhatsApp Images",
  "/home/anna/Desktop/unsorted",
  "/home/anna/Phone backups/2019–2023/Camera",
  "/home/anna/Pictures/Albums/Norway 2023",
];
/** The last folder holds one photo of every so many groups; the others share the rest. */
const RARE = 9;

export class FakeFolders {
  private marks = new Map<number, FolderMark>([
    [7, "protected"],
    [4, "dump"],
  ]);

  /** Identifiers count from 1. */
  idOf = (path: string): number => PATHS.indexOf(path) + 1;
  pathOf = (group: number, place: number): string =>
    group % RARE === 4 && place === 1 ? PATHS[PATHS.length - 1] : PATHS[(group + place) % (PATHS.length - 1)];

  markOf(path: string): FolderMark | null {
    for (const [id, mark] of this.marks) if (`${path}/`.startsWith(`${PATHS[id - 1]}/`)) return mark;
    return null;
  }

  mark(id: number, mark: FolderMark | null): void {
    if (mark) this.marks.set(id, mark);
    else this.marks.delete(id);
  }

  /** `grouped` says how many assets of a folder are in a group. */
  list(grouped: Map<number, number>): Folder[] {
    return PATHS.map((path, i): Folder => {
      const inGroups = grouped.get(i + 1) ?? 0;
      const assets = Math.ceil(inGroups * (1.04 + i * 0.3));
      return { id: i + 1, path, mark: this.marks.get(i + 1) ?? null, assets, grouped: inGroups };
    }).sort((a, b) => Number(b.mark !== null) - Number(a.mark !== null) || b.grouped - a.grouped);
  }
}
