// One action in the sheet of keys: its keys, and the button that records another one.
import { TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { Badge } from "../../shared/ui/badge";
import { Button } from "../../shared/ui/button";
import type { Action } from "./actions";
import { written } from "./combo";
import { KeyCaps } from "./key-caps";

/** Where recording stands: waiting for a key, or asking because another action has it or it cannot be used. */
export type Asking = { combo: string; holder: Action | null };

type Props = {
  action: Action;
  keys: string[];
  changed: boolean;
  recording: boolean;
  asking: Asking | null;
  onChange: () => void;
  onTake: () => void;
  onCancel: () => void;
};

export function KeyRow({ action, keys, changed, recording, asking, onChange, onTake, onCancel }: Props) {
  const question = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (asking) question.current?.querySelector("button")?.focus();
  }, [asking]);
  return (
    <li data-testid={`key-${action.id}`} className="border-t border-line py-1.5 first:border-0">
      <div className="flex min-h-7 items-center gap-3">
        <span className="min-w-0 flex-1">
          {action.label}
          {changed && <span className="ml-2 text-[13px] text-faint">changed</span>}
        </span>
        {recording ? (
          <span className="text-[13px] text-accent">Press the new key; Esc cancels</span>
        ) : keys.length > 0 ? (
          <span className="flex flex-wrap items-center justify-end gap-x-1.5 gap-y-1">
            {keys.map((combo, i) => (
              <span key={combo} className="inline-flex items-center gap-1.5">
                {i > 0 && <span className="text-[13px] text-faint">or</span>}
                <KeyCaps combo={combo} />
              </span>
            ))}
          </span>
        ) : (
          <Badge tone="warn" icon={<TriangleAlert size={12} aria-hidden />}>
            No key
          </Badge>
        )}
        {action.fixed ? (
          <span className="w-17 text-center text-[13px] text-faint">fixed</span>
        ) : (
          <Button
            size="sm"
            variant="ghost"
            className="w-17"
            aria-label={`Change the key of “${action.label}”`}
            aria-pressed={recording}
            onClick={onChange}
          >
            Change
          </Button>
        )}
      </div>
      {asking && (
        <div
          ref={question}
          role="alert"
          className="mt-1 flex flex-wrap items-center justify-end gap-2 rounded-lg border border-warn/30 bg-warn-soft px-3 py-2 text-[13px]"
        >
          <p className="flex basis-full items-start gap-2">
            <TriangleAlert size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden />
            {asking.holder
              ? `${written(asking.combo)} is the key of “${asking.holder.label}”.`
              : `${written(asking.combo)} cannot be changed: it belongs to the window itself. Choose another key.`}
          </p>
          {asking.holder && (
            <Button size="sm" onClick={onTake}>
              Use it here instead
            </Button>
          )}
          <Button size="sm" variant="ghost" onClick={onCancel}>
            {asking.holder ? "Leave as it is" : "Close"}
          </Button>
        </div>
      )}
    </li>
  );
}
