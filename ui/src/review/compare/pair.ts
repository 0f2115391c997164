// Which two members are compared, and what keeping one or both of them means for the whole group.
import type { Group, Member } from "../../ipc";

export type Pair = { left: number; right: number };
export type Verdict = "left" | "right" | "both";

/** The keeper is on the left: everything that is known of a member is what it is to the keeper. */
export function firstPair({ members }: Group, member: number): Pair {
  const found = members.findIndex((m) => m.relation === "keeper" || m.suggested);
  const left = Math.max(0, found);
  const right = member !== left && member < members.length ? member : (left + 1) % members.length;
  return { left, right };
}

/** Another member on the right, round and round, never the one on the left. */
export function step({ left, right }: Pair, by: 1 | -1, many: number): Pair {
  let next = right;
  do next = (next + by + many) % many;
  while (next === left && many > 1);
  return { left, right: next };
}

export const exchange = ({ left, right }: Pair): Pair => ({ left: right, right: left });

/** The members next in line, nearest first. */
export function neighbours(pair: Pair, members: Member[]): Member[] {
  const ahead = step(pair, 1, members.length);
  const near = [ahead, step(pair, -1, members.length), step(ahead, 1, members.length)].map(({ right }) => right);
  return [...new Set(near)].filter((i) => i !== pair.left && i !== pair.right).map((i) => members[i]);
}

/** Everyone but the pair: what was kept among them stays kept, and protected ones always stay. */
export const others = ({ left, right }: Pair, members: Member[]): Member[] =>
  members.filter((_, i) => i !== left && i !== right);

export const isProtected = (member: Member): boolean => member.mark === "protected";

export function keptBy(pair: Pair, members: Member[], verdict: Verdict): number[] {
  const chosen = [
    ...(verdict === "right" ? [] : [members[pair.left]]),
    ...(verdict === "left" ? [] : [members[pair.right]]),
  ];
  return [...chosen, ...others(pair, members).filter((m) => m.keep || isProtected(m))].map((m) => m.assetId);
}

/** Why this cannot be; null where it can. */
export function refusal(pair: Pair, members: Member[], verdict: Verdict): string | null {
  const dropped = verdict === "left" ? members[pair.right] : verdict === "right" ? members[pair.left] : null;
  if (!dropped || !isProtected(dropped)) return null;
  return `The ${verdict === "left" ? "right" : "left"} one is in a protected folder: it always stays.`;
}

/** What the suggestion would do with the two; null where the rules are not sure. */
export function suggestion({ sure }: Group, left: Member, right: Member): Verdict | null {
  if (!sure) return null;
  if (left.suggestKeep && right.suggestKeep) return "both";
  if (left.suggestKeep) return "left";
  return right.suggestKeep ? "right" : null;
}
