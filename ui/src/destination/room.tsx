// Whether the library fits: said before hours of copying, not after.
import type { Snapshot } from "../ipc";
import { bytes } from "../shared/format";
import { useSnapshot } from "../shared/queries";
import { Notice } from "../shared/ui/notice";

/** Bytes that are still to be copied: by the plan, or everything where there is none. */
export function leftToCopy({ plan, sources }: Pick<Snapshot, "plan" | "sources">): number {
  if (plan) return Math.max(0, plan.balance.copy.bytes - plan.balance.copied.bytes);
  return sources.reduce((sum, source) => sum + source.bytes, 0);
}

export function RoomNotice({ free }: { free: number }) {
  const { data } = useSnapshot();
  const wanted = data ? leftToCopy(data) : 0;
  if (wanted <= free) return null;
  return (
    <Notice tone="warn" data-testid="dest-room">
      Not everything fits: about {bytes(wanted)} are to be copied, and {bytes(free)} are free there. Make room first, or
      choose another home.
    </Notice>
  );
}
