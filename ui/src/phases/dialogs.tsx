// What cutting over, switching back and letting the old place go will do, before they do it.

import type { ReactNode } from "react";
import type { CutOverPreview, SwitchBackPreview, Tally } from "../ipc";
import { useAction } from "../shared/action";
import { duration, tally } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { Button } from "../shared/ui/button";
import { Alert, AlertCancel } from "../shared/ui/dialog";
import { ErrorBox } from "../shared/ui/error-box";

const some = (all: Tally, none: string): string => (all.files === 0 ? none : tally(all));

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const takes = (seconds: number | null): string =>
  seconds === null
    ? "Not known: nothing was sent there yet to tell it by"
    : seconds < 60
      ? "Less than a minute"
      : `About ${duration(seconds)}`;

/** The second home comes along, or nothing is switched. */
const secondRows = ({ second }: CutOverPreview): [string, ReactNode][] =>
  second === null
    ? []
    : [
        [
          "The second home",
          `${second.destination} is brought along and checked, too. Sent: ${some(second.behind, "nothing, as far as is known")}. Proven at last: ${some(second.unproven, "nothing")}. Proven already: ${tally(second.proven)}.`,
        ],
      ];

export function CutOverDialog({ preview, onClose }: { preview: CutOverPreview; onClose: () => void }) {
  const ipc = useIpc();
  const start = useAction(async () => {
    await ipc.startCutOver();
    onClose();
  });
  return (
    <Alert
      open
      onOpenChange={(open) => !open && onClose()}
      testId="cut-over-dialog"
      title={`Make ${preview.destination} your home?`}
      lead="Nothing is switched before everything is there and agrees. If your folders keep changing, or a check fails, all stays as it is, and you are told why."
      footer={
        <>
          <AlertCancel asChild>
            <Button>Not now</Button>
          </AlertCancel>
          <Button variant="primary" data-testid="cut-over-confirm" busy={start.busy} onClick={() => void start.run()}>
            Cut over
          </Button>
        </>
      }
    >
      <Facts
        rows={[
          ["Sent at last", some(preview.behind, "Nothing is behind, as far as is known")],
          ["Proven at last", some(preview.unproven, "Nothing: all of it is proven")],
          ["Proven already", tally(preview.proven)],
          ["Only in the old place", some(preview.stays, "Nothing")],
          ...secondRows(preview),
          ["Takes", takes(preview.seconds)],
          ["After that", "Photos open from there. The old place is left as it is, so that you can switch back."],
        ]}
      />
      {start.error && (
        <div className="mt-4">
          <ErrorBox error={start.error} />
        </div>
      )}
    </Alert>
  );
}

export function SwitchBackDialog({ preview, onClose }: { preview: SwitchBackPreview; onClose: () => void }) {
  const ipc = useIpc();
  const start = useAction(async () => {
    await ipc.startSwitchBack(preview.token);
    onClose();
  });
  const nothing = preview.bringBack.files === 0;
  return (
    <Alert
      open
      onOpenChange={(open) => !open && onClose()}
      testId="switch-back-dialog"
      title="Make the old place your home again?"
      lead={
        nothing
          ? "No original was deleted, so nothing has to be copied: it is done at once."
          : "Originals that were deleted are brought back first, each compared by its SHA-256. If one cannot be, the destination stays home."
      }
      footer={
        <>
          <AlertCancel asChild>
            <Button>Stay</Button>
          </AlertCancel>
          <Button
            variant="primary"
            data-testid="switch-back-confirm"
            busy={start.busy}
            onClick={() => void start.run()}
          >
            Switch back
          </Button>
        </>
      }
    >
      <Facts
        rows={[
          ["Brought back", some(preview.bringBack, "Nothing was deleted")],
          ["Removed", "Nothing, anywhere"],
          [`Stays at ${preview.destination}`, tally(preview.stays)],
          ["Not brought over", "What others put there since: Albumen did not place it"],
          ["Takes", takes(preview.seconds)],
        ]}
      />
      {start.error && (
        <div className="mt-4">
          <ErrorBox error={start.error} />
        </div>
      )}
    </Alert>
  );
}

export function LetGoDialog({ onClose }: { onClose: () => void }) {
  const ipc = useIpc();
  const go = useAction(async () => {
    await ipc.letOldPlaceGo();
    onClose();
  });
  return (
    <Alert
      open
      onOpenChange={(open) => !open && onClose()}
      testId="let-go-dialog"
      title="Let the old place go?"
      lead="Nothing is deleted by this. From then on originals may be deleted, below, with the usual proof and question. Switching back has to bring them back first, which takes as long as copying them."
      footer={
        <>
          <AlertCancel asChild>
            <Button>Keep it as it is</Button>
          </AlertCancel>
          <Button variant="danger" data-testid="let-go-confirm" busy={go.busy} onClick={() => void go.run()}>
            Let it go
          </Button>
        </>
      }
    >
      {go.error ? <ErrorBox error={go.error} /> : null}
    </Alert>
  );
}
