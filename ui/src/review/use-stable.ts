// Actions under one lasting identity that always run as they are now: rows that did not change are not drawn again.
import { useRef, useState } from "react";

type Actions = Record<string, (...args: never[]) => void>;

export function useStable<T extends Actions>(now: T): T {
  const latest = useRef(now);
  latest.current = now;
  const [stable] = useState(
    () =>
      Object.fromEntries(
        Object.keys(now).map((name) => [name, (...args: never[]) => latest.current[name](...args)]),
      ) as T,
  );
  return stable;
}
