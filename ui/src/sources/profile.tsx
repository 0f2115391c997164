// What the sources hold, once scanned: headline numbers, the years, kinds, cameras, folders, and the problems.
import { ArrowRight } from "lucide-react";
import type { SourceInfo, Step } from "../ipc";
import { bytes, count, month, plural } from "../shared/format";
import { useProfile } from "../shared/queries";
import { Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Card, CardTitle, Stat } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { Bars } from "./bars";
import { ClocksButton } from "./clocks/button";
import { Problems } from "./problems";
import { Timeline } from "./timeline";

export function ProfileView({ go, sources }: { go: (step: Step) => void; sources: SourceInfo[] }) {
  const { data: p, error, refetch } = useProfile(true);
  if (error)
    return (
      <ErrorBox error={error}>
        <Button onClick={() => refetch()}>Try again</Button>
      </ErrorBox>
    );
  if (!p) return <Skeleton className="h-72 rounded-xl" />;
  const groups = p.exactGroups + p.similarGroups;
  return (
    <div data-testid="profile" className="flex flex-col gap-5">
      <Card className="p-5" aria-label="What was found">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-5 md:grid-cols-4">
          <Stat label="Photos" value={count(p.assets)} hint={`in ${plural(p.files, "file")}`} />
          <Stat label="Size" value={bytes(p.bytes)} hint={plural(sources.length, "source")} />
          <Stat
            label="Taken"
            value={p.dateFrom && p.dateTo ? `${p.dateFrom.slice(0, 4)} – ${p.dateTo.slice(0, 4)}` : "No dates"}
            hint={p.dateFrom ? `${month(p.dateFrom)} to ${month(p.dateTo)}` : "no photo has a capture date"}
          />
          <Stat
            label="Duplicates"
            value={groups === 0 ? "None" : plural(groups, "group")}
            hint={groups === 0 ? "every photo is there once" : `${bytes(p.duplicateBytes)} more than once`}
          />
        </dl>
        <div className="mt-5 flex flex-wrap items-center gap-3 border-t border-line pt-4">
          <p className="min-w-0 flex-1 basis-56 text-muted">
            {groups > 0
              ? `${count(p.exactGroups)} exact and ${count(p.similarGroups)} similar ${p.similarGroups === 1 ? "group" : "groups"} to look through, if you like.`
              : "Nothing to look through: go on to choose the new home."}
          </p>
          <Button variant="primary" onClick={() => go(groups > 0 ? "review" : "destination")}>
            {groups > 0 ? "Review duplicates" : "Choose a destination"}
            <ArrowRight size={16} aria-hidden />
          </Button>
        </div>
      </Card>
      {p.months.length > 0 && (
        <Card className="p-5">
          <Timeline months={p.months} undated={p.undated} />
        </Card>
      )}
      <div className="grid items-start gap-5 md:grid-cols-2">
        <Card className="p-5">
          <CardTitle aside="by size">Kinds</CardTitle>
          <Bars rows={p.kinds.map((k) => ({ name: k.label, files: k.files, bytes: k.bytes }))} />
        </Card>
        <Card className="p-5">
          <CardTitle aside="by files">Cameras</CardTitle>
          <Bars rows={p.cameras} by="files" />
          {p.cameras.length > 0 && <ClocksButton />}
        </Card>
        <Card className="p-5 md:col-span-2">
          <CardTitle aside="by size">Folders</CardTitle>
          <Bars rows={p.folders} paths />
        </Card>
      </div>
      {p.problems > 0 && <Problems total={p.problems} sources={sources} />}
    </div>
  );
}
