// The quiet white panel that holds one subject, and the small label above a value.
import type { ComponentProps, ReactNode } from "react";

export function Card({ className = "", ...rest }: ComponentProps<"section">) {
  return <section className={`rounded-xl border border-line bg-surface shadow-card ${className}`} {...rest} />;
}

export function CardTitle({ children, aside, id }: { children: ReactNode; aside?: ReactNode; id?: string }) {
  return (
    <div className="mb-3 flex min-h-6 items-baseline justify-between gap-3">
      <h2 id={id} className="text-[15px] font-semibold">
        {children}
      </h2>
      {aside && <div className="text-[13px] text-muted">{aside}</div>}
    </div>
  );
}

export function Stat({ label, value, hint }: { label: string; value: ReactNode; hint?: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-[13px] text-muted">{label}</dt>
      <dd className="truncate text-2xl font-semibold tracking-tight">{value}</dd>
      {hint && <dd className="truncate text-[13px] text-faint">{hint}</dd>}
    </div>
  );
}
