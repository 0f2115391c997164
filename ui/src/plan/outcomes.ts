// The outcomes of a plan in words and tones, in the order of the balance.
import type { Balance, Outcome } from "../ipc";
import type { Tone } from "../shared/ui/badge";

export const OUTCOMES: { outcome: Outcome; label: string; tone: Tone; bar: string; means: string }[] = [
  { outcome: "copy", label: "Copy", tone: "accent", bar: "bg-accent", means: "goes to the destination" },
  {
    outcome: "alreadyThere",
    label: "Already there",
    tone: "good",
    bar: "bg-good",
    means: "the destination has the same bytes",
  },
  { outcome: "duplicate", label: "Duplicate", tone: "neutral", bar: "bg-faint", means: "its keeper is copied" },
  { outcome: "excluded", label: "Excluded", tone: "neutral", bar: "bg-edge", means: "set aside by you" },
  {
    outcome: "unsupported",
    label: "Unsupported",
    tone: "warn",
    bar: "bg-warn",
    means: "not a photo, video or companion",
  },
  { outcome: "failed", label: "Failed", tone: "bad", bar: "bg-bad", means: "could not be read or copied" },
];

export const outcomeOf = (outcome: Outcome) => OUTCOMES.find((o) => o.outcome === outcome) ?? OUTCOMES[0];

/** Chips for the outcomes that there are, with how many. */
export const outcomeChips = (balance: Balance): { value: Outcome | "all"; label: string; number?: number }[] => [
  { value: "all", label: "All" },
  ...OUTCOMES.filter(({ outcome }) => balance[outcome].files > 0).map(({ outcome, label }) => ({
    value: outcome,
    label,
    number: balance[outcome].files,
  })),
];
