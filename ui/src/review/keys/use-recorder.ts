// Takes the next key press for itself, before dialogs and controls see it.
import { useEffect, useRef } from "react";
import { comboOf } from "./combo";

export function useRecorder(recording: boolean, onKey: (combo: string) => void): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    if (!recording) return;
    const onKeyDown = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      const combo = comboOf(event);
      if (combo && !event.repeat) latest.current(combo);
    };
    // A button that has the focus is pressed when Space comes up again.
    const onKeyUp = (event: KeyboardEvent) => event.preventDefault();
    window.addEventListener("keydown", onKeyDown, { capture: true });
    window.addEventListener("keyup", onKeyUp, { capture: true });
    return () => {
      window.removeEventListener("keydown", onKeyDown, { capture: true });
      setTimeout(() => window.removeEventListener("keyup", onKeyUp, { capture: true }), 500);
    };
  }, [recording]);
}
