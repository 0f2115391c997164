// How alike two pictures must be to be shown as a group: tried at once, in force only after Apply.
import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import type { AppError, Similarity } from "../../ipc";
import { useAction } from "../../shared/action";
import { count } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { useBusy } from "../../shared/job";
import { keys } from "../../shared/queries";
import { Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Popover } from "../../shared/ui/popover";
import { SimilaritySlider } from "./slider";
import { useTrial } from "./use-trial";

const ROWS: [keyof Similarity, string][] = [
  ["groups", "Groups"],
  ["photos", "Photos in them"],
  ["copies", "Copies that could be set aside"],
];

function words(distance: number, now: number): string {
  if (distance === now) return "This is the setting now.";
  return distance < now
    ? "Stricter: fewer, safer groups."
    : "Looser: more groups, and more of them hold different pictures. Look closely.";
}

function Settings({ now, onDone }: { now: Similarity; onDone: () => void }) {
  const ipc = useIpc();
  const busy = useBusy();
  const [distance, setDistance] = useState(now.distance);
  const trial = useTrial();
  const apply = useAction(async () => {
    await ipc.setSimilarity(distance);
    onDone();
  });
  const move = (next: number) => {
    setDistance(next);
    trial.ask(next);
  };
  const same = distance === now.distance;
  const then = same ? now : trial.answer;
  const fresh = then?.distance === distance;
  const error = trial.error ?? apply.error;
  return (
    <>
      <SimilaritySlider value={distance} usual={now.usual} most={now.most} onChange={move} />
      <p className="mt-1 min-h-10 text-[13px] text-muted" role="status">
        {words(distance, now.distance)}
      </p>
      <table className="mt-1 w-full text-[13px]" aria-busy={!fresh} data-testid="similarity-figures">
        <thead>
          <tr className="text-muted">
            <td />
            <th scope="col" className="py-1 text-right font-normal">
              Now
            </th>
            <th scope="col" className="py-1 text-right font-normal">
              With this setting
            </th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, label]) => (
            <tr key={name} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-normal">
                {label}
              </th>
              <td className="py-1 text-right text-muted">{count(now[name])}</td>
              <td className={`py-1 text-right font-medium ${fresh ? "" : "opacity-50"}`} data-testid={`then-${name}`}>
                {then ? count(then[name]) : "…"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {error && (
        <div className="mt-3">
          <ErrorBox error={error} />
        </div>
      )}
      <p className="mt-3 text-[13px] text-muted">
        {busy
          ? "Another job is running. The setting can be applied when it is done."
          : "No picture is read again, and your decisions stay."}
      </p>
      <div className="mt-3 flex justify-end gap-2 border-t border-line pt-3">
        <Button
          size="sm"
          variant="ghost"
          className="mr-auto"
          disabled={distance === now.usual}
          onClick={() => move(now.usual)}
        >
          Usual setting
        </Button>
        <Button size="sm" onClick={onDone}>
          Cancel
        </Button>
        <Button
          size="sm"
          variant="primary"
          data-testid="apply-similarity"
          busy={apply.busy}
          disabled={same || busy}
          onClick={() => void apply.run()}
        >
          Apply
        </Button>
      </div>
    </>
  );
}

export function SimilarityPopover() {
  const ipc = useIpc();
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery<Similarity, AppError>({
    queryKey: keys.similarity,
    queryFn: () => ipc.similarity(),
    enabled: open,
  });
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Similarity"
      testId="similarity"
      trigger={
        <Button
          variant="ghost"
          data-testid="open-similarity"
          title="Similarity: how alike pictures must be to form a group"
          icon={<SlidersHorizontal size={17} aria-hidden />}
        >
          <span className="max-lg:sr-only">Similarity</span>
        </Button>
      }
    >
      <h2 className="font-semibold">Similarity</h2>
      <p className="mb-4 text-[13px] text-muted">How different two pictures may be and still be shown as a group.</p>
      {error && <ErrorBox error={error} />}
      {!data && !error && <Skeleton className="h-44" />}
      {data && <Settings key={data.distance} now={data} onDone={() => setOpen(false)} />}
    </Popover>
  );
}
