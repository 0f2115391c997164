// The order of the groups, and the other way round.
import { ArrowDownUp } from "lucide-react";
import type { GroupSort } from "../ipc";
import { IconButton } from "../shared/ui/button";
import { Select } from "../shared/ui/select";
import type { ListQuery } from "./filter";
import { SORT } from "./words";

type Props = { query: ListQuery; onChange: (change: Partial<ListQuery>) => void };

export function SortSelect({ query: { sort, reverse }, onChange }: Props) {
  return (
    <div className="flex items-center gap-1">
      <Select
        label="Sort by"
        hideLabel
        small
        value={sort}
        options={(Object.keys(SORT) as GroupSort[]).map((value) => ({
          value,
          label: reverse ? SORT[value].reverse : SORT[value].usual,
        }))}
        onChange={(next) => onChange({ sort: next })}
      />
      <IconButton
        className="size-7"
        label={`Other way round: ${(reverse ? SORT[sort].usual : SORT[sort].reverse).toLowerCase()}`}
        aria-pressed={reverse}
        onClick={() => onChange({ reverse: !reverse })}
      >
        <ArrowDownUp size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
