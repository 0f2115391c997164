// Verify: how closely to look at what was moved, named by what may be done afterwards, and what came of it. What was read back or
// proven by the storage's own digest is what deletion rests on.
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { Bound, Level, Snapshot, Verification } from "../ipc";
import { useAction } from "../shared/action";
import { bytes, count, dateTime, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useJob } from "../shared/job";
import { useVerifyOffer } from "../shared/queries";
import { isGood, isStanding, isVerified } from "../shared/steps";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { JobProgress } from "../shared/ui/job-progress";
import { Notice } from "../shared/ui/notice";
import { Findings } from "./findings";
import { Levels } from "./levels";
import { Section } from "./section";

/** What a sample without a finding says of all. */
function Bounded({ bound }: { bound: Bound }) {
  const share = bound.of > 0 ? (bound.atMost / bound.of) * 100 : 100;
  return (
    <p data-testid="sample-bound">
      With 95% certainty at most <strong>{plural(bound.atMost, "file")}</strong> of {count(bound.of)} (
      {Number(share.toPrecision(2))}%) are damaged.{" "}
      <span className="text-muted">
        A single damaged file would be missed {Number((bound.oneMissed * 100).toPrecision(3))} times in 100. Only
        originals of what was read back may go.
      </span>
    </p>
  );
}

function Result({ v, whole, deleted }: { v: Verification; whole: boolean; deleted: boolean }) {
  const told = v.ok.files - v.readBack;
  const bySize = v.level === "sizes";
  const same = bySize ? "listed in their full size" : `${told ? "" : "read back and "}identical`;
  const text = `${count(v.ok.files)} of ${count(v.expected.files)} files ${same}`;
  const proven = `${count(told)} by the storage’s own digests, ${v.readBack > 0 ? count(v.readBack) : "none"} read back`;
  const how = bySize
    ? "sizes only, which proves nothing: do not erase originals for it"
    : [!v.full && "a sample", told ? proven : v.full && "every byte"].filter(Boolean).join(": ");
  return (
    <div data-testid="verify-result" data-ok={whole} className="flex flex-col gap-3">
      <Notice tone={!whole ? "warn" : bySize ? "info" : "good"}>
        <strong>{text}</strong>, {bytes(v.ok.bytes)}.{" "}
        <span className="text-muted">
          {dateTime(v.at)}, {how}.
        </span>
      </Notice>
      {v.bound && <Bounded bound={v.bound} />}
      {!whole && (
        <>
          <p>
            {[
              v.missing > 0 && `${count(v.missing)} missing`,
              v.different > 0 && `${count(v.different)} different`,
              v.unreadable > 0 && `${count(v.unreadable)} unreadable`,
            ]
              .filter(Boolean)
              .join(", ")}
            {". "}
            <span className="text-muted">
              {deleted
                ? "Some originals were deleted before: look for these in the trash. What is still in its folder stays there; move again to put it back."
                : "Their originals are safe and stay out of deletion. Move again to put what is missing back, then verify again."}
            </span>
          </p>
          {v.findings.length > 0 && <Findings findings={v.findings} />}
        </>
      )}
      {v.written && v.written.files > 0 && (
        <p className="text-[13px] text-muted">
          {count(v.written.ok)} of {count(v.written.files)} XMP files are as Albumen wrote them. No copy and no deletion
          depends on them.
        </p>
      )}
      {whole && v.findings.length > 0 && <Findings findings={v.findings} />}
    </div>
  );
}

export function VerifyCard({ snapshot, busy }: { snapshot: Snapshot; busy: boolean }) {
  const ipc = useIpc();
  const standing = isStanding(snapshot);
  const { data: offer } = useVerifyOffer(standing);
  const [level, setLevel] = useState<Level>("readBack");
  const [chosen, setChosen] = useState<number | null>(null);
  const samples = offer?.samples ?? [];
  const sample = Math.min(chosen ?? Math.floor(samples.length / 2), samples.length - 1);
  const verify = useAction(() => ipc.startVerify(level, level === "sample" ? (samples[sample]?.part ?? null) : null));
  const isFar = snapshot.destination !== null && snapshot.destination.kind !== "folder";
  const job = useJob("verify");
  const running = isActive(job);
  const v = snapshot.verification;
  const whole = isVerified(snapshot);
  const error = verify.error ?? (job?.status === "failed" ? job.error : null);
  return (
    <Section
      icon={ShieldCheck}
      tone={whole ? "good" : standing ? "accent" : "quiet"}
      title="1. Verify"
      text="Asks the destination what it holds and compares it with the originals. What that allows depends on how closely it looks."
      action={
        <Button
          data-testid="verify"
          variant={whole || !standing ? "secondary" : "primary"}
          disabled={busy || !standing}
          aria-describedby={standing ? undefined : "verify-closed"}
          busy={verify.busy}
          onClick={() => void verify.run()}
        >
          {v ? "Verify again" : "Verify"}
        </Button>
      }
    >
      {!standing && !running && (
        <p id="verify-closed" className="text-[13px] text-muted">
          Nothing stands at the destination: move first.
        </p>
      )}
      {standing && !running && offer && (
        <Levels offer={offer} isFar={isFar} level={level} setLevel={setLevel} sample={sample} setSample={setChosen} />
      )}
      {error && <ErrorBox error={error} />}
      {running ? (
        <JobProgress job={job} label="Verify" />
      ) : (
        v && <Result v={v} whole={isGood(v)} deleted={(snapshot.lastDelete?.removed.files ?? 0) > 0} />
      )}
    </Section>
  );
}
