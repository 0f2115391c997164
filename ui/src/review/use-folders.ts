// The folders that hold members of groups, read only where they are shown.
import { useQuery } from "@tanstack/react-query";
import type { AppError, Folder } from "../ipc";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";

export function useFolders(enabled = true) {
  const ipc = useIpc();
  return useQuery<Folder[], AppError>({ queryKey: keys.folders, queryFn: () => ipc.folders(), enabled });
}
