// Shows a decision in the lists at hand before they are read again: the group changes in its place, or makes place for the next.
import type { QueryClient } from "@tanstack/react-query";
import type { Group, GroupPage } from "../ipc";
import { keys } from "../shared/queries";
import type { ListQuery } from "./filter";

type Pages = Map<number, GroupPage>;

const copies = ({ members }: Group) => members.filter((m) => !m.suggestKeep).length;

/** The pages at hand, by list and place. */
function lists(client: QueryClient): [ListQuery, Pages][] {
  const known = new Map<string, [ListQuery, Pages]>();
  for (const [[, query, page], data] of client.getQueriesData<GroupPage>({ queryKey: keys.groups })) {
    if (!data || typeof page !== "number") continue;
    const name = JSON.stringify(query);
    const entry = known.get(name) ?? [query as ListQuery, new Map()];
    known.set(name, entry);
    entry[1].set(page, data);
  }
  return [...known.values()];
}

/** Each page gives its first row to the one before. */
function without(pages: Pages, gone: Group, from: number): Pages {
  const next: Pages = new Map();
  for (const [n, page] of pages) {
    const own = n === from ? page.rows.filter((g) => g.id !== gone.id) : n > from ? page.rows.slice(1) : page.rows;
    const follower = n >= from ? pages.get(n + 1)?.rows[0] : undefined;
    next.set(n, {
      total: page.total - 1,
      reclaimBytes: page.reclaimBytes - gone.reclaimBytes,
      reclaimAssets: page.reclaimAssets - copies(gone),
      rows: follower ? [...own, follower] : own,
    });
  }
  return next;
}

export function patch(client: QueryClient, changed: Group): void {
  for (const [query, pages] of lists(client)) {
    const place = [...pages].find(([, { rows }]) => rows.some((g) => g.id === changed.id));
    if (!place) continue;
    const [n, page] = place;
    const stays = query.status === null || query.status === changed.status;
    const next = stays
      ? new Map([[n, { ...page, rows: page.rows.map((g) => (g.id === changed.id ? changed : g)) }]])
      : without(pages, changed, n);
    for (const [number, data] of next) client.setQueryData([...keys.groups, query, number], data);
  }
}
