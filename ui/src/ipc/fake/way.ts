// The twin's way to the new home: the line of phases by what is copied and verified, the switch, and the way back.
import type { Ipc } from "..";
import type { DestinationInfo, Phase, PhaseInfo, PhaseState, Strategy, StrategyOffer, Way } from "../types";

const CUT_OFF = "It was cut off, and can be gone on with. What is done stays so.";
const LINES: Record<Strategy, Phase[]> = {
  once: ["profile", "pilot", "copy", "cuttingOver", "home"],
  inStep: ["profile", "pilot", "copy", "inStep", "cuttingOver", "home"],
  secondHome: ["profile", "pilot", "copy", "inStep", "cuttingOver", "home"],
  compare: ["profile", "compare"],
};

const OFFERS: StrategyOffer[] = [
  { strategy: "once", name: "Copy once", says: "Everything is copied and proven, and then it is done.", why: "" },
  {
    strategy: "inStep",
    name: "Copy and keep in step",
    says: "Everything is copied while you go on using the old place; what is new follows, until you switch in one moment.",
    why: "214 files changed within the last 7 days: your folders still fill.",
  },
  {
    strategy: "compare",
    name: "Compare only",
    says: "Nothing is sent. You see what of your library is there already, and what is not.",
    why: "",
  },
  {
    strategy: "secondHome",
    name: "Second home",
    says: "Two destinations get every photo, and both are kept in step.",
    why: "",
  },
];

const ALL = { files: 21_604, bytes: 141.9e9 };
const NONE = { files: 0, bytes: 0 };

type Tools = {
  call: <T>(name: string, run: () => T | Promise<T>) => Promise<T>;
  scenario: string;
  /** Of the destination, and how far the copy is: 0 to 1. */
  stand: () => { destination: DestinationInfo | null; copied: number; verified: boolean; deleted: boolean };
  start: (kind: "cutOver" | "switchBack", done: () => void) => void;
  changed: () => void;
};

type WayCalls = Pick<
  Ipc,
  | "way"
  | "strategies"
  | "chooseStrategy"
  | "cutOverPreview"
  | "startCutOver"
  | "leaveCutOver"
  | "compareOnOpening"
  | "letOldPlaceGo"
  | "switchBackPreview"
  | "startSwitchBack"
>;

