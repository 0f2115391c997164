// Numbers, bytes, times and dates as people read them. Bytes are decimal, as file managers and shops count them.
export const localeOf = (locale: string): string | undefined => (/posix|^c$/i.test(locale) ? "en-US" : undefined);

/** The system's own way to write numbers and dates; the bare "C" locale has none (no separators), English stands in. */
export const LOCALE = localeOf(new Intl.NumberFormat().resolvedOptions().locale);
const whole = new Intl.NumberFormat(LOCALE);
const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"];

export const count = (n: number): string => whole.format(Math.round(n));

/** "1 photo", "1,204 photos". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)} ${UNITS[unit]}`;
}

/** An error's message from the shell as a sentence: a capital first, names in quotation marks. */
export const sentence = (text: string): string =>
  text.replace(/^\p{Ll}/u, (first) => first.toLocaleUpperCase(LOCALE)).replace(/`([^`]+)`/g, "“$1”");

/** A sentence from the shell: its counts get the separators of this locale. */
export const grouped = (text: string): string => text.replace(/\b\d{4,}(?=\s)/g, (n) => count(Number(n)));

export const rate = (bytesPerSecond: number): string => `${bytes(bytesPerSecond)}/s`;

export const tally = (t: { files: number; bytes: number }): string => `${plural(t.files, "file")}, ${bytes(t.bytes)}`;

/** What became of originals whose copies were verified; Sources and Finish say it with the same words. */
export const deleted = (files: number): string =>
  files === 1
    ? "1 original was deleted after its copy was verified."
    : `${count(files)} originals were deleted after their copies were verified.`;

export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const m = Math.floor(s / 60);
  if (m < 60) return `${m} min ${String(s % 60).padStart(2, "0")} s`;
  const h = Math.floor(m / 60);
  if (h < 48) return `${h} h ${String(m % 60).padStart(2, "0")} min`;
  return `${Math.floor(h / 24)} days ${h % 24} h`;
}

/** Left-over time is a guess: coarse on purpose. */
export function eta(seconds: number | null): string {
  if (seconds === null) return "Working out the time left";
  if (seconds < 10) return "A few seconds left";
  if (seconds < 60) return "Less than a minute left";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `About ${plural(minutes, "minute")} left`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `About ${hours} h ${minutes % 60} min left`;
  return `About ${plural(Math.round(hours / 24), "day")} left`;
}

const tenth = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1 });

export function percent(done: number, total: number | null): string | null {
  if (total === null || total <= 0) return null;
  const tenths = Math.min(1000, Math.floor((done / total) * 1000));
  return tenths >= 100 ? `${Math.floor(tenths / 10)}%` : `${tenth.format(tenths / 10)}%`;
}

const day = new Intl.DateTimeFormat(LOCALE, { year: "numeric", month: "short", day: "numeric" });
const moment = new Intl.DateTimeFormat(LOCALE, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

const monthYear = new Intl.DateTimeFormat(LOCALE, { year: "numeric", month: "short" });

const parse = (iso: string): Date | null => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? null : date;
};

export const date = (iso: string | null): string =>
  iso ? (parse(iso) ? day.format(parse(iso) as Date) : iso) : "No date";
export const month = (iso: string | null): string =>
  iso ? (parse(iso) ? monthYear.format(parse(iso) as Date) : iso) : "No date";
export const dateTime = (iso: string | null): string =>
  iso ? (parse(iso) ? moment.format(parse(iso) as Date) : iso) : "Never";

const second = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium" });
const exact = (iso: string): string => (parse(iso) ? second.format(parse(iso) as Date) : iso);

export const dimensions = (width: number | null, height: number | null): string | null =>
  width && height ? `${width} × ${height}` : null;

/** A fact about a file as the shell tells it: moments and byte counts written as everywhere else in the window. */
export const fact = (text: string): string =>
  text
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?/, (iso) => exact(iso))
    .replace(/^[\d\s]+(?= bytes$)/, (n) => count(Number(n.replace(/\s/g, ""))));

/** What a person typed as a count: digits only, group separators of any locale dropped. */
export const typedDigits = (text: string): string => text.replace(/[\s.,'’\u00a0\u202f]/g, "");

/** The end of a folder's path, which tells folders apart: "/home/a/Pictures/2021/May" as "2021/May". */
export const lastFolders = (path: string): string => path.split(/[/\\]/).filter(Boolean).slice(-2).join("/") || path;

/** "a/b/c.jpg" as ["a/b/", "c.jpg"], for either kind of slash. */
export function splitPath(path: string): [string, string] {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return [path.slice(0, at + 1), path.slice(at + 1)];
}
