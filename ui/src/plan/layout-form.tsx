// How files are named at the destination: a template beside what it would make of the library, and whether exact
// duplicates are left out.
import { useState } from "react";
import type { PlanOptions, PlanSummary } from "../ipc";
import { Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Card, CardTitle } from "../shared/ui/card";
import { Checkbox } from "../shared/ui/field";
import { LayoutNotes, Samples } from "./layout/notes";
import { Presets } from "./layout/presets";
import { useLayoutPreview } from "./layout/preview";
import { TemplateField } from "./layout/template-field";
import { LayoutTree } from "./layout/tree";

function LayoutForm({ options, onChange }: { options: PlanOptions; onChange: (options: PlanOptions) => void }) {
  const { preview, error, isOld } = useLayoutPreview(options);
  const setLayout = (layout: string) => onChange({ ...options, layout });
  return (
    <div className="grid gap-x-6 gap-y-4 lg:grid-cols-[minmax(0,1fr)_minmax(15rem,20rem)]">
      <div className="flex min-w-0 flex-col gap-3">
        <Presets layout={options.layout} onChange={setLayout} />
        <TemplateField layout={options.layout} error={error} onChange={setLayout} />
        <Checkbox
          checked={options.skipDuplicates}
          onChange={(skipDuplicates) => onChange({ ...options, skipDuplicates })}
          hint="One of each is copied. The others stay in their folders and are listed in the plan."
        >
          Leave out exact duplicates
        </Checkbox>
        <Checkbox
          checked={options.xmp ?? false}
          onChange={(xmp) => onChange({ ...options, xmp })}
          hint="Titles, captions, stars, keywords, people and albums, also those that only a left-out duplicate or Takeout knows. digiKam, Lightroom and immich read them. No copy changes for it."
        >
          Write what is known into XMP files beside the copies
        </Checkbox>
      </div>
      <div
        className={`row-span-2 min-w-0 transition-opacity ${isOld ? "opacity-60" : ""}`}
        data-testid="layout-preview"
        aria-busy={isOld}
      >
        {preview ? <LayoutTree preview={preview} /> : !error && <Skeleton className="h-40" />}
      </div>
      {preview && (
        <div className={`flex min-w-0 flex-col gap-3 transition-opacity ${isOld ? "opacity-60" : ""}`}>
          <LayoutNotes preview={preview} />
          <div className="rounded-lg bg-sunken px-3.5">
            <Samples label="Samples" samples={preview.samples} />
          </div>
        </div>
      )}
    </div>
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
  const { layout, skipDuplicates, xmp } = plan.options;
  return (
    <Card className="px-5 py-2.5" aria-label="Layout">
      <div className="flex items-center gap-3">
        <h2 className="text-[15px] font-semibold">Layout</h2>
        <p className="selectable min-w-0 flex-1 truncate text-[13px] text-muted" title={layout}>
          <span className="text-ink">{layout}</span>
          {skipDuplicates ? " · exact duplicates left out" : " · exact duplicates copied too"}
          {xmp && " · with XMP files"}
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
