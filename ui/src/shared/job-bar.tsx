// The slim bar at the bottom while a job runs, on every screen: the job goes on while the person looks elsewhere.
import { useEffect, useState } from "react";
import type { JobKind, JobState } from "../ipc";
import { bytes, count, eta, percent } from "./format";
import { isActive, useJob, useWatchJob } from "./job";
import { dataState, JOB_NAME, JobControls, pausedWords } from "./job-controls";
import { Progress } from "./ui/progress";

function figures(job: JobState): string {
  const files =
    job.filesTotal === null
      ? `${count(job.filesDone)} files so far`
      : `${count(job.filesDone)} of ${count(job.filesTotal)} files`;
  if (job.bytesDone === 0 && !job.bytesTotal) return files;
  return `${files} · ${bytes(job.bytesDone)}${job.bytesTotal === null ? "" : ` of ${bytes(job.bytesTotal)}`}`;
}

const END_TEXT = { done: "finished", failed: "stopped with an error", cancelled: "cancelled" } as const;

/** Says the stage and every tenth of the way, not every tick. */
function useAnnouncement(job: JobState | null): string {
  const [text, setText] = useState("");
  const tenth = job?.bytesTotal ? Math.floor((job.bytesDone / job.bytesTotal) * 10) * 10 : null;
  const name = job ? JOB_NAME[job.kind] : "";
  const { status, stage, heldBy } = job ?? {};
  useEffect(() => {
    if (!status) return;
    if (status === "done" || status === "failed" || status === "cancelled") setText(`${name} ${END_TEXT[status]}`);
    else
      setText(
        `${name}: ${status === "paused" ? (heldBy ? `waiting, ${heldBy}` : "paused") : stage}${tenth === null ? "" : `, ${tenth} percent`}`,
      );
  }, [name, status, stage, heldBy, tenth]);
  return text;
}

/** `quiet` leaves the buttons to the screen above, when it shows the same job with its own. */
export function JobBar({ quiet }: { quiet: readonly JobKind[] }) {
  const own = useJob();
  const watch = useWatchJob();
  const job = !isActive(own) && isActive(watch) ? watch : own;
  const spoken = useAnnouncement(own);
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {spoken}
      </div>
      {isActive(job) && (
        <section
          data-testid="job-bar"
          data-state={dataState(job)}
          aria-label="Running job"
          className="border-t border-line bg-surface px-5 py-2.5 lg:px-8"
        >
          <div className="flex items-center gap-4">
            <div className="min-w-0 flex-1">
              <div className="mb-1.5 flex flex-wrap items-baseline gap-x-3">
                <span className="font-medium">
                  {job.isForWatch ? "Keeping in step: " : ""}
                  {job.status === "paused" ? `${JOB_NAME[job.kind]}: ${pausedWords(job).toLowerCase()}` : job.stage}
                </span>
                <span className="min-w-0 flex-1 truncate text-[13px] text-muted">{figures(job)}</span>
                <span className="text-[13px] text-muted">
                  <span className="max-md:hidden">
                    {job.status === "running" && job.filesTotal !== null ? eta(job.etaSeconds) : ""}
                  </span>
                  {percent(job.bytesDone, job.bytesTotal) && (
                    <span className="ml-2 inline-block min-w-10 text-right font-medium text-ink">
                      {percent(job.bytesDone, job.bytesTotal)}
                    </span>
                  )}
                </span>
              </div>
              <Progress
                label={`${JOB_NAME[job.kind]}: ${job.stage}`}
                done={job.bytesTotal ? job.bytesDone : job.filesDone}
                total={job.bytesTotal || job.filesTotal}
                paused={job.status === "paused"}
              />
            </div>
            {!quiet.includes(job.kind) && !job.isForWatch && <JobControls job={job} size="sm" />}
          </div>
        </section>
      )}
    </>
  );
}
