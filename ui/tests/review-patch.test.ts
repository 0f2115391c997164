// A decided group leaves the lists at hand at once, over the borders of their pages.
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { GroupPage } from "../src/ipc";
import { FIRST_QUERY, type ListQuery } from "../src/review/filter";
import { patch } from "../src/review/patch";
import { listKey } from "../src/review/use-list";
import { group, member } from "./pictures";

const made = (id: number) => group([member(1), member(2)], { id, reclaimBytes: 10 });
const page = (...ids: number[]): GroupPage => ({
  total: 9,
  reclaimBytes: 90,
  reclaimAssets: 9,
  rows: ids.map(made),
});

test("the next groups move up from page to page, and the figures follow", () => {
  const client = new QueryClient();
  const every = { ...FIRST_QUERY, status: null };
  for (const [n, data] of [page(1, 2, 3), page(4, 5, 6), page(7, 8, 9)].entries())
    client.setQueryData([...listKey(FIRST_QUERY), n], data);
  client.setQueryData([...listKey(every), 0], page(1, 2, 5));
  client.setQueryData(["groups", "bulk", {}], page(5));
  patch(client, { ...made(5), status: "decided" });

  const shown = (query: ListQuery, n: number) => client.getQueryData<GroupPage>([...listKey(query), n]) as GroupPage;
  expect([0, 1, 2].map((n) => shown(FIRST_QUERY, n).rows.map((g) => g.id))).toEqual([
    [1, 2, 3],
    [4, 6, 7],
    [8, 9],
  ]);
  for (const n of [0, 1, 2])
    expect(shown(FIRST_QUERY, n)).toMatchObject({ total: 8, reclaimBytes: 80, reclaimAssets: 8 });
  expect(shown(every, 0)).toMatchObject({ total: 9 });
  expect(shown(every, 0).rows.map((g) => g.status)).toEqual(["open", "open", "decided"]);
});
