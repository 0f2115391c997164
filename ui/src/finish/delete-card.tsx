// Delete originals: closed until everything is verified; says why while it is closed, and what it did afterwards.
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { DeletePreview, DeleteResult, Snapshot, Way } from "../ipc";
import { useAction } from "../shared/action";
import { bytes, deleted, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useJob } from "../shared/job";
import { useWay } from "../shared/queries";
import { isGood, isStanding, isVerified } from "../shared/steps";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { JobProgress } from "../shared/ui/job-progress";
import { Notice } from "../shared/ui/notice";
import { DeleteDialog } from "./delete-dialog";
import { Section } from "./section";

function whyClosed(snapshot: Snapshot, way: Way | null, busy: boolean): string | null {
  if (busy) return "A job is running. Wait until it is done.";
  if (way?.home && !way.home.letGo)
    return "The old place is left as it is while this destination is home. Let it go first, above.";
  if (!isStanding(snapshot)) return "The originals are the only copies: move and verify first.";
  if (!snapshot.verification) return "Verify first: originals can only go once their copies are proven.";
  if (!isVerified(snapshot) && isGood(snapshot.verification))
    return "The last look was not at every byte or digest: verify everything before originals go.";
  if (!isVerified(snapshot)) return "Not every copy is verified. Resolve the findings above and verify again.";
  return null;
}

function Result({ result }: { result: DeleteResult }) {
  return (
    <div data-testid="delete-result" className="flex flex-col gap-2">
      {result.removed.files > 0 ? (
        <Notice tone="good">
          <strong>{deleted(result.removed.files)}</strong> {bytes(result.removed.bytes)}; what is in the trash takes
          space until you empty it. Sources and Review count what is left.
        </Notice>
      ) : (
        <Notice tone="info">No original was deleted.</Notice>
      )}
      {result.needsPermanent > 0 && (
        <Notice tone="warn">
          {plural(result.needsPermanent, "original")} could not go to the trash: there is none where they are. Open the
          dialog again if you want to delete them for ever.
        </Notice>
      )}
      {result.kept.length > 0 && (
        <ul className="list-disc pl-6 text-muted">
          {result.kept.map((kept) => (
            <li key={kept.why}>
              {plural(kept.files, "file")} kept: {kept.why}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function DeleteCard({ snapshot, busy }: { snapshot: Snapshot; busy: boolean }) {
  const ipc = useIpc();
  const [preview, setPreview] = useState<DeletePreview | null>(null);
  const open = useAction(async () => setPreview(await ipc.deletePreview()));
  const job = useJob("delete");
  const { data: way } = useWay();
  const closed = whyClosed(snapshot, way ?? null, busy);
  const error = open.error ?? (job?.status === "failed" ? job.error : null);
  return (
    <Section
      icon={Trash2}
      tone="quiet"
      title="2. Delete originals"
      text="Frees the space the originals take. You see exactly what goes, and confirm it, before anything happens. You can also simply keep them."
      action={
        <Button
          data-testid="open-delete"
          disabled={closed !== null}
          aria-describedby={closed ? "delete-closed" : undefined}
          busy={open.busy}
          onClick={() => void open.run()}
        >
          Delete originals…
        </Button>
      }
    >
      {closed && !isActive(job) && (
        <p id="delete-closed" className="text-[13px] text-muted">
          {closed}
        </p>
      )}
      {error && <ErrorBox error={error} />}
      {isActive(job) && <JobProgress job={job} label="Delete originals" />}
      {snapshot.lastDelete && !isActive(job) && <Result result={snapshot.lastDelete} />}
      {preview && (
        <DeleteDialog
          preview={preview}
          before={snapshot.lastDelete}
          needsPermanent={snapshot.lastDelete?.needsPermanent ?? 0}
          onClose={() => setPreview(null)}
        />
      )}
    </Section>
  );
}
