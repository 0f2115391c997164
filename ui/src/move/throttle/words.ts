// Limits, hours and days as people read them.
import type { Throttle } from "../../ipc";
import { rate } from "../../shared/format";
import { DAY, EVERY_DAY, hasDay, type Limits, limitsAt, nextChange, type Span } from "./timetable";

export const DAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MB = 1_000_000;
const USUAL = [0.25, 0.5, 1, 2, 5, 10, 25, 50].map((n) => n * MB);

/** "08:30", as time fields write it; the end of a day is the start of the next. */
export const clock = (minutes: number): string =>
  `${String(Math.floor((minutes % DAY) / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export function readClock(text: string): number | null {
  const match = /^(\d\d):(\d\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** "Every day", "Mon–Fri", "Mon, Wed, Fri". */
export function daysWords(mask: number): string {
  if ((mask & EVERY_DAY) === EVERY_DAY) return "Every day";
  const runs: [number, number][] = [];
  DAY_NAMES.forEach((_, day) => {
    if (!hasDay(mask, day)) return;
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  });
  return runs
    .map(([from, to]) => {
      if (from === to) return DAY_NAMES[from];
      return `${DAY_NAMES[from]}${to === from + 1 ? ", " : "–"}${DAY_NAMES[to]}`;
    })
    .join(", ");
}

export const isFree = ({ up, down }: Limits): boolean => up === null && down === null;

export function limitWords({ up, down }: Limits): string {
  if (isFree({ up, down })) return "As fast as it goes";
  if (up !== null && up === down) return `At most ${rate(up)}`;
  const parts = [up !== null && `upload at most ${rate(up)}`, down !== null && `download at most ${rate(down)}`];
  const words = parts.filter(Boolean).join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What holds now and until when. */
export function nowWords(throttle: Throttle, now: Date): string {
  const day = (now.getDay() + 6) % 7;
  const minute = now.getHours() * 60 + now.getMinutes();
  const words = limitWords(limitsAt(throttle, day, minute));
  const next = nextChange(throttle, day, minute);
  if (!next) return words;
  return `${words} until ${next.inMinutes < DAY ? "" : `${DAY_NAMES[next.day]} `}${clock(next.at)}`;
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** A day for those who do not see the strip. */
export const dayWords = (spans: Span[]): string =>
  spans.map((span) => `${clock(span.from)} to ${clock(span.to)} ${lower(limitWords(span))}`).join("; ");

/** The limits to choose from, with one that was set elsewhere. */
export function rateOptions(current: number | null): { value: string; label: string }[] {
  const rates = current === null || USUAL.includes(current) ? USUAL : [...USUAL, current].sort((a, b) => a - b);
  return [
    { value: "", label: "No limit" },
    ...rates.map((n) => ({ value: String(n), label: `${rate(n)} (${(n * 8) / MB} Mbit/s)` })),
  ];
}
