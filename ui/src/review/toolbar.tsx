// Undo, redo, "accept all exact groups" and the key sheet. The buttons name the step they would undo or redo.
import { CheckCheck, Keyboard, Redo2, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useHotkeys } from "react-hotkeys-hook";
import type { ReviewTotals } from "../ipc";
import { useAction } from "../shared/action";
import { grouped } from "../shared/format";
import { Button, IconButton } from "../shared/ui/button";
import { KeySheet } from "./key-sheet";
import type { Review } from "./use-review";

export function ReviewToolbar({
  totals,
  review,
  children,
}: {
  totals: ReviewTotals | undefined;
  review: Review;
  children: ReactNode;
}) {
  const [sheet, setSheet] = useState(false);
  const accept = useAction(review.acceptExact);
  useHotkeys("mod+z", () => void review.undo(), { preventDefault: true, enableOnFormTags: ["radio", "select"] });
  useHotkeys(["mod+shift+z", "mod+y"], () => void review.redo(), {
    preventDefault: true,
    enableOnFormTags: ["radio", "select"],
  });
  useHotkeys("?", () => setSheet((open) => !open), { useKey: true, enableOnFormTags: ["radio", "select"] });
  return (
    <>
      <div className="flex">
        <IconButton
          data-testid="undo"
          className="size-9"
          label={totals?.canUndo ? `Undo: ${grouped(totals.canUndo)}` : "Nothing to undo"}
          disabled={!totals?.canUndo}
          onClick={() => void review.undo()}
        >
          <Undo2 size={18} aria-hidden />
        </IconButton>
        <IconButton
          data-testid="redo"
          className="size-9"
          label={totals?.canRedo ? `Redo: ${grouped(totals.canRedo)}` : "Nothing to redo"}
          disabled={!totals?.canRedo}
          onClick={() => void review.redo()}
        >
          <Redo2 size={18} aria-hidden />
        </IconButton>
        <IconButton className="size-9" label="Keys" onClick={() => setSheet(true)}>
          <Keyboard size={18} aria-hidden />
        </IconButton>
      </div>
      {children}
      <Button
        data-testid="accept-exact"
        icon={<CheckCheck size={16} aria-hidden />}
        busy={accept.busy}
        disabled={!totals || totals.openExact === 0}
        title={totals?.openExact === 0 ? "No exact group is open" : undefined}
        onClick={() => void accept.run()}
      >
        Accept all exact groups
      </Button>
      <KeySheet open={sheet} onOpenChange={setSheet} />
    </>
  );
}
