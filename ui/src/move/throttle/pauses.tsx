// When a move waits by itself: on battery, and on a line that costs by what goes over it. Holds for every destination.
import { useId } from "react";
import type { PauseOn } from "../../ipc";
import { Checkbox } from "../../shared/ui/field";

const BELOW = [10, 20, 30, 50, 80, 100];

type Props = { value: PauseOn; onChange: (next: PauseOn) => void };

export function Pauses({ value, onChange }: Props) {
  const id = useId();
  const most = value.battery ?? 30;
  return (
    <div data-testid="pauses" className="flex flex-col gap-3">
      <Checkbox
        checked={value.battery !== null}
        onChange={(on) => onChange({ ...value, battery: on ? 30 : null })}
        hint="It goes on by itself when the charger is back."
      >
        Wait on battery
      </Checkbox>
      {value.battery !== null && (
        <div className="ml-7 flex items-center gap-2 text-[13px]">
          <label htmlFor={id}>Below</label>
          <select
            id={id}
            data-testid="pause-below"
            value={most}
            onChange={(event) => onChange({ ...value, battery: Number(event.target.value) })}
            className="h-8 rounded-lg border border-control bg-surface px-2"
          >
            {[...new Set([...BELOW, most])]
              .sort((a, b) => a - b)
              .map((value) => (
                <option key={value} value={value}>
                  {value === 100 ? "any charge" : `${value} %`}
                </option>
              ))}
          </select>
        </div>
      )}
      <Checkbox
        checked={value.metered}
        onChange={(metered) => onChange({ ...value, metered })}
        hint="A phone’s line, for example, where the system says so."
      >
        Wait on a metered line
      </Checkbox>
    </div>
  );
}
