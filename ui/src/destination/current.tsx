// The destination in force, where its secret is kept, and what to do when that is not at hand.
import { ArrowRight } from "lucide-react";
import type { DestinationInfo, Step } from "../ipc";
import { Badge } from "../shared/ui/badge";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { homeOf } from "./homes";
import { ReadIn } from "./read-in";
import { missingWords, secretNoun, secretWords } from "./secret-words";
import { Unlock } from "./unlock";
import { useSecretStores } from "./use-keeping";
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
  const { title, icon: Icon } = homeOf(d.kind);
  const locked = useSecretStores().data?.vault === "locked";
  const { signOut, lock, error } = useLetGo(d.spec);
  const missing = d.secret === "missing";
  const words = missingWords(d.kind, locked);
  return (
    <Card className="p-5" aria-label="Current destination" data-testid="dest-current" data-secret={d.secret}>
      <div className="flex flex-wrap items-center gap-4">
        <span
          aria-hidden
          className={`flex size-11 shrink-0 items-center justify-center rounded-xl ${missing ? "bg-warn-soft text-warn" : "bg-good-soft text-good"}`}
        >
          <Icon size={22} />
        </span>
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex items-center gap-2">
            <span className="selectable truncate font-semibold" title={d.url}>
              {d.label}
            </span>
            <Badge tone={missing ? "warn" : "good"}>{missing ? "Not open" : "In use"}</Badge>
          </p>
          <p className="text-[13px] text-muted">{[title, secretWords(d)].filter(Boolean).join(" · ")}</p>
        </div>
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
      </div>
      {error && (
        <div className="mt-4">
          <ErrorBox error={error} />
        </div>
      )}
      {missing && (
        <div className="mt-4 flex flex-col gap-4">
          <Notice tone="warn" action={<Button onClick={onAskAgain}>{words.button}</Button>}>
            {words.text}
          </Notice>
          {locked && <Unlock />}
        </div>
      )}
      {!missing && (
        <div className="mt-4 empty:hidden">
          <ReadIn key={d.id} standing={standing} busy={busy} />
        </div>
      )}
    </Card>
  );
}