export function wayCalls({
  call,
  scenario,
  stand,
  start,
  changed,
}: Tools): WayCalls & { pause(paused: boolean): void } {
  const isHome = ["home", "homeDiffers", "switchingBack"].includes(scenario);
  let strategy: Strategy = isHome || ["inStep", "paused", "cutOff", "changing"].includes(scenario) ? "inStep" : "once";
  let isChosen = strategy === "inStep";
  let act: Phase | null =
    scenario === "cutOff" ? "cuttingOver" : scenario === "switchingBack" ? "switchingBack" : isHome ? "home" : null;
  const piloted = scenario.startsWith("pilot");
  let paused = scenario === "paused";
  let compares = true;
  let letGo = scenario === "switchingBack";
  let running = false;
  let finding = scenario === "changing" ? "The old place keeps changing: 3 files within the last moments." : "";

  const says = (phase: Phase, state: PhaseState): string => {
    const { copied, verified, destination } = stand();
    const there = Math.round(ALL.files * copied);
    const to = destination?.label ?? "";
    if (phase === "profile") return "21,873 photos, 156.6 GB, in 24,459 files.";
    if (phase === "pilot")
      return copied > 0
        ? "Left out: photos have arrived without one."
        : "Not done. A few photos of every kind can go first, to see that all works.";
    if (phase === "copy")
      return state === "next"
        ? "Nothing was copied yet."
        : `${there.toLocaleString("en-US")} of 21,604 files are there, ${verified ? "21,604" : "0"} proven.`;
    if (phase === "inStep")
      return state === "next"
        ? "Everything first has to be there."
        : `0 behind: every photo is at ${to}, 21,604 files proven.`;
    if (phase === "compare")
      return `${there.toLocaleString("en-US")} of 21,604 files are at ${to} already. Nothing is sent.`;
    if (phase === "cuttingOver")
      return state === "next"
        ? "Sends what is new, checks all of it, and then photos open from there. Nothing is switched before."
        : state === "done"
          ? "Everything was there and agreed."
          : "The last changes are sent and everything is checked. Nothing is switched yet.";
    if (phase === "home")
      return state === "next"
        ? "Photos open from where they are now."
        : `Photos open from ${to} since 2026-11-02. 1,204 compared on opening, ${scenario === "homeDiffers" ? "2 DIFFERED" : "all agreed"}. The old place is left as it is.`;
    return "Originals that were deleted are brought back. Nothing is removed at the destination.";
  };

  const way = (): Way | null => {
    const { destination, copied } = stand();
    if (!destination) return null;
    const facts: Phase = strategy === "compare" ? "compare" : copied >= 1 && strategy !== "once" ? "inStep" : "copy";
    const phase = act ?? facts;
    const line = phase === "switchingBack" ? [...LINES[strategy], phase] : LINES[strategy];
    const at = line.indexOf(phase);
    const isCutOff = !running && (act === "cuttingOver" || act === "switchingBack");
    const phases = line.map((one, place): PhaseInfo => {
      const here: PhaseState = paused ? "paused" : one === "copy" && copied >= 1 ? "done" : "now";
      const skipped = one === "pilot" && !isHome && !piloted;
      const past: PhaseState = skipped ? "skipped" : "done";
      const state: PhaseState = place < at ? past : place > at ? "next" : here;
      const told = isCutOff && one === phase ? CUT_OFF : says(one, state);
      return { phase: one, state, says: told };
    });
    return {
      destination,
      strategy,
      isChosen,
      phase,
      phases,
      paused,
      isReady: act === null && strategy !== "compare" && copied >= 1,
      isCutOff,
      finding,
      home:
        act === "home"
          ? {
              since: "2026-11-02T19:04:11Z",
              compares,
              agreed: scenario === "homeDiffers" ? 1_202 : 1_204,
              differed: scenario === "homeDiffers" ? 2 : 0,
              elsewhere: scenario === "homeDiffers" ? 1 : 0,
              said:
                scenario === "homeDiffers" ? "`2021/2021-08/IMG_3002.JPG`: it has other bytes than were placed." : "",
              letGo,
            }
          : null,
      otherHome: null,
    };
  };
  const then = (run: () => void) => () => {
    running = false;
    run();
    changed();
  };
  return {
    pause(next) {
      paused = next;
      changed();
    },
    way: () => call("way", way),
    strategies: () => call("strategies", () => OFFERS),
    chooseStrategy: (next) =>
      call("choose_strategy", () => {
        strategy = next;
        isChosen = true;
        changed();
      }),
    cutOverPreview: () =>
      call("cut_over_preview", () => ({
        destination: stand().destination?.label ?? "",
        behind: { files: 12, bytes: 48e6 },
        unproven: stand().verified ? { files: 12, bytes: 48e6 } : ALL,
        proven: stand().verified ? ALL : NONE,
        stays: { files: 2_511, bytes: 14.7e9 },
        seconds: 95,
        second:
          scenario === "inStep"
            ? { destination: "family-photos/library", behind: { files: 9, bytes: 36e6 }, unproven: NONE, proven: ALL }
            : null,
      })),
    startCutOver: () =>
      call("start_cut_over", () => {
        act = "cuttingOver";
        finding = "";
        running = true;
        changed();
        start(
          "cutOver",
          then(() => {
            act = "home";
          }),
        );
      }),
    leaveCutOver: () =>
      call("leave_cut_over", () => {
        act = null;
        changed();
      }),
    compareOnOpening: (next) =>
      call("compare_on_opening", () => {
        compares = next;
        changed();
      }),
    letOldPlaceGo: () =>
      call("let_old_place_go", () => {
        letGo = true;
        changed();
      }),
    switchBackPreview: () =>
      call("switch_back_preview", () => ({
        token: "b1",
        destination: stand().destination?.label ?? "",
        bringBack: letGo ? { files: 21_597, bytes: 141.8e9 } : NONE,
        stays: ALL,
        seconds: letGo ? 4_300 : 5,
      })),
    startSwitchBack: () =>
      call("start_switch_back", () => {
        act = "switchingBack";
        running = true;
        changed();
        start(
          "switchBack",
          then(() => {
            act = null;
            letGo = false;
          }),
        );
      }),
  };
}
