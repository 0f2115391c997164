// Named bars, longest first; the rest beyond the first few is one line, so that nothing is left unsaid.
import { useState } from "react";
import type { NamedCount } from "../ipc";
import { bytes, count } from "../shared/format";
import { PathText } from "../shared/ui/bits";

const SHOWN = 6;

export function Bars({ rows, by = "bytes", paths }: { rows: NamedCount[]; by?: "bytes" | "files"; paths?: boolean }) {
  const [all, setAll] = useState(false);
  const sorted = [...rows].sort((a, b) => b[by] - a[by]);
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  const most = Math.max(1, ...sorted.map((r) => r[by]));
  if (rows.length === 0) return <p className="text-muted">Nothing recorded.</p>;
  return (
    <>
      <ul className={`flex flex-col gap-2.5 ${all ? "max-h-96 overflow-y-auto pr-2" : ""}`}>
        {shown.map((row) => (
          <li key={row.name}>
            <div className="flex items-baseline justify-between gap-3 text-[13px]">
              {paths ? <PathText path={row.name} /> : <span className="truncate">{row.name}</span>}
              <span className="shrink-0 text-muted">
                {count(row.files)} · {bytes(row.bytes)}
              </span>
            </div>
            <div aria-hidden className="mt-1 h-1.5 rounded-full bg-line">
              <div
                className="h-full min-w-1 rounded-full bg-accent/80"
                style={{ width: `${(row[by] / most) * 100}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
      {sorted.length > SHOWN && (
        <button
          type="button"
          className="mt-3 rounded text-[13px] text-accent hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? "Show fewer" : `Show ${count(sorted.length - SHOWN)} more`}
        </button>
      )}
    </>
  );
}
