// The plan as a table: searchable, filtered by outcome, any number of rows.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import type { Outcome, PlanRow, PlanSummary } from "../ipc";
import { useDebounced } from "../shared/debounced";
import { bytes, count } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { PAGE, usePaged } from "../shared/paged";
import { keys } from "../shared/queries";
import { Badge } from "../shared/ui/badge";
import { PathText, Skeleton } from "../shared/ui/bits";
import { Card } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { FileFilter } from "../shared/ui/file-filter";
import { outcomeChips, outcomeOf } from "./outcomes";

const ROW = 44;
const GRID =
  "grid grid-cols-[6.5rem_minmax(0,1.2fr)_minmax(0,1fr)_4.5rem] xl:grid-cols-[7.5rem_minmax(0,1.2fr)_minmax(0,1fr)_5rem_minmax(0,1fr)] items-center gap-4 px-4";

function Cells({ row }: { row: PlanRow }) {
  const outcome = outcomeOf(row.outcome);
  return (
    <>
      <div role="cell">
        <Badge tone={outcome.tone}>{outcome.label}</Badge>
      </div>
      <div role="cell" className="selectable min-w-0">
        <PathText path={row.from} />
      </div>
      <div role="cell" className="selectable min-w-0">
        {row.to ? <PathText path={row.to} /> : <span className="text-faint">—</span>}
      </div>
      <div role="cell" className="text-right">
        {bytes(row.size)}
      </div>
      <div role="cell" className="hidden truncate text-muted xl:block" title={row.why}>
        {row.why}
      </div>
    </>
  );
}

export function PlanTable({ plan }: { plan: PlanSummary }) {
  const ipc = useIpc();
  const scroller = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState("");
  const [outcome, setOutcome] = useState<Outcome | "all">("all");
  const [known, setKnown] = useState(PAGE);
  const late = useDebounced(search.trim());
  const query = { search: late, outcome: outcome === "all" ? null : outcome, state: null };

  const virtual = useVirtualizer({
    count: known,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    initialRect: { width: 900, height: 480 },
  });
  const items = virtual.getVirtualItems();
  const paged = usePaged<PlanRow>(
    [...keys.planRows, plan.createdAt, query],
    (offset, limit) => ipc.planRows({ ...query, offset, limit }),
    items[0]?.index ?? 0,
    items.at(-1)?.index ?? 0,
  );
  if (paged.total !== null && paged.total !== known) setKnown(paged.total);

  const toTop = () => scroller.current?.scrollTo?.({ top: 0 });
  return (
    <Card aria-label="Every file in the plan">
      <FileFilter<Outcome | "all">
        name="plan"
        search={search}
        onSearch={(text) => {
          setSearch(text);
          toTop();
        }}
        total={paged.total}
        value={outcome}
        onChange={(next) => {
          setOutcome(next);
          toTop();
        }}
        options={outcomeChips(plan.balance)}
      />
      {paged.error && (
        <div className="p-4">
          <ErrorBox error={paged.error} />
        </div>
      )}
      <div role="table" aria-label="Plan" aria-rowcount={paged.total ?? undefined} className="text-[13px]">
        <div role="row" className={`${GRID} h-9 border-b border-line text-muted`}>
          <span role="columnheader">Outcome</span>
          <span role="columnheader">From</span>
          <span role="columnheader">To</span>
          <span role="columnheader" className="text-right">
            Size
          </span>
          <span role="columnheader" className="hidden xl:block">
            Why
          </span>
        </div>
        <div
          ref={scroller}
          role="rowgroup"
          tabIndex={0}
          aria-label={`${count(paged.total ?? 0)} rows`}
          className="h-[min(60vh,30rem)] overflow-y-auto -outline-offset-2"
        >
          {paged.total === 0 && <p className="p-8 text-center text-muted">No file matches.</p>}
          <div className="relative" style={{ height: paged.total === 0 ? 0 : virtual.getTotalSize() }}>
            {items.map(({ index, start }) => {
              const row = paged.row(index);
              return (
                <div
                  key={index}
                  role="row"
                  aria-rowindex={index + 1}
                  data-testid={row ? "plan-row" : undefined}
                  title={row?.why}
                  className={`${GRID} absolute inset-x-0 border-b border-line`}
                  style={{ height: ROW, transform: `translateY(${start}px)` }}
                >
                  {row ? <Cells row={row} /> : paged.total !== 0 && <Skeleton className="col-span-full h-4" />}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </Card>
  );
}
