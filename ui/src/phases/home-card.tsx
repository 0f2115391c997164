// Finish's card of the switch: cut over when everything is there, what is true while the destination is home, and the way back.
import { House, HousePlus } from "lucide-react";
import { useState } from "react";
import { Section } from "../finish/section";
import type { CutOverPreview, SwitchBackPreview, Way } from "../ipc";
import { useAction } from "../shared/action";
import { count, dateTime, grouped, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useJob } from "../shared/job";
import { useWay } from "../shared/queries";
import { Sentence } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Checkbox } from "../shared/ui/field";
import { JobProgress } from "../shared/ui/job-progress";
import { Notice } from "../shared/ui/notice";
import { CutOverDialog, LetGoDialog, SwitchBackDialog } from "./dialogs";

/** What opening photos from home came to. */
function Opened({ way, busy }: { way: Way; busy: boolean }) {
  const ipc = useIpc();
  const set = useAction((compares: boolean) => ipc.compareOnOpening(compares));
  const [asking, setAsking] = useState(false);
  const home = way.home;
  if (!home) return null;
  const bad = home.differed + home.elsewhere > 0;
  const words = [
    home.agreed + home.differed === 0
      ? "No photo was opened from there yet."
      : `${plural(home.agreed + home.differed, "photo was", "photos were")} compared on opening: ${
          home.differed === 0 ? "all agreed." : `${count(home.differed)} differed.`
        }`,
    home.elsewhere > 0 &&
      `${plural(home.elsewhere, "was", "were")} opened from the old place, as home did not give ${home.elsewhere === 1 ? "it" : "them"}.`,
  ].filter(Boolean);
  return (
    <div
      data-testid="home-state"
      data-differed={home.differed}
      data-agreed={home.agreed}
      className="flex flex-col gap-3"
    >
      <Notice tone={bad ? "warn" : "good"}>
        <strong>Photos open from {way.destination.label}</strong>{" "}
        <span className="text-muted">
          since {dateTime(home.since)}. {words.join(" ")}
        </span>
        {home.said && (
          <p className="mt-1 text-[13px]">
            Last: <Sentence text={home.said} />
          </p>
        )}
        {home.differed > 0 && (
          <p className="mt-1 text-[13px]">What differs is on the list of “Compare again”, above: repair it there.</p>
        )}
      </Notice>
      <Checkbox
        checked={home.compares}
        onChange={(compares) => void set.run(compares)}
        hint="With what was copied, and with the old place. What differs is named and goes to the list above."
      >
        Compare each photo that I open
      </Checkbox>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-[13px] text-muted">
        <span className="min-w-0 flex-1 basis-64">
          {home.letGo
            ? "You let the old place go: originals may be deleted. Switching back brings them back first."
            : "The old place is left as it is: nothing there is deleted, so that switching back is quick."}
        </span>
        {!home.letGo && (
          <Button size="sm" variant="ghost" data-testid="open-let-go" disabled={busy} onClick={() => setAsking(true)}>
            Let the old place go…
          </Button>
        )}
      </div>
      {set.error && <ErrorBox error={set.error} />}
      {asking && <LetGoDialog onClose={() => setAsking(false)} />}
    </div>
  );
}

/** Cut off by a crash or a power cut. */
function CutOff({ way, onGoOn }: { way: Way; onGoOn: () => void }) {
  const ipc = useIpc();
  const leave = useAction(() => ipc.leaveCutOver());
  const over = way.phase === "cuttingOver";
  return (
    <div data-testid="cut-off" className="flex flex-col gap-3">
      <Notice
        tone="warn"
        action={
          <span className="flex flex-wrap gap-2">
            {over && (
              <Button size="sm" data-testid="leave-cut-over" busy={leave.busy} onClick={() => void leave.run()}>
                Leave it
              </Button>
            )}
            <Button size="sm" variant="primary" data-testid="go-on" onClick={onGoOn}>
              Go on
            </Button>
          </span>
        }
      >
        {over
          ? "Cutting over was cut off. Nothing is switched; what was sent and checked stays so."
          : "Switching back was cut off. What is back is whole; the rest is at the destination."}
      </Notice>
      {leave.error && <ErrorBox error={leave.error} />}
    </div>
  );
}

const TEXT = {
  ready:
    "Sends what is new, checks all of it, and from then on photos open from the new home. The originals stay as they are.",
  early: "When everything is there, one moment makes the destination your home. You can go back any time.",
  home: "Your photos live there now. Switching back is one button, and removes nothing.",
  back: "Deleted originals are brought back, each verified. Then the old place is home again.",
};

export function HomeCard({ busy }: { busy: boolean }) {
  const ipc = useIpc();
  const { data: way } = useWay();
  const [over, setOver] = useState<CutOverPreview | null>(null);
  const [back, setBack] = useState<SwitchBackPreview | null>(null);
  const openOver = useAction(async () => setOver(await ipc.cutOverPreview()));
  const openBack = useAction(async () => setBack(await ipc.switchBackPreview()));
  const cutting = useJob("cutOver");
  const switching = useJob("switchBack");
  const ended = cutting ?? switching;
  const job = isActive(ended) ? ended : null;
  if (!way || way.strategy === "compare") return null;
  const isBack = way.phase === "home" || way.phase === "switchingBack";
  const text = way.phase === "home" ? TEXT.home : isBack ? TEXT.back : way.isReady ? TEXT.ready : TEXT.early;
  const error = openOver.error ?? openBack.error ?? (ended?.status === "failed" ? ended.error : null);
  const isCutOff = way.isCutOff && !job;
  const isFirst = !isBack && way.phase !== "cuttingOver";
  return (
    <Section
      icon={isBack ? House : HousePlus}
      tone={way.phase === "home" ? "good" : way.isReady ? "accent" : "quiet"}
      title={way.phase === "home" ? "This destination is home" : isBack ? "Switching back" : "Make it your home"}
      text={text}
      action={
        way.phase === "home" ? (
          <Button
            data-testid="open-switch-back"
            disabled={busy}
            busy={openBack.busy}
            onClick={() => void openBack.run()}
          >
            Switch back…
          </Button>
        ) : (
          isFirst && (
            <Button
              data-testid="open-cut-over"
              disabled={busy || !way.isReady || way.otherHome !== null}
              busy={openOver.busy}
              onClick={() => void openOver.run()}
            >
              Cut over…
            </Button>
          )
        )
      }
    >
      {error && <ErrorBox error={error} />}
      {job && (
        <JobProgress job={job} label={job.kind === "cutOver" ? "Cut over" : "Switch back"} testId="home-running" />
      )}
      {isCutOff && <CutOff way={way} onGoOn={() => void (isBack ? openBack.run() : openOver.run())} />}
      {way.finding && !job && (
        <div data-testid="home-finding">
          <Notice tone="warn">
            {isFirst && switching === null && <strong>Nothing was switched. </strong>}
            <Sentence text={grouped(way.finding)} />
            {isFirst &&
              switching === null &&
              " Photos open from the old place as before; cut over again when that is over."}
          </Notice>
        </div>
      )}
      {!job && !way.finding && switching?.status === "done" && isFirst && (
        <div data-testid="switched-back">
          <Notice tone="good">{grouped(switching.message ?? "The old place is home again.")}</Notice>
        </div>
      )}
      {way.phase === "home" && !job && <Opened way={way} busy={busy} />}
      {over && <CutOverDialog preview={over} onClose={() => setOver(null)} />}
      {back && <SwitchBackDialog preview={back} onClose={() => setBack(null)} />}
    </Section>
  );
}
