// A small word with a tint; the word carries the meaning, the colour only helps.
import type { ReactNode } from "react";

const TONE = {
  neutral: "bg-sunken text-muted border-line",
  accent: "bg-accent-soft text-accent-strong border-accent/25",
  good: "bg-good-soft text-good border-good/25",
  warn: "bg-warn-soft text-warn border-warn/25",
  bad: "bg-bad-soft text-bad border-bad/25",
};
export type Tone = keyof typeof TONE;

export function Badge({ tone = "neutral", icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={`inline-flex h-5.5 shrink-0 items-center gap-1 rounded-md border px-1.5 text-xs font-medium whitespace-nowrap ${TONE[tone]}`}
    >
      {icon}
      {children}
    </span>
  );
}
