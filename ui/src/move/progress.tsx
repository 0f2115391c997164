// While the move runs: how far, how fast, how long, and what each worker has in hand.
import type { JobState, WorkerState } from "../ipc";
import { bytes, count, duration, eta, percent, rate } from "../shared/format";
import { useSamples } from "../shared/job";
import { JobControls, pausedWords } from "../shared/job-controls";
import { PathText } from "../shared/ui/bits";
import { Card, CardTitle, Stat } from "../shared/ui/card";
import { Progress } from "../shared/ui/progress";
import { PaceLine } from "./pace";
import { Throughput } from "./throughput";

function Worker({ worker }: { worker: WorkerState }) {
  return (
    <li className="grid h-9 grid-cols-[1.5rem_minmax(0,1fr)_5.5rem] items-center gap-3 text-[13px]">
      <span className="text-faint">{worker.id}</span>
      {worker.current ? (
        <PathText path={worker.current} />
      ) : (
        <span className="text-faint">Waiting for the next file</span>
      )}
      <span className="text-right text-muted">{worker.current ? rate(worker.bytesPerSecond) : ""}</span>
    </li>
  );
}

export function MoveProgress({ job, name = "Move", chart = true }: { job: JobState; name?: string; chart?: boolean }) {
  const samples = useSamples();
  const paused = job.status === "paused";
  return (
    <>
      <Card className="p-5">
        <div className="flex flex-wrap items-start justify-between gap-4">
          <div>
            <p className="text-4xl font-semibold tracking-tight">
              {percent(job.bytesDone, job.bytesTotal) ?? bytes(job.bytesDone)}
            </p>
            <p className="mt-1 text-muted">
              {paused ? pausedWords(job) : job.stage} · {count(job.filesDone)}
              {job.filesTotal === null ? " files so far" : ` of ${count(job.filesTotal)} files`}
            </p>
          </div>
          <JobControls job={job} />
        </div>
        <div className="mt-4">
          <Progress size="lg" label={name} done={job.bytesDone} total={job.bytesTotal} paused={paused} />
        </div>
        <dl className="mt-5 grid grid-cols-2 gap-x-6 gap-y-4 md:grid-cols-4">
          <Stat
            label="Bytes"
            value={bytes(job.bytesDone)}
            hint={job.bytesTotal === null ? "total not known yet" : `of ${bytes(job.bytesTotal)}`}
          />
          <Stat
            label="Speed"
            value={paused ? "–" : rate(job.bytesPerSecond)}
            hint={job.workers.length > 0 ? `${count(job.workers.length)} at once` : "\u00a0"}
          />
          <Stat label="Time" value={duration(job.elapsedSeconds)} hint={paused ? "Paused" : eta(job.etaSeconds)} />
          <Stat
            label="Failed"
            value={<span className={job.failed > 0 ? "text-bad" : ""}>{count(job.failed)}</span>}
            hint={job.failed > 0 ? "the others go on" : "\u00a0"}
          />
        </dl>
      </Card>
      <div className={`grid gap-5 ${chart ? "lg:grid-cols-2" : ""}`}>
        {chart && (
          <Card className="min-w-0 p-5">
            <CardTitle aside={samples.rates.length > 1 ? `peak ${rate(Math.max(...samples.rates))}` : undefined}>
              Throughput
            </CardTitle>
            <Throughput samples={samples} />
            <PaceLine pace={job.pace} />
          </Card>
        )}
        {job.workers.length > 0 && (
          <Card className="min-w-0 p-5">
            <CardTitle>Workers</CardTitle>
            <ul className="divide-y divide-line">
              {job.workers.map((worker) => (
                <Worker key={worker.id} worker={worker} />
              ))}
            </ul>
          </Card>
        )}
      </div>
    </>
  );
}
