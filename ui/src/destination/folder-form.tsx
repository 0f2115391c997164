// A folder on a disk: its path, typed or browsed.
import { FolderOpen } from "lucide-react";
import { useState } from "react";
import type { DestinationInfo } from "../ipc";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { Field } from "../shared/ui/field";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";

export function FolderForm({ current, onUsed }: { current: DestinationInfo | null; onUsed: () => void }) {
  const ipc = useIpc();
  const [path, setPath] = useState(current?.spec.kind === "folder" ? current.spec.path : "");
  const browse = useAction(async () => {
    const chosen = await ipc.pickDestinationFolder();
    if (chosen) setPath(chosen);
  });
  const choice = useChoice({ kind: "folder", path: path.trim() }, null, onUsed);
  return (
    <Card className="mt-4 flex flex-col gap-4 p-5" aria-label="Folder">
      <Field
        label="Folder"
        data-testid="dest-path"
        value={path}
        onChange={(e) => setPath(e.target.value)}
        placeholder="/media/archive/Photos"
        hint="It is made if it does not exist. It must not be inside a source."
        error={browse.error?.message}
      >
        <Button icon={<FolderOpen size={16} aria-hidden />} busy={browse.busy} onClick={() => void browse.run()}>
          Browse…
        </Button>
      </Field>
      <TestAndUse choice={choice} complete={path.trim() !== ""} />
    </Card>
  );
}
