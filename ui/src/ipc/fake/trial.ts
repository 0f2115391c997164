// The twin's estimate, pilot and ways to verify: a library of 142 GB on a slow line.
import type { Estimate, Pilot, SampleOffer, Tally, VerifyOffer } from "../types";
import { DEMO_SOURCES, fakeProfile } from "./library";

const DAY = 86_400;
const PILOT: Tally = { files: 216, bytes: 3.1e9 };

export function fakePilot(done: boolean, good = true): Pilot {
  const end = good ? "all read back whole." : "but 1 file did not come back whole.";
  return {
    share: 0.01,
    seed: 1,
    begunAt: new Date(Date.now() - 3_600_000).toISOString(),
    doneAt: done ? new Date().toISOString() : null,
    good: done && good,
    photos: 198,
    kinds: 6,
    folders: 38,
    all: PILOT,
    placed: done ? PILOT : { files: 80, bytes: 1.1e9 },
    readBack: done ? { files: PILOT.files - (good ? 0 : 1), bytes: PILOT.bytes } : { files: 0, bytes: 0 },
    failed: 0,
    findings: good
      ? []
      : [{ key: "2021/2021-08/IMG_3002.JPG", from: "/home/anna/Pictures/2021/IMG_3002.JPG", what: "different" }],
    seconds: 840,
    bytesPerSecond: 3.7e6,
    filesPerSecond: 0.26,
    words: done
      ? `Pilot: 198 photos of 6 kinds in 38 folders, 3.1 GB in 14 min, ${end}`
      : "Pilot: 198 photos of 6 kinds in 38 folders, 3.1 GB. 80 of 216 files are there; it is not over.",
  };
}

export function fakeEstimate(planned: Tally, left: Tally, destination: string, measured: boolean): Estimate {
  const profile = fakeProfile(0);
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const years = new Map<string, number>();
  for (const { month, assets } of profile.months)
    years.set(month.slice(0, 4), (years.get(month.slice(0, 4)) ?? 0) + assets);
  return {
    destination,
    planned,
    left,
    kinds: profile.kinds,
    folders: DEMO_SOURCES.map((s) => ({ name: s.path, files: s.files, bytes: s.bytes })),
    years: [...years].map(([name, files]) => ({ name, files, bytes: files * 6.4e6 })),
    largest: [
      { name: "/home/anna/Pictures/2024 wedding/ceremony.mov", files: 1, bytes: 8.4e9 },
      { name: "/home/anna/Pictures/2023 trip/drone 7.mp4", files: 1, bytes: 3.9e9 },
    ],
    growth: {
      filesPerMonth: 260,
      bytesPerMonth: 1.6e9,
      words: "By the dates of 3120 files taken from 2024-05 to 2025-04, 14 of them by their file’s own time.",
    },
    problems: 8,
    findings: [
      { what: "12 files: Another photo has this name; both are kept.", stops: false, examples: [] },
      { what: "3 files: Its name is shortened: the destination takes no longer one.", stops: false, examples: [] },
    ],
    basis: measured ? "pilot" : "none",
    restsOn: measured
      ? "By the pilot of today: 216 files, 3.1 GB took 14 min, which is 40 ms for a file and 268 ms for each MB."
      : "Not measured yet: a pilot of 1 % measures it, and so does the test of the destination.",
    span: measured
      ? {
          leastSeconds: 9 * DAY,
          likelySeconds: 10.5 * DAY,
          mostSeconds: 12 * DAY,
          earliest: at(9 * DAY),
          likely: at(10.5 * DAY),
          latest: at(12 * DAY),
        }
      : null,
    words: measured
      ? "21388 files, 139 GB will take between 9 and 12 days, most likely by Thursday 3 December. Some 560 MB more will have come by then."
      : "21604 files, 142 GB are to be copied. How long that takes was not measured yet.",
  };
}

export function fakeVerifyOffer(all: Tally): VerifyOffer {
  const sample = (rulesOut: number, files: number, missed: string): SampleOffer => ({
    rulesOut,
    part: files / all.files,
    files,
    bytes: (all.bytes * files) / all.files,
    seconds: ((all.bytes * files) / all.files) * 2e-7,
    words: `Were ${Math.floor(all.files * rulesOut) + 1} of ${all.files} damaged (1 in ${Math.round(1 / rulesOut)}), this would have shown it with 95 % certainty. A single damaged file would be missed with ${missed} % certainty.`,
  });
  return {
    all,
    seconds: all.bytes * 2e-7,
    levels: [
      {
        level: "sizes",
        name: "Sizes only",
        consequence: "do not erase originals",
        promise: "Every file is listed in its full size. Says nothing of the bytes in it: no original may go for that.",
        mayErase: false,
      },
      {
        level: "sample",
        name: "Read back a sample",
        consequence: "may not erase the rest",
        promise:
          "Photos that were read back are proven, and only their originals may go. Of the rest it tells how many may be damaged at most, with 95 % certainty.",
        mayErase: false,
      },
      {
        level: "digest",
        name: "The storage’s own digests",
        consequence: "may erase",
        promise:
          "What the storage says it holds has the bytes that were sent. A disk that rots inside the storage is not noticed. Files it cannot prove that way are read back.",
        mayErase: true,
      },
      {
        level: "readBack",
        name: "Read back everything",
        consequence: "may erase",
        promise: "Every byte came back and is the original’s. Takes as long as a download of everything.",
        mayErase: true,
      },
    ],
    samples: all.files
      ? [
          sample(0.05, 59, "99.7"),
          sample(0.01, 295, "98.6"),
          sample(0.005, 587, "97.3"),
          sample(0.001, 2_748, "87.3"),
          sample(0.0005, 5_034, "76.7"),
        ]
      : [],
  };
}
