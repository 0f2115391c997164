// A press meant for the group before must not decide the one that has just taken its place.
import { useLayoutEffect, useRef } from "react";

const GLANCE = 200;

/** Whether this group has been in sight long enough to be decided. The first one always has: it was chosen. */
export function useSettled(groupId: number): () => boolean {
  const since = useRef(Number.NEGATIVE_INFINITY);
  const before = useRef(groupId);
  useLayoutEffect(() => {
    if (before.current !== groupId) since.current = performance.now();
    before.current = groupId;
  }, [groupId]);
  return () => performance.now() - since.current >= GLANCE;
}
