// What the two pictures are to each other, said in words; careful where one of them may be the only one of its kind.
import type { Group, Member, Relation } from "../../ipc";
import { dimensions, plural } from "../../shared/format";
import { onlyOnce } from "../choice";
import { area } from "./geometry";
import { isProtected, others, type Pair, type Verdict } from "./pair";
import type { Between } from "./use-comparison";

type SideName = "left" | "right";
export type Words = { text: string; advice: string | null; careful: boolean };

const UNSURE = "Keep both unless you are sure";
const ADVICE: Partial<Record<Relation, string>> = {
  edited: `${UNSURE}: an edit may exist only once.`,
  crop: `${UNSURE}: a crop may be somebody’s choice.`,
  border: "One of them is enough if you do not need the border.",
  burst: `${UNSURE}.`,
  bracket: `${UNSURE}: they were exposed differently on purpose.`,
};
/** Only where the two should look alike does a distance say more than the relation does. */
const MEASURED: Relation[] = ["same", "turned", "border"];

const pixels = ({ width, height }: Member) => (width && height ? area({ width, height }) : null);

/** "smaller (800 × 600 instead of 4000 × 3000)", or null where the sizes are equal or not known. */
function sized(member: Member, other: Member): string | null {
  const [mine, its] = [pixels(member), pixels(other)];
  if (mine === null || its === null || mine === its) return null;
  const by = `(${dimensions(member.width, member.height)} instead of ${dimensions(other.width, other.height)})`;
  return `${mine < its ? "smaller" : "larger"} ${by}`;
}

const mirrored = (turn: number) => [2, 4, 5, 7].includes(turn);
const turnedWord = (turn: number) =>
  turn === 2 || turn === 4 ? "mirrored" : mirrored(turn) ? "turned and mirrored" : "turned";

type To = Pick<Member, "relation" | "turn">;

/** What a member is to the keeper (or to another one), to follow "The right one is …". */
function predicate(member: Member, other: Member, { relation, turn }: To = member): string {
  const size = sized(member, other);
  const also = size ? `, ${size}` : "";
  switch (relation) {
    case "keeper":
      return "the keeper";
    case "identical":
      return "the same file, byte for byte";
    case "same":
      return `the same picture${also || ", saved anew"}`;
    case "turned":
      return `the same picture, ${turnedWord(turn)}${also}`;
    case "edited":
      return `the same frame with other light, colours or marks on it${also}`;
    case "crop":
      return `a crop of the same picture, or the whole of a crop${also}`;
    case "border":
      return `the same picture, with a border or without${also}`;
    case "burst":
      return "another frame of the same burst";
    case "bracket":
      return "the same view, exposed differently";
  }
}

/** How far two pictures are apart, of 256; the number stays, because people learn to read it. */
function distanceWords(distance: number): string {
  if (distance === 0) return "No visible difference was measured";
  const near = distance <= 8 ? "Hardly different" : distance <= 24 ? "A little different" : "Visibly different";
  return `${near}: ${distance} of 256`;
}

const cap = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What follows from a relation: what to be careful of, and how far apart the two are where that says more. */
function following(group: Group, text: string, relation: Relation, distance: number | null): Words {
  if (relation === "identical") return { text, advice: "One of them is enough.", careful: false };
  const advice = ADVICE[relation] ?? (group.sure ? null : `${UNSURE}: the rules are not.`);
  return {
    text: distance !== null && MEASURED.includes(relation) ? `${text} ${distanceWords(distance)}.` : text,
    advice,
    careful: relation !== "border" && !!advice,
  };
}

export function relationWords(group: Group, left: Member, right: Member, between: Between | null = null): Words {
  const keeper = group.members.find((m) => m.relation === "keeper") ?? group.members[0];
  const one = (side: SideName, member: Member) => `the ${side} one is ${predicate(member, keeper)}`;
  if (left.assetId !== keeper.assetId && right.assetId !== keeper.assetId) {
    const both = left.relation === "identical" && right.relation === "identical";
    if (both)
      return { text: "Both are the same file, byte for byte.", advice: "One of them is enough.", careful: false };
    if (between) {
      const text = `Neither is the keeper, ${keeper.name}. Against the left one, the right one is ${predicate(right, left, between)}.`;
      return following(group, text, between.relation, between.distance);
    }
    return {
      text: `Neither is the keeper, ${keeper.name}. To it ${one("left", left)}; ${one("right", right)}.`,
      advice: "These two were not measured against each other. Look closely.",
      careful: true,
    };
  }
  const side: SideName = left.assetId === keeper.assetId ? "right" : "left";
  const member = side === "right" ? right : left;
  return following(group, `${cap(one(side, member))}.`, member.relation, member.distance);
}

/** What becomes of the members that are not on screen. */
export function othersWords({ status, members }: Group, pair: Pair): string | null {
  const rest = others(pair, members);
  const kept = rest.filter((m) => m.keep || isProtected(m)).length;
  const aside = rest.length - kept;
  const as = status === "open" ? "as suggested" : "as now";
  if (rest.length === 0) return null;
  if (rest.length === 1) return kept ? "The other member stays kept." : `The other member is set aside, ${as}.`;
  if (aside === 0) return `The other ${rest.length} members stay kept.`;
  if (kept === 0) return `The other ${rest.length} members are set aside, ${as}.`;
  return `Of the other ${rest.length} members ${kept} ${kept === 1 ? "stays" : "stay"} kept, ${aside} ${aside === 1 ? "is" : "are"} set aside, ${as}.`;
}

/** A warning before "only the keeper": some of what it sets aside is not the keeper's picture. */
export function onlyOnceWords(group: Group): string | null {
  const once = onlyOnce(group, { kind: "keepOnlyKeeper" });
  return once === 0 ? null : `Careful: ${once} of those that “Only the keeper” sets aside may exist only once.`;
}

export const verdictWords = (verdict: Verdict): string =>
  ({ left: "Left kept, right set aside.", right: "Right kept, left set aside.", both: "Both kept." })[verdict];

/** The pair for the ear: who is on which side, what stands for them now, and what they are to each other. */
export function pairWords(group: Group, { left, right }: Pair, between: Between | null): string {
  const [l, r] = [group.members[left], group.members[right]];
  const state = (m: Member) => (isProtected(m) ? "protected" : m.keep ? "kept" : "set aside");
  const words = relationWords(group, l, r, between);
  return [
    `Left: ${l.name}, ${state(l)}. Right: ${r.name}, ${state(r)}.`,
    `${left + 1} and ${right + 1} of ${plural(group.members.length, "member")}.`,
    words.text,
    words.advice,
  ]
    .filter(Boolean)
    .join(" ");
}
