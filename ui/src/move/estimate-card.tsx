// What the plan would take: when it would be over and what that rests on, what the destination's limits mean for these photos, and
// what is where.
import { CalendarClock } from "lucide-react";
import { useState } from "react";
import type { Estimate, NamedCount } from "../ipc";
import { bytes, count, dateTime, grouped, plural } from "../shared/format";
import { useEstimate } from "../shared/queries";
import { PathText, Skeleton } from "../shared/ui/bits";
import { Card, CardTitle, Stat } from "../shared/ui/card";
import { Chips } from "../shared/ui/chips";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { Bars } from "../sources/bars";

type View = "folders" | "kinds" | "years" | "largest";

const VIEWS: { value: View; label: string }[] = [
  { value: "folders", label: "Folders" },
  { value: "kinds", label: "Kinds" },
  { value: "years", label: "Years" },
  { value: "largest", label: "Largest files" },
];

function rowsOf(estimate: Estimate, view: View): NamedCount[] {
  if (view === "kinds") return estimate.kinds.map(({ label, files, bytes: n }) => ({ name: label, files, bytes: n }));
  if (view === "years") return estimate.years.map((year) => ({ ...year, name: year.name || "No date" }));
  return estimate[view];
}

/** The moments, with the seconds left out: nobody knows them. */
function Span({ estimate }: { estimate: Estimate }) {
  const { span } = estimate;
  if (!span || span.likelySeconds < 60) return null;
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-4 sm:grid-cols-3">
      <Stat label="At the earliest" value={<When at={span.earliest} />} />
      <Stat label="Most likely" value={<When at={span.likely} />} />
      <Stat label="At the latest" value={<When at={span.latest} />} />
    </dl>
  );
}

const When = ({ at }: { at: string }) => (
  <span className="block text-lg text-pretty whitespace-normal">{dateTime(at)}</span>
);

export function EstimateCard() {
  const { data: estimate, error } = useEstimate(true);
  const [view, setView] = useState<View>("folders");
  if (error) return <ErrorBox error={error} />;
  if (!estimate) return <Skeleton className="h-48 rounded-xl" />;
  return (
    <Card className="flex flex-col gap-4 p-5" data-testid="estimate" data-basis={estimate.basis} aria-label="Estimate">
      <div className="flex items-start gap-3">
        <CalendarClock size={22} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-accent" />
        <div className="min-w-0">
          <h2 data-testid="estimate-words" className="text-[15px] font-semibold">
            {grouped(estimate.words)}
          </h2>
          <p className="mt-0.5 text-[13px] text-muted">{grouped(estimate.restsOn)}</p>
        </div>
      </div>
      <Span estimate={estimate} />
      {estimate.findings.map((finding) => (
        <Notice key={finding.what} tone={finding.stops ? "warn" : "info"} data-testid="estimate-finding">
          {grouped(finding.what)}
          {finding.examples.length > 0 && (
            <ul className="selectable mt-1.5 text-[13px]">
              {finding.examples.map((one) => (
                <li key={one.name} className="flex gap-3">
                  <PathText path={one.name} className="flex-1" />
                  <span className="shrink-0 text-muted">{bytes(one.bytes)}</span>
                </li>
              ))}
            </ul>
          )}
        </Notice>
      ))}
      {(estimate.growth || estimate.problems > 0) && (
        <ul className="flex flex-col gap-1 text-[13px] text-muted">
          {estimate.growth && (
            <li data-testid="estimate-growth">
              <span className="text-ink">
                The folders grow by about {bytes(estimate.growth.bytesPerMonth)} and{" "}
                {plural(estimate.growth.filesPerMonth, "file")} a month.
              </span>{" "}
              {grouped(estimate.growth.words)}
            </li>
          )}
          {estimate.problems > 0 && (
            <li>
              {count(estimate.problems)} {estimate.problems === 1 ? "problem was" : "problems were"} met while scanning;
              Sources lists them.
            </li>
          )}
        </ul>
      )}
      <div className="border-t border-line pt-4">
        <CardTitle aside={<Chips<View> label="What is where" value={view} options={VIEWS} onChange={setView} />}>
          What is where
        </CardTitle>
        <Bars key={view} rows={rowsOf(estimate, view)} paths={view === "folders" || view === "largest"} />
      </div>
    </Card>
  );
}
