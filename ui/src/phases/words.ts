// Names of the phases and of what is asked of the person about them.
import type { Phase, PhaseState, Way } from "../ipc";

export const PHASE_NAME: Record<Phase, string> = {
  profile: "Profile",
  pilot: "Pilot",
  copy: "Copy",
  inStep: "In step",
  compare: "Compare",
  cuttingOver: "Cut over",
  home: "Home",
  switchingBack: "Switch back",
};

export const STATE_NAME: Record<PhaseState, string> = {
  done: "done",
  now: "now",
  paused: "paused",
  next: "to come",
  skipped: "left out",
};

/** A phase in which something goes on that can be paused. */
export const canPause = (way: Way): boolean =>
  way.isChosen && ["pilot", "copy", "inStep", "cuttingOver", "switchingBack"].includes(way.phase);
