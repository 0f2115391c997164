// A native list of choices, so that every platform's keys and menus work.
import { ChevronDown } from "lucide-react";
import { inputLook } from "./field";

type Props<T extends string> = {
  label: string;
  hideLabel?: boolean;
  small?: boolean;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
  "data-testid"?: string;
};

export function Select<T extends string>({ label, hideLabel, small, value, options, onChange, ...rest }: Props<T>) {
  return (
    <label className="block min-w-0">
      <span className={hideLabel ? "sr-only" : "mb-1 block text-[13px] font-medium"}>{label}</span>
      <span className="relative block">
        <select
          className={`${inputLook} appearance-none pr-8 text-[13px] ${small ? "h-7! pl-2.5!" : ""}`}
          value={value}
          {...rest}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown
          size={15}
          aria-hidden
          className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-muted"
        />
      </span>
    </label>
  );
}
