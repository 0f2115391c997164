// The copy at the destination, opened: its bytes are compared on the way, and what is not whole is said and can be mended at once.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { CopyLook, CopyVerdict } from "../../ipc";
import { useAction } from "../../shared/action";
import { bytes } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { isActive, useJob } from "../../shared/job";
import { keys, useCopyLook, useSnapshot } from "../../shared/queries";
import { Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Notice } from "../../shared/ui/notice";

const SAID: Record<CopyVerdict, string> = {
  whole: "Read just now: these are the very bytes of the original.",
  damaged: "The copy is damaged: nobody wrote to it since it was placed, and yet its bytes are others.",
  changed: "Somebody wrote other bytes under its name.",
  missing: "The copy is not there any more.",
  tooLarge: "Too large to be read for a look. Verify reads everything back.",
  unreadable: "The copy could not be read just now.",
};

export function CopyView({ file, gone }: { file: number; gone: boolean }) {
  const [open, setOpen] = useState(false);
  const { data: snapshot } = useSnapshot();
  const look = useCopyLook(file, null, open);
  if (!snapshot?.destination) return null;
  if (!open)
    return (
      <Button data-testid="open-copy" size="sm" className="mt-3" onClick={() => setOpen(true)}>
        Open the copy
      </Button>
    );
  return (
    <div className="mt-3 flex flex-col gap-2">
      {look.isPending && <Skeleton className="h-48" />}
      {look.error && <ErrorBox error={look.error} />}
      {look.data && <Opened look={look.data} at={look.dataUpdatedAt} gone={gone} />}
    </div>
  );
}

function Opened({ look, at, gone }: { look: CopyLook; at: number; gone: boolean }) {
  const ipc = useIpc();
  const client = useQueryClient();
  const job = useJob("repair");
  const mending = useRef(false);
  const running = isActive(job);
  const mend = useAction(async (difference: number) => {
    await ipc.startMend(difference);
    mending.current = true;
  });
  useEffect(() => {
    if (running || !mending.current || job === null) return;
    mending.current = false;
    void client.invalidateQueries({ queryKey: keys.copies });
  }, [running, job, client]);
  const bad = ["damaged", "changed", "missing"].includes(look.verdict);
  const { difference } = look;
  const mends =
    difference !== null && !gone && (look.verdict === "missing" || (look.verdict === "damaged" && look.replaceable));
  return (
    <>
      {look.shown && (
        <img
          data-testid="copy-picture"
          src={ipc.copyUrl(look.placed, at)}
          alt={`The copy: ${look.key}`}
          className="max-h-72 rounded-lg bg-sunken object-contain"
        />
      )}
      {!look.shown && look.why && <p className="text-muted">{look.why}</p>}
      <div data-testid="copy-verdict" data-verdict={look.verdict}>
        <Notice
          tone={bad ? "warn" : look.verdict === "whole" ? "good" : "info"}
          action={
            mends && (
              <Button
                data-testid="mend"
                size="sm"
                variant="primary"
                busy={mend.busy || running}
                onClick={() => void mend.run(difference)}
              >
                Mend now
              </Button>
            )
          }
        >
          {SAID[look.verdict]} {look.verdict === "whole" && bytes(look.size)}
          {bad && (gone ? "Its original is not there any more. " : "Its original is untouched. ")}
          {bad && !mends && !gone && "It is on the list in Finish, under Compare: decide there which of the two stays."}
        </Notice>
      </div>
      {mend.error && <ErrorBox error={mend.error} />}
    </>
  );
}
