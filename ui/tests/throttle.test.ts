// The arithmetic of the timetable, and its words.
import { expect, test } from "vitest";
import type { Hours, Throttle } from "../src/ipc";
import { paceWords } from "../src/move/pace";
import {
  covers,
  isWholeDay,
  limitsAt,
  nextChange,
  overlap,
  rowProblem,
  spansOf,
  week,
} from "../src/move/throttle/timetable";
import { clock, daysWords, dayWords, limitWords, nowWords, rateOptions, readClock } from "../src/move/throttle/words";

const MB = 1_000_000;
const h = (hours: number) => hours * 60;
const WORK: Hours = { days: 0b001_1111, from: h(8), to: h(18), up: MB, down: null };
const NIGHT: Hours = { days: 0b001_0000, from: h(22), to: h(6), up: null, down: null };
const WEEK: Throttle = { up: 5 * MB, down: 5 * MB, hours: [WORK, NIGHT] };

test("a row past midnight belongs to the day it began on", () => {
  expect(covers(NIGHT, 4, h(23))).toBe(true);
  expect(covers(NIGHT, 5, h(5))).toBe(true);
  expect(covers(NIGHT, 4, h(5))).toBe(false);
  expect(covers(NIGHT, 5, h(6))).toBe(false);
  expect(covers({ ...NIGHT, days: 0b100_0000 }, 0, h(1))).toBe(true);
});

test("a row wins over the general limits, and the upper row over the lower", () => {
  expect(limitsAt(WEEK, 0, h(12))).toEqual({ up: MB, down: null });
  expect(limitsAt(WEEK, 0, h(19))).toEqual({ up: 5 * MB, down: 5 * MB });
  const both = { ...WEEK, hours: [{ ...NIGHT, from: h(12), to: h(13) }, WORK] };
  expect(limitsAt(both, 4, h(12))).toEqual({ up: null, down: null });
  expect(overlap(both)).toBe(true);
  expect(overlap(WEEK)).toBe(false);
  expect(overlap({ ...WEEK, hours: [WORK, WORK] })).toBe(true);
});

test("a day is cut where the limits change, without gaps", () => {
  for (let day = 0; day < 7; day++) {
    const spans = spansOf(WEEK, day);
    expect(spans[0].from).toBe(0);
    expect(spans.at(-1)?.to).toBe(h(24));
    for (const [i, span] of spans.slice(1).entries()) expect(span.from).toBe(spans[i].to);
    for (let minute = 0; minute < h(24); minute += 15)
      expect(spans.find((span) => span.from <= minute && minute < span.to)).toMatchObject(limitsAt(WEEK, day, minute));
  }
});

test("days that go alike share a strip", () => {
  expect(week(WEEK).map(({ days }) => daysWords(days))).toEqual(["Mon–Thu", "Fri", "Sat", "Sun"]);
  expect(week({ up: null, down: null, hours: [] })).toEqual([
    { days: 0b111_1111, spans: [{ up: null, down: null, from: 0, to: h(24) }] },
  ]);
});

test("from an hour to the same hour is the whole day", () => {
  for (const row of [
    { ...WORK, from: 0, to: 0 },
    { ...WORK, to: WORK.from },
    { ...WORK, from: 0, to: h(24) },
  ]) {
    expect(isWholeDay(row)).toBe(true);
    expect(spansOf({ ...WEEK, hours: [row] }, 0)).toEqual([{ up: MB, down: null, from: 0, to: h(24) }]);
    expect(spansOf({ ...WEEK, hours: [row] }, 5)).toEqual([{ up: 5 * MB, down: 5 * MB, from: 0, to: h(24) }]);
  }
  expect(rowProblem(WORK)).toBeNull();
  expect(rowProblem({ ...WORK, days: 0 })).toContain("day");
});

test("the next change may be days away", () => {
  expect(nextChange({ up: MB, down: null, hours: [] }, 2, 0)).toBeNull();
  expect(nextChange(WEEK, 0, h(9))).toMatchObject({ inMinutes: h(9), at: h(18) });
  expect(nextChange(WEEK, 5, h(7))).toMatchObject({ day: 0, at: h(8), inMinutes: h(49) });
});

test("words say what holds now and until when", () => {
  const monday = new Date(2024, 0, 1, 9, 0);
  const saturday = new Date(2024, 0, 6, 7, 0);
  expect(nowWords(WEEK, monday)).toBe("Upload at most 1.0 MB/s until 18:00");
  expect(nowWords(WEEK, saturday)).toBe("At most 5.0 MB/s until Mon 08:00");
  expect(nowWords({ up: null, down: null, hours: [] }, monday)).toBe("As fast as it goes");
  expect(limitWords({ up: null, down: MB })).toBe("Download at most 1.0 MB/s");
  expect(limitWords({ up: 2 * MB, down: MB })).toBe("Upload at most 2.0 MB/s, download at most 1.0 MB/s");
  expect(dayWords(spansOf(WEEK, 0))).toContain("08:00 to 18:00 upload at most 1.0 MB/s");
});

test("clocks and days are written as people read them", () => {
  expect([clock(0), clock(510), clock(h(24))]).toEqual(["00:00", "08:30", "00:00"]);
  expect([readClock("08:30"), readClock("")]).toEqual([510, null]);
  expect(daysWords(0b111_1111)).toBe("Every day");
  expect(daysWords(0b110_0101)).toBe("Mon, Wed, Sat, Sun");
  expect(daysWords(0)).toBe("");
});

test("a limit that was set elsewhere is among the choices", () => {
  expect(rateOptions(null)[0]).toEqual({ value: "", label: "No limit" });
  expect(rateOptions(3 * MB).map((option) => option.label)).toContain("3.0 MB/s (24 Mbit/s)");
  expect(rateOptions(MB)).toHaveLength(rateOptions(null).length);
});

test("the pace is told only once the storage asked to slow down", () => {
  const pace = { rate: 28.4, refused: 0, accepted: 10, waitsMs: 0 };
  expect(paceWords(pace)).toBeNull();
  expect(paceWords({ ...pace, waitsMs: 900 })).toBeNull();
  expect(paceWords({ ...pace, refused: 3 })).toBe(
    "The storage asked to slow down 3 times; sending about 28 requests a second.",
  );
  expect(paceWords({ ...pace, refused: 1, rate: 0.2 })).toContain("once; sending less than one");
  expect(paceWords({ ...pace, refused: 3, waitsMs: 11_200 })).toBe("Waiting 12 s as the storage asked.");
});
