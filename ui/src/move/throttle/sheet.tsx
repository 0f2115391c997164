// How much of the line the move may take, in general and at certain hours. Nothing changes until Save.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { AppError, Hours, PauseOn, SourceLoad, SourceLoadSetting, Throttle } from "../../ipc";
import { useAction } from "../../shared/action";
import { useIpc } from "../../shared/ipc";
import { keys } from "../../shared/queries";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Notice } from "../../shared/ui/notice";
import { Sheet } from "../../shared/ui/sheet";
import { LimitFields } from "./limits";
import { Pauses } from "./pauses";
import { HoursRow } from "./row";
import { SourceLoadField } from "./source";
import { WeekStrip } from "./strip";
import { overlap, rowProblem } from "./timetable";

const WORKDAYS: Hours = { days: 0b001_1111, from: 8 * 60, to: 18 * 60, up: 1_000_000, down: null };

type Props = { open: boolean; onOpenChange: (open: boolean) => void; saved: Throttle };

export function ThrottleSheet({ open, onOpenChange, saved }: Props) {
  const ipc = useIpc();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Throttle | null>(null);
  const [load, setLoad] = useState<SourceLoad | null>(null);
  const [waits, setWaits] = useState<PauseOn | null>(null);
  const source = useQuery<SourceLoadSetting, AppError>({ queryKey: keys.sourceLoad, queryFn: () => ipc.sourceLoad() });
  const { data: pauseOn } = useQuery<PauseOn, AppError>({ queryKey: keys.pauseOn, queryFn: () => ipc.pauseOn() });
  const pauses = waits ?? pauseOn;
  const throttle = draft ?? saved;
  const close = () => {
    setDraft(null);
    setLoad(null);
    setWaits(null);
    onOpenChange(false);
  };
  const save = useAction(async () => {
    if (load) {
      await ipc.setSourceLoad(load);
      await client.invalidateQueries({ queryKey: keys.sourceLoad });
    }
    if (waits) {
      await ipc.setPauseOn(waits);
      client.setQueryData(keys.pauseOn, waits);
    }
    if (draft) {
      await ipc.setThrottle(draft);
      client.setQueryData(keys.throttle, draft);
    }
    close();
  });
  const setRow = (index: number, row: Hours | null) =>
    setDraft({
      ...throttle,
      hours: row ? throttle.hours.with(index, row) : throttle.hours.filter((_, at) => at !== index),
    });
  return (
    <Sheet
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title="Speed limits"
      lead="Leaves room for others on the line. Kept for this destination; a change holds at once."
      testId="throttle-sheet"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="primary"
            data-testid="throttle-save"
            disabled={(draft === null && load === null && waits === null) || throttle.hours.some(rowProblem)}
            busy={save.busy}
            onClick={() => void save.run()}
          >
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {save.error && <ErrorBox error={save.error} />}
        <section aria-label="Usually">
          <h3 className="mb-2 text-[15px] font-semibold">Usually</h3>
          <LimitFields value={throttle} onChange={(limits) => setDraft({ ...throttle, ...limits })} testId="throttle" />
          <p className="mt-1.5 text-[13px] text-faint">Upload is copying, download is reading back to verify.</p>
        </section>
        <section aria-label="At certain hours">
          <h3 className="mb-2 text-[15px] font-semibold">At certain hours</h3>
          <ul className="flex flex-col gap-3 empty:hidden">
            {throttle.hours.map((row, index) => (
              <HoursRow
                key={index}
                row={row}
                index={index}
                onChange={(next) => setRow(index, next)}
                onRemove={() => setRow(index, null)}
              />
            ))}
          </ul>
          <Button
            className={throttle.hours.length > 0 ? "mt-3" : ""}
            data-testid="throttle-add"
            icon={<Plus size={16} aria-hidden />}
            onClick={() => setDraft({ ...throttle, hours: [...throttle.hours, WORKDAYS] })}
          >
            Add hours
          </Button>
          {overlap(throttle) && (
            <div className="mt-3" role="status">
              <Notice tone="info">Some hours are in more than one row: the upper row holds there.</Notice>
            </div>
          )}
        </section>
        {source.error && <ErrorBox error={source.error} />}
        {source.data && (
          <SourceLoadField value={load ?? source.data.load} unseen={source.data.unseen} onChange={setLoad} />
        )}
        <section aria-label="Waiting">
          <h3 className="mb-2 text-[15px] font-semibold">Waiting by itself</h3>
          {pauses && <Pauses value={pauses} onChange={setWaits} />}
          <p className="mt-1.5 text-[13px] text-faint">For every destination, also for Verify and Compare.</p>
        </section>
        <section aria-label="The week">
          <h3 className="mb-2 text-[15px] font-semibold">The week</h3>
          <WeekStrip throttle={throttle} />
        </section>
      </div>
    </Sheet>
  );
}
