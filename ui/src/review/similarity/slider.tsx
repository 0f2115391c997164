// The slider from strict to loose, with the usual value marked below it.
import { Slider } from "radix-ui";

const THUMB = 20;
/** So near to an end, the mark takes the place of that end's word. */
const NEAR = 0.2;

type Props = { value: number; usual: number; most: number; onChange: (value: number) => void };

export function SimilaritySlider({ value, usual, most, onChange }: Props) {
  const part = most > 0 ? usual / most : 0;
  return (
    <div>
      <Slider.Root
        value={[value]}
        min={0}
        max={most}
        step={1}
        onValueChange={([next]) => onChange(next)}
        className="relative flex h-6 touch-none items-center select-none"
      >
        <Slider.Track className="relative h-1.5 flex-1 rounded-full bg-line">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-label="Allowed difference"
          aria-valuetext={`${value} of ${most}${value === usual ? ", the usual value" : value < usual ? ", stricter than usual" : ", looser than usual"}`}
          className="block size-5 rounded-full border-2 border-accent bg-surface shadow-card"
        />
      </Slider.Root>
      <div className="relative mt-0.5 flex h-5 justify-between text-xs text-muted" aria-hidden>
        <span className={part < NEAR ? "invisible" : ""}>Stricter</span>
        <span
          className="absolute -top-1 flex -translate-x-1/2 flex-col items-center leading-3"
          style={{ left: `calc(${part * 100}% + ${(0.5 - part) * THUMB}px)` }}
        >
          <span className="h-1.5 w-px bg-muted" />
          usual
        </span>
        <span className={part > 1 - NEAR ? "invisible" : ""}>Looser</span>
      </div>
    </div>
  );
}
