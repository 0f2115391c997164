// Step 4: the dry run. Every file's outcome and new name, before anything is written.
import { ArrowRight, ListChecks } from "lucide-react";
import { useState } from "react";
import type { PlanOptions } from "../ipc";
import { useAction } from "../shared/action";
import { count, dateTime } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useBusy, useJob } from "../shared/job";
import { isMoved, isScanned, type ScreenProps } from "../shared/steps";
import { Empty } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Card, CardTitle } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { Progress } from "../shared/ui/progress";
import { Screen } from "../shared/ui/screen";
import { BalanceCard } from "./balance";
import { DEFAULT_LAYOUT } from "./layout/words";
import { LayoutCard } from "./layout-form";
import { PlanTable } from "./table";
import { XmpCard } from "./xmp-card";

export function PlanScreen({ snapshot, go }: ScreenProps) {
  const ipc = useIpc();
  const { plan, destination } = snapshot;
  const [options, setOptions] = useState<PlanOptions>(
    plan?.options ?? { layout: DEFAULT_LAYOUT, skipDuplicates: true },
  );
  const make = useAction(() => ipc.startPlan({ ...options, layout: options.layout.trim() }));
  const busy = useBusy();
  const job = useJob("plan");
  const planning = isActive(job);
  const error = make.error ?? (job?.status === "failed" ? job.error : null);
  const other =
    plan !== null &&
    (plan.options.layout !== options.layout ||
      plan.options.skipDuplicates !== options.skipDuplicates ||
      (plan.options.xmp ?? false) !== (options.xmp ?? false));

  if (!destination || !isScanned(snapshot)) {
    const missing = isScanned(snapshot) ? "destination" : "sources";
    return (
      <Screen step="plan" title="Plan">
        <Empty
          icon={<ListChecks size={40} strokeWidth={1.5} aria-hidden />}
          title={missing === "sources" ? "There is nothing to plan yet" : "Choose a destination first"}
          action={
            <Button variant="primary" onClick={() => go(missing)}>
              {missing === "sources" ? "Go to Sources" : "Choose a destination"}
            </Button>
          }
        >
          The plan says, for every file, whether it is copied, where to, and why.
        </Empty>
      </Screen>
    );
  }
  const moved = isMoved(snapshot);
  const untouched = !plan || plan.balance.copied.files === 0;
  return (
    <Screen
      step="plan"
      title="Plan the move"
      lead={
        <>
          {plan && untouched
            ? "A dry run: nothing has been written so far."
            : "See every file’s new place before anything happens."}{" "}
          Destination: <span className="text-ink">{destination.label}</span>
        </>
      }
      actions={
        <>
          <Button
            data-testid="make-plan"
            variant={plan && !plan.stale && !other ? "secondary" : "primary"}
            disabled={busy}
            busy={make.busy}
            onClick={() => void make.run()}
          >
            {plan ? "Plan again" : "Make plan"}
          </Button>
          {plan && (
            <Button
              data-testid="start-moving"
              variant={plan.stale || other || moved ? "secondary" : "primary"}
              disabled={plan.stale || busy}
              onClick={() => go("move")}
            >
              {moved ? "Go to Move" : "Start moving"}
              <ArrowRight size={16} aria-hidden />
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {error && <ErrorBox error={error} />}
        {plan?.stale && !planning && (
          <Notice tone="warn" data-testid="plan-stale">
            Something changed since; plan again.
          </Notice>
        )}
        {plan && !plan.stale && other && !planning && (
          <Notice tone="warn">What is chosen below is not what this plan was made with; plan again to use it.</Notice>
        )}
        {!plan && <Notice tone="safe">Nothing has been written so far. The plan is a dry run.</Notice>}
        {planning && (
          <Card className="p-5">
            <CardTitle aside={`${count(job.filesDone)} files`}>{job.stage}</CardTitle>
            <Progress
              size="lg"
              label="Plan"
              done={job.filesDone}
              total={job.filesTotal}
              paused={job.status === "paused"}
            />
          </Card>
        )}
        {plan && <BalanceCard balance={plan.balance} title={`Plan of ${dateTime(plan.createdAt)}`} />}
        <LayoutCard key={plan?.createdAt ?? "none"} plan={plan} options={options} onChange={setOptions} />
        {plan?.xmp && <XmpCard plan={plan} xmp={plan.xmp} />}
        {plan && <PlanTable plan={plan} />}
      </div>
    </Screen>
  );
}
