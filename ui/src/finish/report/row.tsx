// One file of the report: as a row with where it came from and where it is, or as its picture.
import type { ReportRow } from "../../ipc";
import { outcomeOf } from "../../plan/outcomes";
import { bytes, splitPath } from "../../shared/format";
import { Badge } from "../../shared/ui/badge";
import { PathText } from "../../shared/ui/bits";
import { Thumb } from "./thumb";
import { ORIGINAL, stateWords } from "./words";

type Props = { row: ReportRow; onAsk: (file: number) => void };

function Outcome({ row }: { row: ReportRow }) {
  const outcome = row.outcome && outcomeOf(row.outcome);
  return outcome ? <Badge tone={outcome.tone}>{outcome.label}</Badge> : <Badge tone="bad">No outcome</Badge>;
}

/** How far it is, where that says more than its outcome. */
function stateOf(row: ReportRow): string {
  const state = ORIGINAL[row.original] ?? stateWords(row);
  const outcome = row.outcome && outcomeOf(row.outcome).label;
  return state.toLowerCase() === outcome?.toLowerCase() ? "" : state;
}

export function Row({ row, onAsk }: Props) {
  const state = stateOf(row);
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
        <Outcome row={row} />
        {state && <span className="max-w-full truncate text-xs text-muted">{state}</span>}
      </span>
    </button>
  );
}

export function Tile({ row, onAsk }: Props) {
  const state = stateOf(row);
  const [, name] = splitPath(row.from);
  return (
    <button
      type="button"
      data-testid="report-tile"
      aria-label={`Where is ${row.from}?`}
      title={row.from}
      onClick={() => onAsk(row.fileId)}
      className="flex h-full w-full flex-col gap-1 rounded-lg p-1.5 text-left -outline-offset-2 hover:bg-sunken"
    >
      <Thumb file={row.fileId} kind={row.kind} className="h-28 w-full" />
      <span className="w-full truncate">{name}</span>
      <span className="flex w-full min-w-0 items-center gap-1.5">
        <Outcome row={row} />
        <span className="min-w-0 truncate text-xs text-muted">{state}</span>
      </span>
    </button>
  );
}
