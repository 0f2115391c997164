// A folder on a disk: its path, typed or browsed.
import { FolderOpen } from "lucide-react";
import { useState } from "react";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";
import { Button } from "../shared/ui/button";
import { Field } from "../shared/ui/field";
import { FormCard, type FormProps } from "./form-card";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";

export function FolderForm({ current, onUsed }: FormProps) {
  const ipc = useIpc();
  const [path, setPath] = useState(current?.spec.kind === "folder" ? current.spec.path : "");
  const browse = useAction(async () => {
    const chosen = await ipc.pickDestinationFolder();
    if (chosen) setPath(chosen);
  });
  const choice = useChoice({ kind: "folder", path: path.trim() }, null, onUsed);
  return (
    <FormCard kind="folder">
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
    </FormCard>
  );
}
