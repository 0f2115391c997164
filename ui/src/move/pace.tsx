// What the storage makes of our pace: nothing while it takes everything, one quiet line once it asked to slow down.
import type { Pace } from "../ipc";
import { count } from "../shared/format";

const times = (n: number): string => (n === 1 ? "once" : n === 2 ? "twice" : `${count(n)} times`);

export function paceWords({ rate, refused, waitsMs }: Pace): string | null {
  if (refused === 0) return null;
  if (waitsMs > 0) return `Waiting ${count(Math.ceil(waitsMs / 1000))} s as the storage asked.`;
  const now = rate < 1 ? "less than one request a second" : `about ${count(rate)} requests a second`;
  return `The storage asked to slow down ${times(refused)}; sending ${now}.`;
}

export function PaceLine({ pace }: { pace: Pace | null | undefined }) {
  const words = pace && paceWords(pace);
  if (!words) return null;
  return (
    <p data-testid="pace" className="mt-3 text-[13px] text-muted">
      {words}
    </p>
  );
}
