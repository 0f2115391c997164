// A progress bar that never lies: without a known total it only says that work goes on.
import { percent } from "../format";

type Props = {
  done: number;
  total: number | null;
  label: string;
  paused?: boolean;
  tone?: "accent" | "bad" | "good";
  size?: "sm" | "lg";
};

export function Progress({ done, total, label, paused, tone = "accent", size = "sm" }: Props) {
  const known = total !== null && total > 0;
  const part = known ? Math.min(1, done / total) : 0;
  const colour = { accent: "bg-accent", bad: "bg-bad", good: "bg-good" }[tone];
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.floor(part * 100) : undefined}
      aria-valuetext={known ? (percent(done, total) ?? undefined) : "Total not known yet"}
      className={`relative w-full overflow-hidden rounded-full bg-line ${size === "lg" ? "h-3" : "h-1.5"}`}
    >
      {known ? (
        <div
          className={`h-full rounded-full transition-[width] duration-200 ${paused ? "bg-faint" : colour}`}
          style={{ width: `${part * 100}%` }}
        />
      ) : (
        <div className={`h-full rounded-full ${paused ? "w-0" : `w-2/7 ${colour} animate-slide`}`} />
      )}
    </div>
  );
}
