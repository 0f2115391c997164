// What another setting of the slider would give: asked shortly after the last move, and only the newest answer counts.
import { useEffect, useRef, useState } from "react";
import { type AppError, type Similarity, toAppError } from "../../ipc";
import { useIpc } from "../../shared/ipc";

const WAIT = 60;

export function useTrial() {
  const ipc = useIpc();
  const [answer, setAnswer] = useState<Similarity | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const newest = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      newest.current++;
      clearTimeout(timer.current);
    },
    [],
  );

  const ask = (distance: number) => {
    const mine = ++newest.current;
    clearTimeout(timer.current);
    timer.current = setTimeout(async () => {
      try {
        const next = await ipc.trySimilarity(distance);
        if (mine !== newest.current) return;
        setAnswer(next);
        setError(null);
      } catch (caught) {
        if (mine === newest.current) setError(toAppError(caught));
      }
    }, WAIT);
  };
  return { answer, error, ask };
}
