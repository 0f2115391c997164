// The week as strips of 24 hours, one for the days that go alike.
import type { Throttle } from "../../ipc";
import { rate } from "../../shared/format";
import { DAY, type Span, week } from "./timetable";
import { clock, daysWords, dayWords, isFree, limitWords } from "./words";

const TICKS = [0, 6, 12, 18, 24];
/** Below this part of a day there is no room for a word. */
const ROOM = 0.15;

function label({ up, down }: Span): string {
  if (up !== null && down !== null && up !== down) return `↑ ${rate(up)}  ↓ ${rate(down)}`;
  const one = up ?? down;
  return one === null ? "Full speed" : `${up === null ? "↓ " : ""}${rate(one)}`;
}

export function WeekStrip({ throttle }: { throttle: Throttle }) {
  return (
    <div className="flex flex-col gap-3" data-testid="throttle-week">
      {week(throttle).map(({ days, spans }) => (
        <div key={days}>
          <p className="mb-1 text-[13px]" aria-hidden>
            {daysWords(days)}
          </p>
          <div
            role="img"
            aria-label={`${daysWords(days)}: ${dayWords(spans)}`}
            className="flex h-7 gap-px overflow-hidden rounded-lg border border-line"
          >
            {spans.map((span) => (
              <div
                key={span.from}
                title={`${clock(span.from)}–${clock(span.to)}: ${limitWords(span)}`}
                style={{ width: `${((span.to - span.from) / DAY) * 100}%` }}
                className={`flex min-w-0 items-center justify-center overflow-hidden text-xs whitespace-nowrap ${isFree(span) ? "bg-accent-soft text-accent-strong" : "bg-accent text-on-accent"}`}
              >
                {(span.to - span.from) / DAY >= ROOM && label(span)}
              </div>
            ))}
          </div>
        </div>
      ))}
      <div aria-hidden className="-mt-2 flex justify-between text-xs text-faint">
        {TICKS.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  );
}
