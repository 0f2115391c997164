// The twin's limits of the line, and of the disks of the originals, and when it waits.
import type { Ipc, PauseOn, SourceLoad, Throttle } from "..";

type Call = <T>(name: string, run: () => T | Promise<T>) => Promise<T>;
type Calls = "throttle" | "setThrottle" | "sourceLoad" | "setSourceLoad" | "pauseOn" | "setPauseOn";

export function throttleCalls(call: Call): Pick<Ipc, Calls> {
  let throttle: Throttle = { up: null, down: null, hours: [] };
  let load: SourceLoad = { how: "free" };
  let wanted: PauseOn = { battery: 30, metered: true };
  return {
    pauseOn: () => call("pause_on", () => wanted),
    setPauseOn: (next) =>
      call("set_pause_on", () => {
        wanted = next;
      }),
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
