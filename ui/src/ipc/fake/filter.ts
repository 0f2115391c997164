// Which of the twin's groups a filter finds, and in which order.
import type { Group, GroupFilter, GroupQuery } from "../types";

/** `2019` as an end means the whole year: what follows it in the alphabet still counts. */
const within = (date: string | null, from: string | null, to: string | null): boolean =>
  (from === null && to === null) ||
  (date !== null && (from === null || date >= from) && (to === null || date.slice(0, to.length) <= to));

export function finds(filter: GroupFilter, group: Group, folderId: (path: string) => number): boolean {
  const { members } = group;
  const needle = filter.search.toLowerCase();
  return (
    (filter.kind === null || group.kind === filter.kind) &&
    (filter.status === null || group.status === filter.status) &&
    (filter.sure === null || group.sure === filter.sure) &&
    (filter.minBytes === null || group.reclaimBytes >= filter.minBytes) &&
    (filter.relation === null || members.some((m) => !m.suggested && m.relation === filter.relation)) &&
    filter.folders.every((id) => members.some((m) => folderId(m.folder) === id)) &&
    within(members.find((m) => m.suggested)?.captured ?? null, filter.from, filter.to) &&
    (needle === "" || members.some((m) => `${m.folder}/${m.name}`.toLowerCase().includes(needle)))
  );
}

const keeperOf = (group: Group) => group.members.find((m) => m.suggested);
const SORT_KEY: Record<GroupQuery["sort"], (group: Group) => number | string> = {
  size: (group) => -group.reclaimBytes,
  count: (group) => -group.members.length,
  date: (group) => keeperOf(group)?.captured ?? "",
  folder: (group) => keeperOf(group)?.folder ?? "",
  distance: (group) => Math.max(...group.members.map((m) => m.distance)),
};

export function sorted(groups: Group[], sort: GroupQuery["sort"], reverse: boolean): Group[] {
  const keyed = groups.map((group) => ({ group, key: SORT_KEY[sort](group) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.group.id - b.group.id));
  if (reverse) keyed.reverse();
  return keyed.map(({ group }) => group);
}
