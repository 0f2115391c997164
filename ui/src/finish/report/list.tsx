// Every found file once, with its picture, its outcome and where it is: searched, filtered, any number of rows.
import { useVirtualizer } from "@tanstack/react-virtual";
import { FileQuestion, Search } from "lucide-react";
import { useRef, useState } from "react";
import type { Outcome, Report, ReportRow } from "../../ipc";
import { OUTCOMES, outcomeOf } from "../../plan/outcomes";
import { useDebounced } from "../../shared/debounced";
import { bytes, count, plural } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { PAGE, usePaged } from "../../shared/paged";
import { keys } from "../../shared/queries";
import { Badge } from "../../shared/ui/badge";
import { PathText, Skeleton } from "../../shared/ui/bits";
import { Chips } from "../../shared/ui/chips";
import { ErrorBox } from "../../shared/ui/error-box";
import { inputLook } from "../../shared/ui/field";
import { Thumb } from "./thumb";
import { ORIGINAL, stateWords } from "./words";

const ROW = 64;
function Row({ row, onAsk }: { row: ReportRow; onAsk: (file: number) => void }) {
  const outcome = row.outcome && outcomeOf(row.outcome);
  const state = ORIGINAL[row.original] ?? stateWords(row);
  return (
    <button
      type="button"
      data-testid="report-row"
      aria-label={`Where is ${row.from}?`}
      onClick={() => onAsk(row.fileId)}
      className="flex h-full w-full items-center gap-3 px-3 text-left -outline-offset-2 hover:bg-sunken"
    >
      <Thumb file={row.fileId} kind={row.kind} />
      <span className="min-w-0 flex-1">
        <PathText path={row.from} />
        <span className="flex min-w-0 text-[13px] text-muted">
          {row.to ? (
            <>
              <span className="mr-1.5 shrink-0">to</span>
              <PathText path={row.to} />
            </>
          ) : (
            <span className="truncate" title={row.why}>
              {row.why || "—"}
            </span>
          )}
        </span>
      </span>
      <span className="hidden w-16 shrink-0 text-right text-muted sm:block">{bytes(row.size)}</span>
      <span className="flex w-32 shrink-0 flex-col items-end gap-0.5">
        {outcome ? <Badge tone={outcome.tone}>{outcome.label}</Badge> : <Badge tone="bad">No outcome</Badge>}
        {state.toLowerCase() !== outcome?.label.toLowerCase() && (
          <span className="max-w-full truncate text-xs text-muted">{state}</span>
        )}
      </span>
    </button>
  );
}

type Shown = Outcome | "all" | "without";

export function ReportList({ report, onAsk }: { report: Report; onAsk: (file: number) => void }) {
  const ipc = useIpc();
  const scroller = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  const [known, setKnown] = useState(PAGE);
  const query = {
    search: useDebounced(search.trim()),
    outcome: shown === "all" || shown === "without" ? null : shown,
    state: null,
    without: shown === "without",
  };
  const virtual = useVirtualizer({
    count: known,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    initialRect: { width: 900, height: 480 },
  });
  const items = virtual.getVirtualItems();
  const paged = usePaged<ReportRow>(
    [...keys.reportPage, query],
    (offset, limit) => ipc.reportPage({ ...query, offset, limit }),
    items[0]?.index ?? 0,
    items.at(-1)?.index ?? 0,
  );
  if (paged.total !== null && paged.total !== known) setKnown(paged.total);
  const toTop = () => scroller.current?.scrollTo?.({ top: 0 });
  return (
    <div className="rounded-lg border border-line">
      <div className="flex flex-wrap items-center gap-3 border-b border-line p-3">
        <label className="relative min-w-48 flex-1">
          <span className="sr-only">Search in names and folders</span>
          <Search size={16} aria-hidden className="absolute top-2.5 left-3 text-faint" />
          <input
            type="search"
            data-testid="report-search"
            placeholder="Search names and folders"
            value={search}
            onChange={(e) => {
              setSearch(e.target.value);
              toTop();
            }}
            className={`${inputLook} pl-9`}
          />
        </label>
        <span data-testid="report-count" className="min-w-20 text-right text-[13px] text-muted" aria-live="polite">
          {paged.total === null ? "" : plural(paged.total, "file")}
        </span>
        <div data-testid="report-chips">
          <Chips<Shown>
            label="Outcome"
            value={shown}
            onChange={(next) => {
              setShown(next);
              toTop();
            }}
            options={[
              { value: "all", label: "All" },
              ...(report.without.files > 0
                ? [{ value: "without" as const, label: "No outcome", number: report.without.files }]
                : []),
              ...OUTCOMES.filter((o) => report.balance[o.outcome].files > 0).map((o) => ({
                value: o.outcome,
                label: o.label,
                number: report.balance[o.outcome].files,
              })),
            ]}
          />
        </div>
      </div>
      {paged.error && (
        <div className="p-3">
          <ErrorBox error={paged.error} />
        </div>
      )}
      <div ref={scroller} data-testid="report-rows" className="h-[min(60vh,30rem)] overflow-y-auto text-[13px]">
        {paged.total === 0 && (
          <p className="flex flex-col items-center gap-2 p-10 text-center text-muted">
            <FileQuestion size={28} strokeWidth={1.5} aria-hidden />
            No file matches.
          </p>
        )}
        <ul
          aria-label={`${count(paged.total ?? 0)} files`}
          className="relative"
          style={{ height: paged.total === 0 ? 0 : virtual.getTotalSize() }}
        >
          {items.map(({ index, start }) => {
            const row = paged.row(index);
            return (
              <li
                key={row?.fileId ?? `empty-${index}`}
                aria-setsize={paged.total ?? undefined}
                aria-posinset={index + 1}
                className="absolute inset-x-0 border-b border-line"
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                {row ? <Row row={row} onAsk={onAsk} /> : paged.total !== 0 && <Skeleton className="m-4 h-8" />}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
