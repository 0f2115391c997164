// The report: what became of every file that was found, and whether it adds up. Looked at here, or taken along.
import { ClipboardCheck } from "lucide-react";
import { useState } from "react";
import { dateTime, plural } from "../../shared/format";
import { useReport } from "../../shared/queries";
import { Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Section } from "../section";
import { ExportMenu } from "./export-menu";
import { ReportList } from "./list";
import { BalancePicture } from "./picture";
import { WhereSheet } from "./where";

export function ReportCard() {
  const report = useReport();
  const [asked, setAsked] = useState<number | null>(null);
  const [listed, setListed] = useState(false);
  const r = report.data;
  return (
    <div data-testid="report">
      <Section
        icon={ClipboardCheck}
        tone={r && !r.balanced ? "accent" : r ? "good" : "quiet"}
        title="Report"
        text="Every file that was found ended in exactly one way. See which, where it came from and where it is now."
        action={<ExportMenu disabled={!r} />}
      >
        {report.error && (
          <ErrorBox error={report.error}>
            <Button size="sm" onClick={() => void report.refetch()}>
              Try again
            </Button>
          </ErrorBox>
        )}
        {!r && !report.error && <Skeleton className="h-40" />}
        {r && (
          <>
            <BalancePicture report={r} />
            <p className="text-[13px] text-muted">
              {proven(r.grades)} {r.removed.files > 0 && `${plural(r.removed.files, "original")} deleted after that. `}
              {r.restored.files > 0 && `${plural(r.restored.files, "original")} brought back. `}
              Planned {dateTime(r.plannedAt)}.
              {r.stale && " Something changed since: scan and plan again to see it here."}
            </p>
            <div>
              <Button
                size="sm"
                data-testid="report-open"
                aria-expanded={listed}
                onClick={() => setListed((open) => !open)}
              >
                {listed ? "Hide the files" : "Show every file"}
              </Button>
            </div>
            {listed && <ReportList report={r} onAsk={setAsked} />}
          </>
        )}
      </Section>
      <WhereSheet file={asked} onClose={() => setAsked(null)} onAsk={setAsked} />
    </div>
  );
}

function proven(grades: { grade: string; files: number }[]): string {
  const of = (grade: string) => grades.find((one) => one.grade === grade)?.files ?? 0;
  const told = of("digest") + of("refused");
  if (of("readback") + told === 0) return "Nothing is verified yet.";
  const parts = [of("readback") > 0 && `${plural(of("readback"), "file")} read back and compared`];
  parts.push(told > 0 && `${plural(told, "file")} proven by the storage’s own digests`);
  return `${parts.filter(Boolean).join(", ")}.`;
}
