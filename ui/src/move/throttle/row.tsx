// One row of the timetable: on which days, from when to when, and how fast.
import { X } from "lucide-react";
import type { Hours } from "../../ipc";
import { IconButton } from "../../shared/ui/button";
import { inputLook } from "../../shared/ui/field";
import { LimitFields } from "./limits";
import { hasDay, isWholeDay, rowProblem } from "./timetable";
import { clock, DAY_NAMES, daysWords, readClock } from "./words";

type Props = { row: Hours; index: number; onChange: (row: Hours) => void; onRemove: () => void };

export function HoursRow({ row, index, onChange, onRemove }: Props) {
  const problem = rowProblem(row);
  const time = (name: "from" | "to", label: string) => (
    <label className="block">
      <span className="mb-1 block text-[13px] font-medium">{label}</span>
      <input
        type="time"
        required
        data-testid={`hours-${index}-${name}`}
        value={clock(row[name])}
        onChange={(e) => {
          const minutes = readClock(e.target.value);
          if (minutes !== null) onChange({ ...row, [name]: minutes });
        }}
        className={`${inputLook} w-32!`}
      />
    </label>
  );
  return (
    <li
      aria-label={`${daysWords(row.days) || "No day"}, ${clock(row.from)} to ${clock(row.to)}`}
      data-testid={`hours-${index}`}
      className="flex flex-col gap-3 rounded-xl border border-line p-4"
    >
      <div className="flex items-start justify-between gap-2">
        <div role="group" aria-label="Days" className="flex flex-wrap gap-1">
          {DAY_NAMES.map((name, day) => {
            const on = hasDay(row.days, day);
            return (
              <button
                key={name}
                type="button"
                aria-pressed={on}
                data-testid={`hours-${index}-day-${day}`}
                onClick={() => onChange({ ...row, days: row.days ^ (1 << day) })}
                className={`h-8 min-w-11 rounded-lg border px-2 text-[13px] ${on ? "border-accent bg-accent-soft font-medium text-accent-strong" : "border-edge text-muted hover:bg-sunken"}`}
              >
                {name}
              </button>
            );
          })}
        </div>
        <IconButton label="Remove these hours" data-testid={`hours-${index}-remove`} onClick={onRemove}>
          <X size={17} aria-hidden />
        </IconButton>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        {time("from", "From")}
        {time("to", "To")}
        <span className="pb-2 text-[13px] text-faint">
          {isWholeDay(row) ? "the whole day" : row.from > row.to && "of the next day"}
        </span>
      </div>
      <LimitFields value={row} onChange={(limits) => onChange({ ...row, ...limits })} testId={`hours-${index}`} />
      {problem && (
        <p role="alert" className="text-[13px] text-bad">
          {problem}
        </p>
      )}
    </li>
  );
}
