// Test, then use: a destination can be used once exactly these settings have passed the test.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { DestinationFacts, DestinationSpec, Secret } from "../ipc";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";
import type { Keeping } from "./use-keeping";

export function useChoice(spec: DestinationSpec, secret: Secret | null, onUsed: () => void) {
  const ipc = useIpc();
  const client = useQueryClient();
  const [tested, setTested] = useState<{ of: string; facts: DestinationFacts } | null>(null);
  const now = JSON.stringify([spec, secret]);
  const facts = tested?.of === now ? tested.facts : null;

  const test = useAction(async () => {
    setTested(null);
    setTested({ of: now, facts: await ipc.testDestination(spec, secret) });
  });
  const use = useAction(async (keeping: Keeping | null) => {
    if (keeping && !(await keeping.open())) return;
    const chosen = await ipc.chooseDestination(spec, secret, keeping?.remember ?? false);
    await client.invalidateQueries({ queryKey: keys.snapshot });
    toast.success(`Destination: ${chosen.label}`);
    onUsed();
  });
  return { facts, test, use, error: test.error ?? use.error };
}
export type Choice = ReturnType<typeof useChoice>;
