// What differs between the two, and only that; the better side says so in words.
import { useQuery } from "@tanstack/react-query";
import type { AppError, Comparison, FieldDiff } from "../ipc";
import { fact, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { Badge } from "../shared/ui/badge";
import { Skeleton } from "../shared/ui/bits";
import { ErrorBox } from "../shared/ui/error-box";

function Value({ text, better }: { text: string | null; better: boolean }) {
  return (
    <td className="py-1 pr-3 align-baseline">
      <span className={`break-words ${text === null ? "text-faint" : better ? "font-medium text-good" : ""}`}>
        {text === null ? "none" : fact(text)}
      </span>
      {better && (
        <span className="ml-2">
          <Badge tone="good">better</Badge>
        </span>
      )}
    </td>
  );
}

function Row({ diff }: { diff: FieldDiff }) {
  return (
    <tr className="border-t border-line first:border-0">
      <th scope="row" className="py-1 pr-3 text-left align-baseline font-normal text-muted">
        {diff.field}
      </th>
      <Value text={diff.left} better={diff.better === "left"} />
      <Value text={diff.right} better={diff.better === "right"} />
    </tr>
  );
}

export function Differences({ left, right }: { left: number; right: number }) {
  const ipc = useIpc();
  const { data, error } = useQuery<Comparison, AppError>({
    queryKey: ["compare", left, right],
    queryFn: () => ipc.compare(left, right),
  });
  if (error) return <ErrorBox error={error} />;
  if (!data) return <Skeleton className="h-32" />;
  return (
    <div className="selectable text-[13px]">
      <p className="border-b border-line py-1.5 text-muted" title={data.same.join(", ")}>
        {data.differs.length === 0
          ? "No field differs"
          : `${plural(data.differs.length, "field")} ${data.differs.length === 1 ? "differs" : "differ"}`}{" "}
        · {plural(data.same.length, "field")} the same
        {data.same.length > 0 && `: ${data.same.join(", ")}`}
      </p>
      {data.differs.length > 0 && (
        <table className="w-full table-fixed">
          <colgroup>
            <col className="w-[16%]" />
            <col className="w-[42%]" />
            <col className="w-[42%]" />
          </colgroup>
          <thead className="sr-only">
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Left</th>
              <th scope="col">Right</th>
            </tr>
          </thead>
          <tbody>
            {data.differs.map((diff) => (
              <Row key={diff.field} diff={diff} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
