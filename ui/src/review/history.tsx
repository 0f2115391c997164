// The person's steps, newest first: any of them can be gone back to, undone ones can be done again.
import { useQuery } from "@tanstack/react-query";
import { Check, Undo2 } from "lucide-react";
import type { AppError, DecisionStep } from "../ipc";
import { useAction } from "../shared/action";
import { dateTime, grouped, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";
import { Badge } from "../shared/ui/badge";
import { Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Sheet } from "../shared/ui/sheet";
import type { Review } from "./use-review";

/** The state before any step. */
const START = 0;

type RowProps = { step: DecisionStep; now: boolean; busy: boolean; onGo: (id: number) => void };

function StepRow({ step, now, busy, onGo }: RowProps) {
  const label = grouped(step.label);
  return (
    <li
      data-testid="history-step"
      data-undone={step.undone}
      aria-current={now ? "step" : undefined}
      className="flex min-h-13 items-center gap-3 border-t border-line py-2 first:border-0"
    >
      <div className={`min-w-0 flex-1 ${step.undone ? "text-faint" : ""}`}>
        <p className={`break-words ${step.undone ? "line-through" : "font-medium"}`}>{label}</p>
        <p className="text-[13px] text-faint">
          {dateTime(step.at)} · {plural(step.groups, "group")}
          {step.undone && " · undone"}
        </p>
      </div>
      {now ? (
        <Badge tone="accent" icon={<Check size={12} aria-hidden />}>
          You are here
        </Badge>
      ) : (
        <Button
          size="sm"
          disabled={busy}
          aria-label={`${step.undone ? "Redo up to here" : "Go back to here"}: ${label}`}
          onClick={() => onGo(step.id)}
        >
          {step.undone ? "Redo up to here" : "Go back to here"}
        </Button>
      )}
    </li>
  );
}

function Steps({ review }: { review: Review }) {
  const ipc = useIpc();
  const { data, error } = useQuery<DecisionStep[], AppError>({
    queryKey: keys.history,
    queryFn: () => ipc.history(),
    staleTime: 0,
  });
  const go = useAction(review.goToStep);
  if (error) return <ErrorBox error={error} />;
  if (!data) return <Skeleton className="h-40" />;
  if (data.length === 0) return <p className="text-muted">Nothing decided yet. What you decide is listed here.</p>;
  const here = data.find((step) => !step.undone)?.id ?? START;
  return (
    <ol>
      {data.map((step) => (
        <StepRow key={step.id} step={step} now={step.id === here} busy={go.busy} onGo={(id) => void go.run(id)} />
      ))}
      <li className="flex min-h-13 items-center gap-3 border-t border-line py-2">
        <span className="flex-1 text-muted">Before the first step</span>
        {here === START ? (
          <Badge tone="accent" icon={<Check size={12} aria-hidden />}>
            You are here
          </Badge>
        ) : (
          <Button
            size="sm"
            disabled={go.busy}
            icon={<Undo2 size={15} aria-hidden />}
            onClick={() => void go.run(START)}
          >
            Undo all
          </Button>
        )}
      </li>
    </ol>
  );
}

type Props = { open: boolean; onOpenChange: (open: boolean) => void; review: Review };

export function HistorySheet({ open, onOpenChange, review }: Props) {
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title="Your steps"
      lead="Going back undoes the steps above it. They stay in the list until you decide something new."
      testId="history-sheet"
    >
      <Steps review={review} />
    </Sheet>
  );
}
