// The second home: everything goes there too. Added here, let go here; how far it is stands on Move.
import { HousePlus } from "lucide-react";
import { useAction } from "../shared/action";
import { useHomes } from "../shared/homes";
import { useIpc } from "../shared/ipc";
import { Badge } from "../shared/ui/badge";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { homeOf } from "./homes";

type Props = { busy: boolean; adding: boolean; setAdding: (adding: boolean) => void };

export function SecondHome({ busy, adding, setAdding }: Props) {
  const ipc = useIpc();
  const second = useHomes().data?.[1];
  const forget = useAction(() => ipc.forgetSecondHome());
  if (!second)
    return (
      <Card className="flex flex-wrap items-center gap-4 p-5" data-testid="second-home" data-named="false">
        <p className="min-w-0 flex-1 basis-64 text-muted">
          {adding
            ? "Choose the second home below. Everything goes there too; nothing is sent yet."
            : "Want your photos in two places? A second home gets everything along with the first."}
        </p>
        <Button
          data-testid="add-second"
          disabled={busy}
          icon={adding ? undefined : <HousePlus size={16} aria-hidden />}
          onClick={() => setAdding(!adding)}
        >
          {adding ? "Keep one home" : "Add a second home"}
        </Button>
      </Card>
    );
  const { destination: d, behind } = second;
  const { title, icon: Icon } = homeOf(d.kind);
  return (
    <Card className="flex flex-wrap items-center gap-4 p-5" data-testid="second-home" data-named="true">
      <span aria-hidden className="flex size-11 shrink-0 items-center justify-center rounded-xl bg-good-soft text-good">
        <Icon size={22} />
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex items-center gap-2">
          <span className="selectable truncate font-semibold" title={d.url}>
            {d.label}
          </span>
          <Badge tone={d.secret === "missing" ? "warn" : "good"}>
            {d.secret === "missing" ? "Not open" : "Second home"}
          </Badge>
        </p>
        <p className="text-[13px] text-muted">
          {title} · {behind.files === 0 ? "has everything" : "gets everything along with the first"}. Originals can go
          only when both have proven them.
        </p>
      </div>
      <Button
        variant="ghost"
        data-testid="forget-second"
        disabled={busy}
        busy={forget.busy}
        onClick={() => void forget.run()}
      >
        Let it go
      </Button>
      {forget.error && <ErrorBox error={forget.error} />}
    </Card>
  );
}
