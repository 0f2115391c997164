// The whole window takes folders: an overlay while something is dragged over it, and the one way to add them.
import { useQueryClient } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import { createContext, type ReactNode, use, useEffect, useRef, useState } from "react";
import { type AppError, type SourceInfo, toAppError } from "../ipc";
import { useIpc } from "./ipc";
import { useBusy } from "./job";
import { keys } from "./queries";

type AddFolders = {
  add: (paths: string[]) => Promise<void>;
  choose: () => Promise<void>;
  error: AppError | null;
  clear: () => void;
  over: boolean;
};
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

  const take = async (added: Promise<SourceInfo[]>) => {
    setError(null);
    try {
      const sources = await added;
      await client.invalidateQueries({ queryKey: keys.snapshot });
      if (sources.length === 0) return;
      onAdded();
      if (!busy && sources.some((source) => source.state === "new")) await ipc.startScan();
    } catch (caught) {
      setError(toAppError(caught));
      onAdded();
    }
  };
  const value: AddFolders = {
    add: (paths) => take(ipc.addSources(paths)),
    choose: () => take(ipc.pickSources()),
    error,
    clear: () => setError(null),
    over,
  };

  const add = useRef(value.add);
  add.current = value.add;
  useEffect(() => {
    let leave: (() => void) | null = null;
    let alive = true;
    void ipc
      .onDrop((event) => {
        setOver(event.kind === "over");
        if (event.kind === "drop" && event.paths.length > 0) void add.current(event.paths);
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
          <p className="text-xl font-semibold">Drop folders to add them</p>
          <p>Albumen only reads them. Nothing is changed.</p>
        </div>
      )}
    </DropContext>
  );
}
