// Signing in with the browser: begun, waited for, given up, and what came of it.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { DestinationSpec, SignedInAs } from "../ipc";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";

const LOOK_FOR_LINK_MS = 300;

export function useSignIn() {
  const ipc = useIpc();
  const [signed, setSigned] = useState<SignedInAs | null>(null);
  const waits = useRef(false);
  const sign = useAction(async (spec: DestinationSpec, clientId: string, clientSecret: string) => {
    waits.current = true;
    try {
      setSigned(await ipc.signIn(spec, clientId, clientSecret));
    } finally {
      waits.current = false;
    }
  });
  // Nobody comes back to a form that is gone.
  useEffect(
    () => () => {
      if (waits.current) ipc.cancelSignIn().catch(() => undefined);
    },
    [ipc],
  );
  const { data: link = null } = useQuery({
    queryKey: ["signInLink"],
    queryFn: () => ipc.signInLink(),
    enabled: sign.busy,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: (query) => (query.state.data ? false : LOOK_FOR_LINK_MS),
  });
  return {
    signed,
    forget: () => setSigned(null),
    begin: sign.run,
    waiting: sign.busy,
    link: sign.busy ? link : null,
    cancel: () => void ipc.cancelSignIn().catch(() => undefined),
    /** The last one was given up here, not refused there. */
    givenUp: sign.error?.code === "stopped",
    error: sign.error?.code === "stopped" ? null : sign.error,
  };
}
export type SignIn = ReturnType<typeof useSignIn>;
