// The one dialog that leads to a removal. It says everything there is to know, and needs the count typed in.
import { useState } from "react";
import type { DeletePreview } from "../ipc";
import { useAction } from "../shared/action";
import { bytes, count, dateTime, plural, typedDigits } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { PathText } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Alert, AlertCancel } from "../shared/ui/dialog";
import { ErrorBox } from "../shared/ui/error-box";
import { Checkbox, Field } from "../shared/ui/field";
import { Notice } from "../shared/ui/notice";

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
      <dd>
        {p.blocked.length === 0 ? (
          "Nothing is held back."
        ) : (
          <ul>
            {p.blocked.map((blocked) => (
              <li key={blocked.why}>
                {plural(blocked.files, "file")} <span className="text-muted">– {blocked.why}</span>
              </li>
            ))}
          </ul>
        )}
      </dd>
    </dl>
  );
}

export function DeleteDialog({
  preview,
  needsPermanent,
  onClose,
}: {
  preview: DeletePreview;
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
        {preview.count === 0 && (
          <Notice tone="info">No original can be deleted now. What stays, and why, is listed below.</Notice>
        )}
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
