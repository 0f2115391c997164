// What to do where the secret of a destination is not at hand.
import type { DestinationInfo } from "../ipc";
import { Button } from "../shared/ui/button";
import { Notice } from "../shared/ui/notice";
import { missingWords } from "./secret-words";
import { Unlock } from "./unlock";
import { useSecretStores } from "./use-keeping";

type Props = { destination: DestinationInfo; disabled?: boolean; onAskAgain: () => void };

export function MissingSecret({ destination, disabled, onAskAgain }: Props) {
  const locked = useSecretStores().data?.vault === "locked";
  const words = missingWords(destination.kind, locked);
  return (
    <div className="mt-4 flex flex-col gap-4">
      <Notice
        tone="warn"
        action={
          <Button disabled={disabled} onClick={onAskAgain}>
            {words.button}
          </Button>
        }
      >
        {words.text}
      </Notice>
      {locked && <Unlock />}
    </div>
  );
}
