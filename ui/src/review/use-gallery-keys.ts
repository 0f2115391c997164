// The keys of the gallery: which of its moves and decisions each action of the table runs.
import { useActionKeys } from "./keys/use-action-keys";

export type GalleryKeys = {
  move: (by: 1 | -1) => void;
  edge: (end: boolean) => void;
  member: (by: 1 | -1) => void;
  accept: () => void;
  toggle: () => void;
  onlyKeeper?: () => void;
  notDuplicates: () => void;
  later: () => void;
  compare: () => void;
  discard: () => void;
};

export function useGalleryKeys(active: boolean, keys: GalleryKeys): void {
  useActionKeys(
    {
      nextGroup: () => keys.move(1),
      previousGroup: () => keys.move(-1),
      firstGroup: () => keys.edge(false),
      lastGroup: () => keys.edge(true),
      nextMember: () => keys.member(1),
      previousMember: () => keys.member(-1),
      accept: keys.accept,
      toggle: keys.toggle,
      onlyKeeper: keys.onlyKeeper,
      notDuplicates: keys.notDuplicates,
      later: keys.later,
      compare: keys.compare,
      discard: keys.discard,
    },
    { active, only: "gallery" },
  );
}
