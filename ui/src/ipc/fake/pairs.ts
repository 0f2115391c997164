// Which of the twin's folders hold copies of each other.
import type { Folder, FolderPair, Group } from "../types";

const MOST_PAIRS = 12;

export function folderPairs(groups: Group[], folders: Folder[]): FolderPair[] {
  const byPath = new Map(folders.map((folder) => [folder.path, folder]));
  const pairs = new Map<string, FolderPair>();
  for (const { kind, status, members } of groups) {
    if (kind === "burst") continue;
    const paths = [...new Set(members.map((m) => m.folder))].sort();
    for (const [i, first] of paths.entries())
      for (const second of paths.slice(i + 1)) {
        const a = byPath.get(first);
        const b = byPath.get(second);
        if (!a || !b) continue;
        const key = `${a.id} ${b.id}`;
        const pair = pairs.get(key) ?? { a, b, groups: 0, copies: 0, bytes: 0, open: 0 };
        pairs.set(key, pair);
        pair.groups++;
        if (status === "open") pair.open++;
        for (const m of members) {
          if (m.folder !== first) continue;
          pair.copies++;
          pair.bytes += m.size;
        }
      }
  }
  return [...pairs.values()].sort((x, y) => y.copies - x.copies).slice(0, MOST_PAIRS);
}
