// Where the person is in Review, for coming back: filter, order and row. What is stored may be old or damaged: believed piece by piece.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import type { GroupKind, GroupSort, GroupStatus, Relation } from "../ipc";
import { useIpc } from "../shared/ipc";
import { FIRST_QUERY, isDate, type ListQuery, MOST_FOLDERS } from "./filter";
import { KIND, RELATION, SORT, STATUS } from "./words";

export type Place = { query: ListQuery; row: number };

const NAME = "reviewFilter";
const queryKey = ["preference", NAME];
/** Not at every key: who goes through groups fast is stored when they rest. */
const REST = 600;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function oneOf<T extends string>(names: Record<T, unknown>, value: unknown): T | null {
  return typeof value === "string" && Object.hasOwn(names, value) ? (value as T) : null;
}

export function parsePlace(stored: string | null | undefined): Place {
  let value: unknown = null;
  try {
    value = JSON.parse(stored ?? "null");
  } catch {
    // as if nothing was stored
  }
  const from = isRecord(value) && isRecord(value.query) ? value.query : {};
  const dated = (text: unknown) => (typeof text === "string" && isDate(text) ? text : null);
  const folders = Array.isArray(from.folders) ? from.folders.filter(isCount) : [];
  return {
    query: {
      kind: oneOf<GroupKind>(KIND, from.kind),
      status: from.status === null ? null : (oneOf<GroupStatus>(STATUS, from.status) ?? FIRST_QUERY.status),
      relation: oneOf<Exclude<Relation, "keeper">>(RELATION, from.relation),
      folders: [...new Set(folders)].slice(0, MOST_FOLDERS),
      from: dated(from.from),
      to: dated(from.to),
      minBytes: isCount(from.minBytes) && from.minBytes > 0 ? from.minBytes : null,
      search: typeof from.search === "string" ? from.search.slice(0, 500) : "",
      sure: typeof from.sure === "boolean" ? from.sure : null,
      sort: oneOf<GroupSort>(SORT, from.sort) ?? FIRST_QUERY.sort,
      reverse: from.reverse === true,
    },
    row: isRecord(value) && isCount(value.row) ? value.row : 0,
  };
}

/** Undefined while it is read. What cannot be read is as if it was never set. */
export function useStoredPlace(): Place | undefined {
  const ipc = useIpc();
  const { data, isPending } = useQuery<string | null>({
    queryKey,
    queryFn: () => ipc.preference(NAME),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return useMemo(() => (isPending ? undefined : parsePlace(data)), [isPending, data]);
}

/** Stores the place once the person rests there, or leaves the screen. */
export function useKeepPlace(query: ListQuery, start: number): { onRow: (row: number) => void } {
  const ipc = useIpc();
  const client = useQueryClient();
  const place = useRef<Place>({ query, row: start });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const actions = useMemo(() => {
    const flush = () => {
      if (!timer.current) return;
      clearTimeout(timer.current);
      timer.current = undefined;
      const value = JSON.stringify(place.current);
      client.setQueryData(queryKey, value);
      ipc.setPreference(NAME, value).catch(() => undefined); // a convenience: not worth a message
    };
    const keep = (next: Place) => {
      if (next.query === place.current.query && next.row === place.current.row) return;
      place.current = next;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, REST);
    };
    return {
      flush,
      onQuery: (next: ListQuery) => next !== place.current.query && keep({ query: next, row: 0 }),
      onRow: (row: number) => keep({ ...place.current, row }),
    };
  }, [ipc, client]);
  useEffect(() => void actions.onQuery(query), [actions, query]);
  useEffect(() => actions.flush, [actions]);
  return actions;
}
