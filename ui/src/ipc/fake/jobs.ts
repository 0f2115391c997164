// The twin's jobs: a timer that moves a JobState forward and tells the listeners, with pause, resume and cancel.
import type { AppError, JobKind, JobState, Pace } from "../types";

export type Work = {
  files: number;
  bytes: number;
  stages: string[];
  seconds: number;
  workers?: number;
  failed?: number;
  message: string;
  error?: AppError;
  pace?: Pace;
  held?: string;
};

const TICK = 200;

export class FakeJobs {
  current: JobState | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private nextId = 1;
  private listeners = new Set<(job: JobState) => void>();

  constructor(private readonly instant: boolean) {}

  on(listener: (job: JobState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  refuseWhileBusy(): void {
    if (this.current && ["running", "paused", "stopping"].includes(this.current.status)) {
      throw {
        code: "busy",
        message: "Another job is running.",
        safe: "It goes on as before.",
        next: "Wait for it, or cancel it first.",
      } satisfies AppError;
    }
  }

  start(kind: JobKind, work: Work, startAt: number, done: () => void): void {
    this.refuseWhileBusy();
    let part = startAt;
    let elapsed = Math.round(work.seconds * startAt);
    const id = this.nextId++;
    const set = (change: Partial<JobState>) => {
      this.current = { ...(this.current as JobState), ...change };
      for (const listener of this.listeners) listener(this.current);
    };
    this.current = {
      id,
      kind,
      status: "running",
      stage: work.stages[0],
      filesDone: 0,
      filesTotal: null,
      bytesDone: 0,
      bytesTotal: null,
      bytesPerSecond: 0,
      etaSeconds: null,
      elapsedSeconds: 0,
      failed: 0,
      workers: [],
      pace: null,
      heldBy: null,
      message: null,
      error: null,
    };
    const finish = () => {
      this.stop();
      set({
        status: "done",
        stage: "Done",
        filesDone: work.files,
        filesTotal: work.files,
        bytesDone: work.bytes,
        bytesTotal: work.bytes,
        bytesPerSecond: 0,
        etaSeconds: 0,
        workers: [],
        failed: work.failed ?? 0,
        message: work.message,
      });
      done();
    };
    set({});
    if (this.instant) {
      finish();
      return;
    }
    const tick = () => {
      if (this.current?.status === "paused") return;
      part += TICK / 1000 / work.seconds;
      elapsed += TICK / 1000;
      if (work.error && part > 0.4) {
        this.stop();
        set({ status: "failed", error: work.error, bytesPerSecond: 0, etaSeconds: null, workers: [] });
        return;
      }
      if (part >= 1) return finish();
      const rate = (work.bytes / work.seconds) * (0.8 + 0.3 * Math.sin(elapsed / 2) + 0.1 * Math.sin(elapsed * 5));
      const known = part > 0.08;
      const workers = Array.from({ length: work.workers ?? 0 }, (_, i) => ({
        id: i + 1,
        current: `Pictures/2023 trip/IMG_${2200 + Math.floor(elapsed * 3) + i * 17}.CR3`,
        bytes: Math.floor(((elapsed * 1.7 + i * 0.3) % 1) * 24_000_000),
        bytesPerSecond: rate / (work.workers ?? 1) / (1 + i * 0.05),
      }));
      set({
        stage: work.stages[Math.min(work.stages.length - 1, Math.floor(part * work.stages.length))],
        filesDone: Math.floor(work.files * part),
        filesTotal: known ? work.files : null,
        bytesDone: Math.floor(work.bytes * part),
        bytesTotal: known ? work.bytes : null,
        bytesPerSecond: rate,
        etaSeconds: known ? work.seconds * (1 - part) : null,
        elapsedSeconds: elapsed,
        failed: part > 0.3 ? (work.failed ?? 0) : 0,
        workers,
        pace: work.pace ?? null,
      });
      if (work.held && part > 0.2 && !this.anyway) this.change("paused", work.held);
    };
    this.timer = setInterval(tick, TICK);
    tick();
  }

  /** "Go on anyway", said while it was held. */
  private anyway = false;

  change(status: JobState["status"], heldBy: string | null = null): void {
    if (!this.current) return;
    this.anyway ||= status === "running" && this.current.heldBy !== null;
    this.current = {
      ...this.current,
      status,
      heldBy,
      bytesPerSecond: status === "running" ? this.current.bytesPerSecond : 0,
      etaSeconds: null,
    };
    for (const listener of this.listeners) listener(this.current);
  }

  cancel(): void {
    this.stop();
    this.change("stopping");
    setTimeout(() => this.change("cancelled"), this.instant ? 0 : 500);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}
