// The twin's archives: a Takeout of twelve parts in Downloads, and whatever else is called like an archive.
import type { AppError, Dropped, Unpacked, UnpackOffer } from "../types";

const STAMP = "takeout-20240101T000000Z";
export const DOWNLOADS = "/home/anna/Downloads";
export const TAKEOUT = Array.from(
  { length: 12 },
  (_, n) => `${DOWNLOADS}/${STAMP}-${String(n + 1).padStart(3, "0")}.zip`,
);
/** A disk with less room than is needed. */
export const SMALL_DISK = "/media/anna/Stick";

const isArchive = (path: string) => /\.(zip|tgz|tar\.gz)$/i.test(path);
const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
const takeoutOf = (name: string) => /^takeout-\d{8}T\d{6}Z/i.exec(name)?.[0] ?? null;

export function sortDropped(paths: string[]): Dropped {
  const dropped: Dropped = { archives: [], folders: [], withArchives: [] };
  for (const path of paths) {
    if (isArchive(path)) dropped.archives.push(path);
    else if (path === DOWNLOADS) {
      dropped.archives.push(...TAKEOUT);
      dropped.withArchives.push(path);
    } else dropped.folders.push(path);
  }
  return dropped;
}

export function unpackOffer(archives: string[], into: string | null): UnpackOffer {
  const tar = archives.find((path) => !/\.zip$/i.test(path));
  if (tar)
    throw {
      code: "archive_not_read",
      message: `\`${tar}\` cannot be unpacked: it is a tar archive (.tgz).`,
      safe: "The archives were only read.",
      next: "Unpack it into a folder (`tar -xzf`), together with the other parts, and add that folder; or ask Takeout for zip files.",
    } satisfies AppError;
  const place = (path: string) => into ?? `${folderOf(path)}/Albumen unpacked`;
  const set = (path: string) => takeoutOf(nameOf(path)) ?? nameOf(path).replace(/\.zip$/i, "");
  const folders = [...new Set(archives.map((path) => `${place(path)}/${set(path)}`))];
  const numbers = archives.map((path) => Number(/-(\d{3})\.zip$/i.exec(path)?.[1] ?? 0)).filter((n) => n > 0);
  const gaps = Array.from({ length: Math.max(0, ...numbers) }, (_, n) => n + 1).filter((n) => !numbers.includes(n));
  const part = 3.5e9;
  const needs = archives.length * part;
  const free = into === SMALL_DISK ? 16e9 : 120e9;
  return {
    archives,
    archiveBytes: archives.length * 3.4e9,
    folders,
    files: { files: archives.length * 4_017, bytes: needs },
    needs,
    free,
    fits: needs <= free,
    missing: gaps.map((n) => `${STAMP}-${String(n).padStart(3, "0")}.zip`),
  };
}

export function unpacked(offer: UnpackOffer): Unpacked {
  const problems = offer.missing.map((archive) => ({
    archive,
    path: "",
    code: "part-missing",
    what: "Archives before and after it were given, and this one was not. Photos in it are missing, and so may be dates of others.",
  }));
  return {
    folders: offer.folders,
    written: offer.files,
    before: { files: 0, bytes: 0 },
    problemCount: problems.length,
    problems,
  };
}
