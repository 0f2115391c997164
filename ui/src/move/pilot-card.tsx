// A small part first: the offer to try it, what came of it, and the question whether the rest is to follow.
import { FlaskConical, Play } from "lucide-react";
import { Findings } from "../finish/findings";
import type { Pilot } from "../ipc";
import { bytes, grouped, plural } from "../shared/format";
import { useEstimate } from "../shared/queries";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";

type Props = {
  pilot: Pilot | null;
  /** Something of the plan is still to be copied. */
  open: boolean;
  busy: boolean;
  trying: boolean;
  tryIt: () => void;
  moving: boolean;
  move: () => void;
};

type State = "offer" | "cut" | "good" | "bad";

const TITLE: Record<State, string> = {
  offer: "Try 1% first",
  cut: "The pilot is not over",
  good: "The pilot arrived whole",
  bad: "The pilot found something",
};

const stateOf = (pilot: Pilot | null): State =>
  pilot === null ? "offer" : pilot.doneAt === null ? "cut" : pilot.good ? "good" : "bad";

export function PilotCard({ pilot, open, busy, trying, tryIt, moving, move }: Props) {
  const state = stateOf(pilot);
  const { data: estimate } = useEstimate(state === "good" && open);
  return (
    <Card className="flex flex-col gap-4 p-5" data-testid="pilot" data-state={state} aria-label="Pilot">
      <div className="flex flex-wrap items-start gap-4">
        <FlaskConical
          size={32}
          strokeWidth={1.5}
          aria-hidden
          className={`shrink-0 ${state === "good" ? "text-good" : state === "bad" ? "text-warn" : "text-accent"}`}
        />
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="text-[17px] font-semibold">
            {TITLE[state]} {state === "offer" && <span className="font-normal text-muted">(recommended)</span>}
          </h2>
          {pilot ? (
            <p data-testid="pilot-words" className="mt-0.5">
              {grouped(pilot.words)}
            </p>
          ) : (
            <p className="mt-0.5 text-muted">
              Moves a few photos of every kind, size and folder, reads each of them back and times it. Then you know how
              long the rest takes, before you wait for it. What it moved is not sent again.
            </p>
          )}
          {state === "good" && estimate && open && (
            <p data-testid="pilot-rest" className="mt-1.5">
              <span className="text-muted">The rest: </span>
              {grouped(estimate.words)}
            </p>
          )}
          {state === "bad" && pilot && (
            <p className="mt-1.5 text-muted">
              {pilot.failed > 0 && `${plural(pilot.failed, "file")} could not be sent; they are listed below. `}
              The originals are untouched. Find out what is wrong with the destination before you move the rest.
            </p>
          )}
        </div>
        {state === "good" && open ? (
          <Button
            data-testid="move-rest"
            variant="primary"
            size="lg"
            icon={<Play size={18} aria-hidden />}
            disabled={busy}
            busy={moving}
            onClick={move}
          >
            Move the rest
          </Button>
        ) : (
          state !== "good" && (
            <Button
              data-testid="start-pilot"
              variant="primary"
              size="lg"
              icon={<FlaskConical size={18} aria-hidden />}
              disabled={busy}
              busy={trying}
              onClick={tryIt}
            >
              {state === "offer" ? "Try 1%" : state === "cut" ? "Go on with it" : "Try it again"}
            </Button>
          )
        )}
      </div>
      {pilot && state === "cut" && (
        <p className="text-[13px] text-muted">
          {bytes(pilot.all.bytes - pilot.placed.bytes)} of it are still to be sent. It goes on with the same photos.
        </p>
      )}
      {pilot && pilot.findings.length > 0 && <Findings findings={pilot.findings} />}
    </Card>
  );
}
