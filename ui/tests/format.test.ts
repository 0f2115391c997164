// Figures as people read them.
import { expect, test } from "vitest";
import {
  bytes,
  duration,
  eta,
  fact,
  grouped,
  localeOf,
  percent,
  sentence,
  splitPath,
  typedDigits,
} from "../src/shared/format";
import { barsOf } from "../src/sources/timeline";

test("bytes are decimal and never round up to 1000", () => {
  expect([0, 999, 1000, 3_100_000_000, 999_960_000].map(bytes)).toEqual(["0 B", "999 B", "1.0 KB", "3.1 GB", "1.0 GB"]);
});

test("progress is not complete before it is", () => {
  expect(percent(9_999_999, 10_000_000)).not.toBe("100%");
  expect(percent(10, 10)).toBe("100%");
  expect(percent(5, null)).toBeNull();
});

test("numbers are grouped, also those in the shell's sentences and where the system has no locale", () => {
  expect(grouped("Accept 33333 exact groups")).toBe("Accept 33,333 exact groups");
  expect(fact("29 550 bytes")).toBe("29,550 bytes");
  expect(fact("6000 × 4000")).toBe("6000 × 4000");
  expect(fact("2018-03-15T12:14:22 (from the picture)")).toMatch(/^Mar 15, 2018, 12:14:22\sPM \(from the picture\)$/);
  expect(["en-US-u-va-posix", "c", "de-DE"].map(localeOf)).toEqual(["en-US", "en-US", undefined]);
});

test("what the shell says is a sentence", () => {
  expect(sentence("the catalog `/a/c.db` is damaged")).toBe("The catalog “/a/c.db” is damaged");
});

test("times", () => {
  expect([5, 65, 3720].map(duration)).toEqual(["5 s", "1 min 05 s", "1 h 02 min"]);
  expect(eta(null)).toBe("Working out the time left");
});

test("typed counts lose their separators only", () => {
  expect(["1,234", "1.234", "1 234", "1’234", "12a"].map(typedDigits)).toEqual(["1234", "1234", "1234", "1234", "12a"]);
});

test("paths split at either slash", () => {
  expect(splitPath("C:\\a\\b.jpg")).toEqual(["C:\\a\\", "b.jpg"]);
  expect(splitPath("b.jpg")).toEqual(["", "b.jpg"]);
});

test("the timeline fills gaps, and turns to years when long", () => {
  expect(barsOf([{ month: "2024-05", assets: 3 }])).toHaveLength(12);
  expect(
    barsOf([
      { month: "1970-05", assets: 3 },
      { month: "2024-05", assets: 4 },
    ]),
  ).toHaveLength(55);
});
