// Gives the focus back to where it was before a dialog without a trigger opened; Radix only knows the way back to triggers.
import { useEffect, useRef } from "react";

/** A menu's item is gone when its dialog closes; the button that opened the menu is still there. */
function lasting(place: Element | null): Element | null {
  const opener = place?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return opener ? document.getElementById(opener) : place;
}

export function useFocusBack(): void {
  const before = useRef<Element | null | undefined>(undefined);
  if (before.current === undefined) before.current = lasting(document.activeElement);
  useEffect(
    () => () => {
      const place = before.current;
      setTimeout(() => {
        const isFree = document.activeElement === document.body || document.activeElement === null;
        if (isFree && place instanceof HTMLElement && place.isConnected) place.focus({ preventScroll: true });
      });
    },
    [],
  );
}

/** The same as an element, to stand inside of what opens and closes. */
export function FocusBack(): null {
  useFocusBack();
  return null;
}
