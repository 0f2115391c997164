// What keeping in step says of itself, in words.
import type { InStep, Round } from "../../ipc";
import { count, dateTime, plural } from "../../shared/format";

/** The state as a headline, and what comes next. */
export function stateWords(now: InStep, behind: number): { title: string; next: string } {
  const late = behind > 0 ? `${plural(behind, "file")} behind` : "In step";
  switch (now.at) {
    case "listening":
      return { title: late, next: `Looks when something changes, and in any case at ${dateTime(now.nextLook)}.` };
    case "settling":
      return {
        title: late,
        next: "Waits until files have stood unchanged for half a minute, then copies what is new.",
      };
    case "round":
      return { title: late, next: "Looks through the folders and copies what is new." };
    case "waiting":
      return { title: late, next: `Tries again by itself at ${dateTime(now.nextLook)}.` };
    case "paused":
      return { title: "Paused", next: "Nothing new is copied until you go on. What is there stays." };
    default:
      return { title: "Off", next: "" };
  }
}

/** What the last round did: nothing of what it did not. */
export function roundWords(round: Round): string {
  const parts = [
    round.new > 0 && `${count(round.new)} new`,
    round.changed > 0 && `${count(round.changed)} changed`,
    round.renamed > 0 && `${count(round.renamed)} renamed`,
    round.removed > 0 &&
      `${count(round.removed)} gone here (${round.removed === 1 ? "its copy stays" : "their copies stay"})`,
    round.sent.files > 0 && `${plural(round.sent.files, "file")} sent`,
    round.homes.some((home) => home.gone > 0) &&
      `${count(Math.max(...round.homes.map((home) => home.gone)))} removed or changed at the new home and left so`,
    round.failed > 0 && `${count(round.failed)} failed`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "nothing had changed";
}
