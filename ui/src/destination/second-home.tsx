// The second home: everything goes there too. Added here, let go here; how far it is stands on Move.
import { HousePlus } from "lucide-react";
import type { DestinationInfo } from "../ipc";
import { useAction } from "../shared/action";
import { useHomes } from "../shared/homes";
import { useIpc } from "../shared/ipc";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { DestinationLine } from "./line";
import { MissingSecret } from "./missing";

type Props = {
  busy: boolean;
  adding: boolean;
  setAdding: (adding: boolean) => void;
  /** What opens it is to be given anew. */
  onAskAgain: (second: DestinationInfo) => void;
};

export function SecondHome({ busy, adding, setAdding, onAskAgain }: Props) {
  const ipc = useIpc();
  const second = useHomes().data?.[1];
  const forget = useAction(() => ipc.forgetSecondHome());
  if (!second)
    return (
      <Card className="flex flex-wrap items-center gap-4 p-5" data-testid="second-home" data-named="false">
        <p className="min-w-0 flex-1 basis-64 text-muted">
          {adding
            ? "Choose the second home below. Everything goes there too; nothing is sent yet."
            : "Want your photos in two places? A second home gets everything along with the first."}
        </p>
        <Button
          data-testid="add-second"
          disabled={busy}
          icon={adding ? undefined : <HousePlus size={16} aria-hidden />}
          onClick={() => setAdding(!adding)}
        >
          {adding ? "Keep one home" : "Add a second home"}
        </Button>
      </Card>
    );
  const { destination: d, behind } = second;
  return (
    <Card className="p-5" aria-label="Second home" data-testid="second-home" data-named="true">
      <DestinationLine
        destination={d}
        as="Second home"
        says={`${behind.files === 0 ? "has everything" : "gets everything along with the first"}. Originals can go only when both have proven them.`}
      >
        <Button
          variant="ghost"
          data-testid="forget-second"
          disabled={busy}
          busy={forget.busy}
          onClick={() => void forget.run()}
        >
          Let it go
        </Button>
      </DestinationLine>
      {forget.error && (
        <div className="mt-4">
          <ErrorBox error={forget.error} />
        </div>
      )}
      {d.secret === "missing" && <MissingSecret destination={d} disabled={busy} onAskAgain={() => onAskAgain(d)} />}
    </Card>
  );
}
