// Labelled inputs: the label is always visible, the hint and the error belong to the input for screen readers too.
import { Check } from "lucide-react";
import { Checkbox as RadixCheckbox } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";

export const inputLook =
  "h-9 w-full rounded-lg border border-control bg-surface px-3 placeholder:text-faint focus-visible:outline-offset-0 disabled:opacity-60 [&[readonly]]:bg-sunken aria-invalid:border-bad";

export function Field({
  label,
  hint,
  error,
  children,
  ...input
}: ComponentProps<"input"> & { label: string; hint?: ReactNode; error?: string | null; children?: ReactNode }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-[13px] font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          className={inputLook}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-hint`}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          {...input}
        />
        {children}
      </div>
      <p
        id={`${id}-hint`}
        className={`mt-1 text-[13px] ${error ? "text-bad" : "text-faint"} ${error || hint ? "" : "hidden"}`}
      >
        {error ?? hint}
      </p>
    </div>
  );
}

export function Checkbox({
  checked,
  onChange,
  children,
  hint,
  disabled,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <RadixCheckbox.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(value) => onChange(value === true)}
        className="mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-[5px] border border-control bg-surface data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <RadixCheckbox.Indicator>
          <Check size={14} strokeWidth={3} className="text-on-accent" aria-hidden />
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <label htmlFor={id} className="min-w-0">
        {children}
        {hint && <span className="block text-[13px] text-faint">{hint}</span>}
      </label>
    </div>
  );
}
