// The balance: everything found is accounted for, in files and in bytes, as one bar and as numbers that add up.
import { Scale } from "lucide-react";
import type { Balance } from "../ipc";
import { bytes, count } from "../shared/format";
import { Badge } from "../shared/ui/badge";
import { Card, CardTitle } from "../shared/ui/card";
import { OUTCOMES } from "./outcomes";

export function BalanceCard({ balance: b, title = "Balance" }: { balance: Balance; title?: string }) {
  const total = Math.max(1, b.found.files);
  const allCopied = b.copy.files > 0 && b.copied.files >= b.copy.files;
  const begun = b.copied.files > 0 && !allCopied;
  return (
    <Card className="p-5" data-testid="plan-balance" data-balanced={b.balanced}>
      <CardTitle
        aside={
          <Badge tone={b.balanced ? "good" : "bad"} icon={<Scale size={13} aria-hidden />}>
            {b.balanced ? "It balances" : "It does not balance"}
          </Badge>
        }
      >
        {title}
      </CardTitle>
      <p>
        <span className="text-2xl font-semibold tracking-tight">{count(b.found.files)}</span> files found,{" "}
        {bytes(b.found.bytes)}
      </p>
      <div aria-hidden className="mt-3 flex h-3 gap-px overflow-hidden rounded-full bg-line">
        {OUTCOMES.map(({ outcome, bar }) =>
          b[outcome].files > 0 ? (
            <div key={outcome} className={bar} style={{ width: `${(b[outcome].files / total) * 100}%`, minWidth: 3 }} />
          ) : null,
        )}
      </div>
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
        {OUTCOMES.map(({ outcome, label, bar, means }) => (
          <div key={outcome} title={means} className={b[outcome].files === 0 ? "text-faint" : ""}>
            <dt className="flex items-center gap-1.5 text-[13px] whitespace-nowrap text-muted">
              <span aria-hidden className={`size-2.5 rounded-sm ${bar}`} />
              {outcome === "copy" && allCopied ? "Copied" : label}
            </dt>
            <dd className="text-[17px] font-semibold">{count(b[outcome].files)}</dd>
            <dd className="text-[13px] text-muted">
              {bytes(b[outcome].bytes)}
              {outcome === "copy" && begun && ` · ${count(b.copied.files)} done`}
            </dd>
          </div>
        ))}
      </dl>
      {!b.balanced && (
        <p className="mt-3 text-bad">
          The parts do not add up to what was found. Nothing is moved or removed while that is so: scan and plan again.
        </p>
      )}
    </Card>
  );
}
