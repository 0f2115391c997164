// Every error, the same way: what happened, what is safe, what to do next.
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { AppError } from "../../ipc";
import { sentence } from "../format";
import { Sentence } from "./bits";

export function ErrorBox({ error, children }: { error: AppError; children?: ReactNode }) {
  return (
    <div
      role="alert"
      data-testid="error-box"
      data-code={error.code}
      className="selectable rounded-xl border border-bad/30 bg-bad-soft p-4"
    >
      <div className="flex gap-3">
        <CircleAlert size={20} className="mt-0.5 shrink-0 text-bad" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="font-medium break-words">
            <Sentence text={sentence(error.message)} />
          </p>
          <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-[13px]">
            <dt className="text-muted">What is safe</dt>
            <dd className="break-words">
              <Sentence text={sentence(error.safe)} />
            </dd>
            <dt className="text-muted">What to do next</dt>
            <dd className="break-words">
              <Sentence text={sentence(error.next)} />
            </dd>
          </dl>
          {children && <div className="mt-3 flex flex-wrap gap-2">{children}</div>}
        </div>
      </div>
    </div>
  );
}
