// While the scan runs: how much was read so far. No total is claimed before the walk knows it.
import type { JobState } from "../ipc";
import { bytes, count, duration, eta, rate } from "../shared/format";
import { Skeleton } from "../shared/ui/bits";
import { Card, CardTitle, Stat } from "../shared/ui/card";
import { Progress } from "../shared/ui/progress";

export function ScanProgress({ job }: { job: JobState }) {
  return (
    <>
      <Card className="p-5" data-testid="scan-progress">
        <CardTitle aside={job.filesTotal === null ? "Counting…" : eta(job.etaSeconds)}>{job.stage}</CardTitle>
        <Progress
          size="lg"
          label="Scan"
          done={job.bytesTotal ? job.bytesDone : job.filesDone}
          total={job.bytesTotal || job.filesTotal}
          paused={job.status === "paused"}
        />
        <dl className="mt-5 grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Stat
            label="Files read"
            value={count(job.filesDone)}
            hint={job.filesTotal === null ? "total not known yet" : `of ${count(job.filesTotal)}`}
          />
          <Stat
            label="Read"
            value={bytes(job.bytesDone)}
            hint={job.bytesTotal === null ? "\u00a0" : `of ${bytes(job.bytesTotal)}`}
          />
          <Stat label="Speed" value={rate(job.bytesPerSecond)} />
          <Stat label="Time" value={duration(job.elapsedSeconds)} />
        </dl>
      </Card>
      <div aria-hidden className="grid gap-5 md:grid-cols-2">
        <Skeleton className="h-40 rounded-xl" />
        <Skeleton className="h-40 rounded-xl" />
      </div>
    </>
  );
}
