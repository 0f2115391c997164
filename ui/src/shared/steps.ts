// The six steps, left to right, and when each of them counts as done.
import { FolderOpen, Images, ListChecks, type LucideIcon, MapPin, ShieldCheck, Truck } from "lucide-react";
import type { ReviewTotals, Snapshot, Step, Verification } from "../ipc";

/** What every screen gets: the app's state and the way to another step. */
export type ScreenProps = { snapshot: Snapshot; go: (step: Step) => void };

export const STEPS: { step: Step; title: string; icon: LucideIcon }[] = [
  { step: "sources", title: "Sources", icon: FolderOpen },
  { step: "review", title: "Review", icon: Images },
  { step: "destination", title: "Destination", icon: MapPin },
  { step: "plan", title: "Plan", icon: ListChecks },
  { step: "move", title: "Move", icon: Truck },
  { step: "finish", title: "Finish", icon: ShieldCheck },
];

export const isScanned = (s: Snapshot): boolean => s.sources.some((source) => source.state === "scanned");

export const isMoved = (s: Snapshot): boolean => {
  const b = s.plan?.balance;
  return !!b && b.copy.files + b.alreadyThere.files > 0 && b.copied.files >= b.copy.files;
};

export const isVerified = (s: Snapshot): boolean => {
  const v = s.verification;
  return isGood(v) && !!v?.full && v.level !== "sizes";
};

/** Whatever was looked at is as it should be: all of it, a sample, or sizes alone. */
export const isGood = (v: Verification | null): boolean =>
  !!v && v.expected.files > 0 && v.ok.files === v.expected.files;

/** Something that a move placed, read in or found there is at the destination as far as the catalog knows. */
export const isStanding = (s: Snapshot): boolean => {
  const b = s.plan?.balance;
  return s.standing || (b ? b.alreadyThere.files > 0 : false) || s.lastDelete !== null;
};

export function doneSteps(s: Snapshot, totals: ReviewTotals | undefined): Record<Step, boolean> {
  return {
    sources: s.sources.length > 0 && s.sources.every((source) => source.state === "scanned"),
    review: isScanned(s) && totals !== undefined && totals.open === 0,
    destination: s.destination !== null && s.destination.secret !== "missing",
    plan: s.plan !== null && !s.plan.stale,
    move: isMoved(s) && s.plan?.balance.failed.files === 0,
    finish: isVerified(s),
  };
}
