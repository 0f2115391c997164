// Camera clocks: choose a camera, say what its clock showed and what time it was, see what becomes of the dates, apply.
// Only the catalog changes; every correction can be taken back.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AppError, ClockCamera, ClockPreview, ClockSetting } from "../../ipc";
import { useAction } from "../../shared/action";
import { useDebounced } from "../../shared/debounced";
import { useIpc } from "../../shared/ipc";
import { useBusy } from "../../shared/job";
import { keys } from "../../shared/queries";
import { say } from "../../shared/say";
import { Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Notice } from "../../shared/ui/notice";
import { Sheet } from "../../shared/ui/sheet";
import { Applied } from "./applied";
import { Cameras } from "./cameras";
import { ClockForm } from "./form";
import { Preview } from "./preview";
import { BLANK, type Draft, readDraft } from "./words";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export function ClocksSheet({ open, onOpenChange }: Props) {
  const ipc = useIpc();
  const busy = useBusy();
  const [camera, setCamera] = useState<string | null>(null);
  const [draft, setDraft] = useState<Draft>(BLANK);
  const cameras = useQuery<ClockCamera[], AppError>({
    queryKey: [...keys.clocks, "cameras"],
    queryFn: ipc.clockCameras,
    enabled: open,
  });
  const settings = useQuery<ClockSetting[], AppError>({
    queryKey: [...keys.clocks, "settings"],
    queryFn: ipc.clocks,
    enabled: open,
  });
  const chosen = cameras.data?.find((one) => one.name === camera);
  const { errors, change } = readDraft(camera ?? "", draft);
  const asked = JSON.stringify(change);
  const late = useDebounced(asked);
  const preview = useQuery<ClockPreview, AppError>({
    queryKey: [...keys.clocks, "preview", late],
    queryFn: () => ipc.previewClock(JSON.parse(late)),
    enabled: open && late !== "null" && change !== null,
    placeholderData: keepPreviousData,
  });
  const apply = useAction(async () => {
    if (!change) return;
    const { files } = await ipc.setClock(change);
    setDraft(BLANK);
    say(`The dates of ${files} files were corrected.`);
  });
  const takeBack = useAction(async ({ id }: ClockSetting) => {
    await ipc.forgetClock(id);
    say("The correction was taken back.");
  });
  const close = (next: boolean) => {
    setCamera(null);
    setDraft(BLANK);
    apply.clear();
    takeBack.clear();
    onOpenChange(next);
  };
  const failed = cameras.error ?? settings.error ?? apply.error ?? takeBack.error ?? (change && preview.error);
  const shown = change && preview.data;
  // What was seen is what is done.
  const seen = asked === late && !preview.isPlaceholderData && !!preview.data?.files;
  return (
    <Sheet
      open={open}
      onOpenChange={close}
      title="Camera clocks"
      lead="Correct the dates of a camera whose clock was wrong. Folders and names in the plan follow."
      testId="clocks-sheet"
      footer={
        <>
          <Button onClick={() => close(false)}>Close</Button>
          <Button
            variant="primary"
            data-testid="apply-clock"
            busy={apply.busy}
            disabled={busy || !shown || !seen}
            onClick={() => void apply.run()}
          >
            Correct the dates
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {failed && <ErrorBox error={failed} />}
        <Notice tone="safe">
          {busy
            ? "Another job is running. Clocks can be corrected when it is done."
            : "No photo is written to: a correction stands in Albumen’s catalog, and can be taken back."}
        </Notice>
        {!!settings.data?.length && (
          <Applied
            settings={settings.data}
            busy={busy || takeBack.busy}
            onTakeBack={(setting) => void takeBack.run(setting)}
          />
        )}
        {!cameras.data && !cameras.error && <Skeleton className="h-64" />}
        {cameras.data?.length === 0 && <p className="text-muted">No photo says which camera took it and when.</p>}
        {!!cameras.data?.length && (
          <Cameras
            cameras={cameras.data}
            value={camera}
            onChange={(name) => {
              setCamera(name);
              setDraft(BLANK);
            }}
          />
        )}
        {chosen && (
          <ClockForm
            camera={chosen}
            draft={draft}
            errors={errors}
            shift={change?.shiftSeconds ?? 0}
            onChange={setDraft}
          >
            {shown && <Preview preview={shown} zoned={change.offsetMinutes !== null} />}
          </ClockForm>
        )}
      </div>
    </Sheet>
  );
}
