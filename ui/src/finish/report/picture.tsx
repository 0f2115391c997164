// The balance as two bars over one another, by files and by bytes: many small files and few large ones look alike in one of
// them only. The numbers below add up to what was found.
import { Scale } from "lucide-react";
import type { Report, Tally } from "../../ipc";
import { OUTCOMES } from "../../plan/outcomes";
import { bytes, count, tally } from "../../shared/format";
import { Badge } from "../../shared/ui/badge";

function Bar({ label, of, total, say }: { label: string; of: (t: Tally) => number; total: number; say: Report }) {
  return (
    <div className="grid grid-cols-[3rem_minmax(0,1fr)] items-center gap-3">
      <span className="text-[13px] text-muted">{label}</span>
      <div aria-hidden className="flex h-3.5 gap-px overflow-hidden rounded-full bg-line">
        {OUTCOMES.map(({ outcome, bar }) => {
          const part = of(say.balance[outcome]);
          return part > 0 ? (
            <div key={outcome} className={bar} style={{ width: `${(part / total) * 100}%`, minWidth: 3 }} />
          ) : null;
        })}
        {say.without.files > 0 && (
          <div className="bg-ink" style={{ width: `${(of(say.without) / total) * 100}%`, minWidth: 3 }} />
        )}
      </div>
    </div>
  );
}

export function BalancePicture({ report: r }: { report: Report }) {
  const b = r.balance;
  return (
    <div data-testid="plan-balance" data-balanced={r.balanced} className="flex flex-col gap-3">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span>
          <span className="text-2xl font-semibold tracking-tight">{count(b.found.files)}</span> files found,{" "}
          {bytes(b.found.bytes)}
        </span>
        <Badge tone={r.balanced ? "good" : "bad"} icon={<Scale size={13} aria-hidden />}>
          {r.balanced ? "It balances" : "It does not balance"}
        </Badge>
      </p>
      <Bar label="Files" of={(t) => t.files} total={Math.max(1, b.found.files)} say={r} />
      <Bar label="Bytes" of={(t) => t.bytes} total={Math.max(1, b.found.bytes)} say={r} />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
        {OUTCOMES.map(({ outcome, label, bar, means }) => (
          <div key={outcome} title={means} className={b[outcome].files === 0 ? "text-faint" : ""}>
            <dt className="flex items-center gap-1.5 text-[13px] whitespace-nowrap text-muted">
              <span aria-hidden className={`size-2.5 rounded-sm ${bar}`} />
              {label}
            </dt>
            <dd className="text-[17px] font-semibold">{count(b[outcome].files)}</dd>
            <dd className="text-[13px] text-muted">{bytes(b[outcome].bytes)}</dd>
          </div>
        ))}
      </dl>
      {!r.balanced && (
        <p data-testid="report-unbalanced" className="text-bad">
          {r.without.files > 0 && `${tally(r.without)}, have no outcome. `}
          {r.strays.files > 0 && `${tally(r.strays)}, have an outcome and are not found any more. `}
          Delete nothing while that is so: scan and plan again.
        </p>
      )}
    </div>
  );
}
