// The destination in force, and where its secret is kept.
import { ArrowRight, Cloud, HardDrive } from "lucide-react";
import type { DestinationInfo, SecretPlace, Step } from "../ipc";
import { Badge } from "../shared/ui/badge";
import { Button } from "../shared/ui/button";
import { Card } from "../shared/ui/card";
import { Notice } from "../shared/ui/notice";

const SECRET: Record<SecretPlace, string> = {
  none: "Needs no key.",
  keychain: "Its key is kept in this computer’s keychain.",
  session: "Its key is kept for this session only; you are asked again after a restart.",
  environment: "Its key comes from the environment Albumen was started in.",
  missing: "Its key is not known any more.",
};

export function CurrentDestination({
  destination: d,
  go,
  onAskAgain,
}: {
  destination: DestinationInfo;
  go: (step: Step) => void;
  onAskAgain: () => void;
}) {
  const Icon = d.kind === "folder" ? HardDrive : Cloud;
  return (
    <Card className="p-5" aria-label="Current destination" data-testid="dest-current">
      <div className="flex flex-wrap items-center gap-4">
        <span
          aria-hidden
          className="flex size-11 shrink-0 items-center justify-center rounded-xl bg-good-soft text-good"
        >
          <Icon size={22} />
        </span>
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex items-center gap-2">
            <span className="selectable truncate font-semibold" title={d.url}>
              {d.label}
            </span>
            <Badge tone="good">In use</Badge>
          </p>
          <p className="truncate text-[13px] text-muted">
            {d.kind === "folder" ? "Folder on a disk" : "S3-compatible storage"} · {SECRET[d.secret]}
          </p>
        </div>
        {d.secret !== "missing" && (
          <Button variant="primary" onClick={() => go("plan")}>
            Make the plan
            <ArrowRight size={16} aria-hidden />
          </Button>
        )}
      </div>
      {d.secret === "missing" && (
        <div className="mt-4">
          <Notice tone="warn" action={<Button onClick={onAskAgain}>Enter the key again</Button>}>
            The key for this destination is missing. Nothing can be copied or verified until it is there again.
          </Notice>
        </div>
      )}
    </Card>
  );
}
