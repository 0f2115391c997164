// Which groups are shown and in which order, and the conditions in force as words that can be taken off.
import type { Folder, GroupFilter, GroupQuery } from "../ipc";
import { bytes, lastFolders } from "../shared/format";
import { RELATION } from "./words";

/** A query without its page. */
export type ListQuery = Omit<GroupQuery, "offset" | "limit">;

export const NO_FILTER: GroupFilter = {
  kind: null,
  status: null,
  relation: null,
  folders: [],
  from: null,
  to: null,
  minBytes: null,
  search: "",
  sure: null,
};
export const FIRST_QUERY: ListQuery = { ...NO_FILTER, status: "open", sort: "size", reverse: false };
export const EXACT_OPEN: GroupFilter = { ...NO_FILTER, kind: "exact", status: "open" };

export const filterOf = ({ sort: _sort, reverse: _reverse, ...filter }: ListQuery): GroupFilter => filter;

/** Kind and status have their own switches; these are the others. */
export const withoutMore = (query: ListQuery): ListQuery => ({
  ...query,
  ...NO_FILTER,
  kind: query.kind,
  status: query.status,
});

const PARTIAL_DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

/** "2019", "2019-07" or "2019-07-04". */
export const isDate = (text: string): boolean => PARTIAL_DATE.test(text);

/** A group is shown when a member lies in each of them. */
export const MOST_FOLDERS = 2;

export type Condition = { label: string; off: Partial<ListQuery> };

export function conditions(query: ListQuery, folders: Folder[] | undefined): Condition[] {
  const list: Condition[] = [];
  const { relation, from, to, minBytes, search, sure } = query;
  if (relation && relation !== "keeper") list.push({ label: `With: ${RELATION[relation]}`, off: { relation: null } });
  if (sure !== null) list.push({ label: sure ? "Albumen is sure" : "You decide", off: { sure: null } });
  for (const id of query.folders) {
    const path = folders?.find((folder) => folder.id === id)?.path;
    list.push({
      label: `In ${path ? lastFolders(path) : "a folder"}`,
      off: { folders: query.folders.filter((other) => other !== id) },
    });
  }
  if (from) list.push({ label: `From ${from}`, off: { from: null } });
  if (to) list.push({ label: `Until ${to}`, off: { to: null } });
  if (minBytes) list.push({ label: `${bytes(minBytes)} or more to win`, off: { minBytes: null } });
  if (search) list.push({ label: `Path has “${search}”`, off: { search: "" } });
  return list;
}
