// The keys as the window uses them: read once, changed at once, stored for the next start.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { toast } from "sonner";
import { toAppError } from "../../ipc";
import { useIpc } from "../../shared/ipc";
import type { ActionId } from "./actions";
import { shortcut, written } from "./combo";
import { type KeySettings, keymapOf, parseKeys } from "./keymap";

const NAME = "keys";
const queryKey = ["preference", NAME];

export function useKeymap() {
  const ipc = useIpc();
  const client = useQueryClient();
  // What cannot be read is as if it was never set: Review works with the usual keys then.
  const { data = null } = useQuery<string | null>({
    queryKey,
    queryFn: () => ipc.preference(NAME),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const settings = useMemo(() => parseKeys(data), [data]);
  const keymap = useMemo(() => keymapOf(settings), [settings]);

  const store = async (next: KeySettings): Promise<void> => {
    const value = JSON.stringify(next);
    client.setQueryData(queryKey, value);
    try {
      await ipc.setPreference(NAME, value);
    } catch (caught) {
      toast.error("The keys could not be stored.", {
        description: `They hold until Albumen is closed. ${toAppError(caught).message}`,
      });
    }
  };
  return { settings, keymap, store };
}

/** A button's name for the tooltip, with its key behind it. */
export function useHints() {
  const { keymap } = useKeymap();
  return {
    hint: (text: string, id: ActionId): string => (keymap[id][0] ? `${text} (${written(keymap[id][0])})` : text),
    first: (id: ActionId): string | null => keymap[id][0] ?? null,
    shortcuts: (id: ActionId): string | undefined => keymap[id].map(shortcut).join(" ") || undefined,
  };
}
