// What the two are to each other, in words, and the slider of the mode that has one.
import { Info, TriangleAlert } from "lucide-react";
import { DIAL, type Dial, type Dials, hasDial, type Mode } from "./modes";
import type { Side } from "./use-sides";
import type { Words } from "./words";

type Props = {
  words: Words;
  mode: Mode;
  sides: [Side, Side];
  dials: Dials;
  onDial: (dial: Dial, value: number) => void;
};

/** Why laying one over the other shows more than was changed; null where pixel lies on pixel, or they lie apart. */
export function overlayCaveat(mode: Mode, sides: [Side, Side]): string | null {
  const [{ fitted: a, pixels: l }, { fitted: b, pixels: r }] = sides;
  if (!hasDial(mode)) return null;
  if (sides.some(({ fitted, frame }) => fitted !== frame))
    return mode === "difference"
      ? "The crop lies over its part as nearly as small pictures tell, so edges show even where nothing was changed."
      : null;
  if (Math.abs(a.width - b.width) > 1 || Math.abs(a.height - b.height) > 1)
    return "The pictures have different shapes, so they do not lie exactly on each other.";
  if (mode === "difference" && l && r && l.width !== r.width)
    return "The pictures have different sizes, so edges show even where nothing was changed: the difference is less exact.";
  return null;
}

function DialInput({ dial, value, onChange }: { dial: Dial; value: number; onChange: (value: number) => void }) {
  const { label, least, most, step, unit } = DIAL[dial];
  return (
    <label className="flex shrink-0 items-center gap-2 text-[13px]">
      {label}
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-valuetext={`${value}${unit}`}
        onChange={(event) => onChange(Number(event.target.value))}
        className="w-36 accent-accent"
      />
      <span className="min-w-12 text-muted">
        {value}
        {dial === "difference" ? "×" : unit}
      </span>
    </label>
  );
}

export function Relation({ words, mode, sides, dials, onDial }: Props) {
  const Icon = words.careful ? TriangleAlert : Info;
  const caveat = overlayCaveat(mode, sides);
  return (
    <div className="flex min-h-13 flex-wrap items-center gap-x-6 gap-y-1 px-4 pt-2">
      <p data-testid="relation" className="flex min-w-0 flex-1 basis-96 items-start gap-2">
        <Icon size={17} aria-hidden className={`mt-0.5 shrink-0 ${words.careful ? "text-warn" : "text-accent"}`} />
        <span className="min-w-0">
          {words.text} {words.advice && <strong className="font-medium">{words.advice}</strong>}
          {caveat && <span className="block text-[13px] text-warn">{caveat}</span>}
        </span>
      </p>
      {/* In Split the divider itself is the slider. */}
      {hasDial(mode) && mode !== "split" && (
        <DialInput dial={mode} value={dials[mode]} onChange={(value) => onDial(mode, value)} />
      )}
    </div>
  );
}
