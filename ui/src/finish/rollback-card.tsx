// Roll back: deleted originals come back first, then what this migration placed and nobody changed is removed.
import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { RollbackPreview } from "../ipc";
import { useAction } from "../shared/action";
import { grouped, plural, tally } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useJob } from "../shared/job";
import { Button } from "../shared/ui/button";
import { Alert, AlertCancel } from "../shared/ui/dialog";
import { ErrorBox } from "../shared/ui/error-box";
import { JobProgress } from "../shared/ui/job-progress";
import { Notice } from "../shared/ui/notice";
import { Section } from "./section";

export function RollbackCard({ busy }: { busy: boolean }) {
  const ipc = useIpc();
  const [preview, setPreview] = useState<RollbackPreview | null>(null);
  const open = useAction(async () => setPreview(await ipc.rollbackPreview()));
  const start = useAction(async (token: string) => {
    await ipc.startRollback(token);
    setPreview(null);
  });
  const job = useJob("rollback");
  const running = isActive(job);
  const error = open.error ?? (job?.status === "failed" ? job.error : null);
  return (
    <Section
      icon={Undo2}
      tone="quiet"
      title="Roll back"
      text="Changed your mind? Brings deleted originals back, then removes the copies this move placed. Anything you changed there since is left alone."
      action={
        <Button
          data-testid="open-rollback"
          variant="ghost"
          className="border-edge!"
          disabled={busy}
          busy={open.busy}
          onClick={() => void open.run()}
        >
          Roll back…
        </Button>
      }
    >
      {error && <ErrorBox error={error} />}
      {running && <JobProgress job={job} label="Roll back" />}
      {job?.status === "done" && (
        <div data-testid="rollback-result">
          <Notice tone="good">{grouped(job.message ?? `Rolled back: ${plural(job.filesDone, "file")}.`)}</Notice>
        </div>
      )}
      {preview && (
        <Alert
          open
          onOpenChange={(next) => !next && setPreview(null)}
          testId="rollback-dialog"
          title="Roll this move back?"
          lead="Originals are brought back first. A copy is removed only when its original is in its place."
          footer={
            <>
              <AlertCancel asChild>
                <Button>Keep everything</Button>
              </AlertCancel>
              <Button
                data-testid="rollback-confirm"
                variant="danger"
                disabled={preview.restore.files + preview.remove.files === 0}
                busy={start.busy}
                onClick={() => void start.run(preview.token)}
              >
                Roll back
              </Button>
            </>
          }
        >
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2.5">
            <dt className="text-muted">Brought back</dt>
            <dd>{preview.restore.files === 0 ? "No original was deleted" : tally(preview.restore)}</dd>
            <dt className="text-muted">Removed at the destination</dt>
            <dd>
              {tally(preview.remove)}
              {preview.written ? `, and ${plural(preview.written, "XMP file")}` : ""}
            </dd>
            <dt className="text-muted">Left alone</dt>
            <dd>
              {preview.leave === 0
                ? "Nothing"
                : `${plural(preview.leave, "file")} that changed since, or that this move did not place`}
            </dd>
          </dl>
          {start.error && (
            <div className="mt-4">
              <ErrorBox error={start.error} />
            </div>
          )}
        </Alert>
      )}
    </Section>
  );
}
