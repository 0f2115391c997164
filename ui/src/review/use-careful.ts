// "Keep only this" asks for a second press where it would set aside photos that may exist only once.
import { useRef } from "react";
import { toast } from "sonner";
import type { Decision, Group } from "../ipc";
import { plural } from "../shared/format";
import { onlyOnce } from "./choice";

const TOAST = "only-once";

export function useCareful(decide: (group: Group, decision: Decision) => void) {
  const asked = useRef<string | null>(null);
  const forget = () => {
    asked.current = null;
  };
  return (group: Group | undefined, decision: Decision) => {
    if (!group) return;
    const what = `${group.id} ${JSON.stringify(decision)}`;
    const once = onlyOnce(group, decision);
    if (once > 0 && asked.current !== what) {
      asked.current = what;
      toast.warning(`This sets aside ${plural(once, "photo")} that may exist only once.`, {
        id: TOAST,
        description: "Do it again to go on. The files stay in their folders; they are not copied.",
        duration: 8_000,
        onAutoClose: forget,
        onDismiss: forget,
      });
      return;
    }
    if (once > 0) toast.dismiss(TOAST);
    forget();
    decide(group, decision);
  };
}
