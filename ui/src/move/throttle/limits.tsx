// The two limits side by side: what is sent and what is read back.
import { Select } from "../../shared/ui/select";
import type { Limits } from "./timetable";
import { rateOptions } from "./words";

type Props = { value: Limits; onChange: (limits: Limits) => void; testId: string };

export function LimitFields({ value, onChange, testId }: Props) {
  const field = (name: keyof Limits) => ({
    "data-testid": `${testId}-${name}`,
    value: value[name] === null ? "" : String(value[name]),
    options: rateOptions(value[name]),
    onChange: (text: string) => onChange({ up: value.up, down: value.down, [name]: text === "" ? null : Number(text) }),
  });
  return (
    <div className="grid grid-cols-2 gap-3">
      <Select label="Upload" {...field("up")} />
      <Select label="Download" {...field("down")} />
    </div>
  );
}
