// The whole window takes folders and zip files: an overlay while something is dragged over it, and the one way to add them.
// Archives are not added: they wait for the card on Sources, and what was unpacked is scanned when its job is done.
import { useQueryClient } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import { createContext, type ReactNode, use, useEffect, useRef, useState } from "react";
import { type AppError, type Dropped, type SourceInfo, toAppError } from "../ipc";
import { useIpc } from "./ipc";
import { useBusy, useJob } from "./job";
import { keys } from "./queries";

type AddFolders = {
  add: (paths: string[]) => Promise<void>;
  choose: () => Promise<void>;
  chooseArchives: () => Promise<void>;
  /** Archives that wait for a word, with the folders they were found in. */
  waiting: Waiting | null;
  letGo: () => void;
  error: AppError | null;
  clear: () => void;
  over: boolean;
};
export type Waiting = Pick<Dropped, "archives" | "withArchives">;
const DropContext = createContext<AddFolders | null>(null);

export function useAddFolders(): AddFolders {
  const value = use(DropContext);
  if (!value) throw new Error("useAddFolders needs a DropProvider");
  return value;
}

export function DropProvider({ onAdded, children }: { onAdded: () => void; children: ReactNode }) {
  const ipc = useIpc();
  const client = useQueryClient();
  const busy = useBusy();
  const [over, setOver] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const [waiting, setWaiting] = useState<Waiting | null>(null);

  const attempt = async (work: () => Promise<void>) => {
    setError(null);
    try {
      await work();
    } catch (caught) {
      setError(toAppError(caught));
      onAdded();
    }
  };
  const take = (adding: () => Promise<SourceInfo[]>, scans = true) =>
    attempt(async () => {
      const sources = await adding();
      await client.invalidateQueries({ queryKey: keys.snapshot });
      if (sources.length === 0) return;
      onAdded();
      if (scans && !busy && sources.some((source) => source.state === "new")) await ipc.startScan();
    });
  const hold = (found: Waiting) => {
    setWaiting((before) => ({
      archives: [...new Set([...(before?.archives ?? []), ...found.archives])],
      withArchives: [...new Set([...(before?.withArchives ?? []), ...found.withArchives])],
    }));
    onAdded();
  };
  const value: AddFolders = {
    add: (paths) => take(() => ipc.addSources(paths)),
    choose: () => take(ipc.pickSources),
    chooseArchives: () =>
      attempt(async () => {
        const archives = await ipc.pickArchives();
        if (archives.length > 0) hold({ archives, withArchives: [] });
      }),
    waiting,
    letGo: () => setWaiting(null),
    error,
    clear: () => setError(null),
    over,
  };
  const drop = (paths: string[]) =>
    attempt(async () => {
      const { folders, ...found } = await ipc.sortDropped(paths);
      const holds = found.archives.length > 0;
      if (holds) hold(found);
      // While archives wait, the scan does too: it reads all at once.
      if (folders.length > 0) await take(() => ipc.addSources(folders), !holds);
    });

  const job = useJob("unpack");
  const unpacked = job?.status === "done" ? job.id : null;
  const scanned = useRef<number | null>(unpacked);
  useEffect(() => {
    if (unpacked === null || scanned.current === unpacked) return;
    scanned.current = unpacked;
    setWaiting(null);
    void client.invalidateQueries({ queryKey: keys.snapshot });
    ipc.startScan().catch((caught) => setError(toAppError(caught)));
  }, [unpacked, client, ipc]);

  const dropped = useRef(drop);
  dropped.current = drop;
  useEffect(() => {
    let leave: (() => void) | null = null;
    let alive = true;
    void ipc
      .onDrop((event) => {
        setOver(event.kind === "over");
        if (event.kind === "drop" && event.paths.length > 0) void dropped.current(event.paths);
      })
      .then((unlisten) => {
        if (alive) leave = unlisten;
        else unlisten();
      });
    return () => {
      alive = false;
      leave?.();
    };
  }, [ipc]);

  return (
    <DropContext value={value}>
      {children}
      {over && (
        <div
          data-testid="drop-overlay"
          className="pointer-events-none fixed inset-3 z-50 flex flex-col items-center justify-center gap-3 rounded-2xl border-2 border-dashed border-accent bg-accent-soft text-accent-strong"
        >
          <FolderPlus size={44} strokeWidth={1.5} aria-hidden />
          <p className="text-xl font-semibold">Drop folders or zip files to add them</p>
          <p>Albumen only reads them. Nothing is changed.</p>
        </div>
      )}
    </DropContext>
  );
}
