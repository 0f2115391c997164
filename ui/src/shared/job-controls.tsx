// Pause, resume and cancel of the running job, and the words for its kind. Used by the job bar and the Move screen.
import { Pause, Play, X } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { type JobKind, type JobState, toAppError } from "../ipc";
import { useIpc } from "./ipc";
import { Button, type ButtonProps } from "./ui/button";
import { Alert, AlertCancel } from "./ui/dialog";

export const JOB_NAME: Record<JobKind, string> = {
  scan: "Scan",
  group: "Grouping",
  plan: "Plan",
  pilot: "Pilot",
  migrate: "Move",
  verify: "Verify",
  delete: "Delete originals",
  rollback: "Roll back",
  rebuild: "Read in",
  unpack: "Unpack",
  reconcile: "Compare",
  repair: "Repair",
  cutOver: "Cut over",
  switchBack: "Switch back",
};

const CANCEL_TEXT: Record<JobKind, string> = {
  scan: "What was read so far is kept. Scan again any time to go on.",
  group: "The groups stay as they were before. Your decisions stay in any case.",
  plan: "Nothing has been written. Make the plan again any time.",
  pilot: "Stops after the files in flight. What is placed stays; start it again any time to go on.",
  migrate: "Stops after the files in flight. Everything already placed stays; start again any time to go on.",
  verify: "What was read back so far is kept. Verify again any time to go on.",
  delete: "Stops after the file in hand. Originals not yet removed stay where they are.",
  rollback: "Stops after the file in hand. Roll back again any time to go on.",
  unpack: "What is unpacked is whole and stays. Unpack again any time to go on.",
  rebuild: "What was read in so far is kept. Read in again any time to go on.",
  reconcile: "Nothing has been changed. Compare again any time.",
  repair: "Stops after the files in flight. What was repaired stays so; compare again to see what is left.",
  cutOver: "Nothing is switched. What was sent and checked stays so; cut over again any time.",
  switchBack: "What is back is whole and stays. Nothing was removed; switch back again to go on.",
};

/** What end-to-end tests and styles see: stopping still counts as running. */
export function dataState(job: JobState | null): "running" | "paused" | "done" | "failed" | "idle" {
  if (!job || job.status === "cancelled") return "idle";
  return job.status === "stopping" ? "running" : job.status;
}

/** "Paused", or what the job waits for by itself. */
export const pausedWords = (job: JobState): string => (job.heldBy === null ? "Paused" : `Waiting: ${job.heldBy}`);

export function JobControls({ job, size = "md" }: { job: JobState; size?: ButtonProps["size"] }) {
  const ipc = useIpc();
  const [asking, setAsking] = useState(false);
  const tell = (promise: Promise<void>) =>
    promise.catch((e) => toast.error(toAppError(e).message, { description: toAppError(e).next }));
  if (job.status === "stopping")
    return <span className="text-[13px] text-muted">Stopping after the files in flight…</span>;
  return (
    <div className="flex gap-1.5">
      {job.status === "paused" ? (
        <Button
          size={size}
          data-testid="resume"
          icon={<Play size={15} aria-hidden />}
          onClick={() => tell(ipc.resumeJob())}
        >
          {job.heldBy === null ? "Resume" : "Go on anyway"}
        </Button>
      ) : (
        <Button
          size={size}
          data-testid="pause"
          icon={<Pause size={15} aria-hidden />}
          onClick={() => tell(ipc.pauseJob())}
        >
          Pause
        </Button>
      )}
      <Button
        size={size}
        data-testid="cancel"
        variant="ghost"
        icon={<X size={15} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Cancel
      </Button>
      <Alert
        open={asking}
        onOpenChange={setAsking}
        title={`Cancel “${JOB_NAME[job.kind]}”?`}
        lead={CANCEL_TEXT[job.kind]}
        footer={
          <>
            <AlertCancel asChild>
              <Button>Go on</Button>
            </AlertCancel>
            <Button
              variant="primary"
              data-testid="cancel-confirm"
              onClick={() => {
                setAsking(false);
                void tell(ipc.cancelJob());
              }}
            >
              Stop
            </Button>
          </>
        }
      >
        {null}
      </Alert>
    </div>
  );
}
