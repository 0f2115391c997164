// The list of sources with what each holds; removing one only takes it off the list.
import { Folder, FolderX, X } from "lucide-react";
import { toast } from "sonner";
import { type SourceInfo, toAppError } from "../ipc";
import { bytes, dateTime, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { Badge } from "../shared/ui/badge";
import { PathText } from "../shared/ui/bits";
import { IconButton } from "../shared/ui/button";
import { Card } from "../shared/ui/card";

function State({ source }: { source: SourceInfo }) {
  if (source.state === "missing") return <Badge tone="bad">Not found</Badge>;
  if (source.state === "new") return <Badge>Not scanned yet</Badge>;
  return source.problems > 0 ? <Badge tone="warn">{plural(source.problems, "problem")}</Badge> : null;
}

function detail(source: SourceInfo): string {
  if (source.state === "new") return "Scan to see what it holds";
  if (source.state === "missing") return "Connect the disk or card again, then scan";
  return `${plural(source.files, "file")} · ${bytes(source.bytes)} · scanned ${dateTime(source.scannedAt)}`;
}

export function SourceList({ sources, busy }: { sources: SourceInfo[]; busy: boolean }) {
  const ipc = useIpc();
  const remove = (source: SourceInfo) =>
    ipc.removeSource(source.id).then(
      () => toast(`Took “${source.path}” off the list. Its photos stay where they are.`),
      (error) => toast.error(toAppError(error).message, { description: toAppError(error).next }),
    );
  return (
    <Card aria-label="Sources">
      <ul data-testid="drop-zone" className="divide-y divide-line">
        {sources.map((source) => (
          <li key={source.id} data-testid="source-row" className="flex items-center gap-3.5 px-4 py-3">
            {source.state === "missing" ? (
              <FolderX size={22} className="shrink-0 text-bad" aria-hidden />
            ) : (
              <Folder size={22} className="shrink-0 text-accent" aria-hidden />
            )}
            <div className="min-w-0 flex-1">
              <PathText path={source.path} className="selectable font-medium" />
              <p className="truncate text-[13px] text-muted">{detail(source)}</p>
            </div>
            <State source={source} />
            <IconButton label={`Remove ${source.path} from the list`} disabled={busy} onClick={() => remove(source)}>
              <X size={17} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}
