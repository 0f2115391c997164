// A job that runs, within its card: what it is at, how far, and a bar.
import type { ReactNode } from "react";
import type { JobState } from "../../ipc";
import { count, plural } from "../format";
import { Progress } from "./progress";

type Props = { job: JobState; label: string; aside?: ReactNode; testId?: string };

export function JobProgress({ job, label, aside, testId }: Props) {
  return (
    <div data-testid={testId}>
      <p className="mb-2 text-muted">
        {job.stage} · {count(job.filesDone)}{" "}
        {job.filesTotal === null ? "files so far" : `of ${plural(job.filesTotal, "file")}`}
        {aside && <> · {aside}</>}
      </p>
      <Progress
        size="lg"
        label={label}
        done={job.bytesTotal ? job.bytesDone : job.filesDone}
        total={job.bytesTotal || job.filesTotal}
        paused={job.status === "paused"}
      />
    </div>
  );
}
