// Every found file once: searched, filtered by its outcome and by how far it is, as a list or as pictures, any number of them.
import { useVirtualizer } from "@tanstack/react-virtual";
import { FileQuestion } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Outcome, Report, ReportRow, StepState } from "../../ipc";
import { outcomeChips } from "../../plan/outcomes";
import { useDebounced } from "../../shared/debounced";
import { count } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { PAGE, usePaged } from "../../shared/paged";
import { keys } from "../../shared/queries";
import { Skeleton } from "../../shared/ui/bits";
import { Chips } from "../../shared/ui/chips";
import { ErrorBox } from "../../shared/ui/error-box";
import { FileFilter } from "../../shared/ui/file-filter";
import { useWidth } from "../../shared/use-width";
import { Row, Tile } from "./row";
import { STATES } from "./words";

/** Heights of a row of each, and the width that a tile needs. */
const HEIGHT = { list: 64, gallery: 176 };
const TILE = 150;

type Shown = Outcome | "all" | "without";
type State = StepState | "all";
type View = keyof typeof HEIGHT;

/** How far the files of an outcome are, where that tells them apart. */
function stateChips(report: Report, shown: Shown) {
  const files = (state: StepState) =>
    report.states
      .filter((one) => one.state === state && (shown === "all" || one.outcome === shown))
      .reduce((sum, one) => sum + one.tally.files, 0);
  const there = STATES.map(({ state, label }) => ({ value: state, label, number: files(state) }));
  return there.filter((chip) => chip.number > 0);
}

export function ReportList({ report, onAsk }: { report: Report; onAsk: (file: number) => void }) {
  const ipc = useIpc();
  const scroller = useRef<HTMLDivElement>(null);
  const [list, setList] = useState<HTMLElement | null>(null);
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  const [state, setState] = useState<State>("all");
  const [view, setView] = useState<View>("list");
  const [known, setKnown] = useState(PAGE);
  const states = stateChips(report, shown);
  const query = {
    search: useDebounced(search.trim()),
    outcome: shown === "all" || shown === "without" ? null : shown,
    state: states.some((chip) => chip.value === state) ? (state as StepState) : null,
    without: shown === "without",
  };
  const width = useWidth(list);
  const columns = view === "list" ? 1 : Math.max(1, Math.floor(width / TILE));
  const virtual = useVirtualizer({
    count: Math.ceil(known / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT[view],
    overscan: 6,
    initialRect: { width: 900, height: 480 },
  });
  // Rows of another view have another height.
  useEffect(() => virtual.measure(), [view]);
  const lines = virtual.getVirtualItems();
  const paged = usePaged<ReportRow>(
    [...keys.reportPage, query],
    (offset, limit) => ipc.reportPage({ ...query, offset, limit }),
    (lines[0]?.index ?? 0) * columns,
    (lines.at(-1)?.index ?? 0) * columns + columns - 1,
  );
  if (paged.total !== null && paged.total !== known) setKnown(paged.total);
  const toTop = () => scroller.current?.scrollTo?.({ top: 0 });
  const narrow =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      toTop();
    };
  const cells = lines.flatMap(({ index, start }) =>
    Array.from({ length: columns }, (_, column) => ({ place: index * columns + column, column, start })),
  );
  return (
    <div className="rounded-lg border border-line">
      <FileFilter<Shown>
        name="report"
        search={search}
        onSearch={narrow(setSearch)}
        total={paged.total}
        value={shown}
        onChange={narrow(setShown)}
        options={[
          ...outcomeChips(report.balance).slice(0, 1),
          ...(report.without.files > 0
            ? [{ value: "without" as const, label: "No outcome", number: report.without.files }]
            : []),
          ...outcomeChips(report.balance).slice(1),
        ]}
      >
        {states.length > 1 && (
          <div data-testid="report-states">
            <Chips<State>
              label="How far it is"
              value={query.state ?? "all"}
              onChange={narrow(setState)}
              options={[{ value: "all", label: "At any stage" }, ...states]}
            />
          </div>
        )}
        <div data-testid="report-view" className="ml-auto">
          <Chips<View>
            label="Show as"
            value={view}
            onChange={narrow(setView)}
            options={[
              { value: "list", label: "List" },
              { value: "gallery", label: "Gallery" },
            ]}
          />
        </div>
      </FileFilter>
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
          ref={setList}
          aria-label={`${count(paged.total ?? 0)} files`}
          className="relative"
          style={{ height: paged.total === 0 ? 0 : virtual.getTotalSize() }}
        >
          {cells.map(({ place, column, start }) => {
            const row = paged.row(place);
            if (paged.total !== null && place >= paged.total) return null;
            return (
              <li
                key={row?.fileId ?? `empty-${place}`}
                aria-setsize={paged.total ?? undefined}
                aria-posinset={place + 1}
                className={`absolute ${view === "list" ? "border-b border-line" : "p-1"}`}
                style={{
                  height: HEIGHT[view],
                  width: `${100 / columns}%`,
                  left: `${(100 / columns) * column}%`,
                  transform: `translateY(${start}px)`,
                }}
              >
                {!row && <Skeleton className={view === "list" ? "m-4 h-8" : "h-28"} />}
                {row && (view === "list" ? <Row row={row} onAsk={onAsk} /> : <Tile row={row} onAsk={onAsk} />)}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
