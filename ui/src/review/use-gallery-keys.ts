// The keys of the gallery. They stay out of the way of buttons, lists and inputs that have the focus themselves.
import { useHotkeys } from "react-hotkeys-hook";

export type GalleryKeys = {
  move: (by: 1 | -1) => void;
  edge: (end: boolean) => void;
  member: (by: 1 | -1) => void;
  accept: () => void;
  toggle: () => void;
  notDuplicates: () => void;
  later: () => void;
  compare: () => void;
  discard: () => void;
};

/** Arrows, Space and Enter belong to a focused control; letters do not. */
const free = (event: KeyboardEvent): boolean => {
  const target = event.target as HTMLElement;
  return (
    target === document.body ||
    target.getAttribute("role") === "grid" ||
    target.tagName === "H1" ||
    target.tagName === "MAIN"
  );
};

export function useGalleryKeys(active: boolean, keys: GalleryKeys): void {
  const enabled = () => active && document.querySelector("[role=dialog],[role=alertdialog]") === null;
  const on = (names: string[], run: () => void, needsFree = false) =>
    useHotkeys(
      names,
      (event) => {
        if (!enabled() || (needsFree && !free(event))) return;
        event.preventDefault();
        run();
      },
      { enableOnFormTags: ["radio"] },
    );
  on(["j"], () => keys.move(1));
  on(["k"], () => keys.move(-1));
  on(["down"], () => keys.move(1), true);
  on(["up"], () => keys.move(-1), true);
  on(["home"], () => keys.edge(false), true);
  on(["end"], () => keys.edge(true), true);
  on(["left"], () => keys.member(-1), true);
  on(["right"], () => keys.member(1), true);
  on(["a"], keys.accept);
  on(["enter"], keys.accept, true);
  on(["space"], keys.toggle, true);
  on(["n"], keys.notDuplicates);
  on(["l"], keys.later);
  on(["c"], keys.compare);
  on(["escape"], keys.discard);
}
