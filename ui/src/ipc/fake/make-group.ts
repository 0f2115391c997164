// Makes the twin's groups out of thin air: the same group for the same number, every time.
import type { GroupKind, Member, Relation } from "../types";
import { pick, randomOf } from "./random";

/** Room for the file ids of one group. */
export const MEMBERS_PER_GROUP = 32;
export const USUAL_DISTANCE = 24;
export const MOST_DISTANCE = 60;

/** A group before anyone chose a keeper. */
export type RawGroup = { id: number; kind: GroupKind; members: Member[]; unclear: boolean };

const CAMERAS = ["Canon EOS R6", "iPhone 13", "Pixel 7", "Fujifilm X-T4", null];
const RELATIONS: Relation[] = ["same", "turned", "same", "edited", "same", "crop", "border"];

export const kindOf = (id: number): GroupKind => (id % 5 < 3 ? "exact" : id % 10 === 9 ? "burst" : "similar");

function relationOf(id: number, kind: GroupKind, i: number): Relation {
  if (i === 0) return "keeper";
  if (kind === "exact") return "identical";
  if (kind === "burst") return id % 20 === 9 ? "burst" : "bracket";
  return RELATIONS[(id + i) % RELATIONS.length];
}

const two = (n: number): string => String(n).padStart(2, "0");

/** `farthest` is the distance of the member that is least like the keeper. */
export function makeGroup(
  id: number,
  kind: GroupKind,
  farthest: number,
  folderOf: (group: number, place: number) => string,
): RawGroup {
  const random = randomOf(id + 11);
  const size = random() < 0.82 ? 2 + Math.floor(random() * 2) : 4 + Math.floor(random() * 17);
  const year = 2014 + Math.floor(random() * 11);
  const captured = `${year}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}T${two(8 + Math.floor(random() * 12))}:24:10`;
  const bytes = 2_400_000 + Math.floor(random() * 9_000_000);
  const number = 1000 + (id % 9000);
  const camera = pick(random, CAMERAS);
  const members = Array.from({ length: size }, (_, i): Member => {
    const relation = relationOf(id, kind, i);
    const smaller = kind === "similar" && i > 0 && relation !== "edited";
    const fileId = id * MEMBERS_PER_GROUP + i;
    const turned = relation === "turned";
    const [width, height] = smaller ? [1600, 1200] : [6000, 4000];
    return {
      assetId: fileId,
      fileId,
      name:
        i === 0
          ? `IMG_${number}.JPG`
          : kind === "exact"
            ? `IMG_${number} (${i}).JPG`
            : kind === "burst"
              ? `IMG_${number + i}.JPG`
              : `IMG-${year}0${1 + (i % 9)}12-WA${two(i)}.jpg`,
      folder: folderOf(id, kind === "burst" ? 0 : i),
      size: smaller ? Math.floor(bytes / (2 + i)) : bytes,
      width: turned ? height : width,
      height: turned ? width : height,
      captured: smaller && i % 3 === 2 ? null : captured,
      camera: smaller ? null : camera,
      hasGps: i === 0,
      companions: i === 0 && id % 7 === 0 ? [`IMG_${number}.CR3`] : [],
      motion: relation === "keeper" && kind === "similar" && id % 4 === 0 ? 2_640_118 : null,
      kind: "jpeg",
      relation,
      turn: turned ? 6 : 1,
      distance: i === 0 || kind === "exact" ? 0 : Math.max(1, farthest - (i - 1) * 2),
      suggested: false,
      suggestKeep: false,
      keep: false,
      mark: null,
      hasThumb: !(id % 41 === 0 && i === 1),
    };
  });
  return { id, kind, members, unclear: kind === "similar" && id % 13 === 0 };
}
