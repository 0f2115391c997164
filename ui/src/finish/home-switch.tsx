// With two homes: which of them is looked at on this screen. Each is verified, compared and rolled back by itself.
import { useQueryClient } from "@tanstack/react-query";
import type { Home } from "../ipc";
import { useAction } from "../shared/action";
import { useHomes } from "../shared/homes";
import { useIpc } from "../shared/ipc";
import { useBusy } from "../shared/job";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";

export function HomeSwitch() {
  const ipc = useIpc();
  const client = useQueryClient();
  const busy = useBusy();
  const homes = useHomes().data ?? [];
  const choose = useAction(async (home: Home) => {
    await ipc.chooseDestination(home.destination.spec, null, false);
    await client.invalidateQueries();
  });
  const [now, other] = homes;
  if (!now || !other) return null;
  return (
    <Card className="flex flex-wrap items-center gap-3 px-5 py-3.5" data-testid="home-switch" aria-label="Which home">
      <p className="min-w-0 flex-1 basis-64">
        This is about <span className="font-medium">{now.destination.label}</span>.{" "}
        <span className="text-muted">Originals can go only when both homes have proven them.</span>
      </p>
      <Button data-testid="other-home" disabled={busy} busy={choose.busy} onClick={() => void choose.run(other)}>
        <span className="max-w-72 truncate">Look at {other.destination.label}</span>
      </Button>
      {choose.error && <ErrorBox error={choose.error} />}
    </Card>
  );
}
