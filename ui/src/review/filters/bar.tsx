// The two switches above the gallery that are used most: kind and status, with how many groups there are of each.
import type { ReviewTotals } from "../../ipc";
import { Chips } from "../../shared/ui/chips";
import type { ListQuery } from "../filter";
import { STATUS } from "../words";

type Props = {
  query: ListQuery;
  totals: ReviewTotals | undefined;
  onChange: (change: Partial<ListQuery>) => void;
};

export function FilterBar({ query, totals, onChange }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-2" data-testid="filter-bar">
      <Chips
        label="Kind of group"
        value={query.kind ?? "all"}
        onChange={(kind) => onChange({ kind: kind === "all" ? null : kind })}
        options={[
          { value: "all", label: "All" },
          { value: "exact", label: "Exact", number: totals?.exact },
          { value: "similar", label: "Similar", number: totals?.similar },
          { value: "burst", label: "Bursts", number: totals?.burst },
        ]}
      />
      <Chips
        label="Status of group"
        value={query.status ?? "all"}
        onChange={(status) => onChange({ status: status === "all" ? null : status })}
        options={[
          { value: "open", label: STATUS.open, number: totals?.open },
          { value: "decided", label: STATUS.decided, number: totals?.decided },
          { value: "later", label: STATUS.later, number: totals?.later },
          { value: "notDuplicates", label: STATUS.notDuplicates, number: totals?.notDuplicates },
          { value: "all", label: "All" },
        ]}
      />
    </div>
  );
}
