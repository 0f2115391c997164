// Times as a person types them, the way from one to another, and zones. No zone of this computer plays a part.
import type { ClockChange } from "../../ipc";
import { duration } from "../../shared/format";

const two = (n: number | string): string => String(n).padStart(2, "0");
const TYPED = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T]+(\d\d?):(\d\d)(?::(\d\d))?)?$/;

/** `2007-01-01 0:12` as `2007-01-01T00:12:00`, a day alone as `2007-01-01`; null for what is no time. */
function read(text: string): string | null {
  const [, year, month, day, hour, minute, second = "0"] = TYPED.exec(text.trim()) ?? [];
  if (!year) return null;
  const iso = `${year}-${two(month)}-${two(day)}`;
  const whole = hour === undefined ? iso : `${iso}T${two(hour)}:${minute}:${two(second)}`;
  const at = Date.parse(hour === undefined ? `${iso}T00:00:00Z` : `${whole}Z`);
  // The 31st of June is another day.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(whole) ? whole : null;
}

export const readDay = (text: string): string | null => read(text);

export function readTime(text: string): string | null {
  const time = read(text);
  return time && time.length > 10 ? time : null;
}

/** As it stands in the fields. */
export const typed = (iso: string): string => iso.replace("T", " ");

/** Seconds from the one to the other. */
export const between = (showed: string, really: string): number =>
  (Date.parse(`${really}Z`) - Date.parse(`${showed}Z`)) / 1000;

export const shiftWords = (seconds: number): string =>
  `${duration(Math.abs(seconds))} ${seconds < 0 ? "earlier" : "later"}`;

export function zone(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const HOURS = Array.from({ length: 27 }, (_, i) => (i - 12) * 60);
/** Zones that are no whole hours. */
const PARTS = [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765];
export const ZONES = [...HOURS, ...PARTS].sort((a, b) => a - b);

export type Draft = { showed: string; really: string; zone: string; from: string; to: string };
export const BLANK: Draft = { showed: "", really: "", zone: "", from: "", to: "" };

export type Errors = Partial<Record<keyof Draft, string>>;

const TIME = "A day and a time, such as 2007-01-01 00:12.";
const DAY = "A day, such as 2007-01-01, or a day and a time.";

/** What the form says: what is wrong with it, and the change once there is one. */
export function readDraft(camera: string, draft: Draft): { errors: Errors; change: ClockChange | null } {
  const errors: Errors = {};
  const asked = (name: keyof Draft, by: (text: string) => string | null, hint: string): string | null => {
    if (!draft[name].trim()) return null;
    const value = by(draft[name]);
    if (value === null) errors[name] = hint;
    return value;
  };
  const showed = asked("showed", readTime, TIME);
  const really = asked("really", readTime, TIME);
  const from = asked("from", readDay, DAY);
  const to = asked("to", readDay, DAY);
  if (from && to && from > `${to}T99`) errors.to = "The last lies before the first.";
  const shiftSeconds = showed && really ? between(showed, really) : 0;
  const offsetMinutes = draft.zone === "" ? null : Number(draft.zone);
  const half = Boolean(draft.showed.trim()) !== Boolean(draft.really.trim()) && draft.really.trim() !== "";
  if (half) errors.showed = "And what did it show?";
  const nothing = shiftSeconds === 0 && offsetMinutes === null;
  const change = { camera, shiftSeconds, offsetMinutes, from, to };
  return { errors, change: nothing || Object.keys(errors).length > 0 ? null : change };
}
