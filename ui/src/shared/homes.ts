// The homes of the library and keeping in step, as the window reads them: asked once, then told by events.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { AppError, Home, InStep } from "../ipc";
import { useIpc } from "./ipc";
import { isActive, useJob, useWatchJob } from "./job";
import { keys } from "./queries";

/** While something moves, how far each home is changes without a word. */
const LOOK_MS = 2000;

export function useHomes() {
  const ipc = useIpc();
  const own = isActive(useJob());
  const watch = isActive(useWatchJob());
  return useQuery<Home[], AppError>({
    queryKey: keys.homes,
    queryFn: () => ipc.homes(),
    refetchInterval: own || watch ? LOOK_MS : false,
  });
}

export function useInStep() {
  const ipc = useIpc();
  const client = useQueryClient();
  useEffect(() => {
    let leave: (() => void) | null = null;
    let alive = true;
    void ipc
      .onInStep((now) => {
        client.setQueryData<InStep>(keys.inStep, now);
        void client.invalidateQueries({ queryKey: keys.homes });
      })
      .then((unlisten) => {
        if (alive) leave = unlisten;
        else unlisten();
      });
    return () => {
      alive = false;
      leave?.();
    };
  }, [ipc, client]);
  return useQuery<InStep, AppError>({ queryKey: keys.inStep, queryFn: () => ipc.inStep() });
}

/** Photos that are not at every home yet. */
export const filesBehind = (homes: Home[] | undefined): number =>
  Math.max(0, ...(homes ?? []).map((home) => home.behind.files));
