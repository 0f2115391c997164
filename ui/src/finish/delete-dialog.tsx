// The one dialog that leads to a removal. It says everything there is to know, and needs the count typed in.
import { useState } from "react";
import type { Blocked, DeletePreview, DeleteResult } from "../ipc";
import { useAction } from "../shared/action";
import { bytes, count, dateTime, deleted, plural, typedDigits } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { PathText } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Alert, AlertCancel } from "../shared/ui/dialog";
import { ErrorBox } from "../shared/ui/error-box";
import { Checkbox, Field } from "../shared/ui/field";

function Blocks({ blocked }: { blocked: Blocked[] }) {
  return (
    <ul>
      {blocked.map(({ files, why }) => (
        <li key={why}>
          {plural(files, "file")} <span className="text-muted">– {why}</span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ preview: p }: { preview: DeletePreview }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2.5">
      <dt className="text-muted">What goes</dt>
      <dd>
        <strong>{plural(p.count, "original")}</strong> of {plural(p.assets, "photo")}, {bytes(p.bytes)}
      </dd>
      <dt className="text-muted">From</dt>
      <dd>
        <ul className="max-h-28 overflow-y-auto pr-3">
          {p.folders.map((folder) => (
            <li key={folder.name} className="flex justify-between gap-3">
              <PathText path={folder.name} />
              <span className="shrink-0 text-muted">
                {count(folder.files)} · {bytes(folder.bytes)}
              </span>
            </li>
          ))}
        </ul>
      </dd>
      <dt className="text-muted">Their copies</dt>
      <dd className="break-words">{p.destination}</dd>
      <dt className="text-muted">Verified</dt>
      <dd>
        {dateTime(p.verifiedAt)}: {p.verifiedHow}
      </dd>
      <dt className="text-muted">What stays</dt>
      <dd>{p.blocked.length === 0 ? "Nothing is held back." : <Blocks blocked={p.blocked} />}</dd>
    </dl>
  );
}

/** Nothing to confirm, so nothing to type: says why, and what stays. */
function NothingLeft({
  preview: p,
  before,
  onClose,
}: {
  preview: DeletePreview;
  before: DeleteResult | null;
  onClose: () => void;
}) {
  const gone = before?.removed.files ?? 0;
  return (
    <Alert
      open
      onOpenChange={(open) => !open && onClose()}
      testId="delete-dialog"
      title="No originals are left to delete"
      lead={gone > 0 ? deleted(gone) : "No original has a verified copy that it could be deleted for."}
      footer={
        <AlertCancel asChild>
          <Button>Close</Button>
        </AlertCancel>
      }
    >
      {p.blocked.length > 0 && (
        <>
          <h3 className="mb-1 font-medium">What stays</h3>
          <Blocks blocked={p.blocked} />
        </>
      )}
    </Alert>
  );
}

export function DeleteDialog({
  preview,
  before,
  needsPermanent,
  onClose,
}: {
  preview: DeletePreview;
  before: DeleteResult | null;
  needsPermanent: number;
  onClose: () => void;
}) {
  const ipc = useIpc();
  const [typed, setTyped] = useState("");
  const [permanent, setPermanent] = useState(false);
  const digits = typedDigits(typed);
  const matches = preview.count > 0 && digits === String(preview.count);
  const start = useAction(async () => {
    await ipc.startDelete(preview.token, digits, permanent);
    onClose();
  });
  const label = permanent
    ? `Delete ${plural(preview.count, "original")} for ever`
    : `Move ${plural(preview.count, "original")} to trash`;
  if (preview.count === 0) return <NothingLeft preview={preview} before={before} onClose={onClose} />;
  return (
    <Alert
      open
      onOpenChange={(open) => !open && onClose()}
      testId="delete-dialog"
      title="Delete originals?"
      lead={
        permanent
          ? "These originals are deleted for ever. Their copies at the destination stay."
          : "These originals go to the trash of this computer. Their copies at the destination stay."
      }
      footer={
        <>
          <AlertCancel asChild>
            <Button>Keep the originals</Button>
          </AlertCancel>
          <Button
            data-testid="delete-confirm"
            variant="danger"
            disabled={!matches}
            busy={start.busy}
            onClick={() => void start.run()}
          >
            {label}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Facts preview={preview} />
        {needsPermanent > 0 && (
          <div className="rounded-lg border border-warn/30 bg-warn-soft p-3.5">
            <Checkbox
              checked={permanent}
              onChange={setPermanent}
              hint={`${plural(needsPermanent, "original")} could not go to the trash last time. This cannot be undone.`}
            >
              Delete for ever instead of trash
            </Checkbox>
          </div>
        )}
        <Field
          label={`Type ${count(preview.count)} to confirm`}
          data-testid="delete-typed"
          inputMode="numeric"
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
          hint="The number of originals that go."
        />
        {start.error && <ErrorBox error={start.error} />}
      </div>
    </Alert>
  );
}
