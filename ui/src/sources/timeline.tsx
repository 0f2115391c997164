// Photos per month as one row of bars (per year when there are very many months); hovering names the month.
import { useState } from "react";
import type { MonthCount } from "../ipc";
import { LOCALE, plural } from "../shared/format";
import { CardTitle } from "../shared/ui/card";

type Bar = { key: string; label: string; year: string; assets: number };
const MONTH = new Intl.DateTimeFormat(LOCALE, { year: "numeric", month: "long", timeZone: "UTC" });

/** The months in between that hold nothing are shown as gaps; beyond 30 years a bar is a year. */
export function barsOf(months: MonthCount[]): Bar[] {
  const counts = new Map(months.map((m) => [m.month, m.assets]));
  const [firstYear, lastYear] = [
    Number(months[0].month.slice(0, 4)),
    Number(months[months.length - 1].month.slice(0, 4)),
  ];
  const bars: Bar[] = [];
  for (let year = firstYear; year <= lastYear; year++) {
    if (lastYear - firstYear > 30) {
      const assets = months.filter((m) => m.month.startsWith(`${year}-`)).reduce((sum, m) => sum + m.assets, 0);
      bars.push({ key: `${year}`, label: `${year}`, year: `${year}`, assets });
      continue;
    }
    for (let month = 1; month <= 12; month++) {
      const key = `${year}-${String(month).padStart(2, "0")}`;
      bars.push({
        key,
        label: MONTH.format(Date.UTC(year, month - 1, 15)),
        year: `${year}`,
        assets: counts.get(key) ?? 0,
      });
    }
  }
  return bars;
}

export function Timeline({ months, undated }: { months: MonthCount[]; undated: number }) {
  const [over, setOver] = useState<Bar | null>(null);
  const bars = barsOf(months);
  const most = Math.max(...bars.map((b) => b.assets));
  const years = [...new Set(bars.map((b) => b.year))];
  const busiest = bars.reduce((a, b) => (b.assets > a.assets ? b : a));
  const every = Math.ceil(years.length / 14);
  return (
    <>
      <CardTitle
        aside={
          over
            ? `${over.label}: ${plural(over.assets, "photo")}`
            : undated > 0
              ? `${plural(undated, "photo")} without a date`
              : "\u00a0"
        }
      >
        When they were taken
      </CardTitle>
      <div
        role="img"
        aria-label={`Photos per month from ${bars[0].label} to ${bars[bars.length - 1].label}; most in ${busiest.label}, ${plural(busiest.assets, "photo")}`}
        onPointerLeave={() => setOver(null)}
        className="flex h-32 items-end border-b border-edge"
      >
        {bars.map((bar) => (
          <div
            key={bar.key}
            onPointerEnter={() => setOver(bar)}
            className="flex h-full min-w-0 flex-1 items-end px-[0.5px]"
          >
            <div
              className={`w-full rounded-t-[2px] ${over === bar ? "bg-accent-strong" : "bg-accent/75"}`}
              style={{ height: bar.assets === 0 ? 0 : `max(2px, ${(bar.assets / most) * 100}%)` }}
            />
          </div>
        ))}
      </div>
      <div aria-hidden className="mt-1 flex text-xs text-faint">
        {years.map((year, i) => (
          <span key={year} className="min-w-0 flex-1 overflow-visible text-center whitespace-nowrap">
            {i % every === 0 ? year : ""}
          </span>
        ))}
      </div>
    </>
  );
}
