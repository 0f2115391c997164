// Test, then use: a destination can be used once exactly these settings have passed the test.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, use, useState } from "react";
import { toast } from "sonner";
import type { DestinationFacts, DestinationSpec, Secret } from "../ipc";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";
import type { Keeping } from "./use-keeping";

/** True around the forms while the second home is chosen. */
export const IsSecond = createContext(false);

export function useChoice(spec: DestinationSpec, secret: Secret | null, onUsed: () => void) {
  const ipc = useIpc();
  const client = useQueryClient();
  const isSecond = use(IsSecond);
  const [tested, setTested] = useState<{ of: string; facts: DestinationFacts } | null>(null);
  const now = JSON.stringify([spec, secret]);
  const facts = tested?.of === now ? tested.facts : null;

  const test = useAction(async () => {
    setTested(null);
    setTested({ of: now, facts: await ipc.testDestination(spec, secret) });
  });
  const choose = useAction(async (keeping: Keeping | null) => {
    if (keeping && !(await keeping.open())) return;
    const remember = keeping?.remember ?? false;
    if (isSecond) {
      const second = (await ipc.nameSecondHome(spec, secret, remember))[1];
      await client.invalidateQueries({ queryKey: keys.homes });
      toast.success(`Second home: ${second?.destination.label}`);
    } else {
      const chosen = await ipc.chooseDestination(spec, secret, remember);
      await client.invalidateQueries({ queryKey: keys.snapshot });
      toast.success(`Destination: ${chosen.label}`);
    }
    onUsed();
  });
  return { facts, test, use: choose, error: test.error ?? choose.error };
}
export type Choice = ReturnType<typeof useChoice>;
