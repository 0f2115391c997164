// Every difference with its sign, its picture and what a repair would do; read on while it is scrolled, any number of rows.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import type { AppError, Conflicts, Difference, DifferenceKind, DifferencesPage, Reconciliation } from "../../ipc";
import { bytes, count } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { keys } from "../../shared/queries";
import { PathText } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { Chips } from "../../shared/ui/chips";
import { ErrorBox } from "../../shared/ui/error-box";
import { Thumb } from "../report/thumb";
import { differences, KINDS, kindOf, repairWords } from "./words";

const ROW = 64;
const PAGE = 200;
const TONE = { bad: "text-bad", warn: "text-warn", quiet: "text-muted" };

type Opens = (difference: Difference) => void;

function Row({ row, onOpen }: { row: Difference; onOpen?: Opens }) {
  const kind = kindOf(row.kind);
  return (
    <div data-testid="difference" data-kind={row.kind} className="flex h-full items-center gap-3 px-3">
      <span
        title={kind.label}
        className={`grid size-7 shrink-0 place-items-center rounded-md bg-sunken font-mono text-base font-semibold ${TONE[kind.tone]}`}
      >
        <span aria-hidden>{kind.symbol}</span>
        <span className="sr-only">{kind.label}</span>
      </span>
      {row.file !== null && <Thumb file={row.file} kind="jpeg" />}
      <span className="selectable min-w-0 flex-1">
        <PathText path={row.key} />
        <span className="block truncate text-[13px] text-muted" title={row.from ? `Original: ${row.from}` : undefined}>
          {repairWords(row)}
        </span>
      </span>
      {onOpen && row.kind === "different" && row.why !== "repaired" && (
        <Button data-testid="look-at-conflict" size="sm" onClick={() => onOpen(row)}>
          Look at both
        </Button>
      )}
      <span className="hidden w-20 shrink-0 text-right text-[13px] text-muted sm:block">
        {row.kind === "missing" ? "" : bytes(row.size)}
      </span>
    </div>
  );
}

export function DifferenceList({
  found,
  conflicts,
  onOpen,
}: {
  found: Reconciliation;
  conflicts: Conflicts;
  onOpen?: Opens;
}) {
  const ipc = useIpc();
  const scroller = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<DifferenceKind | "all">("all");
  const of = shown === "all" ? null : shown;
  const pages = useInfiniteQuery<DifferencesPage, AppError>({
    queryKey: [...keys.differences, found.at, of, conflicts],
    queryFn: ({ pageParam }) => ipc.differences(of, pageParam as number, PAGE, conflicts),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.rows.length < PAGE ? undefined : last.next),
  });
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    initialRect: { width: 900, height: 320 },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 20) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);
  const total = shown === "all" ? differences(found) : found[shown];
  return (
    <div className="rounded-lg border border-line">
      <div className="border-b border-line p-3">
        <Chips<DifferenceKind | "all">
          label="Kind of difference"
          value={shown}
          onChange={(next) => {
            setShown(next);
            scroller.current?.scrollTo?.({ top: 0 });
          }}
          options={[
            { value: "all", label: "All" },
            ...KINDS.filter((one) => found[one.kind] > 0).map((one) => ({
              value: one.kind,
              label: one.label,
              number: found[one.kind],
            })),
          ]}
        />
      </div>
      {pages.error && (
        <div className="p-3">
          <ErrorBox error={pages.error} />
        </div>
      )}
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={`${count(total)} differences`}
        data-testid="differences"
        className="overflow-y-auto"
        style={{ height: Math.min(Math.max(rows.length, 1) * ROW, 5 * ROW) + 2 }}
      >
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => (
            <li
              key={rows[index].id}
              aria-setsize={total}
              aria-posinset={index + 1}
              className="absolute inset-x-0 border-b border-line"
              style={{ height: ROW, transform: `translateY(${start}px)` }}
            >
              <Row row={rows[index]} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
