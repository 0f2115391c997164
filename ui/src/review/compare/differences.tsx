// What differs between the two, and only that. The worse side is marked by a sign and a word; equal fields are behind a disclosure.
import type { UseQueryResult } from "@tanstack/react-query";
import { ArrowDown, Check } from "lucide-react";
import type { AppError, Comparison } from "../../ipc";
import { fact, plural } from "../../shared/format";
import { Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { FieldTable } from "../../shared/ui/field-table";

function Mark({ good }: { good: boolean }) {
  const Icon = good ? Check : ArrowDown;
  return (
    <span className={`ml-2 inline-flex items-center gap-0.5 text-xs font-medium ${good ? "text-good" : "text-bad"}`}>
      <Icon size={12} aria-hidden />
      <span>{good ? "better" : "worse"}</span>
    </span>
  );
}

export function Differences({ comparison }: { comparison: UseQueryResult<Comparison, AppError> }) {
  const { data, error, refetch } = comparison;
  if (error)
    return (
      <ErrorBox error={error}>
        <Button size="sm" onClick={() => void refetch()}>
          Try again
        </Button>
      </ErrorBox>
    );
  if (!data) return <Skeleton className="h-full min-h-24" />;
  return (
    <div className="selectable text-[13px]">
      {data.differs.length === 0 ? (
        <p className="py-0.5">No field differs.</p>
      ) : (
        <FieldTable
          fields={data.differs}
          caption={`${plural(data.differs.length, "field")} differ`}
          columns={["Left", "Right"]}
          none="none"
          look={({ better }, side) => (better !== null && better !== side ? "text-bad" : "")}
          mark={({ better }, side) => better !== null && <Mark good={better === side} />}
        />
      )}
      {data.same.length > 0 && (
        <details
          className="border-t border-line py-1 text-muted"
          onToggle={(event) => event.currentTarget.open && event.currentTarget.scrollIntoView({ block: "nearest" })}
        >
          <summary className="w-fit cursor-pointer rounded">{plural(data.same.length, "field")} the same</summary>
          <dl className="grid grid-cols-[16%_1fr] gap-y-0.5 pt-1">
            {data.same.map(({ field, value }) => (
              <div key={field} className="contents">
                <dt className="pr-3">{field}</dt>
                <dd className="min-w-0 break-words text-ink">{fact(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}
