// Verify: every placed file is read back from the destination and compared, or proven by the storage's own digest. Its result
// is what deletion rests on.
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { Snapshot, Verification } from "../ipc";
import { useAction } from "../shared/action";
import { bytes, count, dateTime, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useJob } from "../shared/job";
import { isStanding, isVerified } from "../shared/steps";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Checkbox } from "../shared/ui/field";
import { Notice } from "../shared/ui/notice";
import { Progress } from "../shared/ui/progress";
import { Findings } from "./findings";
import { Section } from "./section";

/** What is about to be done to the files. */
const WHAT = {
  readBack: "Reads every copied file back from the destination and compares its SHA-256 with the original’s.",
  digest:
    "Compares the storage’s own digest of every copied file with the original’s. Files that it cannot prove that way are read back.",
};

function Result({ v, whole, deleted }: { v: Verification; whole: boolean; deleted: boolean }) {
  const told = v.ok.files - v.readBack;
  const text = `${count(v.ok.files)} of ${count(v.expected.files)} files ${told ? "" : "read back and "}identical`;
  const proven = `${count(told)} by the storage’s own digests, ${v.readBack > 0 ? count(v.readBack) : "none"} read back`;
  const how = [!v.full && "a sample", told ? proven : v.full && "every byte"].filter(Boolean).join(": ");
  return (
    <div data-testid="verify-result" data-ok={whole} className="flex flex-col gap-3">
      <Notice tone={whole ? "good" : "warn"}>
        <strong>{text}</strong>, {bytes(v.ok.bytes)}.{" "}
        <span className="text-muted">
          {dateTime(v.at)}, {how}.
        </span>
      </Notice>
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
  const [byDigest, setByDigest] = useState(false);
  const verify = useAction(() => ipc.startVerify(byDigest));
  const isFar = snapshot.destination !== null && snapshot.destination.kind !== "folder";
  const job = useJob("verify");
  const running = isActive(job);
  const v = snapshot.verification;
  const whole = isVerified(snapshot);
  const standing = isStanding(snapshot);
  const error = verify.error ?? (job?.status === "failed" ? job.error : null);
  return (
    <Section
      icon={ShieldCheck}
      tone={whole ? "good" : standing ? "accent" : "quiet"}
      title="1. Verify"
      text={isFar && byDigest ? WHAT.digest : WHAT.readBack}
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
      {isFar && standing && !running && (
        <div data-testid="verify-by-digest">
          <Checkbox
            checked={byDigest}
            onChange={setByDigest}
            hint="Much less to download. A disk that rots inside the storage is only found by reading everything back."
          >
            Take the storage’s own digests as proof
          </Checkbox>
          {byDigest && (
            <p data-testid="verify-digest-means" className="mt-2 ml-7 max-w-2xl text-[13px] text-muted">
              Originals whose copies are proven by digest can be deleted, like those that were read back. The dialog for
              that says how many were proven in which way.
            </p>
          )}
        </div>
      )}
      {error && <ErrorBox error={error} />}
      {running ? (
        <div>
          <p className="mb-2 text-muted">
            {job.stage} · {count(job.filesDone)}{" "}
            {job.filesTotal === null ? "files so far" : `of ${plural(job.filesTotal, "file")}`}
          </p>
          <Progress
            size="lg"
            label="Verify"
            done={job.bytesTotal ? job.bytesDone : job.filesDone}
            total={job.bytesTotal || job.filesTotal}
            paused={job.status === "paused"}
          />
        </div>
      ) : (
        v && <Result v={v} whole={whole} deleted={(snapshot.lastDelete?.removed.files ?? 0) > 0} />
      )}
    </Section>
  );
}
