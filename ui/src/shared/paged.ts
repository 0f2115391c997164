// A very long list as pages: only the pages that hold the rows on screen are fetched and kept. Pages that fly past while
// the list is dragged are never asked for: their answers would be drawn by nobody and keep the window busy.
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { AppError } from "../ipc";

type Page<T> = { total: number; rows: T[] };
export const PAGE = 50;
/** So long rows have to stay in sight to be fetched, in milliseconds. */
const REST = 50;

export type Paged<T> = {
  total: number | null;
  row: (index: number) => T | undefined;
  /** The index of a row in the pages at hand. */
  find: (is: (row: T) => boolean) => number | null;
  /** Nothing newer is on its way. */
  settled: boolean;
  error: AppError | null;
  refetch: () => void;
};

/** `first`..`last` are the row indexes wanted now; `key` names the query without the page. */
export function usePaged<T>(
  key: readonly unknown[],
  fetchPage: (offset: number, limit: number) => Promise<Page<T>>,
  first: number,
  last: number,
): Paged<T> {
  const from = Math.max(0, Math.floor(first / PAGE));
  const to = Math.max(from, Math.floor(last / PAGE));
  const pages = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const [rested, setRested] = useState({ from, to });
  useEffect(() => {
    const same = (old: typeof rested) => old.from === from && old.to === to;
    const timer = setTimeout(() => setRested((old) => (same(old) ? old : { from, to })), REST);
    return () => clearTimeout(timer);
  }, [from, to]);
  const wanted = (page: number) => page >= rested.from && page <= rested.to;
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: [...key, page],
      queryFn: () => fetchPage(page * PAGE, PAGE),
      enabled: wanted(page),
      placeholderData: pages.length === 1 && page === 0 ? keepPreviousData : undefined,
      gcTime: 60_000,
    })),
  });
  const total = results.find((r) => r.data)?.data?.total ?? null;
  return {
    total,
    row: (index) => results[Math.floor(index / PAGE) - from]?.data?.rows[index % PAGE],
    find: (is) => {
      for (const [i, result] of results.entries()) {
        const place = result.data?.rows.findIndex(is) ?? -1;
        if (place >= 0) return (from + i) * PAGE + place;
      }
      return null;
    },
    settled: pages.every(wanted) && results.every((r) => !r.isFetching),
    error: (results.find((r) => r.error)?.error as AppError | null | undefined) ?? null,
    refetch: () => {
      for (const result of results) void result.refetch();
    },
  };
}
