// Hands the Ipc implementation to every component, so that tests can give another one.
import { createContext, type ReactNode, use } from "react";
import type { Ipc } from "../ipc";

const IpcContext = createContext<Ipc | null>(null);

export function IpcProvider({ ipc, children }: { ipc: Ipc; children: ReactNode }) {
  return <IpcContext value={ipc}>{children}</IpcContext>;
}

export function useIpc(): Ipc {
  const ipc = use(IpcContext);
  if (!ipc) throw new Error("useIpc needs an IpcProvider");
  return ipc;
}
