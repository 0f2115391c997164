// The twin's limits of the line, and of the disks of the originals.
import type { Ipc, SourceLoad, Throttle } from "..";

type Call = <T>(name: string, run: () => T | Promise<T>) => Promise<T>;

export function throttleCalls(call: Call): Pick<Ipc, "throttle" | "setThrottle" | "sourceLoad" | "setSourceLoad"> {
  let throttle: Throttle = { up: null, down: null, hours: [] };
  let load: SourceLoad = { how: "free" };
  return {
    throttle: () => call("throttle", () => throttle),
    setThrottle: (next) =>
      call("set_throttle", () => {
        throttle = next;
      }),
    sourceLoad: () => call("source_load", () => ({ load, unseen: ["/mnt/nas/Photos"] })),
    setSourceLoad: (next) =>
      call("set_source_load", () => {
        load = next;
      }),
  };
}
