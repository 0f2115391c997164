// What is said of two versions under one name: what happened, which is newer, and what each choice does.
import type { Conflict, ConflictChoice, ConflictTotals, CopyLook } from "../../ipc";
import { count } from "../../shared/format";

export const CHOICES: { choice: ConflictChoice; key: string; label: string; said: string; text: string }[] = [
  {
    choice: "source",
    key: "1",
    label: "The original replaces it",
    said: "The original will replace it.",
    text: "What is there now is removed for good, if nobody changes it before.",
  },
  {
    choice: "both",
    key: "2",
    label: "Keep both",
    said: "Both will stay.",
    text: "What is there keeps its name. The original is placed beside it, as “name (2)”.",
  },
  {
    choice: "leave",
    key: "3",
    label: "Leave it as it is",
    said: "It is left as it is.",
    text: "It stays on the list, and its original has no proof: it cannot be deleted.",
  },
];

export const choiceOf = (choice: ConflictChoice) => CHOICES.find((one) => one.choice === choice) ?? CHOICES[1];

/** What happened to it; the look is better than what the comparison saw. */
export function happened(conflict: Conflict, look: CopyLook | undefined): string {
  if (look?.verdict === "whole") return "Read just now, it is as it was placed after all. Nothing has to be done.";
  if (look?.verdict === "missing") return "There is nothing under its name any more. A repair sends it again.";
  if (look?.verdict === "damaged" || conflict.newer === "damaged")
    return "Nobody wrote to it since it was placed, and yet its bytes are others: the copy is damaged.";
  if (conflict.bothChanged) return "Both were changed after it was placed: the original here, and the copy there.";
  return "Somebody wrote other bytes under its name after it was placed.";
}

export function newer(conflict: Conflict): string {
  if (conflict.newer === "original") return "The original was changed last.";
  if (conflict.newer === "there") return "The one at the destination was changed last.";
  if (conflict.newer === "damaged") return "";
  return conflict.why;
}

export const undecided = (t: ConflictTotals) => t.conflicts - t.source - t.both - t.leave;

export function decidedWords(t: ConflictTotals): string {
  const parts = [
    t.source > 0 && `${count(t.source)} replaced by the original`,
    t.both > 0 && `${count(t.both)} kept both`,
    t.leave > 0 && `${count(t.leave)} left as they are`,
  ].filter(Boolean);
  return parts.join(", ");
}
