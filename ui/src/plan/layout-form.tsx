// How files are named at the destination: a template with live samples, and whether exact duplicates are left out.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useEffect, useState } from "react";
import { type AppError, type LayoutSample, type PlanOptions, type PlanSummary, toAppError } from "../ipc";
import { sentence } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { PathText } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Card, CardTitle } from "../shared/ui/card";
import { Checkbox, Field } from "../shared/ui/field";

export const DEFAULT_LAYOUT = "{year}/{year}-{month}/{original name}";
const PRESETS = [
  { name: "Year and month", layout: DEFAULT_LAYOUT },
  { name: "Year, month, day", layout: "{year}/{month}/{day}/{original name}" },
  { name: "As it is now", layout: "{original folder}/{original name}" },
  { name: "By camera", layout: "{camera}/{year}/{original name}" },
];

export function useDebounced<T>(value: T, ms = 200): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}

function LayoutForm({ options, onChange }: { options: PlanOptions; onChange: (options: PlanOptions) => void }) {
  const ipc = useIpc();
  const layout = useDebounced(options.layout);
  const samples = useQuery<LayoutSample[], AppError>({
    queryKey: ["layout", layout],
    queryFn: () => ipc.layoutSamples(layout),
    placeholderData: keepPreviousData,
  });
  const error = samples.error ? toAppError(samples.error) : null;
  return (
    <>
      <div role="group" aria-label="Presets" className="mb-3 flex flex-wrap gap-1.5">
        {PRESETS.map((preset) => (
          <button
            key={preset.layout}
            type="button"
            aria-pressed={options.layout === preset.layout}
            onClick={() => onChange({ ...options, layout: preset.layout })}
            className="h-7 rounded-full border border-edge px-3 text-[13px] text-muted hover:bg-sunken hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent-strong"
          >
            {preset.name}
          </button>
        ))}
      </div>
      <Field
        label="Folders and name at the destination"
        data-testid="layout"
        value={options.layout}
        onChange={(e) => onChange({ ...options, layout: e.target.value })}
        error={error ? `${sentence(error.message)} ${sentence(error.next)}` : null}
        hint="Parts: {year} {month} {day} {camera} {original name} {original folder}"
      />
      <ul aria-label="Samples" className="mt-3 min-h-20 divide-y divide-line rounded-lg bg-sunken px-3.5 text-[13px]">
        {(error ? [] : (samples.data ?? [])).map((sample) => (
          <li key={sample.from} className="grid grid-cols-[1fr_auto_1fr] items-center gap-3 py-1.5">
            <PathText path={sample.from} />
            <ArrowRight size={14} aria-label="becomes" className="text-faint" />
            <PathText path={sample.to} className="font-medium" />
          </li>
        ))}
      </ul>
      <div className="mt-4">
        <Checkbox
          checked={options.skipDuplicates}
          onChange={(skipDuplicates) => onChange({ ...options, skipDuplicates })}
          hint="One of each is copied. The others stay in their folders and are listed in the plan."
        >
          Leave out exact duplicates
        </Checkbox>
      </div>
    </>
  );
}

/** The form; beside a plan, one line that says its layout and opens the form on demand. */
export function LayoutCard({
  plan,
  options,
  onChange,
}: {
  plan: PlanSummary | null;
  options: PlanOptions;
  onChange: (options: PlanOptions) => void;
}) {
  const [open, setOpen] = useState(false);
  if (!plan)
    return (
      <Card className="p-5">
        <CardTitle>Layout</CardTitle>
        <LayoutForm options={options} onChange={onChange} />
      </Card>
    );
  const { layout, skipDuplicates } = plan.options;
  return (
    <Card className="px-5 py-2.5" aria-label="Layout">
      <div className="flex items-center gap-3">
        <h2 className="text-[15px] font-semibold">Layout</h2>
        <p className="selectable min-w-0 flex-1 truncate text-[13px] text-muted" title={layout}>
          <span className="text-ink">{layout}</span>
          {skipDuplicates ? " · exact duplicates left out" : " · exact duplicates copied too"}
        </p>
        <Button
          size="sm"
          data-testid="change-layout"
          aria-expanded={open}
          onClick={() => {
            if (open) onChange(plan.options);
            setOpen(!open);
          }}
        >
          {open ? "Keep this layout" : "Change layout…"}
        </Button>
      </div>
      {open && (
        <div className="mt-2.5 border-t border-line pt-4 pb-2.5">
          <LayoutForm options={options} onChange={onChange} />
        </div>
      )}
    </Card>
  );
}
