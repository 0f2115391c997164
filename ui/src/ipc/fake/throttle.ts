// The twin's limits of the line.
import type { Ipc, Throttle } from "..";

type Call = <T>(name: string, run: () => T | Promise<T>) => Promise<T>;

export function throttleCalls(call: Call): Pick<Ipc, "throttle" | "setThrottle"> {
  let throttle: Throttle = { up: null, down: null, hours: [] };
  return {
    throttle: () => call("throttle", () => throttle),
    setThrottle: (next) =>
      call("set_throttle", () => {
        throttle = next;
      }),
  };
}
