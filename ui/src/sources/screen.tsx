// Step 1: which folders to move, and what they hold. Everything here only reads.
import { FileArchive, FolderPlus, RefreshCw } from "lucide-react";
import { useAction } from "../shared/action";
import { useAddFolders } from "../shared/drop";
import { deleted } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useBusy, useJob } from "../shared/job";
import { isScanned, type ScreenProps } from "../shared/steps";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { Screen } from "../shared/ui/screen";
import { DropZone } from "./drop-zone";
import { ProfileView } from "./profile";
import { ScanProgress } from "./scan-progress";
import { SourceList } from "./source-list";
import { UnpackCard } from "./unpack-card";
import { UnpackProblems } from "./unpack-problems";

export function SourcesScreen({ snapshot, go }: ScreenProps) {
  const ipc = useIpc();
  const { choose, chooseArchives, waiting, clear, error: addError } = useAddFolders();
  const scan = useAction(ipc.startScan);
  const busy = useBusy();
  const job = useJob("scan");
  const scanning = isActive(job);
  const empty = snapshot.sources.length === 0;
  const scanned = isScanned(snapshot);
  const gone = snapshot.lastDelete?.removed.files ?? 0;
  const error = addError ?? scan.error ?? (job?.status === "failed" ? job.error : null);

  return (
    <Screen
      step="sources"
      title={empty ? "Where are your photos now?" : "Sources"}
      lead={
        empty
          ? "Add the folders that hold your photos: on this computer, on a card or disk, or a copy of your phone."
          : "The folders whose photos move to their new home."
      }
      actions={
        !empty && (
          <>
            <Button data-testid="add-folders" icon={<FolderPlus size={16} aria-hidden />} onClick={() => void choose()}>
              Choose folders…
            </Button>
            <Button
              data-testid="add-archives"
              icon={<FileArchive size={16} aria-hidden />}
              onClick={() => void chooseArchives()}
            >
              Choose zip files…
            </Button>
            <Button
              data-testid="scan"
              variant={scanned ? "secondary" : "primary"}
              icon={<RefreshCw size={16} aria-hidden />}
              disabled={busy}
              busy={scan.busy}
              onClick={() => {
                clear();
                void scan.run();
              }}
            >
              {scanned ? "Scan again" : "Scan"}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-5">
        {error && <ErrorBox error={error} />}
        {waiting && <UnpackCard key={waiting.archives.join()} waiting={waiting} />}
        <UnpackProblems result={snapshot.lastUnpack} sources={snapshot.sources} />
        {empty ? (
          <DropZone choose={choose} chooseArchives={chooseArchives} />
        ) : (
          <SourceList sources={snapshot.sources} busy={busy} />
        )}
        {gone > 0 ? (
          <Notice tone="safe" data-testid="deleted">
            {deleted(gone)} Here is what is left; Albumen only reads it.
          </Notice>
        ) : (
          <Notice tone="safe">Albumen only reads here. Nothing is changed.</Notice>
        )}
        {scanning && <ScanProgress job={job} />}
        {scanned && !scanning && <ProfileView go={go} sources={snapshot.sources} />}
      </div>
    </Screen>
  );
}
