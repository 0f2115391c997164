// The arithmetic of the timetable: which limits hold when. Days are 0 (Monday) to 6; the first row that covers a moment
// wins over the rows below it, and any row over the general limits.
import type { Hours, Throttle } from "../../ipc";

/** Bytes a second; null is as fast as it goes. */
export type Limits = Pick<Throttle, "up" | "down">;

export const DAY = 24 * 60;
export const EVERY_DAY = 0b111_1111;
const DAYS = [0, 1, 2, 3, 4, 5, 6];

/** Limits that hold from one minute of a day to another. */
export type Span = Limits & { from: number; to: number };

export const hasDay = (mask: number, day: number): boolean => (mask & (1 << day)) !== 0;
const dayBefore = (day: number): number => (day + 6) % 7;

export function covers({ days, from, to }: Hours, day: number, minute: number): boolean {
  if (from % DAY === to % DAY) return hasDay(days, day);
  if (from < to) return hasDay(days, day) && minute >= from && minute < to;
  // Past midnight the row belongs to the day it began on.
  return (hasDay(days, day) && minute >= from) || (hasDay(days, dayBefore(day)) && minute < to);
}

export function limitsAt({ up, down, hours }: Throttle, day: number, minute: number): Limits {
  const row = hours.find((row) => covers(row, day, minute));
  return row ? { up: row.up, down: row.down } : { up, down };
}

const same = (a: Limits, b: Limits): boolean => a.up === b.up && a.down === b.down;

/** A day, cut where the limits change. */
export function spansOf(throttle: Throttle, day: number): Span[] {
  const edges = new Set([0, ...throttle.hours.flatMap(({ from, to }) => [from % DAY, to % DAY])]);
  const spans: Span[] = [];
  for (const from of [...edges].sort((a, b) => a - b)) {
    const limits = limitsAt(throttle, day, from);
    const last = spans.at(-1);
    if (last && same(last, limits)) continue;
    if (last) last.to = from;
    spans.push({ ...limits, from, to: DAY });
  }
  return spans;
}

/** The days of the week that go alike, as a mask, with how they go. */
export function week(throttle: Throttle): { days: number; spans: Span[] }[] {
  const groups = new Map<string, { days: number; spans: Span[] }>();
  for (const day of DAYS) {
    const spans = spansOf(throttle, day);
    const alike = groups.get(JSON.stringify(spans));
    if (alike) alike.days |= 1 << day;
    else groups.set(JSON.stringify(spans), { days: 1 << day, spans });
  }
  return [...groups.values()];
}

/** What comes after the limits of this moment, in how many minutes, on which day; null when nothing ever changes. */
export function nextChange(
  throttle: Throttle,
  day: number,
  minute: number,
): (Limits & { inMinutes: number; day: number; at: number }) | null {
  const now = limitsAt(throttle, day, minute);
  for (let ahead = 0; ahead <= 7; ahead++) {
    const then = (day + ahead) % 7;
    const later = spansOf(throttle, then).find((span) => (ahead > 0 || span.from > minute) && !same(span, now));
    if (later) {
      const { up, down, from: at } = later;
      return { up, down, inMinutes: ahead * DAY + at - minute, day: then, at };
    }
  }
  return null;
}

/** From an hour to the same hour is the whole day. */
export const isWholeDay = ({ from, to }: Hours): boolean => from % DAY === to % DAY;

export const rowProblem = ({ days }: Hours): string | null =>
  (days & EVERY_DAY) === 0 ? "Choose a day at least." : null;

/** Two rows want the same moment: the upper one has it. */
export const overlap = ({ hours }: Throttle): boolean =>
  DAYS.some((day) => hours.some(({ from }) => hours.filter((row) => covers(row, day, from % DAY)).length > 1));
