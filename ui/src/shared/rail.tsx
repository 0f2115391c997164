// The six steps as the window's navigation: a rail with names, icons only in a narrow window, a tick where done.
import { Check, Moon, Sun, SunMoon } from "lucide-react";
import type { Snapshot, Step } from "../ipc";
import { count } from "./format";
import { InStepMark } from "./in-step-mark";
import { KIND_NAME } from "./kinds";
import { useTotals } from "./queries";
import { doneSteps, STEPS } from "./steps";
import { useTheme } from "./theme";

function hints(s: Snapshot, open: number | undefined): Partial<Record<Step, string>> {
  const files = s.sources.reduce((sum, source) => sum + source.files, 0);
  return {
    sources: files ? `${count(files)} files` : undefined,
    review: open ? `${count(open)} open` : undefined,
    destination: s.destination ? KIND_NAME[s.destination.kind] : undefined,
    plan: s.plan ? (s.plan.stale ? "Plan again" : `${count(s.plan.balance.copy.files)} to copy`) : undefined,
    move: s.plan?.balance.copied.files ? `${count(s.plan.balance.copied.files)} placed` : undefined,
    finish: s.verification ? `${count(s.verification.ok.files)} verified` : undefined,
  };
}

export function Rail({ snapshot, step, go }: { snapshot: Snapshot; step: Step; go: (step: Step) => void }) {
  const totals = useTotals(snapshot.sources.length > 0).data;
  const done = doneSteps(snapshot, totals);
  const hint = hints(snapshot, totals?.open);
  const { theme, next } = useTheme();
  const ThemeIcon = { system: SunMoon, light: Sun, dark: Moon }[theme];
  return (
    <nav
      aria-label="Steps"
      className="flex w-16 shrink-0 flex-col border-r border-line bg-sunken px-2 py-4 lg:w-56 lg:px-3"
    >
      <div className="mb-6 flex items-center gap-2.5 px-2">
        <span
          aria-hidden
          className="relative flex h-8 w-7 shrink-0 items-center justify-center rounded-[50%_50%_48%_48%/60%_60%_42%_42%] border-2 border-accent bg-surface"
        >
          <span className="mt-1.5 size-2.5 rounded-full bg-accent" />
        </span>
        <span className="hidden text-[17px] font-semibold tracking-tight lg:inline">Albumen</span>
      </div>
      <ol className="flex flex-1 flex-col gap-1">
        {STEPS.map(({ step: name, title, icon: Icon }) => (
          <li key={name}>
            <button
              type="button"
              data-testid={`step-${name}`}
              data-done={done[name]}
              aria-current={step === name ? "step" : undefined}
              onClick={() => go(name)}
              className={`relative flex h-12 w-full items-center gap-3 rounded-lg px-3 text-left transition-colors ${step === name ? "bg-surface font-medium text-ink shadow-card dark:bg-line" : "text-muted hover:bg-line/60 hover:text-ink"}`}
            >
              <span title={title} className="flex shrink-0 lg:pointer-events-none">
                <Icon size={19} aria-hidden className={step === name ? "text-accent" : ""} />
              </span>
              <span className="min-w-0 flex-1 leading-tight max-lg:sr-only">
                <span className="block">{title}</span>
                {hint[name] && <span className="block truncate text-xs font-normal text-faint">{hint[name]}</span>}
              </span>
              {done[name] && (
                <span className="absolute top-1.5 right-1.5 flex size-4 items-center justify-center rounded-full bg-good-soft text-good lg:static lg:size-5">
                  <Check size={12} strokeWidth={3} aria-hidden />
                  <span className="sr-only">done</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ol>
      <InStepMark onOpen={() => go("move")} />
      <button
        type="button"
        data-testid="theme"
        onClick={next}
        className="flex h-9 items-center gap-3 rounded-lg px-3.5 text-[13px] text-muted hover:bg-line/60 hover:text-ink"
      >
        <span title={`Appearance: ${theme}`} className="flex shrink-0 lg:pointer-events-none">
          <ThemeIcon size={17} aria-hidden />
        </span>
        <span className="sr-only lg:not-sr-only">Appearance: {theme}</span>
      </button>
    </nav>
  );
}
