// Where a secret is remembered: in the system's keychain, or under a passphrase where there is none.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type AppError, type SecretStores, toAppError } from "../ipc";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";

export const SHORTEST_PASSPHRASE = 8;

export function useSecretStores() {
  const ipc = useIpc();
  return useQuery<SecretStores, AppError>({
    queryKey: keys.secretStores,
    queryFn: () => ipc.secretStores(),
    staleTime: 0,
  });
}

/** A passphrase is asked for twice to make a vault, once to open one, and not at all otherwise. */
export type Asking = "twice" | "once" | "no";
export const askingFor = (stores: SecretStores | undefined): Asking =>
  !stores || stores.keychain || stores.vault === "open" ? "no" : stores.vault === "none" ? "twice" : "once";

/** What keeps this passphrase from being used; null for nothing. */
export function passphraseProblem(asking: Asking, passphrase: string, again: string): string | null {
  if (asking === "no") return null;
  if (passphrase === "") return "The passphrase is missing.";
  if (asking === "once") return null;
  if ([...passphrase].length < SHORTEST_PASSPHRASE) return `At least ${SHORTEST_PASSPHRASE} characters.`;
  return again === passphrase ? null : "The two are not the same yet.";
}

export function useKeeping() {
  const ipc = useIpc();
  const client = useQueryClient();
  const { data: stores } = useSecretStores();
  const asking = askingFor(stores);
  const [wish, setWish] = useState<boolean | null>(null);
  const [typed, setTyped] = useState({ passphrase: "", again: "" });
  const [refused, setRefused] = useState<AppError | null>(null);
  // A vault is made only for who asks for one.
  const remember = wish ?? asking !== "twice";
  const problem = remember ? passphraseProblem(asking, typed.passphrase, typed.again) : null;
  return {
    vault: stores?.keychain === false,
    asking,
    remember,
    setRemember: setWish,
    typed,
    type: (change: Partial<typeof typed>) => {
      setRefused(null);
      setTyped({ ...typed, ...change });
    },
    problem,
    refused,
    /** Makes the place ready; false when the passphrase was refused. */
    open: async (): Promise<boolean> => {
      if (!remember || asking === "no") return true;
      try {
        client.setQueryData(keys.secretStores, await ipc.openVault(typed.passphrase));
        setTyped({ passphrase: "", again: "" });
        return true;
      } catch (caught) {
        setRefused(toAppError(caught));
        return false;
      }
    },
  };
}
export type Keeping = ReturnType<typeof useKeeping>;
