// Below the steps, on every screen: that the library is kept in step, and how far behind it is.
import { RefreshCw } from "lucide-react";
import { count } from "./format";
import { filesBehind, useHomes, useInStep } from "./homes";

export function InStepMark({ onOpen }: { onOpen: () => void }) {
  const now = useInStep().data;
  const behind = filesBehind(useHomes().data);
  if (!now?.at) return null;
  const paused = now.at === "paused";
  const words = now.trouble
    ? "Needs a look"
    : paused
      ? "Paused"
      : behind > 0
        ? `${count(behind)} behind`
        : now.at === "listening"
          ? "In step"
          : "Keeping in step";
  return (
    <button
      type="button"
      data-testid="in-step-mark"
      data-at={now.at}
      onClick={onOpen}
      className="mb-1 flex h-9 items-center gap-3 rounded-lg px-3.5 text-[13px] text-muted hover:bg-line/60 hover:text-ink"
    >
      <span title={words} className="flex shrink-0 lg:pointer-events-none">
        <RefreshCw size={17} aria-hidden className={now.trouble ? "text-bad" : paused ? "text-faint" : "text-good"} />
      </span>
      <span className="sr-only truncate lg:not-sr-only">{words}</span>
    </button>
  );
}
