// Files that something is wrong with, and what that means for them. Any number of rows: only those in view exist.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { ProblemRow, SourceInfo } from "../ipc";
import { plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { usePaged } from "../shared/paged";
import { keys } from "../shared/queries";
import { PathText, Skeleton } from "../shared/ui/bits";
import { Card, CardTitle } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";

const ROW = 58;

export function Problems({ total, sources }: { total: number; sources: SourceInfo[] }) {
  const ipc = useIpc();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  const items = rows.getVirtualItems();
  const paged = usePaged<ProblemRow>(keys.problems, ipc.problems, items[0]?.index ?? 0, items.at(-1)?.index ?? 0);
  const sourceOf = (id: number) => sources.find((s) => s.id === id)?.path ?? "";
  return (
    <Card className="p-5" aria-labelledby="problems-title">
      <CardTitle id="problems-title" aside="Nothing was changed in any of these files">
        {plural(total, "problem")}
      </CardTitle>
      {paged.error && <ErrorBox error={paged.error} />}
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="List of problems"
        className="-mx-2 overflow-y-auto rounded-lg"
        style={{ height: Math.min(total * ROW, 348) }}
      >
        <ul className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = paged.row(index);
            return (
              <li
                key={index}
                aria-setsize={total}
                aria-posinset={index + 1}
                className="absolute inset-x-0 border-b border-line px-2 py-2"
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                {row ? (
                  <>
                    <PathText path={`${sourceOf(row.sourceId)}/${row.path}`} className="selectable text-[13px]" />
                    <p className="truncate text-[13px] text-warn" title={row.what}>
                      {row.what}
                    </p>
                  </>
                ) : (
                  <Skeleton className="mt-1 h-8 w-2/3" />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </Card>
  );
}
