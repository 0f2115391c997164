// The one place that listens to the shell's events: keeps the newest JobState and the rate samples, and marks reads stale.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from "react";
import type { JobKind, JobState } from "../ipc";
import { useIpc } from "./ipc";
import { invalidate, keys, useSnapshot } from "./queries";

/** Seconds since the start and bytes per second, as two columns for the chart. */
export type Samples = { seconds: number[]; rates: number[] };
const EMPTY: Samples = { seconds: [], rates: [] };
const KEEP_SAMPLES = 600;

export type ActiveJob = JobState & { status: "running" | "paused" | "stopping" };
export const isActive = (job: JobState | null): job is ActiveJob =>
  job !== null && (job.status === "running" || job.status === "paused" || job.status === "stopping");

class JobStore {
  job: JobState | null = null;
  /** A round of keeping in step: it makes way for what the person starts, and says nothing of what they started before. */
  watch: JobState | null = null;
  samples: Samples = EMPTY;
  private listeners = new Set<() => void>();

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  before(job: JobState): JobState | null {
    return job.isForWatch ? this.watch : this.job;
  }

  set(job: JobState): void {
    if (job.isForWatch) {
      this.watch = job;
      for (const listener of this.listeners) listener();
      return;
    }
    if (job.id !== this.job?.id) this.samples = EMPTY;
    this.job = job;
    const { seconds, rates } = this.samples;
    if (job.status === "running" && job.elapsedSeconds - (seconds.at(-1) ?? -1) >= 0.5) {
      this.samples = {
        seconds: [...seconds, job.elapsedSeconds].slice(-KEEP_SAMPLES),
        rates: [...rates, job.bytesPerSecond].slice(-KEEP_SAMPLES),
      };
    }
    for (const listener of this.listeners) listener();
  }
}

const JobContext = createContext<JobStore | null>(null);

export function JobProvider({ children }: { children: ReactNode }) {
  const ipc = useIpc();
  const client = useQueryClient();
  const [store] = useState(() => new JobStore());
  const first = useSnapshot().data?.job ?? null;

  useEffect(() => {
    if (first && first.id > (store.before(first)?.id ?? 0)) store.set(first);
  }, [first, store]);

  useEffect(() => {
    let alive = true;
    const leave: (() => void)[] = [];
    const keep = (unlisten: () => void) => (alive ? leave.push(unlisten) : unlisten());
    void ipc
      .onJob((job) => {
        const was = store.before(job);
        store.set(job);
        const ended = !isActive(job);
        if (ended && (was?.id !== job.id || was.status !== job.status)) {
          for (const queryKey of Object.values(keys)) void client.invalidateQueries({ queryKey });
        } else if (job.failed !== was?.failed) {
          void client.invalidateQueries({ queryKey: keys.planRows });
        }
      })
      .then(keep);
    void ipc.onChanged(({ what }) => invalidate(client, what)).then(keep);
    return () => {
      alive = false;
      for (const unlisten of leave) unlisten();
    };
  }, [ipc, client, store]);

  return <JobContext value={store}>{children}</JobContext>;
}

function useStore(): JobStore {
  const store = use(JobContext);
  if (!store) throw new Error("useJob needs a JobProvider");
  return store;
}

/** The running or last job; with a kind, only while the last job is of that kind. */
export function useJob(kind?: JobKind): JobState | null {
  const store = useStore();
  const job = useSyncExternalStore(store.subscribe, () => store.job);
  return kind && job?.kind !== kind ? null : job;
}

/** The round that keeps in step, running or last. */
export function useWatchJob(): JobState | null {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => store.watch);
}

/** True while any job of the person runs, is paused or is stopping: nothing else can start then. */
export function useBusy(): boolean {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => isActive(store.job));
}

export function useSamples(): Samples {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => store.samples);
}
