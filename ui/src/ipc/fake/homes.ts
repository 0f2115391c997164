// The twin's second home and its keeping in step.
import type { Ipc } from "..";
import type { DestinationInfo, Home, InStep } from "../types";
import { describe } from "./places";

type Call = <T>(name: string, run: () => T | Promise<T>) => Promise<T>;
type Calls = Pick<
  Ipc,
  | "homes"
  | "nameSecondHome"
  | "forgetSecondHome"
  | "inStep"
  | "keepInStep"
  | "pauseInStep"
  | "resumeInStep"
  | "stopInStep"
  | "onInStep"
>;
type Tools = { call: Call; first: () => DestinationInfo | null; far: () => number; inStep: boolean; tell: () => void };

const OFF: InStep = {
  at: null,
  resumed: false,
  nextLook: null,
  last: null,
  lastAt: null,
  deaf: null,
  trouble: null,
};
const WANTED = { files: 21_604, bytes: 141.9e9 };
const SECOND: DestinationInfo = {
  id: 99,
  kind: "s3",
  url: "s3://family-photos/library",
  label: "family-photos/library on https://s3.eu-central-003.backblazeb2.com",
  secret: "keychain",
  spec: {
    kind: "s3",
    bucket: "family-photos",
    prefix: "library",
    endpoint: "https://s3.eu-central-003.backblazeb2.com",
    region: "eu-central-003",
  },
};

const minutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();

function home(destination: DestinationInfo, missing: number): Home {
  const there = { files: WANTED.files - missing, bytes: WANTED.bytes - missing * 6.5e6 };
  return {
    destination,
    wanted: WANTED,
    there,
    proven: there,
    behind: { files: missing, bytes: missing * 6.5e6 },
    behindSince: missing > 0 ? minutes(-190) : null,
    trouble:
      missing > 0 && missing < 1000
        ? {
            code: "destination_unreachable",
            message: "The storage cannot be reached.",
            safe: "Your originals are untouched. What was placed stays.",
            next: "Check the network, the endpoint or the disk, then start again: it goes on where it was.",
          }
        : null,
  };
}

export function homeCalls({ call, first, far, inStep, tell }: Tools): Calls {
  let second: DestinationInfo | null = inStep ? SECOND : null;
  let missing = inStep ? 12 : WANTED.files;
  const running = (): InStep => ({
    ...OFF,
    at: "listening",
    nextLook: minutes(9),
    lastAt: minutes(-6),
    last: {
      new: 3,
      changed: 1,
      renamed: 2,
      removed: 1,
      sent: { files: 7, bytes: 41.2e6 },
      failed: 0,
      verified: 7,
      behind: 12,
      looked: 412,
      homes: [],
    },
  });
  let now: InStep = inStep ? { ...running(), resumed: true } : OFF;
  const listeners = new Set<(now: InStep) => void>();
  const become = (next: InStep) => {
    now = next;
    for (const listener of listeners) listener(now);
    return now;
  };
  const homes = (): Home[] => {
    const one = first();
    if (!one) return [];
    const own = home(one, Math.round(WANTED.files * (1 - far())));
    return second ? [own, home(second, missing)] : [own];
  };
  return {
    homes: () => call("homes", homes),
    nameSecondHome: (spec, secret) =>
      call("name_second_home", () => {
        const secretAt = spec.kind === "folder" ? "none" : secret ? "keychain" : "environment";
        second = { id: 99, kind: spec.kind, ...describe(spec), secret: secretAt, spec };
        missing = WANTED.files;
        tell();
        return homes();
      }),
    forgetSecondHome: () =>
      call("forget_second_home", () => {
        second = null;
        tell();
        return homes();
      }),
    inStep: () => call("in_step", () => now),
    keepInStep: () => call("keep_in_step", () => become(running())),
    pauseInStep: () => call("pause_in_step", () => become({ ...now, at: "paused", nextLook: null, resumed: false })),
    resumeInStep: () => call("resume_in_step", () => become(running())),
    stopInStep: () => call("stop_in_step", () => become(OFF)),
    onInStep: async (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
