// The folders: which hold copies of each other, and what the person said of them.
import { useQuery } from "@tanstack/react-query";
import { Archive, Lock } from "lucide-react";
import type { AppError, Folder, FolderMark, FolderPair } from "../../ipc";
import { useAction } from "../../shared/action";
import { useIpc } from "../../shared/ipc";
import { useBusy } from "../../shared/job";
import { keys } from "../../shared/queries";
import { PathText, Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Notice } from "../../shared/ui/notice";
import { Sheet } from "../../shared/ui/sheet";
import { useFolders } from "../use-folders";
import { PairCard } from "./pair-card";

const MARK: Record<FolderMark, { icon: typeof Lock; text: string }> = {
  protected: { icon: Lock, text: "Protected: all photos below it stay" },
  dump: { icon: Archive, text: "Dump: where there is another copy, that one is kept" },
};

type MarkFolder = (folder: Folder, mark: FolderMark | null) => void;

function Marked({ folders, disabled, onMark }: { folders: Folder[]; disabled: boolean; onMark: MarkFolder }) {
  const marked = folders.filter((folder) => folder.mark !== null);
  return (
    <section aria-labelledby="marked-folders">
      <h3 id="marked-folders" className="mb-2 font-semibold">
        Marked folders
      </h3>
      {marked.length === 0 && <p className="text-muted">None yet. Mark one below as a dump or as protected.</p>}
      <ul className="space-y-2" data-testid="marked">
        {marked.map((folder) => {
          const { icon: Icon, text } = MARK[folder.mark as FolderMark];
          return (
            <li key={folder.id} className="flex items-center gap-3 rounded-lg border border-line px-3 py-2">
              <Icon size={17} aria-hidden className="shrink-0 text-accent" />
              <div className="min-w-0 flex-1">
                <PathText path={folder.path} className="font-medium" />
                <p className="text-[13px] text-muted">{text}</p>
              </div>
              <Button
                size="sm"
                disabled={disabled}
                onClick={() => onMark(folder, null)}
                aria-label={`Take back: ${folder.path}`}
              >
                Take back
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Folders({ onShow }: { onShow: (folders: number[]) => void }) {
  const ipc = useIpc();
  const busy = useBusy();
  const folders = useFolders();
  const pairs = useQuery<FolderPair[], AppError>({ queryKey: keys.folderPairs, queryFn: () => ipc.folderPairs() });
  const mark = useAction((folder: Folder, next: FolderMark | null) => ipc.markFolder(folder.id, next));
  const onMark: MarkFolder = (folder, next) => void mark.run(folder, next);
  const error = folders.error ?? pairs.error ?? mark.error;
  return (
    <div className="space-y-6">
      {error && <ErrorBox error={error} />}
      {busy && <Notice>Another job is running. Folders can be marked when it is done.</Notice>}
      {folders.data ? (
        <Marked folders={folders.data} disabled={busy} onMark={onMark} />
      ) : (
        !error && <Skeleton className="h-20" />
      )}
      <section aria-labelledby="folder-pairs">
        <h3 id="folder-pairs" className="mb-2 font-semibold">
          Folders that share photos
        </h3>
        {!pairs.data && !error && <Skeleton className="h-60" />}
        {pairs.data?.length === 0 && <p className="text-muted">No two folders hold copies of each other.</p>}
        <ul className="space-y-3">
          {pairs.data?.map((pair) => (
            <PairCard key={`${pair.a.id} ${pair.b.id}`} pair={pair} disabled={busy} onShow={onShow} onMark={onMark} />
          ))}
        </ul>
      </section>
    </div>
  );
}

type Props = { open: boolean; onOpenChange: (open: boolean) => void; onShow: (folders: number[]) => void };

export function FoldersSheet({ open, onOpenChange, onShow }: Props) {
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title="Folders"
      lead="Say which folder you trust and which is only a dump: keepers are chosen by it. Your decisions stay."
      testId="folders-sheet"
    >
      <Folders onShow={onShow} />
    </Sheet>
  );
}
