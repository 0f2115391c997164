// The files that could not be copied, each with its reason, and the way to try them again.
import { useVirtualizer } from "@tanstack/react-virtual";
import { RotateCcw } from "lucide-react";
import { useRef } from "react";
import type { PlanRow } from "../ipc";
import { bytes, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { usePaged } from "../shared/paged";
import { keys } from "../shared/queries";
import { PathText, Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Card, CardTitle } from "../shared/ui/card";

const ROW = 58;

export function FailedFiles({ known, canRetry, retry }: { known: number; canRetry: boolean; retry: () => void }) {
  return known > 0 ? <FailedList known={known} canRetry={canRetry} retry={retry} /> : null;
}

function FailedList({ known, canRetry, retry }: { known: number; canRetry: boolean; retry: () => void }) {
  const ipc = useIpc();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: known,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 4,
    initialRect: { width: 800, height: 300 },
  });
  const items = rows.getVirtualItems();
  const paged = usePaged<PlanRow>(
    [...keys.planRows, "failed"],
    (offset, limit) => ipc.planRows({ search: "", outcome: null, state: "failed", offset, limit }),
    items[0]?.index ?? 0,
    items.at(-1)?.index ?? 0,
  );
  const total = paged.total ?? known;
  return (
    <Card className="p-5" data-testid="failed-files">
      <CardTitle
        aside={
          <Button size="sm" icon={<RotateCcw size={14} aria-hidden />} disabled={!canRetry} onClick={retry}>
            Retry
          </Button>
        }
      >
        {plural(known, "file")} could not be copied
      </CardTitle>
      <p className="-mt-2 mb-2 text-[13px] text-muted">
        Their originals are untouched, and they are not offered for deletion.
      </p>
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="Failed files"
        className="overflow-y-auto"
        style={{ height: Math.min(Math.max(1, total) * ROW, 300) }}
      >
        <ul className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = paged.row(index);
            return (
              <li
                key={index}
                className="absolute inset-x-0 border-t border-line py-2 text-[13px]"
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                {row ? (
                  <>
                    <div className="selectable flex gap-3">
                      <PathText path={row.from} className="flex-1" />
                      <span className="shrink-0 text-muted">{bytes(row.size)}</span>
                    </div>
                    <p className="selectable truncate text-bad" title={row.why}>
                      {row.why}
                    </p>
                  </>
                ) : (
                  index < total && <Skeleton className="h-8" />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </Card>
  );
}
