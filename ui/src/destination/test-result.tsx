// The test's check list and the two buttons every form ends with.

import { CircleCheck, CircleX, FlaskConical } from "lucide-react";
import { useEffect, useRef } from "react";
import { bytes } from "../shared/format";
import { Sentence } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { RoomNotice } from "./room";
import type { Choice } from "./use-choice";
import type { Keeping } from "./use-keeping";

export function TestAndUse({
  choice,
  complete,
  keeping = null,
}: {
  choice: Choice;
  complete: boolean;
  /** Where the secret goes; none where there is no secret. */
  keeping?: Keeping | null;
}) {
  const { facts, test, use, error } = choice;
  const problem = keeping?.problem ?? null;
  const ready = facts?.ok === true && problem === null;
  const untested = complete && !facts && !test.busy && !error;
  const hint = untested
    ? "Test it first; then it can be used."
    : facts?.ok && problem !== null
      ? "Finish the passphrase, or go on without remembering."
      : null;
  // The answer appears below what was filled in: it is brought into sight.
  const said = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!facts && !error) return;
    said.current?.scrollIntoView?.({ block: "nearest" });
    // A button that was busy has lost the keyboard.
    if (document.activeElement === document.body) button.current?.focus({ preventScroll: true });
  }, [facts, error]);
  return (
    <>
      <div ref={said} className="scroll-mb-20 empty:hidden">
        {error && <ErrorBox error={error} />}
        {facts && (
          <div data-testid="dest-facts" data-ok={facts.ok} aria-live="polite">
            <ul className="grid gap-x-6 gap-y-2 rounded-lg border border-line px-3.5 py-3 sm:grid-cols-2">
              {facts.checks.map((check) => (
                <li key={check.name} className={`flex items-start gap-2.5 ${check.ok ? "" : "sm:col-span-2"}`}>
                  {check.ok ? (
                    <CircleCheck size={18} className="mt-0.5 shrink-0 text-good" aria-hidden />
                  ) : (
                    <CircleX size={18} className="mt-0.5 shrink-0 text-bad" aria-hidden />
                  )}
                  <span className="min-w-0 flex-1">
                    <span className="sr-only">{check.ok ? "Passed: " : "Failed: "}</span>
                    {check.name}{" "}
                    <span className="text-[13px] break-words text-muted">
                      <Sentence text={check.detail} />
                    </span>
                  </span>
                </li>
              ))}
            </ul>
            <div className="mt-3 flex flex-col gap-3">
              {facts.ok ? (
                <Notice tone="good">
                  Ready to use{facts.freeBytes === null ? "." : `: ${bytes(facts.freeBytes)} free.`}
                </Notice>
              ) : (
                <Notice tone="warn">
                  {facts.next ? `${facts.next} Then test again.` : "Correct this, then test again."} Nothing was stored.
                </Notice>
              )}
              {facts.ok && facts.freeBytes !== null && <RoomNotice free={facts.freeBytes} />}
            </div>
          </div>
        )}
      </div>
      <div className="sticky bottom-0 -mx-5 -mb-5 flex flex-wrap items-center justify-end gap-x-3 gap-y-2 rounded-b-xl border-t border-line bg-surface px-5 py-3">
        {hint && <p className="mr-auto text-[13px] text-faint">{hint}</p>}
        <Button
          ref={button}
          data-testid="dest-test"
          type={ready ? "button" : "submit"}
          icon={<FlaskConical size={16} aria-hidden />}
          disabled={!complete}
          busy={test.busy}
          onClick={() => void test.run()}
        >
          Test
        </Button>
        <Button
          data-testid="dest-use"
          type={ready ? "submit" : "button"}
          variant="primary"
          disabled={!ready}
          busy={use.busy}
          onClick={() => void use.run(keeping)}
        >
          Use this destination
        </Button>
      </div>
    </>
  );
}
