// Keep in step: switched on, it copies what is new by itself until it is switched off, over restarts too.
import { Pause, Play, Power, RefreshCw } from "lucide-react";
import { useAction } from "../../shared/action";
import { dateTime } from "../../shared/format";
import { filesBehind, useHomes, useInStep } from "../../shared/homes";
import { useIpc } from "../../shared/ipc";
import { isActive, useWatchJob } from "../../shared/job";
import { Button } from "../../shared/ui/button";
import { Card, CardTitle } from "../../shared/ui/card";
import { ErrorBox } from "../../shared/ui/error-box";
import { Notice } from "../../shared/ui/notice";
import { Progress } from "../../shared/ui/progress";
import { roundWords, stateWords } from "./words";

export function InStepCard({ workers }: { workers: number }) {
  const ipc = useIpc();
  const now = useInStep().data;
  const behind = filesBehind(useHomes().data);
  const start = useAction(() => ipc.keepInStep(workers));
  const pause = useAction(() => ipc.pauseInStep());
  const resume = useAction(() => ipc.resumeInStep());
  const stop = useAction(() => ipc.stopInStep());
  const job = useWatchJob();
  const on = Boolean(now?.at);
  const paused = now?.at === "paused";
  const error = start.error ?? pause.error ?? resume.error ?? stop.error;
  const words = now && on ? stateWords(now, behind) : null;
  return (
    <Card
      className="p-5"
      data-testid="in-step"
      data-at={now?.at ?? "off"}
      data-behind={behind}
      aria-label="Keep in step"
    >
      <CardTitle>Keep in step</CardTitle>
      <div className="flex flex-wrap items-center gap-4">
        <span
          aria-hidden
          className={`flex size-11 shrink-0 items-center justify-center rounded-xl ${on && !paused && behind === 0 ? "bg-good-soft text-good" : "bg-sunken text-muted"}`}
        >
          <RefreshCw size={22} />
        </span>
        <div className="min-w-0 flex-1 basis-64">
          {words ? (
            <>
              <p className="font-semibold" data-testid="in-step-state">
                {words.title}
              </p>
              <p className="text-[13px] text-muted">{words.next}</p>
            </>
          ) : (
            <p className="text-muted">
              For folders that still fill: what is new or changed is copied and proven by itself, what was only renamed
              is not sent again, and the copy of what you remove stays.
            </p>
          )}
        </div>
        {on ? (
          <div className="flex gap-1.5">
            {paused ? (
              <Button
                data-testid="in-step-resume"
                icon={<Play size={15} aria-hidden />}
                busy={resume.busy}
                onClick={() => void resume.run()}
              >
                Go on
              </Button>
            ) : (
              <Button
                data-testid="in-step-pause"
                icon={<Pause size={15} aria-hidden />}
                busy={pause.busy}
                onClick={() => void pause.run()}
              >
                Pause
              </Button>
            )}
            <Button
              variant="ghost"
              data-testid="in-step-stop"
              icon={<Power size={15} aria-hidden />}
              busy={stop.busy}
              onClick={() => void stop.run()}
            >
              Switch off
            </Button>
          </div>
        ) : (
          <Button
            data-testid="in-step-start"
            icon={<RefreshCw size={15} aria-hidden />}
            busy={start.busy}
            onClick={() => void start.run()}
          >
            Keep in step
          </Button>
        )}
      </div>
      {on && now?.at === "round" && isActive(job) && (
        <div className="mt-4">
          <Progress
            label={`Keeping in step: ${job.stage}`}
            done={job.bytesTotal ? job.bytesDone : job.filesDone}
            total={job.bytesTotal || job.filesTotal}
          />
        </div>
      )}
      {on && now?.last && (
        <p className="mt-4 border-t border-line pt-3 text-[13px] text-muted" data-testid="in-step-last">
          Last round, {dateTime(now.lastAt)}: {roundWords(now.last)}.
        </p>
      )}
      <div className="mt-4 flex flex-col gap-3 empty:hidden">
        {on && now?.resumed && (
          <Notice tone="info" data-testid="in-step-resumed">
            It was on when Albumen was closed, so it went on by itself.
          </Notice>
        )}
        {on && now?.deaf && (
          <Notice tone="warn" data-testid="in-step-deaf">
            The system does not tell of changes ({now.deaf}). Nothing is missed: the folders are looked through every 15
            minutes.
          </Notice>
        )}
        {on && now?.trouble && <ErrorBox error={now.trouble} />}
        {error && <ErrorBox error={error} />}
      </div>
    </Card>
  );
}
