// The line of phases above every step: where it is with this destination, and one sentence of what is true in each. The phase of
// now is opened; any other opens when it is pressed.
import { Check, ChevronRight, Minus, Pause, Play } from "lucide-react";
import { useState } from "react";
import type { Phase, PhaseInfo, Way } from "../ipc";
import { useAction } from "../shared/action";
import { grouped } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { useWay } from "../shared/queries";
import { Sentence } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { StrategyButton } from "./strategy";
import { canPause, PHASE_NAME, STATE_NAME } from "./words";

function Mark({ one }: { one: PhaseInfo }) {
  if (one.state === "done")
    return (
      <span aria-hidden className="flex size-4 items-center justify-center rounded-full bg-good-soft text-good">
        <Check size={11} strokeWidth={3} />
      </span>
    );
  if (one.state === "skipped") return <Minus size={14} aria-hidden className="text-faint" />;
  if (one.state === "paused") return <Pause size={14} aria-hidden className="text-warn" />;
  return (
    <span
      aria-hidden
      className={`size-2.5 rounded-full ${one.state === "now" ? "bg-accent" : "border border-edge bg-surface"}`}
    />
  );
}

function Item({ one, open, onOpen }: { one: PhaseInfo; open: boolean; onOpen: () => void }) {
  const now = one.state === "now" || one.state === "paused";
  return (
    <button
      type="button"
      data-testid={`phase-${one.phase}`}
      title={PHASE_NAME[one.phase]}
      data-state={one.state}
      aria-pressed={open}
      aria-current={now ? "step" : undefined}
      onClick={onOpen}
      className={`flex h-7 items-center gap-1.5 rounded-md px-2 text-[13px] whitespace-nowrap transition-colors hover:bg-sunken ${open ? "bg-sunken" : ""} ${now ? "font-medium text-ink" : "text-muted"} ${open ? "" : "max-md:px-1.5"}`}
    >
      <Mark one={one} />
      <span className={open ? "" : "max-md:sr-only"}>{PHASE_NAME[one.phase]}</span>
      <span className="sr-only">, {STATE_NAME[one.state]}</span>
    </button>
  );
}

function Pausing({ way }: { way: Way }) {
  const ipc = useIpc();
  const act = useAction(() => (way.paused ? ipc.resumeJob() : ipc.pauseJob()));
  if (!canPause(way)) return null;
  const Icon = way.paused ? Play : Pause;
  return (
    <Button
      size="sm"
      variant={way.paused ? "secondary" : "ghost"}
      data-testid={way.paused ? "way-resume" : "way-pause"}
      icon={<Icon size={14} aria-hidden />}
      busy={act.busy}
      onClick={() => void act.run()}
    >
      {way.paused ? "Resume" : "Pause"}
    </Button>
  );
}

export function PhaseLine() {
  const { data: way } = useWay();
  const [opened, setOpened] = useState<Phase | null>(null);
  if (!way) return null;
  const shown = way.phases.find((one) => one.phase === opened) ?? way.phases.find((one) => one.phase === way.phase);
  return (
    <section
      data-testid="phases"
      data-phase={way.phase}
      data-paused={way.paused}
      aria-label="Phases"
      className="border-b border-line bg-surface px-3 py-1.5 lg:px-6"
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <ol className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto">
          {way.phases.map((one, at) => (
            <li key={one.phase} className="flex shrink-0 items-center gap-0.5">
              {at > 0 && <ChevronRight size={13} aria-hidden className="shrink-0 text-faint max-sm:hidden" />}
              <Item one={one} open={one.phase === shown?.phase} onOpen={() => setOpened(one.phase)} />
            </li>
          ))}
        </ol>
        <Pausing way={way} />
        <StrategyButton way={way} />
      </div>
      {shown && (
        <p
          data-testid="phase-says"
          aria-live="polite"
          className="truncate px-2 pb-0.5 text-[13px] text-muted max-md:whitespace-normal"
        >
          <Sentence text={grouped(shown.says)} />
          {way.otherHome && ` Home is another destination: ${way.otherHome}.`}
        </p>
      )}
    </section>
  );
}
