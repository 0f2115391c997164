// Step 6: verify, see that everything balances, and only then, if wanted, delete the originals. Or roll it all back.
import { ShieldCheck } from "lucide-react";
import type { Snapshot } from "../ipc";
import { HomeCard } from "../phases/home-card";
import { useHomes } from "../shared/homes";
import { useBusy, useJob } from "../shared/job";
import { useReconciliation, useReport, useVerifyOffer, useWay } from "../shared/queries";
import { isStanding, type ScreenProps } from "../shared/steps";
import { useTogether } from "../shared/together";
import { Empty, Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Screen } from "../shared/ui/screen";
import { DeleteCard } from "./delete-card";
import { HomeSwitch } from "./home-switch";
import { ReconcileCard } from "./reconcile/card";
import { ReportCard } from "./report/card";
import { RollbackCard } from "./rollback-card";
import { VerifyCard } from "./verify-card";

function Cards({ snapshot, busy }: { snapshot: Snapshot; busy: boolean }) {
  const hasPlan = snapshot.plan !== null;
  const together = useTogether([
    useHomes(),
    useVerifyOffer(isStanding(snapshot)),
    useReport(hasPlan),
    useReconciliation(),
    useWay(),
  ]);
  if (!together) {
    return (
      <div role="status" aria-label="Looking up what was moved" className="flex flex-col gap-5">
        <Skeleton className="h-56" />
        <Skeleton className="h-40" />
        <Skeleton className="h-24" />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-5">
      <HomeSwitch />
      <VerifyCard snapshot={snapshot} busy={busy} />
      {hasPlan && <ReportCard />}
      <ReconcileCard snapshot={snapshot} busy={busy} />
      <HomeCard busy={busy} />
      <DeleteCard snapshot={snapshot} busy={busy} />
      <RollbackCard busy={busy} />
    </div>
  );
}

export function FinishScreen({ snapshot, go }: ScreenProps) {
  const busy = useBusy();
  const { plan } = snapshot;
  const rolledBack = useJob("rollback") !== null;
  const something = rolledBack || isStanding(snapshot);
  return (
    <Screen
      step="finish"
      title="Finish"
      lead="Prove that the copies are whole. After that, and only if you want, let the originals go."
    >
      {something ? (
        <Cards snapshot={snapshot} busy={busy} />
      ) : (
        <Empty
          icon={<ShieldCheck size={40} strokeWidth={1.5} aria-hidden />}
          title="Nothing has been moved yet"
          action={
            <Button variant="primary" onClick={() => go(plan ? "move" : "plan")}>
              {plan ? "Go to Move" : "Go to Plan"}
            </Button>
          }
        >
          When your library is at its new home, this is where it is verified.
        </Empty>
      )}
    </Screen>
  );
}
