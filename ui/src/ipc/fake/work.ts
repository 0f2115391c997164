// What each of the twin's jobs pretends to do, and the error it can end with.
import type { AppError, JobKind, Pace } from "../types";
import type { Work } from "./jobs";

export const WORK: Record<JobKind, Work> = {
  scan: {
    files: 24_459,
    bytes: 156.6e9,
    seconds: 14,
    stages: ["Looking for photos", "Reading and fingerprinting", "Reading and fingerprinting", "Pairing and grouping"],
    message: "21,873 photos in 24,459 files",
  },
  group: {
    files: 24_459,
    bytes: 0,
    seconds: 3,
    stages: ["Grouping", "Choosing keepers"],
    message: "Keepers chosen anew",
  },
  plan: { files: 24_459, bytes: 156.6e9, seconds: 5, stages: ["Planning"], message: "Plan made" },
  pilot: {
    files: 216,
    bytes: 3.1e9,
    seconds: 8,
    stages: ["Moving", "Moving", "Reading back the pilot"],
    workers: 4,
    message: "Pilot: 198 photos of 6 kinds in 38 folders, 3.1 GB in 14 min, all read back whole.",
  },
  migrate: {
    files: 21_604,
    bytes: 141.9e9,
    seconds: 40,
    stages: ["Copying"],
    workers: 4,
    message: "Every planned file is in place",
  },
  verify: {
    files: 21_604,
    bytes: 141.9e9,
    seconds: 20,
    stages: ["Reading back and comparing"],
    workers: 4,
    message: "Every file was read back",
  },
  delete: {
    files: 21_597,
    bytes: 141.8e9,
    seconds: 6,
    stages: ["Moving originals to the trash"],
    message: "21,597 originals moved to the trash",
  },
  rollback: {
    files: 21_604,
    bytes: 141.9e9,
    seconds: 6,
    stages: ["Bringing originals back", "Removing copies"],
    message: "21,597 originals brought back, 21,604 copies removed, 2 left alone",
  },
  unpack: {
    files: 48_210,
    bytes: 42e9,
    seconds: 20,
    stages: ["Looking into the archives", "Unpacking"],
    workers: 4,
    message: "48,210 files were unpacked",
  },
  reconcile: {
    files: 21_604,
    bytes: 0,
    seconds: 6,
    stages: ["Looking at the destination", "Reading markers", "Comparing"],
    workers: 4,
    message: "21,589 files agree; 21 differ. Nothing was changed.",
  },
  repair: {
    files: 21,
    bytes: 0,
    seconds: 4,
    stages: ["Repairing"],
    workers: 4,
    message: "12 files were sent again, 3 replaced, 0 placed beside what has their name.",
  },
  cutOver: {
    files: 21_604,
    bytes: 0,
    seconds: 8,
    stages: ["Looking for what is new", "Sending", "Verifying what is new", "Comparing"],
    message: "Photos open from the new home now.",
  },
  switchBack: {
    files: 21_597,
    bytes: 0,
    seconds: 5,
    stages: ["Bringing originals back", "Looking at the old place"],
    message: "The old place is home again. Nothing was removed at the destination.",
  },
  rebuild: {
    files: 85,
    bytes: 0,
    seconds: 3,
    stages: ["Reading in what was moved"],
    message: "21,604 files are known again",
  },
};

export const LOST: AppError = {
  code: "destination_gone",
  message: "The destination stopped answering: /media/anna/Archive is no longer mounted.",
  safe: "Every original is where it was. Files already placed are whole and stay placed.",
  next: "Connect the disk again, then press Start: the move goes on where it stopped.",
};

export const DAY_LIMIT: AppError = {
  code: "day_limit",
  message: "Google Drive takes no more today: 750 GB a day is the most an account may send.",
  safe: "Every original is where it was. Files already placed are whole and stay placed.",
  next: "Start again tomorrow: the move goes on where it stopped.",
};

export const SLOWED: Pace = { rate: 28.4, refused: 3, accepted: 6_412, waitsMs: 0 };
