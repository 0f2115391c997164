// The frame of every form: which home it is for, brought into sight and to the keyboard when it opens. Enter in a field
// presses the button that is the next to press.
import { type ReactNode, useEffect, useId, useRef } from "react";
import type { DestinationInfo } from "../ipc";
import { Card } from "../shared/ui/card";
import { homeOf, type Kind } from "./homes";

export type FormProps = { current: DestinationInfo | null; onUsed: () => void };

/** Whether Albumen holds the secret of the destination in force, so that it need not be typed again. */
export const knownSecret = (current: DestinationInfo | null, kind: Kind): boolean =>
  current?.kind === kind && current.secret !== "missing" && current.secret !== "none";

/** Said at a field for the secret that may stay empty. */
export const knownHint = (current: DestinationInfo | null, kind: Kind): string | undefined =>
  knownSecret(current, kind) ? "Leave it out to go on using the one Albumen has." : undefined;

export function FormCard({ kind, lead, children }: { kind: Kind; lead?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "start" });
  }, []);
  return (
    <Card className="mt-6 flex flex-col gap-4 p-5" aria-labelledby={id} data-testid={`form-${kind}`}>
      <div>
        <h2 id={id} ref={heading} tabIndex={-1} className="scroll-mt-6 text-[17px] font-semibold">
          {homeOf(kind).title}
        </h2>
        {lead && <p className="mt-0.5 max-w-3xl text-muted">{lead}</p>}
      </div>
      <form
        // Room for the bar with the buttons, which lies over the lower edge.
        className="flex flex-col gap-4 [&_:is(input,textarea)]:scroll-my-24"
        noValidate
        onSubmit={(event) => event.preventDefault()}
        onFocus={({ target }) => target.matches("input, textarea") && target.scrollIntoView({ block: "nearest" })}
      >
        {children}
      </form>
    </Card>
  );
}
