// The ways to look at what was moved, from the least to the most, each named by what may be done afterwards; of a sample, how much
// damage it is to rule out, and what that costs.
import { RadioGroup, Slider } from "radix-ui";
import type { Level, LevelOffer, SampleOffer, VerifyOffer } from "../ipc";
import { bytes, duration, grouped, plural } from "../shared/format";
import { Badge } from "../shared/ui/badge";

const percent = (part: number): string => `${Number((part * 100).toPrecision(2))}%`;

const long = (seconds: number | null): string => (seconds === null ? "" : `, about ${duration(seconds)}`);

function SampleChoice({
  samples,
  chosen,
  choose,
}: {
  samples: SampleOffer[];
  chosen: number;
  choose: (n: number) => void;
}) {
  const sample = samples[chosen];
  return (
    <div data-testid="sample" className="mt-3 ml-7 max-w-2xl rounded-lg border border-line bg-sunken p-3.5">
      <div className="mb-2 flex flex-wrap justify-between gap-x-4 text-[13px]">
        <span id="sample-label" className="font-medium">
          Rule out that more than {percent(sample.rulesOut)} is damaged
        </span>
        <span data-testid="sample-cost" className="text-muted">
          {plural(sample.files, "file")}, {bytes(sample.bytes)}
          {long(sample.seconds)}
        </span>
      </div>
      <Slider.Root
        value={[chosen]}
        min={0}
        max={samples.length - 1}
        step={1}
        onValueChange={([n]) => choose(n)}
        className="relative flex h-5 items-center"
      >
        <Slider.Track className="relative h-1.5 grow rounded-full bg-line">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-labelledby="sample-label"
          aria-valuetext={`${percent(sample.rulesOut)}, ${plural(sample.files, "file")}`}
          data-testid="sample-slider"
          className="block size-5 rounded-full border-2 border-accent bg-surface shadow-card"
        />
      </Slider.Root>
      <p data-testid="sample-words" className="mt-2 text-[13px] text-muted">
        If nothing is found: {grouped(sample.words)}
      </p>
    </div>
  );
}

function cost(level: Level, offer: VerifyOffer): string {
  if (level === "readBack") return `${bytes(offer.all.bytes)}${long(offer.seconds)}`;
  if (level === "sample") return "a part, as you choose";
  return "the list of what is there";
}

export function Levels({
  offer,
  isFar,
  level,
  setLevel,
  sample,
  setSample,
}: {
  offer: VerifyOffer;
  isFar: boolean;
  level: Level;
  setLevel: (level: Level) => void;
  sample: number;
  setSample: (n: number) => void;
}) {
  // A folder tells no digests, and a small library has no sample that is not all of it.
  const fits = (one: LevelOffer) =>
    (one.level !== "digest" || isFar) && (one.level !== "sample" || offer.samples.length > 0);
  const shown = offer.levels.filter(fits).reverse();
  return (
    <RadioGroup.Root
      value={level}
      onValueChange={(next) => setLevel(next as Level)}
      aria-label="How closely to look"
      data-testid="levels"
      className="flex flex-col gap-2.5"
    >
      {shown.map((one) => (
        <div key={one.level}>
          <div className="flex items-start gap-2.5">
            <RadioGroup.Item
              id={`level-${one.level}`}
              value={one.level}
              data-testid={`level-${one.level}`}
              className="mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-full border border-control bg-surface data-[state=checked]:border-accent"
            >
              <RadioGroup.Indicator className="size-2.5 rounded-full bg-accent" />
            </RadioGroup.Item>
            <label htmlFor={`level-${one.level}`} className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                <span className="font-medium">{one.name}</span>
                <Badge tone={one.mayErase ? "good" : "warn"}>{one.consequence}</Badge>
                <span className="text-[13px] text-faint">{cost(one.level, offer)}</span>
              </span>
              {one.level === level && <span className="block text-[13px] text-muted">{one.promise}</span>}
            </label>
          </div>
          {one.level === "sample" && level === "sample" && (
            <SampleChoice
              samples={offer.samples}
              chosen={Math.min(sample, offer.samples.length - 1)}
              choose={setSample}
            />
          )}
        </div>
      ))}
    </RadioGroup.Root>
  );
}
