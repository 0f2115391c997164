// A command as a button uses it: busy while it runs, its AppError kept for the screen to show.
import { useCallback, useState } from "react";
import { type AppError, toAppError } from "../ipc";

export type Action<A extends unknown[], R> = {
  run: (...args: A) => Promise<R | undefined>;
  busy: boolean;
  error: AppError | null;
  clear: () => void;
};

export function useAction<A extends unknown[], R>(command: (...args: A) => Promise<R>): Action<A, R> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const run = async (...args: A): Promise<R | undefined> => {
    setBusy(true);
    setError(null);
    try {
      return await command(...args);
    } catch (caught) {
      setError(toAppError(caught));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error, clear: useCallback(() => setError(null), []) };
}
