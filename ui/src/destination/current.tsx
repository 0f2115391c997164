// The destination in force, where its secret is kept, and what to do when that is not at hand.
import { ArrowRight } from "lucide-react";
import type { DestinationInfo, Step } from "../ipc";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { DestinationLine } from "./line";
import { MissingSecret } from "./missing";
import { ReadIn } from "./read-in";
import { secretNoun, secretWords } from "./secret-words";
import { useLetGo } from "./use-let-go";

type Props = {
  destination: DestinationInfo;
  /** The catalog knows of something that stands there. */
  standing: boolean;
  busy: boolean;
  go: (step: Step) => void;
  onAskAgain: () => void;
};

export function CurrentDestination({ destination: d, standing, busy, go, onAskAgain }: Props) {
  const { signOut, lock, error } = useLetGo(d.spec);
  const missing = d.secret === "missing";
  return (
    <Card className="p-5" aria-label="Current destination" data-testid="dest-current" data-secret={d.secret}>
      <DestinationLine destination={d} as="In use" says={secretWords(d)}>
        {d.secret === "vault" && (
          <Button
            variant="ghost"
            data-testid="lock-vault"
            disabled={busy}
            busy={lock.busy}
            onClick={() => void lock.run()}
          >
            Lock
          </Button>
        )}
        {!missing && secretNoun(d.kind) === "sign-in" && d.secret !== "environment" && (
          <Button
            variant="ghost"
            data-testid="sign-out"
            disabled={busy}
            busy={signOut.busy}
            onClick={() => void signOut.run()}
          >
            Sign out
          </Button>
        )}
        {!missing && (
          <Button variant="primary" onClick={() => go("plan")}>
            Make the plan
            <ArrowRight size={16} aria-hidden />
          </Button>
        )}
      </DestinationLine>
      {error && (
        <div className="mt-4">
          <ErrorBox error={error} />
        </div>
      )}
      {missing && <MissingSecret destination={d} onAskAgain={onAskAgain} />}
      {!missing && (
        <div className="mt-4 empty:hidden">
          <ReadIn key={d.id} standing={standing} busy={busy} />
        </div>
      )}
    </Card>
  );
}
