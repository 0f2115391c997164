// Step 5: the move itself. Copies, never moves; can be paused, cancelled and started again at any moment.
import { ArrowRight, CircleCheckBig, Play, Truck } from "lucide-react";
import { useState } from "react";
import { BalanceCard } from "../plan/balance";
import { useAction } from "../shared/action";
import { bytes, count, plural } from "../shared/format";
import { filesBehind, useHomes } from "../shared/homes";
import { useIpc } from "../shared/ipc";
import { isActive, useBusy, useJob } from "../shared/job";
import { dataState } from "../shared/job-controls";
import { isMoved, type ScreenProps } from "../shared/steps";
import { Empty } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { Screen } from "../shared/ui/screen";
import { EstimateCard } from "./estimate-card";
import { FailedFiles } from "./failed";
import { HomesCard } from "./homes-card";
import { InStepCard } from "./in-step/card";
import { PilotCard } from "./pilot-card";
import { MoveProgress } from "./progress";
import { StartCard } from "./start-card";
import { ThrottleLine } from "./throttle/line";

export function MoveScreen({ snapshot, go }: ScreenProps) {
  const ipc = useIpc();
  const { plan } = snapshot;
  const [workers, setWorkers] = useState(4);
  const [leaveList, setLeaveList] = useState(true);
  const start = useAction(() => ipc.startMigrate(workers, leaveList));
  const leave = useAction(() => ipc.startMigrate(workers, true));
  const pilot = useAction(() => ipc.startPilot(workers));
  const busy = useBusy();
  const [whole, part] = [useJob("migrate"), useJob("pilot")];
  const job = whole ?? part;
  const running = isActive(job);
  const moved = isMoved(snapshot);
  const homes = useHomes().data ?? [];
  const late = homes.length > 1 && filesBehind(homes) > 0;
  const error = start.error ?? leave.error ?? pilot.error ?? (job?.status === "failed" ? job.error : null);

  const again = job?.kind === "pilot" ? pilot : start;

  if (!plan) {
    return (
      <Screen step="move" title="Move">
        <Empty
          icon={<Truck size={40} strokeWidth={1.5} aria-hidden />}
          title="There is no plan yet"
          action={
            <Button variant="primary" onClick={() => go("plan")}>
              Go to Plan
            </Button>
          }
        >
          The move does exactly what the plan says, so the plan comes first.
        </Empty>
      </Screen>
    );
  }
  const { copied, failed } = plan.balance;
  const trial = !plan.stale && (snapshot.pilot !== null || copied.files === 0);
  return (
    <Screen
      step="move"
      title={
        running
          ? job.kind === "pilot"
            ? "Trying a small part"
            : "Moving your library"
          : moved
            ? plan.balance.failed.files > 0 || late
              ? "Almost everything is in place"
              : "Everything is in place"
            : "Move"
      }
      lead={
        <>
          To <span className="text-ink">{plan.destination.label}</span>. The originals stay where they are.
        </>
      }
    >
      <div
        data-testid="move-progress"
        data-state={moved && !running ? "done" : dataState(job)}
        className="flex flex-col gap-5"
      >
        {error && (
          <ErrorBox error={error}>
            <Button
              icon={<Play size={16} aria-hidden />}
              disabled={busy || plan.stale}
              busy={again.busy}
              onClick={() => void again.run()}
            >
              Start again
            </Button>
          </ErrorBox>
        )}
        {job?.status === "cancelled" && !moved && (
          <Notice tone="info">Cancelled. Everything already placed stays; start again any time to go on.</Notice>
        )}
        {running && (
          <>
            <MoveProgress job={job} name={job.kind === "pilot" ? "Pilot" : "Move"} />
            <Card className="px-5 py-3.5" aria-label="Speed">
              <ThrottleLine />
            </Card>
          </>
        )}
        {moved && !running && (
          <Card className="flex flex-wrap items-center gap-4 p-5" data-testid="move-done">
            <CircleCheckBig
              size={36}
              strokeWidth={1.5}
              aria-hidden
              className={`shrink-0 ${failed.files > 0 ? "text-warn" : "text-good"}`}
            />
            <div className="min-w-0 flex-1 basis-60">
              <h2 className="text-[17px] font-semibold">
                {copied.files > 0 || failed.files > 0
                  ? `${plural(copied.files, "file")} copied, ${bytes(copied.bytes)}`
                  : "All was there already"}
              </h2>
              <p className="text-muted">
                {failed.files > 0
                  ? `${count(failed.files)} could not be copied; they are listed below.`
                  : "Next: read every one of them back and compare."}
              </p>
            </div>
            <Button variant="primary" size="lg" onClick={() => go("finish")}>
              Next: verify
              <ArrowRight size={18} aria-hidden />
            </Button>
          </Card>
        )}
        {!running && !moved && trial && (
          <PilotCard
            pilot={snapshot.pilot}
            open={plan.balance.copy.files > copied.files}
            busy={busy}
            trying={pilot.busy}
            tryIt={() => void pilot.run()}
            moving={start.busy}
            move={() => void start.run()}
          />
        )}
        {!running && !moved && (
          <StartCard
            plan={plan}
            second={trial}
            workers={workers}
            setWorkers={setWorkers}
            leaveList={leaveList}
            setLeaveList={setLeaveList}
            busy={busy}
            starting={start.busy}
            start={() => void start.run()}
            go={go}
          />
        )}
        {!running && !moved && <EstimateCard />}
        <HomesCard send={moved && !running && !busy && !plan.stale ? () => void start.run() : null} busy={start.busy} />
        <InStepCard workers={workers} />
        {moved && !running && plan.listDue && (
          <Notice
            tone="warn"
            action={
              <Button
                data-testid="leave-list"
                disabled={busy || plan.stale}
                busy={leave.busy}
                onClick={() => void leave.run()}
              >
                Leave the list
              </Button>
            }
          >
            The list of the library and the copy of the catalog are not at the destination yet. The photos are.
          </Notice>
        )}
        {moved && !running && <BalanceCard balance={plan.balance} />}
        <FailedFiles
          known={Math.max(failed.files, job?.failed ?? 0)}
          canRetry={!busy && !plan.stale}
          retry={() => void start.run()}
        />
      </div>
    </Screen>
  );
}
