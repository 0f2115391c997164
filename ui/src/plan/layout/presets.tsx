// Layouts most people want, by a name.
import { PRESETS } from "./words";

export function Presets({ layout, onChange }: { layout: string; onChange: (layout: string) => void }) {
  return (
    <div role="group" aria-label="Presets" className="flex flex-wrap gap-1.5">
      {PRESETS.map((preset) => (
        <button
          key={preset.layout}
          type="button"
          aria-pressed={layout === preset.layout}
          title={preset.layout}
          onClick={() => onChange(preset.layout)}
          className="h-7 rounded-full border border-edge px-3 text-[13px] text-muted hover:bg-sunken hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent-strong"
        >
          {preset.name}
        </button>
      ))}
    </div>
  );
}
