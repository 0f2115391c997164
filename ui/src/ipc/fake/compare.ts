// The twin's comparison of two members: the fields that differ, and which side is better.
import type { Comparison, FieldDiff, Member, Relation, SameField } from "../types";

type Measured = Pick<Comparison, "relation" | "distance" | "turn">;

/** What the right one is to the left one. Two that are something different to their keeper were never measured. */
function measured(l: Member, r: Member): Measured {
  const turn = l.turn === r.turn ? 1 : l.turn === 1 ? r.turn : 8;
  const between = (relation: Relation): Measured => ({ relation, distance: Math.abs(l.distance - r.distance), turn });
  if (l.suggested) return between(r.relation);
  if (r.suggested) return between(l.relation);
  if (l.relation !== r.relation) return { relation: null, distance: null, turn: 1 };
  return between(l.relation === "turned" || l.relation === "border" ? "same" : l.relation);
}

export function compared(l: Member, r: Member): Comparison {
  const differs: FieldDiff[] = [];
  const same: SameField[] = [{ field: "Colour space", value: "sRGB" }];
  const add = (field: string, a: string | null, b: string | null, better: FieldDiff["better"]) =>
    a === b ? a !== null && same.push({ field, value: a }) : differs.push({ field, left: a, right: b, better });
  const bigger = (a: number, b: number) => (a === b ? null : a > b ? "left" : "right");
  add("Name", l.name, r.name, null);
  add("Folder", l.folder, r.folder, null);
  add("File size", `${l.size} bytes`, `${r.size} bytes`, null);
  add("Pixels", `${l.width} × ${l.height}`, `${r.width} × ${r.height}`, bigger(l.width ?? 0, r.width ?? 0));
  add("Taken", l.captured, r.captured, l.captured === r.captured ? null : l.captured ? "left" : "right");
  add("Camera", l.camera, r.camera, l.camera === r.camera ? null : l.camera ? "left" : "right");
  add(
    "Place",
    l.hasGps ? "60.39° N, 5.32° E" : null,
    r.hasGps ? "60.39° N, 5.32° E" : null,
    l.hasGps === r.hasGps ? null : l.hasGps ? "left" : "right",
  );
  const movie = (m: Member) => (m.motion === null ? null : `inside the file, ${m.motion} bytes`);
  add("Movie", movie(l), movie(r), l.motion === r.motion ? null : l.motion ? "left" : "right");
  // The twin's pictures are whole ones, whatever they are called.
  return { left: l, right: r, same, differs, place: null, ...measured(l, r) };
}
