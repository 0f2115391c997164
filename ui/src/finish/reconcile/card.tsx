// Compare: is everything still there as it was placed? Asks for the list of what is there and looks only at what changed; what
// differs is shown, and repaired when the person says so.
import { GitCompareArrows } from "lucide-react";
import { useState } from "react";
import type { Conflicts, Reconciliation, Snapshot } from "../../ipc";
import { useAction } from "../../shared/action";
import { bytes, count, dateTime, grouped, plural } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { isActive, useJob } from "../../shared/job";
import { useReconciliation } from "../../shared/queries";
import { isStanding } from "../../shared/steps";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Checkbox } from "../../shared/ui/field";
import { JobProgress } from "../../shared/ui/job-progress";
import { Notice } from "../../shared/ui/notice";
import { ConflictDialog } from "../conflict";
import { Section } from "../section";
import { DifferenceList } from "./list";
import { RepairDialog } from "./repair-dialog";
import { concerning, differences } from "./words";

/** Shown beside the list on the card; the dialog asks. */
const SHOWN: Conflicts = "ask";

function How({ found: r }: { found: Reconciliation }) {
  const parts = [
    r.byVersion > 0 && `${count(r.byVersion)} untouched since they were placed`,
    r.byDigest > 0 && `${count(r.byDigest)} by the storage’s own digest`,
    r.byReading > 0 && `${count(r.byReading)} read back`,
    r.bySize > 0 && `${count(r.bySize)} by their size alone, which proves nothing`,
  ].filter(Boolean);
  return (
    <span className="text-muted">
      {dateTime(r.at)}
      {parts.length > 0 && `: ${parts.join(", ")}`}.
    </span>
  );
}

type ResultProps = {
  found: Reconciliation;
  busy: boolean;
  onRepair: () => void;
  /** From this difference on. */
  onConflicts: (start: number) => void;
};

function Result({ found, busy, onRepair, onConflicts }: ResultProps) {
  const open = differences(found);
  const ours = concerning(found);
  const text =
    open === 0
      ? `${plural(found.agreed.files, "file agrees", "files agree")}, ${bytes(found.agreed.bytes)}, and nothing else is there.`
      : found.agreed.files === 0 && found.markers === 0
        ? `${plural(open, "copy was found to differ when it was", "copies were found to differ when they were")} looked at.`
        : `${plural(found.agreed.files, "file agrees", "files agree")}; ${plural(open, "differs", "differ")}.`;
  return (
    <div data-testid="reconcile-result" data-open={open} className="flex flex-col gap-3">
      <Notice
        tone={ours > 0 ? "warn" : "good"}
        action={
          open > 0 && (
            <>
              {found.different > 0 && (
                <Button data-testid="open-conflicts" disabled={busy} onClick={() => onConflicts(0)}>
                  Decide one by one…
                </Button>
              )}
              <Button
                data-testid="open-repair"
                variant={ours > 0 ? "primary" : "secondary"}
                disabled={busy}
                onClick={onRepair}
              >
                Repair…
              </Button>
            </>
          )
        }
      >
        <strong>{text}</strong> <How found={found} />
      </Notice>
      {open > 0 && (
        <DifferenceList found={found} conflicts={SHOWN} onOpen={busy ? undefined : (row) => onConflicts(row.id)} />
      )}
    </div>
  );
}

export function ReconcileCard({ snapshot, busy }: { snapshot: Snapshot; busy: boolean }) {
  const ipc = useIpc();
  const [full, setFull] = useState(false);
  const [asking, setAsking] = useState(false);
  const [conflict, setConflict] = useState<number | null>(null);
  const compare = useAction(() => ipc.startReconcile(full));
  const comparing = useJob("reconcile");
  const repairing = useJob("repair");
  const { data: found } = useReconciliation();
  const standing = isStanding(snapshot);
  const job = [comparing, repairing].find((one) => isActive(one)) ?? null;
  const failed = [comparing, repairing].find((one) => one?.status === "failed");
  const error = compare.error ?? failed?.error ?? null;
  return (
    <Section
      icon={GitCompareArrows}
      tone={found && concerning(found) > 0 ? "accent" : "quiet"}
      title="Compare again, any time"
      text="Is everything still there as it was placed? Reads the list of what is there and looks only at what changed since. Nothing is written."
      action={
        <Button
          data-testid="reconcile"
          variant="secondary"
          disabled={busy || !standing}
          busy={compare.busy}
          onClick={() => void compare.run()}
        >
          {found ? "Compare again" : "Compare"}
        </Button>
      }
    >
      {standing && !job && (
        <Checkbox
          checked={full}
          onChange={setFull}
          hint="Also what the destination says is unchanged. Finds a disk that rots in silence; takes as long as Verify."
        >
          Read every copy back
        </Checkbox>
      )}
      {error && <ErrorBox error={error} />}
      {job && <JobProgress job={job} label={job.kind === "repair" ? "Repair" : "Compare"} />}
      {!job && repairing?.status === "done" && (
        <div data-testid="repair-result">
          <Notice tone="good">{grouped(repairing.message ?? "Repaired.")}</Notice>
        </div>
      )}
      {!job && found && <Result found={found} busy={busy} onRepair={() => setAsking(true)} onConflicts={setConflict} />}
      {asking && found && (
        <RepairDialog
          found={found}
          onClose={() => setAsking(false)}
          onConflicts={() => {
            setAsking(false);
            setConflict(0);
          }}
        />
      )}
      {conflict !== null && (
        <ConflictDialog
          start={conflict}
          onClose={() => setConflict(null)}
          onRepair={() => {
            setConflict(null);
            setAsking(true);
          }}
        />
      )}
    </Section>
  );
}
