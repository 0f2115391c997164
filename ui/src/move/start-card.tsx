// Before the start: what will happen, how many files at once, and the button.
import { Play } from "lucide-react";
import { Slider } from "radix-ui";
import type { PlanSummary, Step } from "../ipc";
import { bytes, count } from "../shared/format";
import { Button } from "../shared/ui/button";
import { Card, Stat } from "../shared/ui/card";
import { Checkbox } from "../shared/ui/field";
import { Notice } from "../shared/ui/notice";
import { ThrottleLine } from "./throttle/line";

type Props = {
  plan: PlanSummary;
  /** A pilot is offered before it. */
  second: boolean;
  workers: number;
  setWorkers: (n: number) => void;
  leaveList: boolean;
  setLeaveList: (leave: boolean) => void;
  busy: boolean;
  starting: boolean;
  start: () => void;
  go: (step: Step) => void;
};

export function StartCard({
  plan,
  second,
  workers,
  setWorkers,
  leaveList,
  setLeaveList,
  busy,
  starting,
  start,
  go,
}: Props) {
  const { copy, copied, alreadyThere } = plan.balance;
  const left = { files: copy.files - copied.files, bytes: copy.bytes - copied.bytes };
  const begun = copied.files > 0;
  return (
    <>
      {plan.stale && (
        <Notice tone="warn" action={<Button onClick={() => go("plan")}>Go to Plan</Button>}>
          Something changed since; plan again.
        </Notice>
      )}
      <Card className="p-5" aria-label="What will happen">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-5 md:grid-cols-4">
          <Stat label={begun ? "Left to copy" : "To copy"} value={count(left.files)} hint={bytes(left.bytes)} />
          <Stat label="Placed so far" value={count(copied.files)} hint={bytes(copied.bytes)} />
          <Stat label="Already there" value={count(alreadyThere.files)} hint={bytes(alreadyThere.bytes)} />
          <Stat label="Shards" value={count(plan.shards)} hint="it can go on after each" />
        </dl>
        <div className="mt-6 flex flex-wrap items-end gap-6 border-t border-line pt-5">
          <div className="min-w-56 flex-1">
            <div className="mb-2 flex justify-between text-[13px]">
              <span id="workers-label" className="font-medium">
                Files at once
              </span>
              <span className="font-semibold">{workers}</span>
            </div>
            <Slider.Root
              value={[workers]}
              min={1}
              max={16}
              step={1}
              onValueChange={([n]) => setWorkers(n)}
              className="relative flex h-5 items-center"
            >
              <Slider.Track className="relative h-1.5 grow rounded-full bg-line">
                <Slider.Range className="absolute h-full rounded-full bg-accent" />
              </Slider.Track>
              <Slider.Thumb
                aria-labelledby="workers-label"
                data-testid="workers"
                className="block size-5 rounded-full border-2 border-accent bg-surface shadow-card"
              />
            </Slider.Root>
            <p className="mt-1.5 text-[13px] text-faint">
              4 suits most disks and connections. More helps with many small files over a network.
            </p>
          </div>
          <Button
            data-testid="start-move"
            variant={second ? "secondary" : "primary"}
            size="lg"
            icon={<Play size={18} aria-hidden />}
            disabled={busy || plan.stale || (left.files <= 0 && plan.balance.failed.files === 0)}
            busy={starting}
            onClick={start}
          >
            {begun ? "Move all that is left" : "Move everything"}
          </Button>
        </div>
        <div data-testid="leave-list-too" className="mt-5 border-t border-line pt-4">
          <Checkbox
            checked={leaveList}
            onChange={setLeaveList}
            hint="In the folder .albumen/exports: what every photo is and where it came from, to read without Albumen. No keys or passwords."
          >
            Leave a list and a copy of the catalog at the destination
          </Checkbox>
        </div>
        <div className="mt-5 border-t border-line pt-4">
          <ThrottleLine />
        </div>
      </Card>
      <Notice tone="safe">
        Files are copied, never moved, and never replace anything at the destination. A file has its final name only
        once it is whole.
      </Notice>
    </>
  );
}
