// The empty state of Sources: a big target for folders and archives, and the buttons for people who do not drag.
import { FileArchive, FolderPlus, Images } from "lucide-react";
import { Button } from "../shared/ui/button";

export function DropZone({ choose, chooseArchives }: { choose: () => void; chooseArchives: () => void }) {
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
      <p className="mt-1 mb-6 max-w-sm text-muted">
        Anywhere in this window works. Folders inside them are included. The zip files of a Google Takeout work, too.
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button
          data-testid="add-folders"
          variant="primary"
          size="lg"
          icon={<FolderPlus size={18} aria-hidden />}
          onClick={choose}
        >
          Choose folders…
        </Button>
        <Button
          data-testid="add-archives"
          size="lg"
          icon={<FileArchive size={18} aria-hidden />}
          onClick={chooseArchives}
        >
          Choose zip files…
        </Button>
      </div>
    </div>
  );
}
