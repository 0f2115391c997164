// The test's check list and the two buttons every form ends with.
import { CircleCheck, CircleX, FlaskConical } from "lucide-react";
import { bytes } from "../shared/format";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import type { Choice } from "./use-choice";

export function TestAndUse({
  choice,
  complete,
  remember = false,
}: {
  choice: Choice;
  complete: boolean;
  remember?: boolean;
}) {
  const { facts, test, use, error } = choice;
  return (
    <>
      {error && <ErrorBox error={error} />}
      {facts && (
        <div data-testid="dest-facts" data-ok={facts.ok} aria-live="polite">
          <ul className="divide-y divide-line rounded-lg border border-line">
            {facts.checks.map((check) => (
              <li key={check.name} className="flex items-start gap-3 px-3.5 py-2.5">
                {check.ok ? (
                  <CircleCheck size={18} className="mt-0.5 shrink-0 text-good" aria-hidden />
                ) : (
                  <CircleX size={18} className="mt-0.5 shrink-0 text-bad" aria-hidden />
                )}
                <span className="min-w-0 flex-1">
                  <span className="sr-only">{check.ok ? "Passed: " : "Failed: "}</span>
                  {check.name}
                  <span className="block text-[13px] break-words text-muted">{check.detail}</span>
                </span>
              </li>
            ))}
          </ul>
          <div className="mt-3">
            {facts.ok ? (
              <Notice tone="good">
                Ready to use{facts.freeBytes === null ? "." : `: ${bytes(facts.freeBytes)} free.`}
              </Notice>
            ) : (
              <Notice tone="warn">
                This destination can’t be used yet. Nothing was stored. Correct what failed and test again.
              </Notice>
            )}
          </div>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          data-testid="dest-test"
          icon={<FlaskConical size={16} aria-hidden />}
          disabled={!complete}
          busy={test.busy}
          onClick={() => void test.run()}
        >
          Test
        </Button>
        <Button
          data-testid="dest-use"
          variant="primary"
          disabled={!facts?.ok}
          busy={use.busy}
          onClick={() => void use.run(remember)}
        >
          Use this destination
        </Button>
      </div>
      {complete && !facts && !test.busy && !error && (
        <p className="text-right text-[13px] text-faint">Test it first; then it can be used.</p>
      )}
    </>
  );
}
