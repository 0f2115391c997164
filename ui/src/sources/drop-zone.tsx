// The empty state of Sources: a big target for folders, and the button for people who do not drag.
import { FolderPlus, Images } from "lucide-react";
import { Button } from "../shared/ui/button";

export function DropZone({ choose }: { choose: () => void }) {
  return (
    <div
      data-testid="drop-zone"
      className="flex min-h-80 flex-col items-center justify-center rounded-2xl border-2 border-dashed border-edge bg-surface px-6 py-12 text-center"
    >
      <div
        aria-hidden
        className="mb-5 flex size-20 items-center justify-center rounded-full bg-accent-soft text-accent"
      >
        <Images size={36} strokeWidth={1.5} />
      </div>
      <p className="text-lg font-semibold">Drop folders here</p>
      <p className="mt-1 mb-6 max-w-sm text-muted">Anywhere in this window works. Folders inside them are included.</p>
      <Button
        data-testid="add-folders"
        variant="primary"
        size="lg"
        icon={<FolderPlus size={18} aria-hidden />}
        onClick={choose}
      >
        Choose folders…
      </Button>
    </div>
  );
}
