// Giving up what opens a destination: the consent taken back, or the vault closed.
import { useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { DestinationSpec } from "../ipc";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";

export function useLetGo(spec: DestinationSpec) {
  const ipc = useIpc();
  const client = useQueryClient();
  const signOut = useAction(async () => {
    await ipc.signOut(spec);
    await client.invalidateQueries({ queryKey: keys.snapshot });
    toast.success("Signed out. Everything that was copied stays where it is.");
  });
  const lock = useAction(async () => {
    client.setQueryData(keys.secretStores, await ipc.lockVault());
    await client.invalidateQueries({ queryKey: keys.snapshot });
  });
  return { signOut, lock, error: signOut.error ?? lock.error };
}
