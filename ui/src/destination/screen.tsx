// Step 3: where the library goes. A destination is tested before it is used, and secrets never come back to this page.
import { useRef, useState } from "react";
import type { DestinationInfo } from "../ipc";
import { useBusy } from "../shared/job";
import type { ScreenProps } from "../shared/steps";
import { Notice } from "../shared/ui/notice";
import { Screen } from "../shared/ui/screen";
import { Chooser } from "./chooser";
import { CurrentDestination } from "./current";
import { DestinationForm } from "./form";
import type { Kind } from "./homes";
import { SecondHome } from "./second-home";
import { IsSecond } from "./use-choice";

export function DestinationScreen({ snapshot, go }: ScreenProps) {
  const { destination } = snapshot;
  const [kind, setKind] = useState<Kind | null>(null);
  const [adding, setAdding] = useState(false);
  /** The second home, whose secret is given anew. */
  const [again, setAgain] = useState<DestinationInfo | null>(null);
  const busy = useBusy();
  const body = useRef<HTMLDivElement>(null);
  // The form is gone; what it made is at the top.
  const used = () => {
    setKind(null);
    setAdding(false);
    setAgain(null);
    body.current?.scrollIntoView({ block: "start" });
  };
  return (
    <Screen
      step="destination"
      title="Where should your photos live?"
      lead="Your library is copied to its new home. The originals stay where they are until you say otherwise, at the very end."
    >
      <div ref={body} className="flex scroll-mt-40 flex-col gap-5">
        {destination && (
          <CurrentDestination
            destination={destination}
            standing={snapshot.standing}
            busy={busy}
            go={go}
            onAskAgain={() => {
              setAdding(false);
              setKind(destination.kind);
            }}
          />
        )}
        {destination && (
          <SecondHome
            busy={busy}
            adding={adding}
            setAdding={(now) => {
              setKind(null);
              setAdding(now);
              setAgain(null);
            }}
            onAskAgain={(second) => {
              setAdding(true);
              setAgain(second);
              setKind(second.kind);
            }}
          />
        )}
        {busy && <Notice tone="info">A job is running. You can choose another destination when it is done.</Notice>}
        <fieldset disabled={busy} className="min-w-0">
          <legend className="mb-3 text-[15px] font-semibold">
            {adding ? "Choose the second home" : destination ? "Choose another home" : "Choose a home"}
          </legend>
          <Chooser kind={kind} onChoose={setKind} />
          <IsSecond value={adding}>
            {kind && (
              <DestinationForm
                key={`${kind} ${adding}`}
                kind={kind}
                current={adding ? again : destination}
                onUsed={used}
              />
            )}
          </IsSecond>
        </fieldset>
      </div>
    </Screen>
  );
}
