// The tools of Review: steps back and forth, folders, rules, similarity, and the quick way for all exact groups.
import { CheckCheck, FolderTree, History, Keyboard, ListOrdered, Redo2, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ReviewTotals } from "../ipc";
import { useAction } from "../shared/action";
import { grouped } from "../shared/format";
import { Button, IconButton } from "../shared/ui/button";
import { FoldersSheet } from "./folders/sheet";
import { HistorySheet } from "./history";
import { KeySheet } from "./key-sheet";
import { useActionKeys } from "./keys/use-action-keys";
import { RulesSheet } from "./rules/sheet";
import { SimilarityPopover } from "./similarity/popover";
import type { Review } from "./use-review";

type Panel = "history" | "keys" | "folders" | "rules";

function Tool({
  icon,
  label,
  testId,
  onClick,
}: {
  icon: ReactNode;
  label: string;
  testId: string;
  onClick: () => void;
}) {
  return (
    <Button variant="ghost" icon={icon} title={label} data-testid={testId} onClick={onClick}>
      <span className="max-lg:sr-only">{label}</span>
    </Button>
  );
}

type Props = { totals: ReviewTotals | undefined; review: Review; onShowFolders: (folders: number[]) => void };

export function ReviewToolbar({ totals, review, onShowFolders }: Props) {
  const [panel, setPanel] = useState<Panel | null>(null);
  const accept = useAction(review.acceptExact);
  const sheet = (name: Panel) => ({
    open: panel === name,
    onOpenChange: (open: boolean) => setPanel(open ? name : null),
  });
  // In Compare the two lead to another group as well.
  useActionKeys({ undo: () => void review.undo(), redo: () => void review.redo() }, { only: "gallery" });
  useActionKeys({ keys: () => setPanel("keys") });
  return (
    <>
      <div className="flex" role="group" aria-label="Steps">
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
        <IconButton
          data-testid="open-history"
          className="size-9"
          label="Your steps"
          onClick={() => setPanel("history")}
        >
          <History size={18} aria-hidden />
        </IconButton>
        <IconButton className="size-9" label="Keys" onClick={() => setPanel("keys")}>
          <Keyboard size={18} aria-hidden />
        </IconButton>
      </div>
      <div className="flex" role="group" aria-label="What is suggested">
        <Tool
          icon={<FolderTree size={17} aria-hidden />}
          label="Folders"
          testId="open-folders"
          onClick={() => setPanel("folders")}
        />
        <Tool
          icon={<ListOrdered size={17} aria-hidden />}
          label="Keepers"
          testId="open-rules"
          onClick={() => setPanel("rules")}
        />
        <SimilarityPopover />
      </div>
      <Button
        data-testid="accept-exact"
        icon={<CheckCheck size={16} aria-hidden />}
        busy={accept.busy}
        disabled={!totals || totals.openExact === 0}
        title={totals?.openExact === 0 ? "No exact group is open" : "Keeps one of each set of identical files"}
        onClick={() => void accept.run()}
      >
        Accept all exact groups
      </Button>
      <KeySheet {...sheet("keys")} />
      <HistorySheet {...sheet("history")} review={review} />
      <RulesSheet {...sheet("rules")} />
      <FoldersSheet
        {...sheet("folders")}
        onShow={(folders) => {
          setPanel(null);
          onShowFolders(folders);
        }}
      />
    </>
  );
}
